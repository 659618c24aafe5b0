"""Names of units as people write them, looked up in the tables of one day: P. for Phường, TPHCM, no marks. Pure.

`addresses` cuts the text; this says which units a piece of it can mean.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from datetime import date
from typing import Final, Generic, TypeVar

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import comparable, unmarked
from chalicelib.vocabulary.units import Commune, District, Province, Table, Units

T = TypeVar("T", Province, District, Commune)
PROVINCIAL: Final = ("thành phố", "tỉnh")
DISTRICTAL: Final = ("thành phố", "thị xã", "quận", "huyện")
COMMUNAL: Final = ("thị trấn", "đặc khu", "phường", "xã")
_TYPES: Final = tuple(dict.fromkeys((*PROVINCIAL, *DISTRICTAL, *COMMUNAL)))
_SHORT: Final[Mapping[str, str]] = {
    "tp": "thành phố", "t.p": "thành phố", "tx": "thị xã", "tt": "thị trấn", "đk": "đặc khu",
    "p": "phường", "q": "quận", "h": "huyện", "x": "xã", "t": "tỉnh",
}  # fmt: skip
"""sources.md §2.7."""
_ABBREVIATED: Final = re.compile(r"^(t\.p|tp|tx|tt|đk|p|q|h|x|t)(?:\s*\.\s*|\s+|(?=\d))(?=\S)")
_ZEROES: Final = re.compile(r"\b0+(?=\d)")
_STOPS: Final = re.compile(r"[.\s]+")
_UNMARKED: Final = {unmarked(each): each for each in _TYPES}
_TYPED: Final = re.compile(rf"({'|'.join((*_TYPES, *_UNMARKED))}) (?=\S)")


def spelt_out(text: str) -> str:
    """Return the comparable form with a leading abbreviation written in full, and Phường 05 as Phường 5."""
    low = comparable(text)
    low = _ABBREVIATED.sub(lambda found: _SHORT[found[1]] + " ", low)
    return _ZEROES.sub("", _STOPS.sub(" ", low)).strip()


def type_of(piece: str) -> str:
    """Return the type a piece of text begins with, in full; empty where it names none."""
    found = _TYPED.match(spelt_out(piece))
    return _UNMARKED.get(found[1], found[1]) if found else ""


def _bare(spelt: str) -> str:
    """Return the name without its type; a name that is a number has none without it (Phường 5, Quận 1)."""
    found = _TYPED.match(spelt)
    return spelt[found.end() :] if found and not spelt[found.end() :].isdigit() else spelt


@dataclass(frozen=True, slots=True)
class Index(Generic[T]):
    """Units of one level by what they are called: the full name, then without type, then without marks."""

    types: tuple[str, ...]
    full: Mapping[str, tuple[T, ...]]
    loose: tuple[Mapping[str, tuple[T, ...]], ...]

    def find(self, piece: str) -> tuple[tuple[T, ...], bool]:
        """Return the units that a piece of text can mean, and whether name, type and marks all agree.

        A type of this level may be another one than the unit's: towns become wards. One of another level may not.
        """
        spelt = spelt_out(piece)
        if found := self.full.get(spelt):
            return found, True
        written = type_of(piece)
        if written and written not in self.types:
            return (), False
        bare = _bare(spelt)
        for mapping, key in zip(self.loose, (bare, unmarked(spelt), unmarked(bare)), strict=True):
            if found := mapping.get(key):
                return found, False
        return (), False


def index(units: Iterable[T], types: tuple[str, ...], names: Callable[[T], Iterable[str]]) -> Index[T]:
    """Build the index over units and all that each is called."""
    called = [(spelt_out(name), unit) for unit in units for name in names(unit)]
    plain = [(_bare(spelt), unit) for spelt, unit in called]
    unmarked_ = [(unmarked(spelt), unit) for spelt, unit in called]
    return Index(
        types,
        _by_name(called),
        (_by_name(plain), _by_name(unmarked_), _by_name((unmarked(spelt), unit) for spelt, unit in plain)),
    )


def _by_name(called: Iterable[tuple[str, T]]) -> Mapping[str, tuple[T, ...]]:
    found: dict[str, dict[str, T]] = {}
    for name, unit in called:
        found.setdefault(name, {})[unit.code] = unit
    return {name: tuple(units.values()) for name, units in found.items()}


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Indexes over the tables of units, each built when a text first asks for that province."""

    units: Units
    built: dict[tuple[str, str], object] = field(default_factory=dict, compare=False, repr=False)

    def provinces(self, table: Table) -> Index[Province]:
        """Return the index of provinces of one table."""
        found = self.units.provinces.all_at(date.max if table == "communes" else date.min)
        return self._once((table, ""), lambda: index(found, PROVINCIAL, lambda each: (each.name, *each.aliases)))

    def districts(self, province: str) -> Index[District]:
        """Return the index of an old province's districts."""
        former = self.units.load("former-communes")
        return self._once(
            ("districts", province), lambda: index(former.districts_of(province), DISTRICTAL, lambda each: (each.name,))
        )

    def communes(self, table: Table, province: str) -> Index[Commune]:
        """Return the index of a province's communes, by its code of the table's time."""
        held = self.units.load(table)
        return self._once(
            (table, province), lambda: index(held.of_province(province), COMMUNAL, lambda each: (each.name,))
        )

    def _once(self, key: tuple[str, str], make: Callable[[], Index[T]]) -> Index[T]:
        # Two threads may build the same index; both build the same, so the last one kept is as good.
        if key not in self.built:
            self.built[key] = make()
        return self.built[key]  # type: ignore[return-value]
