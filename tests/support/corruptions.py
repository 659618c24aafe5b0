"""Ways to corrupt the packaged set, made systematically from every file of it: one thing wrong at a known place.

Each corruption says where its fault must be told and in which words. The set is read once; what is wrong with one file
is then found by reading that file again within it.
"""

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeAlias

from chalicelib.bootstrap import KINDS
from chalicelib.definitions.check import _Checker
from chalicelib.definitions.load import Document
from chalicelib.definitions.model import Fault, pointer
from tests.support.definitions import packaged_texts

Steps: TypeAlias = tuple[str | int, ...]
Change: TypeAlias = Callable[[Any], None]
_FREE: Final = frozenset({"schema", "reply", "extracts", "brief", "data"})
"""What stands under these names is not words of the file's own kind."""
_MOST_LEAVES: Final = 40
"""Leaves of one file whose type is made wrong: evenly spread where there are more."""
_STRANGE: Final = "no.such_item"


@dataclass(frozen=True, slots=True)
class Corruption:
    """One thing wrong: how the file is changed, the class of fault, and where and how it must be told."""

    file: str
    sort: str
    change: Callable[[str], str]
    at: str
    reason: str

    @property
    def text(self) -> str:
        """Return the file's corrupted text."""
        return self.change(packaged_texts()[self.file])

    def is_told_by(self, fault: Fault) -> bool:
        return fault.file == self.file and fault.pointer == self.at and self.reason in fault.reason


class Whole:
    """The packaged set, taken once, in which one file at a time is replaced."""

    def __init__(self) -> None:
        self._kinds = {kind.name: kind for kind in KINDS}
        self._checker = _Checker(self._kinds)
        for file, text in packaged_texts().items():
            self._checker.take(Document(file, text))

    def faults(self, file: str, text: str) -> list[Fault]:
        """Return what is wrong with one file in this text, or of the others where nothing is wrong with itself."""
        kept = {key: each for key, each in self._checker.envelopes.items() if each.file != file}
        bodies = {key: body for key, body in self._checker.bodies.items() if key in kept}
        checker = _Checker(self._kinds, kept, bodies)
        checker.take(Document(file, text))
        own = [key for key, each in checker.envelopes.items() if each.file == file and key in checker.bodies]
        for key in own:
            checker.faults += self._kinds[key[0]].check(checker.envelopes[key], checker.bodies[key], checker)
        return checker.faults or list(checker.cross())


@cache
def whole() -> Whole:
    return Whole()


@cache
def corruptions() -> tuple[Corruption, ...]:
    """Return every corruption of every file, in order of files."""
    return tuple(each for file in sorted(packaged_texts()) for each in _of_file(file))


def _of_file(file: str) -> Iterator[Corruption]:
    document = json.loads(packaged_texts()[file])
    made = _Made(file, document)
    yield from _envelope(made)
    yield from _texts(made)
    yield from _leaves(made)
    yield from _KINDS.get(document["kind"], _nothing)(made)
    yield Corruption(file, "a name twice in one object", _twice, "", "'kind' is written twice")
    yield Corruption(file, "cut off", lambda text: text[: len(text) // 2], "", "")


def _twice(text: str) -> str:
    return text.replace('"kind"', '"kind": "x", "kind"', 1)


@dataclass(frozen=True, slots=True)
class _Made:
    """A file from which corruptions are made."""

    file: str
    document: Any

    @property
    def body(self) -> Any:  # noqa: ANN401 - JSON of any shape
        return self.document["body"]

    def __call__(self, sort: str, change: Change, at: Steps, reason: str) -> Corruption:
        def corrupted(text: str) -> str:
            document = json.loads(text)
            change(document)
            return json.dumps(document, ensure_ascii=False)

        return Corruption(self.file, sort, corrupted, pointer(*at), reason)

    def put(self, sort: str, at: Steps, value: object, told: tuple[Steps, str]) -> Corruption:
        return self(sort, lambda document: _reach(document, at[:-1]).__setitem__(at[-1], value), *told)

    def drop(self, sort: str, at: Steps, told: tuple[Steps, str]) -> Corruption:
        return self(sort, lambda document: _reach(document, at[:-1]).__delitem__(at[-1]), *told)


def _reach(document: Any, steps: Steps) -> Any:  # noqa: ANN401 - JSON of any shape
    for step in steps:
        document = document[step]
    return document


def _nothing(_made: _Made) -> Iterator[Corruption]:
    return iter(())


def _envelope(made: _Made) -> Iterator[Corruption]:
    for name in ("kind", "code", "version", "effective_from", "status", "sources", "body"):
        yield made.drop(f"no {name}", (name,), ((name,), "Field required"))
    wrong: Mapping[str, tuple[object, str]] = {
        "version": (1, "valid string"),
        "effective_from": ("2026-02-30", "day is out of range"),
        "status": ("settled", "Input should be"),
        "sources": ([], "at least 1"),
        "kind": ("shapes", "no such kind"),
        "code": ("other", "belongs in"),
        "note": ("x", "Extra inputs"),
        "body": ([], "valid dictionary"),
    }
    for name, (value, reason) in wrong.items():
        yield made.put(f"wrong {name}", (name,), value, ((name,), reason))
    yield made.put("a blank source", ("sources", 0), " ", (("sources", 0), "match pattern"))
    yield made.put("an unknown key", ("body", "surplus"), 1, (("body", "surplus"), "Extra inputs"))
    yield made.put("a fraction", ("body", "surplus"), 1.5, (("body", "surplus"), "fraction"))


def _texts(made: _Made) -> Iterator[Corruption]:
    for at, value in _walk(made.body, ("body",)):
        if isinstance(value, dict) and value.keys() == {"vi", "en"}:
            for language in ("vi", "en"):
                place = (*at, language)
                yield made.drop("a language missing", place, (place, "Field required"))
            yield made.put("a blank text", (*at, "en"), "  ", ((*at, "en"), "match pattern"))
            yield made.put("a third language", (*at, "fr"), "x", ((*at, "fr"), "Extra inputs"))


def _leaves(made: _Made) -> Iterator[Corruption]:
    leaves = [at for at, value in _walk(made.body, ("body",)) if isinstance(value, str) and at[-1] != "table"]
    for at in leaves[:: max(1, len(leaves) // _MOST_LEAVES)]:
        yield made.put("a wrong type", at, {"x": 1}, (at, ""))


def _walk(value: Any, at: Steps) -> Iterator[tuple[Steps, Any]]:  # noqa: ANN401 - JSON of any shape
    yield at, value
    if isinstance(value, dict):
        for name, each in value.items():
            if name not in _FREE:
                yield from _walk(each, (*at, name))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _walk(each, (*at, place))


def _dictionary(made: _Made) -> Iterator[Corruption]:
    for id_, item in made.body["items"].items():
        at = ("body", "items", id_)
        yield made.put("a wrong type of item", (*at, "type"), "words", ((*at, "type"), "Input should be"))
        yield made.put("a wrong normaliser", (*at, "normaliser"), "loud", ((*at, "normaliser"), "Input should be"))
        yield made.put("a bad item name", ("body", "items", "Name"), item, (("body", "items", "Name"), "match pattern"))
        ranked = item.get("precedence", [])
        yield made.put(
            "a dangling register",
            (*at, "precedence"),
            [*ranked, "nobody"],
            ((*at, "precedence", len(ranked)), "nobody"),
        )
        if ranked:
            yield made.put("a register twice", (*at, "precedence"), ranked * 2, ((*at, "precedence"), "twice"))
        if item["type"] != "code":
            codes = {"1": {"vi": "a", "en": "b"}}
            yield made.put("codes where none can be", (*at, "codes"), codes, ((*at, "codes"), "no code list"))
        if item["type"] == "list":
            yield made.put("a dangling column", (*at, "columns", 0), _STRANGE, ((*at, "columns"), _STRANGE))


def _messages(made: _Made) -> Iterator[Corruption]:
    for code in made.body["texts"]:
        at = ("body", "texts", code)
        words = made.body["texts"][code]["en"]
        yield made.put("a stray brace", (*at, "vi"), "{", ((*at, "vi"), "brace"))
        yield made.put("another placeholder", (*at, "en"), f"{words} {{strange}}", (at, "different placeholders"))


def _clients(made: _Made) -> Iterator[Corruption]:
    yield made.put(
        "an open redirect", ("body", "redirect_uris"), ["http://x.example/"], (("body", "redirect_uris", 0), "pattern")
    )
    yield made.put("no scope", ("body", "scopes"), [], (("body", "scopes"), "at least 1"))


def _registers(made: _Made) -> Iterator[Corruption]:
    body = ("body",)
    yield made.put("a dangling key", ("body", "key_item"), _STRANGE, (("body", "key_item"), "no such item"))
    yield made.put("a bad route", ("body", "route"), "lgsp:hanoi", (("body", "route"), "pattern"))
    yield made.put("a wrong type", ("body", "timeout_ms"), True, (("body", "timeout_ms"), "valid integer"))
    yield made.put("an endless timeout", ("body", "timeout_ms"), 90_000, (("body", "timeout_ms"), "less than"))
    for place in range(len(made.body["attributes"])):
        yield from _attribute(made, (*body, "attributes", place))
    for error in made.body["errors"]:
        at = ("body", "errors", error)
        yield made.put("an error that is an answer", at, "answered", (at, "no answer"))
        yield made.put("an unknown outcome", at, "lost", (at, "Input should be"))
    for place, example in enumerate(made.body["examples"]):
        yield from _example(made, (*body, "examples", place), example)


def _attribute(made: _Made, at: Steps) -> Iterator[Corruption]:
    attribute, path = _reach(made.document, at), (*at, "path")
    yield made.put("descent", path, "$..full", (path, "descent"))
    yield made.put("a bad path", path, "$.name[", (path, "JSONPath"))
    yield made.put("a bad path", path, "name.full", (path, "starts with $"))
    yield made.put("a path elsewhere", path, "$.other", (path, "does not start at what it asks for"))
    yield made.put("a dangling item", (*at, "item"), _STRANGE, ((*at, "item"), "no such item"))
    yield made("a duplicate", _doubling(at), (*at[:-1], _next(made, at), "item"), "mapped twice")
    for place in range(len(attribute.get("columns", ()))):
        column = (*at, "columns", place)
        yield made.put("descent", (*column, "path"), "$..x", ((*column, "path"), "descent"))
        yield made.put("a dangling item", (*column, "item"), _STRANGE, ((*at, "columns"), f"no column {_STRANGE}"))


def _next(made: _Made, at: Steps) -> int:
    return len(_reach(made.document, at[:-1]))


def _doubling(at: Steps) -> Change:
    return lambda document: _reach(document, at[:-1]).append(copy.deepcopy(_reach(document, at)))


def _appending(at: Steps, value: object) -> Change:
    return lambda document: _reach(document, at).append(value)


def _example(made: _Made, at: Steps, example: Any) -> Iterator[Corruption]:  # noqa: ANN401 - JSON of any shape
    for item in example["extracts"]:
        place = (*at, "extracts", item)
        yield made.put("an example that says otherwise", place, "?", (place, "another value"))
        yield made.drop("an example that says less", place, ((*at, "extracts"), f"does not state {item}"))
    yield made.put(
        "an example that says more", (*at, "extracts", _STRANGE), "?", ((*at, "extracts", _STRANGE), "no such value")
    )


def _forms(made: _Made) -> Iterator[Corruption]:
    for place in made.body["fields"]:
        yield from _field(made, ("body", "fields", place))
    for place, rows in made.body.get("lists", {}).items():
        at = ("body", "lists", place)
        if "list" in rows:
            yield made.put("a dangling item", (*at, "list"), _STRANGE, (at, "no such list"))
        yield made("an uncovered field", _forgetting(at), ("body", "fields"), "no field for")
        for name, column in rows["columns"].items():
            if "item" in column:
                yield made.put(
                    "a dangling item",
                    (*at, "columns", name, "item"),
                    _STRANGE,
                    ((*at, "columns", name), "no such item"),
                )
    for role in made.body["roles"]:
        at = ("body", "roles", role)
        yield made.put("a dangling item", (*at, "requires"), _no_condition(), ((*at, "requires"), "no such item"))
        yield from _ways(made, at)
    yield from _shown(made)
    yield made.put(
        "a schema too rich", ("body", "schema", "minProperties"), 1, (("body", "schema", "minProperties"), "profile")
    )
    yield made.put(
        "a wrong reference",
        ("body", "schema", "properties", "Xx"),
        {"$ref": "#/$defs/Xx"},
        (("body", "schema", "properties", "Xx", "$ref"), "own $defs"),
    )


def _ways(made: _Made, at: Steps) -> Iterator[Corruption]:
    role, first = at[-1], (*at, "via", 0)
    round_trip = {"role": role, "item": "person.personal_id"}
    yield made.put("a cycle", (*at, "via"), [round_trip], (first, "through itself"))
    nobody = {**round_trip, "role": "nobody"}
    yield made.put("a dangling role", (*at, "via"), [nobody], (first, "no such role"))
    others = [other for other, rule in made.body["roles"].items() if other != role and "via" not in rule]
    for other in others[:1]:
        strange = {"role": other, "item": _STRANGE}
        yield made.put("a dangling item", (*at, "via"), [strange], (first, "no such item"))
        nowhere = {"role": other, "when": {"pointer": "/Nowhere", "one_of": ["x"]}}
        yield made.put("a dangling pointer", (*at, "via"), [nowhere], ((*first, "when"), "no such field"))


def _no_condition() -> dict[str, object]:
    return {"item": _STRANGE, "one_of": ["x"]}


def _field(made: _Made, at: Steps) -> Iterator[Corruption]:
    field = _reach(made.document, at)
    yield made.put("a wrong policy", (*at, "policy"), "guess", ((*at, "policy"), "Input should be"))
    other = "optional" if field["necessity"] == "required" else "required"
    yield made.put("a necessity that is not the schema's", (*at, "necessity"), other, (at, "do not agree"))
    yield made.put("a dangling role", (*at, "role"), "nobody", (at, "no such role"))
    yield made.put(
        "a dangling condition", (*at, "applies_when"), _no_condition(), ((*at, "applies_when"), "no such item")
    )
    hidden = {"pointer": "/Nowhere", "one_of": ["x"]}
    yield made.put("a dangling pointer", (*at, "visible_when"), hidden, ((*at, "visible_when"), "no such field"))
    itself = {"pointer": at[-1], "one_of": ["x"]}
    yield made.put("a cycle", (*at, "visible_when"), itself, ((*at, "visible_when"), "itself"))
    offer = {"role": next(iter(made.body["roles"])), "item": "person.full_name"}
    for name, wrong, reason in (("role", "nobody", "no such role"), ("item", _STRANGE, "no such item")):
        yield made.put(f"a dangling {name}", (*at, "offers"), [{**offer, name: wrong}], ((*at, "offers", 0), reason))
    if "item" in field:
        yield made.put("a dangling item", (*at, "item"), _STRANGE, (at, "no such item"))
        yield made.drop("an item that is nobody's", (*at, "role"), (at, "name the role"))
    yield made("an uncovered field", _forgetting(at), ("body", "fields"), "no field for")


def _forgetting(at: Steps) -> Change:
    """Leave out a field, in the layout too."""

    def change(document: Any) -> None:  # noqa: ANN401 - JSON of any shape
        del _reach(document, at[:-1])[at[-1]]
        for section in document["body"]["layout"]:
            section["fields"] = [name for name in section["fields"] if name != at[-1]]
        document["body"]["layout"] = [section for section in document["body"]["layout"] if section["fields"]]

    return change


def _shown(made: _Made) -> Iterator[Corruption]:
    for place, section in enumerate(made.body["layout"]):
        at = ("body", "layout", place, "fields")
        end = (*at, len(section["fields"]))
        yield made("a dangling pointer", _appending(at, "/No"), end, "no such field")
        again = section["fields"][0]
        yield made("a duplicate", _appending(at, again), end, "shown twice")


def _procedures(made: _Made) -> Iterator[Corruption]:
    for name in ("forms", "life_events"):
        at = ("body", name)
        found = made.body[name]
        yield made.put("a dangling reference", at, [*found, "none"], ((*at, len(found)), "none"))
        yield made.put("a duplicate", at, [*found, found[0]], (at, "twice"))
    for name in ("fee_schedule", "survey"):
        yield made.put("a dangling reference", ("body", name), "none", (("body", name), "has the code none"))
    yield made.put(
        "a dangling document", ("body", "result"), {"document": "none"}, (("body", "result", "document"), "no message")
    )
    items = ("body", "agency_rule", "items")
    yield made.put("a dangling item", items, [_STRANGE], ((*items, 0), "no such item"))
    level = "full" if made.body["level"] == "partial" else "partial"
    yield made.put(
        "a reason that does not fit", ("body", "level"), level, (("body", "partial_reason"), "exactly where")
    )
    if made.body["deadline"] is not None:
        yield made.put(
            "a deadline without basis", ("body", "deadline", "source"), " ", (("body", "deadline", "source"), "pattern")
        )
    for place, component in enumerate(made.body["components"]):
        yield from _component(made, ("body", "components", place), component)


def _component(made: _Made, at: Steps, component: Any) -> Iterator[Corruption]:  # noqa: ANN401 - JSON of any shape
    yield made("a duplicate", _doubling(at), at[:-1], f"has {component['code']} twice")
    elsewhere = {"pointer": "/Nowhere", "one_of": ["x"]}
    yield made.put("a dangling pointer", (*at, "when"), elsewhere, ((*at, "when"), "no form has the field"))
    for way, all_of in enumerate(component["evidence"]["any_of"]):
        for each, evidence in enumerate(all_of["all_of"]):
            place = (*at, "evidence", "any_of", way, "all_of", each)
            yield made.put("no evidence", place, {}, (place, "either items or a document"))
            if "items" in evidence:
                yield made.put(
                    "a dangling item", (*place, "items", 0), _STRANGE, ((*place, "items", 0), "no such item")
                )
            else:
                yield made.put(
                    "a dangling document", (*place, "document"), "none", ((*place, "document"), "no message")
                )


def _agencies(made: _Made) -> Iterator[Corruption]:
    yield made.put("a dangling reference", ("body", "province"), "99", (("body", "province"), "no such province"))
    yield made.put("a bad code", ("body", "agency_code"), "??", (("body", "agency_code"), ""))
    for place, competence in enumerate(made.body["competence"]):
        at = ("body", "competence", place)
        end = _next(made, at)
        yield made("a date overlap", _doubling(at), (*at[:-1], end), "overlaps")
        yield made.put(
            "an end before its beginning", (*at, "until"), "1999-01-01", ((*at, "until"), "before it begins")
        )
        yield made.put("a day that is none", (*at, "since"), "2025-02-30", ((*at, "since"), "out of range"))
        yield made.put(
            "a dangling reference", (*at, "procedures", 0), "9.999999", ((*at, "procedures", 0), "no such thing")
        )
        yield made.put("a bad code", (*at, "units", 0), "x", ((*at, "units", 0), "pattern"))
        count = len(competence["units"])
        yield made.put(
            "a dangling reference", (*at, "units"), [*competence["units"], "99"], ((*at, "units", count), "no such")
        )


def _provinces(made: _Made) -> Iterator[Corruption]:
    code = made.document["code"]
    yield made.put("a province of other provinces", ("body", "former"), ["99"], (("body", "former"), "keeps the code"))
    yield made.put("a bad code", ("body", "former", 0), "x", (("body", "former", 0), "pattern"))
    for name in ("agencies", "registers", "fee_files"):
        count = len(made.body[name])
        at = ("body", name)
        yield made.put("a dangling reference", at, [*made.body[name], "none"], ((*at, count), "no such thing: none"))
    yield (
        made.put("an overlap", ("body", "former"), sorted({code, "01"}), (("body", "former"), "went to"))
        if code > "01"
        else made.put("a duplicate", ("body", "agencies"), made.body["agencies"] * 2, (("body", "agencies"), "twice"))
    )


def _units(made: _Made) -> Iterator[Corruption]:
    for old in list(made.body.get("successors", {}))[:3]:
        at = ("body", "successors", old)
        yield made.put("a dangling reference", at, ["99999"], ((*at, 0), "no such commune"))
        yield made.put("an empty list", at, [], (at, "at least 1"))
    yield made.put("a bad code", ("body", "table"), "streets", (("body", "table"), "tag"))


def _projections(made: _Made) -> Iterator[Corruption]:
    for name in ("form", "client"):
        yield made.put("a dangling reference", ("body", name), "none", (("body", name), f"no such {name}: none"))
    nowhere: Steps = ("body", "fields", "/Nowhere")
    yield made.put("a dangling pointer", nowhere, {"key": "x"}, (nowhere, "no such field"))
    yield from _keys(made, ("body", "fields"))
    for place in made.body.get("lists", {}):
        at = ("body", "lists", place, "columns")
        yield made.put("a dangling pointer", (*at, "/Nowhere"), {"key": "x"}, ((*at, "/Nowhere"), "no such field"))
        yield from _keys(made, at)


def _keys(made: _Made, at: Steps) -> Iterator[Corruption]:
    places = _reach(made.document, at)
    first, *others = places
    for place in others:
        key = (*at, place, "key")
        yield made.put("a duplicate", key, places[first]["key"], (key, "another place's key"))
        yield made.put("a bad key", key, "1.a", (key, "match pattern"))
        yield made.put("a key inside another", key, f"{places[first]['key']}.x", (key, "stands inside"))
        values = (*at, place, "values")
        if "values" in places[place]:
            some = next(iter(places[place]["values"]))
            yield made.put("a strange code", (*values, _STRANGE), "x", (values, "no codes of this field"))
            yield made.drop("a code without a value", (*values, some), (values, "leaves codes without a value"))
            alike = dict.fromkeys(places[place]["values"], "x")
            yield made.put("one value for several codes", values, alike, (values, "one value to several codes"))
        else:
            yield made.put("codes where none can be", values, {_STRANGE: "x"}, (values, "code"))


def _document_types(made: _Made) -> Iterator[Corruption]:
    body = ("body",)
    if made.body["media_types"]:
        yield made.put("a dangling document", ("body", "proves"), ["none"], (("body", "proves", 0), "no message"))
    yield made.put("nobody's paper", (*body, "media_types"), ["image/gif"], ((*body, "media_types", 0), "Input should"))
    for reader, mapped in made.body["mapped"].items():
        for place in range(len(mapped)):
            yield from _mapped(made, (*body, "mapped", reader, place))
    for name in ("holder", "number", "issued_on"):
        yield made.put("a dangling item", (*body, name), _STRANGE, ((*body, name), "no reader supplies"))
    validity = (*body, "validity")
    both = {"months": 1, "until": "person.full_name", "basis": "x", "status": "confirmed"}
    yield made.put("two ends", validity, both, (validity, "counts months, or"))
    for place in range(len(made.body.get("typed", ()))):
        yield made.put("a dangling item", (*body, "typed", place), _STRANGE, ((*body, "typed", place), "no such item"))
    for place, example in enumerate(made.body["examples"]):
        at = (*body, "examples", place)
        yield from _example(made, at, example)
        yield made.put("an example that holds otherwise", (*at, "valid_until"), "2001", ((*at, "valid_until"), "until"))
        yield made.put("an example of problems", (*at, "problems"), ["x"], ((*at, "problems"), "the problems are"))


def _mapped(made: _Made, at: Steps) -> Iterator[Corruption]:
    path = (*at, "path")
    yield made.put("descent", path, "$..full", (path, "descent"))
    yield made.put("a bad path", path, "$.name[", (path, "JSONPath"))
    yield made.put("a path to several", path, "$.names[*]", (path, "several values"))
    yield made.put("a path elsewhere", path, "$.nowhere", (at if at[2] in _FILES else path, ""))
    yield made.put("a dangling item", (*at, "item"), _STRANGE, ((*at, "item"), "no such item"))
    yield made.put("a strange code", (*at, "codes"), {"x": "?"}, ((*at, "codes"), "has no code ?"))
    yield made("a duplicate", _doubling(at), (*at[:-1], _next(made, at), "item"), "mapped twice")


_FILES: Final = frozenset({"json", "xml"})
_KINDS: Final[Mapping[str, Callable[[_Made], Iterator[Corruption]]]] = {
    "dictionary": _dictionary,
    "messages": _messages,
    "clients": _clients,
    "registers": _registers,
    "forms": _forms,
    "procedures": _procedures,
    "agencies": _agencies,
    "provinces": _provinces,
    "units": _units,
    "projections": _projections,
    "document_types": _document_types,
}
