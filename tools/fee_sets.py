"""Sets of definitions that fee authors work on: a whole folder, or fee files alone laid over the packaged set."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from chalicelib.bootstrap import KINDS
from chalicelib.definitions.check import validate
from chalicelib.definitions.load import SCHEMAS, Document, documents
from chalicelib.definitions.model import Catalogue
from chalicelib.fees.definition import FEES
from chalicelib.vocabulary.unit_tables import units_of
from tools.mistakes import Mistake

_WHOLE: Final = "dictionary"
"""A folder that has this is a whole set."""
_FORMERLY: Final = date(2000, 1, 1)


def documents_in(folder: Path) -> Iterator[Document]:
    """Return a set's files: a whole folder's own, or the packaged ones with the folder's fee files laid over them.

    Raises Mistake.
    """
    if (folder / _WHOLE).is_dir():
        return documents(folder)
    fees = folder / FEES.name if (folder / FEES.name).is_dir() else folder
    files = sorted(fees.glob("*.json"))
    if not files:
        raise Mistake(f"{folder} is no folder of fee files")
    return over([Document(f"{FEES.name}/{path.name}", path.read_text(encoding="utf-8")) for path in files])


def over(own: Sequence[Document]) -> Iterator[Document]:
    """Yield the packaged files and one's own, which stand for packaged ones of the same name."""
    names = {each.file for each in own}
    yield from (each for each in documents(SCHEMAS) if each.file not in names)
    yield from own


def checked(folder: Path) -> Catalogue:
    """Return the set of a folder. Raises RefusedSet naming every fault, and Mistake."""
    return validate(documents_in(folder), KINDS)


def checked_with(document: Document) -> Catalogue:
    """Return the packaged set with one file put in or replaced. Raises RefusedSet."""
    return validate(over([document]), KINDS)


def rows_in(catalogue: Catalogue) -> int:
    """Return how many rows the fee files have."""
    return sum(len(each.rows) for each in catalogue.all(FEES))


def commune_in(catalogue: Catalogue) -> Callable[[str, date], str]:
    """Return what names a commune of a province on a day; no name where there was no such province."""
    units = units_of(catalogue)

    @cache
    def first(province: str, before: date) -> str:
        return next((each.code for each in units.communes_at(before).of_province(province)), "")

    # One look-up for all days of the same table.
    reform = units.provinces.reform
    return lambda province, day: first(province, reform if day >= reform else _FORMERLY)
