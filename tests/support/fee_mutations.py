"""Ways to spoil one cell of a fee file, each with the place where it must be told: file, row, column."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from chalicelib.definitions.model import pointer

Steps: TypeAlias = tuple[str | int, ...]
_NO_TEXT: Final[tuple[Any, ...]] = (None, 7, 1.5, True, "", "   ", "\n", [], {}, ["x"], {"vi": "x"}, "x" * 2_001)
_NO_DAY: Final[tuple[Any, ...]] = (
    None,
    20260101,
    "",
    "2026-13-01",
    "26-01-01",
    "2026-00-10",
    "2026-01-32",
    " 2026-01-01",
    {},
    1.5,
    "2026-02-30",
    "01/01/2026",
    "2026-1-1",
    "hôm nay",
    True,
    ["2026-01-01"],
)
_NO_CELL: Final[tuple[Any, ...]] = (
    None, {}, [], "x", 5, {"is": None}, {"iss": 1}, {"is": []}, {"is": 1.5}, {"is": {}}, {"one_of": []},
    {"one_of": "x"},
    {"between": [1]}, {"between": [1, 2, 3]}, {"between": [2, 1]}, {"at_least": None}, {"at_least": "foo(1"},
    {"is": '"unclosed'}, {"at_least": ">= "}, {"is": "no_such_value"}, {"is_not": "no_such_value"},
    {"one_of": ["no_such_value"]}, {"at_least": 10**17}, {"at_most": -5}, {"at_least": 9, "at_most": 3},
    {"is": True, "is_not": True}, {"one_of": [True, True]},
)  # fmt: skip
_NO_EFFECT: Final[tuple[Any, ...]] = (
    None, {}, 0, "miễn", {"type": "free"}, {"type": "zero"}, {"type": "zero", "meaning": "none"}, {"type": "amount"},
    {"type": "amount", "amount": -1}, {"type": "amount", "amount": 1.5}, {"type": "amount", "amount": "5"},
    {"type": "amount", "amount": 1, "per": "no_such_input", "tiers": [{"since": 1, "amount": 1}]},
    {"type": "amount", "per": "copies"}, {"type": "amount", "tiers": [{"since": 1, "amount": 1}]},
    {"type": "amount", "amount": 1, "times": "no_such_input"},
    {"type": "amount", "amount": 1, "most": {"times": 5, "of": "no_such_parameter"}},
    {"type": "amount", "amount": 1, "least": 5, "most": 4},
    {"type": "share", "share": "101%", "of": "no_such_input"}, {"type": "share", "share": "0.5", "of": "no_such_input"},
    {"type": "off", "share": "150%"}, {"type": "off", "share": "0%"}, {"type": "off", "share": "3/2"},
    {"type": "off", "share": "-10%"}, {"type": "off", "share": "1/0"}, {"type": "off", "share": 50},
    {"type": "off", "share": 0.5}, {"type": "pay", "share": "101%"}, {"type": "unknown"},
    {"type": "unknown", "rate": ""},
    {"type": "pay", "share": "0%"}, {"type": "off", "share": "50%", "round": {"to": 0, "mode": "down"}},
    {"type": "off", "share": "50%", "round": {"to": 1000}},
    {"type": "off", "share": "50%", "round": {"to": 1, "mode": "x"}},
)  # fmt: skip

_NO_INPUT: Final[Mapping[str, tuple[Any, ...]]] = {
    "type": (None, "", "float", "boolean", 1),
    "label": (None, "", {}, {"vi": "x"}),
    "source": (
        None,
        {},
        "fact",
        {"by": "guess"},
        {"by": "item"},
        {"by": "item", "item": "no.such_item", "read": "present"},
    ),
}
_NO_PLACES: Final[tuple[Any, ...]] = (
    None, [], "nowhere", [{}], [{"province": "1"}], [{"province": "00"}], [{"province": 1}], [{"communes": []}],
    [{"communes": ["1"]}], [{"communes": ["99999"]}], [{"province": "01", "communes": ["00004"]}],
    [{"province": "01", "since": "2026-02-30"}], [{"province": "01", "since": "2026-02-01", "until": "2026-01-01"}],
    [{"commune": "00004"}],
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutation:
    """One spoilt cell: the whole file as it then is, and the column that the fault must point at or into."""

    sort: str
    document: dict[str, Any]
    at: str


def mutations(document: Mapping[str, Any]) -> Iterator[Mutation]:
    """Yield every way there is to spoil the rows of a file, and what they stand on."""
    yield from _frame(document)
    for place, row in enumerate(document["body"]["rows"]):
        at: Steps = ("body", "rows", place)
        yield from _cells(document, row, at)
        yield from _puts(document, (*at, "effect"), _NO_EFFECT)
        yield from _days(document, row, at)
        for name in ("document", "article", "source"):
            yield from _puts(document, (*at, "basis", name), _NO_TEXT)
        yield from _puts(document, (*at, "basis", "status"), (None, "", "sure", "CONFIRMED", True))
        yield from _puts(document, (*at, "role"), (None, "", "rate", 1))
        yield from _puts(document, (*at, "id"), (None, "", 5, "Ô 1", "x" * 90))
        yield from _puts(document, (*at, "name"), (None, "x", {"vi": "x"}, {"vi": "", "en": "x"}))
        yield from _puts(document, (*at, "when"), (None, [], "x"))
        yield from _puts(document, (*at, "yearly"), ("no_such_benefit", 5, None))
        yield _put(document, (*at, "wen"), {}, (*at, "wen"))
        for name in ("id", "name", "role", "when", "effect", "basis"):
            yield _drop(document, (*at, name))
        yield from _of_kind(document, row, at)


def _frame(document: Mapping[str, Any]) -> Iterator[Mutation]:
    body, at = document["body"], ("body",)
    yield from _puts(
        document, (*at, "title"), (None, "", [], {}, {"vi": "x"}, {"vi": " ", "en": "x"}, {"vi": 1, "en": 2})
    )
    yield from _puts(document, (*at, "rows"), (None, [], {}, "x", 0, [None], ["x"]))
    yield from _puts(document, (*at, "inputs"), (None, [], "x", 0, {"X": {}}, {"unused": {}}))
    unused = {"type": "bool", "label": {"vi": "x", "en": "x"}, "source": {"by": "fact"}}
    for name in ("channel", "as_of", "place", "province", "nobody_goes_by_it"):
        yield _put(document, (*at, "inputs", name), unused, (*at, "inputs", name))
    for name, value in (("parameters", {"x": {}}), ("yearly", {"x": {"name": {"vi": "x", "en": "x"}}})):
        yield _put(document, (*at, name), value, (*at, name, "x"))
    yield _put(document, (*at, "surplus"), 1, (*at, "surplus"))
    for name in ("title", "inputs", "rows"):
        yield _drop(document, (*at, name))
    for name in body["inputs"]:
        for column, values in _NO_INPUT.items():
            told = ("inputs", name) if column == "type" else ("inputs", name, column)
            for value in values:
                yield _put(document, (*at, "inputs", name, column), value, (*at, *told))
    if body["type"] == "schedule":
        yield from _of_schedule(document)
    else:
        yield from _of_policy(document)


def _of_schedule(document: Mapping[str, Any]) -> Iterator[Mutation]:
    yield from _puts(
        document, ("body", "procedures"), (None, {}, [], "all", {"x": {}}, {"1.00": {"vi": "x", "en": "x"}})
    )
    yield from _puts(document, ("body", "lines"), (None, {}, [], "x"))
    for name in document["body"]["lines"]:
        at = ("body", "lines", name)
        yield from _puts(document, (*at, "kind"), (None, "", "fee", "phí", 1, []))
        yield from _puts(document, (*at, "authority"), (None, "", "MOF", "bộ", 1, []))
        yield from _puts(document, (*at, "name"), (None, "", {}, {"vi": "x"}))
        yield from _puts(document, (*at, "tags"), (None, "x", [1], ["Ô"], [""]))
        yield from (_drop(document, (*at, column)) for column in ("kind", "authority", "name"))
    twin = {"name": {"vi": "x", "en": "x"}, "kind": "phi", "authority": "mof"}
    yield _put(document, ("body", "lines", "no_base"), twin, ("body", "lines", "no_base"))


def _of_policy(document: Mapping[str, Any]) -> Iterator[Mutation]:
    yield from _puts(document, ("body", "stacks"), (None, "no", 0, 1, []))
    yield from _puts(document, ("body", "channels"), (None, [], "online", ["fax"], [1], {}))
    yield from _puts(document, ("body", "places"), _NO_PLACES)
    yield from _puts(
        document, ("body", "lines"), (None, {}, [], "x", {"kinds": []}, {"kinds": ["fee"]}, {"kinds": "phi"})
    )
    for name in ("schedules", "lines", "procedures", "tags", "not_tags", "authorities"):
        for value in ([], ["no such thing"], ["x/y/z"], "x", None, [1]):
            wrong = {**document["body"]["lines"], name: value}
            yield _put(document, ("body", "lines"), wrong, ("body", "lines", name))
    yield from (_drop(document, ("body", name)) for name in ("stacks", "places", "lines"))


def _cells(document: Mapping[str, Any], row: Mapping[str, Any], at: Steps) -> Iterator[Mutation]:
    for name in row["when"]:
        yield from _puts(document, (*at, "when", name), _NO_CELL)
        spoilt = {**{each: cell for each, cell in row["when"].items() if each != name}, f"{name}_x": row["when"][name]}
        yield _put(document, (*at, "when"), spoilt, (*at, "when", f"{name}_x"))
    yield _put(document, (*at, "when", "no_such_input"), {"is": True}, (*at, "when", "no_such_input"))
    yield _put(document, (*at, "when", "channel"), {"is": "fax"}, (*at, "when", "channel"))
    yield _put(document, (*at, "when", "channel"), {"at_least": 3}, (*at, "when", "channel"))


def _days(document: Mapping[str, Any], row: Mapping[str, Any], at: Steps) -> Iterator[Mutation]:
    basis = row["basis"]
    yield from _puts(document, (*at, "basis", "effective_from"), _NO_DAY)
    yield from _puts(document, (*at, "basis", "effective_to"), _NO_DAY)
    yield _put(document, (*at, "basis", "effective_to"), "1999-12-31", (*at, "basis", "effective_to"))
    for name in ("document", "article", "effective_from", "status", "source"):
        yield _drop(document, (*at, "basis", name))
    del basis


def _of_kind(document: Mapping[str, Any], row: Mapping[str, Any], at: Steps) -> Iterator[Mutation]:
    if document["body"]["type"] == "schedule":
        yield from _puts(document, (*at, "line"), ("no_such_line", None, 5, ""))
        yield _drop(document, (*at, "line"))
        other = {**row, "id": "x-contradicts", "role": "base", "effect": {"type": "amount", "amount": 987_654_321}}
        if row["role"] == "base":
            yield _append(document, other)
    else:
        yield from _puts(document, (*at, "lines"), ({}, {"kinds": []}, {"kinds": ["fine"]}, {"kinds": ["phi"], "x": 1}))
        for name in ("schedules", "lines", "procedures", "tags"):
            value = {"lines": "no-such/line", "procedures": "9.999999", "tags": "no_such_tag"}.get(name, "no-such")
            wrong = {"kinds": ["phi"], name: [value]}
            yield _put(document, (*at, "lines"), wrong, (*at, "lines", name))
    twice = copy.deepcopy(dict(row))
    yield _append(document, twice)


def _append(document: Mapping[str, Any], row: Mapping[str, Any]) -> Mutation:
    spoilt = copy.deepcopy(dict(document))
    spoilt["body"]["rows"].append(dict(row))
    return Mutation("one row too many", spoilt, "/body/rows")


def _puts(document: Mapping[str, Any], at: Steps, values: tuple[Any, ...]) -> Iterator[Mutation]:
    for value in values:
        yield _put(document, at, value, at)


def _put(document: Mapping[str, Any], at: Steps, value: object, told: Steps) -> Mutation:
    spoilt = copy.deepcopy(dict(document))
    _reach(spoilt, at[:-1])[at[-1]] = value
    return Mutation(f"{at[-1]} = {value!r}", spoilt, pointer(*told))


def _drop(document: Mapping[str, Any], at: Steps) -> Mutation:
    spoilt = copy.deepcopy(dict(document))
    del _reach(spoilt, at[:-1])[at[-1]]
    return Mutation(f"no {at[-1]}", spoilt, pointer(*at))


def _reach(document: Any, at: Steps) -> Any:  # noqa: ANN401 - JSON of any shape
    for step in at:
        document = document[step]
    return document
