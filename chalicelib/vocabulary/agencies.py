"""Agencies, provinces, and the rule that finds the receiving agency: a procedure, a place and a day name it.

Pure. Knows codes of procedures, provinces and communes; must not know what a procedure is or where data is kept.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, Literal, TypeAlias

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ProcedureCode
from chalicelib.vocabulary.model import Text
from chalicelib.vocabulary.units import Units

Basis: TypeAlias = Literal["residence", "parcel", "seat"]
"""Whose place decides: where somebody lives, where the land lies, where a business has its seat."""

Level: TypeAlias = Literal["central", "province", "commune"]
EVERYWHERE: Final = "VN"
"""Stands for all units of the country in a competence."""


@dataclass(frozen=True, slots=True)
class Competence:
    """What an agency decides (thẩm quyền): procedures, by whose place, in which units, from a day to a day.

    Units are codes of provinces (two digits) or communes (five), or EVERYWHERE; both days belong to it.
    """

    procedures: frozenset[ProcedureCode]
    by: Basis
    units: frozenset[str]
    since: date
    until: date | None = None

    def covers(self, asked: "Question") -> bool:
        """Say whether a question falls under it."""
        in_time = self.since <= asked.on and (self.until is None or asked.on <= self.until)
        here = not self.units.isdisjoint({EVERYWHERE, asked.place.province, asked.place.commune})
        return in_time and here and asked.procedure in self.procedures and asked.by == self.by

    def overlaps(self, other: "Competence") -> bool:
        """Say whether some dossier would fall under both."""
        same = self.by == other.by and not self.procedures.isdisjoint(other.procedures)
        shared = not self.units.isdisjoint(other.units) or EVERYWHERE in self.units | other.units
        return same and shared and _starts_in_time(self, other) and _starts_in_time(other, self)


def _starts_in_time(one: Competence, other: Competence) -> bool:
    return other.until is None or one.since <= other.until


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency (cơ quan), or with `each` a body of one kind of which every such unit has its own.

    The name of such a body holds the placeholder {unit}. `agency_code` is that of QĐ 20/2020/QĐ-TTg, None where
    none is known.
    """

    code: str
    name: Text
    level: Level
    agency_code: str | None
    province: str | None
    each: Literal["province", "commune"] | None
    competence: tuple[Competence, ...]


@dataclass(frozen=True, slots=True)
class Province:
    """A province as it stands now: what it was made of, whom it has, which registers of its own it shares."""

    code: str
    name: Text
    former: tuple[str, ...]
    agency_code: str | None
    agencies: tuple[str, ...]
    registers: frozenset[str]
    fee_files: tuple[str, ...]
    contacts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit by its code and name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """A commune and the province that it is in, as of the day asked about."""

    commune: str
    province: str
    commune_name: str
    province_name: str


def place_of(units: Units, commune: str, on: date) -> Place | None:
    """Return the place of a commune by its code as of the day, None where the code meant none then."""
    found = units.commune_at(commune, on)
    province = units.province_at(found.province, on) if found is not None else None
    if found is None or province is None:
        return None
    return Place(found.code, province.code, found.name, province.name)


@dataclass(frozen=True, slots=True)
class Question:
    """Whose is a dossier of this procedure, received on that day, by that place?"""

    procedure: ProcedureCode
    by: Basis
    place: Place
    on: date


@dataclass(frozen=True, slots=True)
class Receiver:
    """An agency that may receive the dossier; `unit` tells the bodies of one kind apart."""

    agency: str
    name: Text
    unit: Unit | None


@dataclass(frozen=True, slots=True)
class Found:
    """What the rule found: one receiver, several to choose from, or none known."""

    kind: Literal["exact", "none", "ambiguous"]
    receivers: tuple[Receiver, ...]


def competent(agencies: Iterable[Agency], asked: Question) -> Found:
    """Find the agencies that are competent, in order of code; where there are several the citizen chooses."""
    receivers = tuple(sorted(_receivers(agencies, asked), key=lambda each: each.agency))
    if not receivers:
        return Found("none", ())
    return Found("exact" if len(receivers) == 1 else "ambiguous", receivers)


def _receivers(agencies: Iterable[Agency], asked: Question) -> Iterator[Receiver]:
    for agency in agencies:
        if any(each.covers(asked) for each in agency.competence):
            unit = _unit(agency, asked.place)
            yield Receiver(agency.code, agency.name if unit is None else _named(agency.name, unit), unit)


def _unit(agency: Agency, place: Place) -> Unit | None:
    match agency.each:
        case "commune":
            return Unit(place.commune, place.commune_name)
        case "province":
            return Unit(place.province, place.province_name)
        case None:
            return None


def _named(name: Text, unit: Unit) -> Text:
    return Text(name.vi.replace("{unit}", unit.name), name.en.replace("{unit}", unit.name))
