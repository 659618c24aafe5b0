"""The kinds `agencies` and `provinces`: how they are written, checked and compiled.

Knows the shape of what it names in other kinds by code; the rule over agencies is in `agencies`.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final, Literal, NotRequired, TypeAlias

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from chalicelib.definitions.body import Code, Day, Words, parser, written
from chalicelib.definitions.model import Envelope, Fault, Kind, View, pointer
from chalicelib.kernel.ids import ProcedureCode
from chalicelib.vocabulary.agencies import EVERYWHERE, Agency, Basis, Competence, Level, Province
from chalicelib.vocabulary.definition import TextBody, text_of

AgencyCode: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[A-Y]\d{2}(\.[A-Za-z0-9]+)*$|^\d{3}(\.\d{2})+\.[A-Y]\d{2}$", max_length=35)
]
"""Mã định danh cơ quan, QĐ 20/2020/QĐ-TTg: a letter A–Y and two digits, then dotted groups; at most 35 characters."""
UnitCode: TypeAlias = Annotated[str, StringConstraints(pattern=r"^(VN|\d{2}|\d{5})$")]
ProvinceCode: TypeAlias = Annotated[str, StringConstraints(pattern=r"^\d{2}$")]
_UNIT = "{unit}"
_A_PROVINCE = re.compile(r"\d{2}")
_A_COMMUNE = re.compile(r"\d{5}")


@written
class CompetenceBody(TypedDict):
    """What an agency decides, where and when."""

    procedures: Annotated[list[Code], Field(min_length=1)]
    by: Basis
    units: Annotated[list[UnitCode], Field(min_length=1)]
    since: Day
    until: NotRequired[Day]


@written
class AgencyBody(TypedDict):
    """An agency as written, or a body of one kind of which each province or commune has its own."""

    name: TextBody
    level: Level
    agency_code: AgencyCode | None
    province: NotRequired[ProvinceCode]
    each: NotRequired[Literal["province", "commune"]]
    competence: Annotated[list[CompetenceBody], Field(min_length=1)]


@written
class ProvinceBody(TypedDict):
    """A province as written; `former` are codes of the table before 01/07/2025 that it was made of."""

    name: TextBody
    agency_code: AgencyCode | None
    former: Annotated[list[ProvinceCode], Field(min_length=1)]
    agencies: list[Code]
    registers: list[Code]
    fee_files: list[Code]
    contacts: list[Words]


def _compile_agency(envelope: Envelope, body: AgencyBody) -> Agency:
    return Agency(
        code=envelope.code,
        name=text_of(body["name"]),
        level=body["level"],
        agency_code=body["agency_code"],
        province=body.get("province"),
        each=body.get("each"),
        competence=tuple(map(_competence, body["competence"])),
    )


def _competence(written: CompetenceBody) -> Competence:
    return Competence(
        procedures=frozenset(ProcedureCode(code) for code in written["procedures"]),
        by=written["by"],
        units=frozenset(written["units"]),
        since=date.fromisoformat(written["since"]),
        until=date.fromisoformat(written["until"]) if "until" in written else None,
    )


def _compile_province(envelope: Envelope, body: ProvinceBody) -> Province:
    return Province(
        code=envelope.code,
        name=text_of(body["name"]),
        former=tuple(body["former"]),
        agency_code=body["agency_code"],
        agencies=tuple(body["agencies"]),
        registers=frozenset(body["registers"]),
        fee_files=tuple(body["fee_files"]),
        contacts=tuple(body["contacts"]),
    )


def _check_agency(envelope: Envelope, body: AgencyBody, view: View) -> Iterator[Fault]:
    for place, competence in enumerate(body["competence"]):
        at = ("body", "competence", place)
        yield from _missing(envelope, (*at, "procedures"), competence["procedures"], view.codes("procedures"))
        yield from _missing(envelope, (*at, "units"), competence["units"], _units(view, competence["units"]))
        if EVERYWHERE in competence["units"] and len(competence["units"]) > 1:
            yield Fault(envelope.file, pointer(*at, "units"), f"{EVERYWHERE} is all of them already")
        if competence.get("until", competence["since"]) < competence["since"]:
            yield Fault(envelope.file, pointer(*at, "until"), "ends before it begins")
    yield from _overlaps(envelope, body)
    if "province" in body and body["province"] not in view.codes("provinces"):
        yield Fault(envelope.file, "/body/province", f"no such province: {body['province']}")
    if any((_UNIT in words) != ("each" in body) for words in (body["name"]["vi"], body["name"]["en"])):
        yield Fault(envelope.file, "/body/name", f"holds {_UNIT} exactly where each unit has such a body")


def _units(view: View, named: list[str]) -> frozenset[str]:
    """Return the units that may be named; any commune where their table is not there to look at."""
    table: Any = view.body("units", "communes")
    held = table["communes"].values() if table is not None else [filter(_A_COMMUNE.fullmatch, named)]
    return view.codes("provinces") | {EVERYWHERE} | {code for names in held for code in names}


def _overlaps(envelope: Envelope, body: AgencyBody) -> Iterator[Fault]:
    """Yield the competences that say twice, for some days, whose a dossier is."""
    found = [_competence(written) for written in body["competence"]]
    for place, one in enumerate(found):
        for other in range(place):
            if one.overlaps(found[other]):
                yield Fault(envelope.file, pointer("body", "competence", place), f"overlaps with number {other}")


def _check_province(envelope: Envelope, body: ProvinceBody, view: View) -> Iterator[Fault]:
    if not _A_PROVINCE.fullmatch(envelope.code):
        yield Fault(envelope.file, "/code", "a province's code is two digits")
    yield from _missing(envelope, ("body", "agencies"), body["agencies"], view.codes("agencies"))
    yield from _missing(envelope, ("body", "fee_files"), body["fee_files"], view.codes("fees"))
    yield from _missing(envelope, ("body", "registers"), body["registers"], view.codes("registers"))
    yield from _unlike_units(envelope, body, view)
    if envelope.code not in body["former"]:
        yield Fault(envelope.file, "/body/former", "a province keeps the code of one that it was made of")
    for code in sorted(view.codes("provinces")):
        other: Any = view.body("provinces", code)
        if other is not None and code < envelope.code and (both := set(body["former"]) & set(other["former"])):
            yield Fault(envelope.file, "/body/former", f"{', '.join(sorted(both))} went to {code} already")


def _unlike_units(envelope: Envelope, body: ProvinceBody, view: View) -> Iterator[Fault]:
    """Yield where a province and the table of units say different things of it."""
    table: Any = view.body("units", "provinces")
    if table is None:
        return
    entry = table["current"].get(envelope.code)
    if entry is None:
        yield Fault(envelope.file, "/code", "no province of the table of units")
        return
    if set(entry["former"]) != set(body["former"]):
        yield Fault(envelope.file, "/body/former", f"the table of units says {', '.join(sorted(entry['former']))}")
    if body["name"]["vi"] != entry["names"][-1]["name"]:
        yield Fault(envelope.file, "/body/name/vi", f"the table of units calls it {entry['names'][-1]['name']}")


def _missing(envelope: Envelope, at: tuple[str | int, ...], codes: list[str], known: frozenset[str]) -> Iterator[Fault]:
    for place, code in enumerate(codes):
        if code not in known:
            yield Fault(envelope.file, pointer(*at, place), f"no such thing: {code}")
    if len(set(codes)) != len(codes):
        yield Fault(envelope.file, pointer(*at), "names one twice")


AGENCIES: Final[Kind[Agency]] = Kind("agencies", parser(AgencyBody), _compile_agency, _check_agency)
PROVINCES: Final[Kind[Province]] = Kind("provinces", parser(ProvinceBody), _compile_province, _check_province)
KINDS: Final[tuple[Kind[object], ...]] = (AGENCIES, PROVINCES)
