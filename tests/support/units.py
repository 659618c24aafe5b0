"""The published tables of units, opened once for all tests that read names of places."""

from functools import cache

from chalicelib.vocabulary.places import Gazetteer
from chalicelib.vocabulary.unit_tables import units_of
from chalicelib.vocabulary.units import Units
from tests.support.definitions import packaged


@cache
def published_units() -> Units:
    """Return them."""
    return units_of(packaged())


@cache
def gazetteer() -> Gazetteer:
    """Return the indexes over their names."""
    return Gazetteer(published_units())
