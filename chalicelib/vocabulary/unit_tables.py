"""The kind `units`: how the tables of provinces and communes are written, checked and compiled.

Three files: provinces of both times (small), communes in force, communes before 01/07/2025 with what became of them.
Each is opened when first asked for; `units_of` gives them as one. What a table means is in `units`.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Annotated, Final, Literal, NotRequired, TypeAlias

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from chalicelib.definitions.body import Day, Words, parser, written
from chalicelib.definitions.model import Catalogue, Envelope, Fault, Kind, View, pointer
from chalicelib.kernel.errors import BadDefinition
from chalicelib.vocabulary.units import Communes, District, ProvinceEntry, Provinces, Table, Units

ProvinceCode: TypeAlias = Annotated[str, StringConstraints(pattern=r"^\d{2}$")]
DistrictCode: TypeAlias = Annotated[str, StringConstraints(pattern=r"^\d{3}$")]
CommuneCode: TypeAlias = Annotated[str, StringConstraints(pattern=r"^\d{5}$")]
OldCode: TypeAlias = Annotated[str, StringConstraints(pattern=r"^(\d{3}|\d{5})$")]
"""A commune, or a district that had no communes."""


@written
class NameBody(TypedDict):
    """A name, from its first day on."""

    since: Day
    name: Words


@written
class ProvinceBody(TypedDict):
    """A province: its names in order of time, other names people write, and what it was made of."""

    names: Annotated[list[NameBody], Field(min_length=1)]
    aliases: NotRequired[list[Words]]
    former: NotRequired[list[ProvinceCode]]


@written
class ProvincesBody(TypedDict):
    """Both tables of provinces, and the day on which one followed the other."""

    table: Literal["provinces"]
    reform: Day
    former: dict[ProvinceCode, ProvinceBody]
    current: dict[ProvinceCode, ProvinceBody]


@written
class CommunesBody(TypedDict):
    """The communes in force, by province."""

    table: Literal["communes"]
    communes: dict[ProvinceCode, dict[CommuneCode, Words]]


@written
class DistrictBody(TypedDict):
    """A district and its communes; an island district may have had none."""

    name: Words
    province: ProvinceCode
    communes: dict[CommuneCode, Words]


@written
class FormerCommunesBody(TypedDict):
    """The communes up to the reform by district, and where each lies now.

    `partly`: a second table says that only a part went to the one successor named. `disputed`: two tables disagree,
    and all that either names are given. Neither is ever answered as exact.
    """

    table: Literal["former-communes"]
    districts: dict[DistrictCode, DistrictBody]
    successors: dict[OldCode, Annotated[list[CommuneCode], Field(min_length=1)]]
    partly: list[OldCode]
    disputed: list[OldCode]


UnitsBody: TypeAlias = Annotated[ProvincesBody | CommunesBody | FormerCommunesBody, Field(discriminator="table")]


def units_of(catalogue: Catalogue) -> Units:
    """Return the units of a set; no table of communes is opened before it is asked for."""

    def load(table: Table) -> Communes:
        found = catalogue.get(UNITS, table)
        if isinstance(found, Communes):
            return found
        raise BadDefinition(kind=UNITS.name, definition=table)

    provinces = catalogue.get(UNITS, "provinces")
    if isinstance(provinces, Provinces):
        return Units(provinces, load)
    raise BadDefinition(kind=UNITS.name, definition="provinces")


def compile_units(_envelope: Envelope, body: UnitsBody) -> Provinces | Communes:
    """Return the table."""
    match body["table"]:
        case "provinces":
            reform = date.fromisoformat(body["reform"])
            return Provinces(reform, _provinces(body["former"]), _provinces(body["current"]))
        case "communes":
            return _table(body["communes"], {}, {}, frozenset())
        case "former-communes":
            districts = {
                code: District(code, each["name"], each["province"]) for code, each in body["districts"].items()
            }
            names = {code: each["communes"] for code, each in body["districts"].items()}
            doubtful = frozenset(chain(body["partly"], body["disputed"]))
            return _table(names, districts, body["successors"], doubtful)


def _provinces(written: Mapping[str, ProvinceBody]) -> dict[str, ProvinceEntry]:
    return {
        code: ProvinceEntry(
            code,
            tuple((date.fromisoformat(each["since"]), each["name"]) for each in province["names"]),
            tuple(province.get("aliases", ())),
            tuple(province.get("former", ())),
        )
        for code, province in written.items()
    }


def _table(
    names: Mapping[str, Mapping[str, str]],
    districts: Mapping[str, District],
    successors: Mapping[str, list[str]],
    doubtful: frozenset[str],
) -> Communes:
    parents = {code: parent for parent, held in names.items() for code in held}
    return Communes(names, parents, districts, {old: tuple(new) for old, new in successors.items()}, doubtful)


def _check(envelope: Envelope, body: UnitsBody, view: View) -> Iterator[Fault]:
    if envelope.code != body["table"]:
        yield Fault(envelope.file, "/body/table", f"belongs in units/{body['table']}.json")
    provinces = view.body(UNITS.name, "provinces")
    communes = view.body(UNITS.name, "communes")
    if provinces is None or communes is None:
        yield Fault(envelope.file, "/body", "the tables of provinces and of communes in force are both needed")
        return
    match body["table"]:
        case "provinces":
            yield from _check_provinces(envelope.file, body)
        case "communes":
            of_province = {pointer("body", "communes", code): code for code in body["communes"]}
            yield from _check_parents(envelope.file, of_province, provinces["current"])
            yield from _twice(envelope.file, ("communes",), body["communes"])
        case "former-communes":
            of_district = {
                pointer("body", "districts", code, "province"): each["province"]
                for code, each in body["districts"].items()
            }
            yield from _check_parents(envelope.file, of_district, provinces["former"])
            yield from _check_former(envelope.file, body, communes)


def _check_provinces(file: str, body: ProvincesBody) -> Iterator[Fault]:
    placed: dict[str, str] = {}
    for code, province in body["current"].items():
        at = ("body", "current", code, "former")
        for place, old in enumerate(province.get("former", [])):
            if old not in body["former"]:
                yield Fault(file, pointer(*at, place), f"no such province before: {old}")
            if old in placed:
                yield Fault(file, pointer(*at, place), f"already part of {placed[old]}")
            placed[old] = code
    for old in sorted(body["former"].keys() - placed.keys()):
        yield Fault(file, pointer("body", "former", old), "no province today was made of it")
    for table in (body["former"], body["current"]):
        yield from _check_names(file, "former" if table is body["former"] else "current", table)


def _check_names(file: str, table: str, provinces: Mapping[str, ProvinceBody]) -> Iterator[Fault]:
    for code, province in provinces.items():
        days = [each["since"] for each in province["names"]]
        if days != sorted(set(days)):
            yield Fault(file, pointer("body", table, code, "names"), "names are not in order of their first days")


def _check_parents(file: str, parents: Mapping[str, str], provinces: Mapping[str, ProvinceBody]) -> Iterator[Fault]:
    for at, province in parents.items():
        if province not in provinces:
            yield Fault(file, at, f"no such province: {province}")


def _twice(file: str, at: tuple[str, ...], held: Mapping[str, Mapping[str, str]]) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for parent, names in held.items():
        for code in names:
            if code in seen:
                yield Fault(file, pointer("body", *at, parent, code), f"already in {seen[code]}")
            seen[code] = parent


def _check_former(file: str, body: FormerCommunesBody, communes: CommunesBody) -> Iterator[Fault]:
    held = {code: each["communes"] for code, each in body["districts"].items()}
    yield from _twice(file, ("districts",), held)
    old = {code for names in held.values() for code in names} | {code for code, names in held.items() if not names}
    new = {code for names in communes["communes"].values() for code in names}
    for code in sorted(old - body["successors"].keys()):
        yield Fault(file, "/body/successors", f"nothing says where {code} lies now")
    for code, found in body["successors"].items():
        if code not in old:
            yield Fault(file, pointer("body", "successors", code), "no such unit before")
        for place, each in enumerate(found):
            if each not in new:
                yield Fault(file, pointer("body", "successors", code, place), f"no such commune: {each}")
    yield from _check_doubts(file, body)


def _check_doubts(file: str, body: FormerCommunesBody) -> Iterator[Fault]:
    for group, codes in (("partly", body["partly"]), ("disputed", body["disputed"])):
        for place, code in enumerate(codes):
            if code not in body["successors"]:
                yield Fault(file, pointer("body", group, place), f"no successor to doubt: {code}")


UNITS: Final[Kind[Provinces | Communes]] = Kind("units", parser(UnitsBody), compile_units, _check)  # type: ignore[arg-type]
KINDS: Final[tuple[Kind[object], ...]] = (UNITS,)
