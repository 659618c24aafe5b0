"""What a fee file names of its set: inputs alike in every file, items, provinces, communes, lines of schedules."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from chalicelib.definitions.model import View
from chalicelib.fees.model import Among, Cell
from chalicelib.fees.written import FeesBody, InputBody, PlaceBody, PolicyBody, ScheduleBody, SelectorBody
from chalicelib.vocabulary.definition import items_of

Wrong: TypeAlias = tuple[tuple[str | int, ...], str]


def schedules(view: View) -> dict[str, ScheduleBody]:
    """Return the schedules of a set by code."""
    bodies: dict[str, Any] = {code: view.body("fees", code) for code in sorted(view.codes("fees"))}
    return {code: body for code, body in bodies.items() if body is not None and body["type"] == "schedule"}


def check_inputs(body: FeesBody, view: View, code: str) -> Iterator[Wrong]:
    """Yield inputs whose domain is empty, whose item is not there, or that mean something else in another file."""
    for name, written in body["inputs"].items():
        for at, reason in _input(written, view):
            yield ("inputs", name, *at), reason
        for other in sorted(view.codes("fees")):
            theirs = view.body("fees", other)
            if other < code and theirs is not None and _differs(theirs["inputs"].get(name), written):
                yield ("inputs", name), f"means something else in {other}"


def _differs(theirs: InputBody | None, ours: InputBody) -> bool:
    if theirs is None:
        return False
    return {**theirs, "label": None} != {**ours, "label": None}


def _input(written: InputBody, view: View) -> Iterator[Wrong]:
    if _is_empty(written):
        yield ("max",), "is less than the least"
    yield from _source(written, view)


def _is_empty(written: InputBody) -> bool:
    match written:
        case {"min": int(low), "max": int(high)}:
            return high < low
        case {"min": str(since), "max": str(until)}:
            return until < since
        case _:
            return False


def _source(written: InputBody, view: View) -> Iterator[Wrong]:
    source = written["source"]
    if source["by"] != "item":
        if source["by"] in {"quantity", "identity_level"} and written["type"] not in {"int", "money"}:
            yield ("source", "by"), f"{written['type']} is no number"
        return
    item = items_of(view).get(source["item"])
    if item is None:
        yield ("source", "item"), f"no such item: {source['item']}"
        return
    wanted = {"age": "int", "present": "bool", "one_of": "bool"}.get(source["read"], written["type"])
    if written["type"] != wanted:
        yield ("source", "read"), f"{source['read']} gives {wanted}"
    if (source["read"] == "one_of") != ("one_of" in source):
        yield ("source", "one_of"), "stands exactly where the item is read as one of some values"
    codes = item.get("codes")
    for place, value in enumerate(source.get("one_of", ())):
        if codes is not None and value not in codes:
            yield ("source", "one_of", place), f"{value!r} is no value of {source['item']}"


def check_selector(selector: SelectorBody, view: View, at: tuple[str, ...] = ()) -> Iterator[Wrong]:
    """Yield what a selector names that no schedule has."""
    found = schedules(view)
    lines = {f"{code}/{name}": line for code, body in found.items() for name, line in body["lines"].items()}
    known = {
        "schedules": frozenset(found),
        "lines": frozenset(lines),
        "procedures": frozenset(each for body in found.values() for each in _procedures(body)),
        "tags": frozenset(tag for line in lines.values() for tag in line.get("tags", ())),
    }
    for name, names in (*known.items(), ("not_tags", known["tags"])):
        named: list[str] = selector.get(name, [])  # type: ignore[assignment]
        for place, each in enumerate(named):
            if each not in names:
                yield (*at, name, place), f"no schedule has {each}"
        if len(set(named)) != len(named):
            yield (*at, name), "names one twice"


def _procedures(body: ScheduleBody) -> tuple[str, ...]:
    procedures = body["procedures"]
    return () if isinstance(procedures, str) else tuple(procedures)


def check_named(name: str, cell: Cell, view: View) -> Iterator[str]:
    """Yield procedures, provinces and communes that a cell names and that there are not."""
    if not isinstance(cell, Among) or name not in {"procedure", "province", "commune"}:
        return
    known: frozenset[str] | None = _communes(view)
    if name == "procedure":
        known = frozenset(each for body in schedules(view).values() for each in _procedures(body))
    elif name == "province":
        known = view.codes("provinces")
    for value in sorted(map(str, cell.values)):
        if known is not None and value not in known:
            yield f"no such {name}: {value}"


def _communes(view: View) -> frozenset[str] | None:
    """Return the communes in force; None where their table is not there to look at."""
    table: Any = view.body("units", "communes")
    if table is None:
        return None
    return frozenset(code for names in table["communes"].values() for code in names)


def check_places(body: PolicyBody, view: View) -> Iterator[Wrong]:
    """Yield places that there are not, or that say nothing."""
    places = body["places"]
    for number, place in enumerate(places if not isinstance(places, str) else ()):
        for at, reason in _place(place, view):
            yield ("places", number, *at), reason


def _place(place: PlaceBody, view: View) -> Iterator[Wrong]:
    if ("province" in place) == ("communes" in place):
        yield (), "is a province or communes"
    if "province" in place and place["province"] not in view.codes("provinces"):
        yield ("province",), f"no such province: {place['province']}"
    known = _communes(view)
    if known is not None:
        for number, commune in enumerate(place.get("communes", ())):
            if commune not in known:
                yield ("communes", number), f"no such commune: {commune}"
    if "until" in place and place["until"] < place.get("since", ""):
        yield ("until",), "ends before it begins"
