"""Answers as a portal writes them, held against the form: which fields they fill, and what is wrong with each. Pure.

Nested, as the form's JSON Schema shapes them, or by pointer. Each value is checked by its own place in the schema
(`fitting`); what fields owe each other (required, if/then) is checked when a dossier is submitted, not while it grows.
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from chalicelib.definitions.model import pointer as pointed
from chalicelib.forms.model import Form
from chalicelib.forms.schema import Tree, tree
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.errors import FieldProblem, Unprocessable
from chalicelib.prefill.fitting import faults
from chalicelib.prefill.model import ABSENT, Absent
from chalicelib.prefill.places import put
from chalicelib.prefill.places import steps as steps_to

_MOST_PROBLEMS = 50

Answers: TypeAlias = Mapping[str, Json | Absent]


class InvalidAnswer(Unprocessable):
    """Answers that the form does not take; each problem names the field and the reason."""

    code = "invalid_answer"


def flatten(form: Form, document: JsonObject, prefix: str = "") -> dict[str, Json | Absent]:
    """Return what nested answers say, by pointer; null says that there is nothing (ABSENT).

    `prefix` leads the pointers of problems. Raises InvalidAnswer: a place that the form does not have, a value that
    its place does not take, a field that is not the citizen's to fill.
    """
    found: dict[str, Json | Absent] = {}
    problems = list(_walk(form, document, found))
    known = {at: value for at, value in found.items() if not isinstance(value, Absent)}
    _refuse([*problems, *_problems(form, known)], prefix)
    return found


def checked(form: Form, edits: Answers) -> dict[str, Json | Absent]:
    """Return edits by pointer once they are found good. Raises InvalidAnswer."""
    places = {field.pointer for field in form.fields}
    strangers = [FieldProblem(at, "unknown_field") for at in edits if at not in places]
    never = {field.pointer for field in form.fields if field.policy == "never"}
    cleared = [FieldProblem(at, "not_yours_to_fill") for at, value in edits.items() if value is ABSENT and at in never]
    known = {at: value for at, value in edits.items() if at in places and not isinstance(value, Absent)}
    _refuse([*strangers, *cleared, *_problems(form, known)], "")
    return dict(edits)


def nested(values: Answers) -> JsonObject:
    """Write values by pointer as the form's schema shapes them; what is absent is left out."""
    document: JsonObject = {}
    for at, value in values.items():
        if not isinstance(value, Absent):
            put(document, at, value)
    return document


def _walk(form: Form, document: JsonObject, found: dict[str, Json | Absent]) -> Iterator[FieldProblem]:
    """Gather what stands at the form's fields; yield the places that lead to none."""
    places = {field.pointer for field in form.fields}
    ways = {way for place in places for way in _above(place)}
    stack: list[tuple[tuple[str, ...], Json]] = [((name,), value) for name, value in document.items()]
    while stack:
        steps, value = stack.pop()
        at = pointed(*steps)
        if at in places:
            found[at] = ABSENT if value is None else value
        elif at not in ways:
            yield FieldProblem(at, "unknown_field")
        elif isinstance(value, dict):
            stack += [((*steps, name), below) for name, below in value.items()]
        elif value is not None:
            yield FieldProblem(at, "wrong_type")


def _above(place: str) -> Iterator[str]:
    """Yield the places on the way to a place."""
    names = steps_to(place)
    return (pointed(*names[:length]) for length in range(1, len(names)))


def _problems(form: Form, values: Mapping[str, Json]) -> Iterator[FieldProblem]:
    if not values:
        return
    schema: Tree = tree(form.schema)
    never = {field.pointer for field in form.fields if field.policy == "never"}
    for at, value in values.items():
        if at in never:
            yield FieldProblem(at, "not_yours_to_fill")
        else:
            yield from (FieldProblem(at + fault.at, fault.code) for fault in faults(schema, at, value))


def _refuse(problems: list[FieldProblem], prefix: str) -> None:
    named = sorted({(each.pointer, each.code) for each in problems})
    if named:
        raise InvalidAnswer(*(FieldProblem(prefix + at, code) for at, code in named[:_MOST_PROBLEMS]))
