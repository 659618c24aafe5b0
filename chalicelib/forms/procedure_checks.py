"""What must hold of a procedure within its set. Pure but for the shapes it reads."""

from collections.abc import Iterator
from typing import Any, Final

from chalicelib.definitions.model import Envelope, Fault, View, pointer
from chalicelib.forms import bindings
from chalicelib.forms.procedure_written import ComponentBody, DeadlineBody, EvidenceBody, ProcedureBody
from chalicelib.forms.schema import tree
from chalicelib.forms.written import ConditionBody, OnAnswerBody
from chalicelib.vocabulary.definition import items_of

DOCUMENT: Final = "document."
"""A type of document has its name among the messages, under this and its code."""


def check_procedure(envelope: Envelope, body: ProcedureBody, view: View) -> Iterator[Fault]:
    """Yield the faults of a procedure: what it names and the set does not have, and what contradicts."""
    checked = _Checked(envelope, view)
    yield from checked.named("forms", "forms", body["forms"])
    yield from checked.named("life_events", "life_events", body["life_events"])
    if (body["level"] == "partial") != ("partial_reason" in body):
        yield Fault(envelope.file, "/body/partial_reason", "is published exactly where the level is partial")
    for name, kind in (("fee_schedule", "fees"), ("survey", "surveys")):
        code = body.get(name)
        if isinstance(code, str) and code not in view.codes(kind):
            yield Fault(envelope.file, pointer("body", name), f"nothing of {kind} has the code {code}")
    yield from checked.documents(("result", "document"), body["result"]["document"])
    yield from checked.items(("agency_rule", "items"), body["agency_rule"]["items"])
    yield from _components(checked, body)
    if body["deadline"] is not None:
        yield from _deadline(envelope, body["deadline"])


class _Checked:
    """A procedure's file and its set while it is checked."""

    def __init__(self, envelope: Envelope, view: View) -> None:
        self.file, self.view = envelope.file, view
        self._items = items_of(view)
        texts = [view.body("messages", code) for code in view.codes("messages")]
        self._texts = {name for body in texts if body is not None for name in body["texts"]}
        self._is_told = None not in texts

    def fault(self, at: tuple[str | int, ...], reason: str) -> Fault:
        return Fault(self.file, pointer("body", *at), reason)

    def named(self, name: str, kind: str, codes: list[str]) -> Iterator[Fault]:
        for place, code in enumerate(codes):
            if code not in self.view.codes(kind):
                yield self.fault((name, place), f"no such {kind.removesuffix('s').replace('_', ' ')}: {code}")
        if len(set(codes)) != len(codes):
            yield self.fault((name,), "names one twice")

    def items(self, at: tuple[str | int, ...], items: list[str]) -> Iterator[Fault]:
        for place, item in enumerate(items):
            if item not in self._items:
                yield self.fault((*at, place), f"no such item: {item}")
        if len(set(items)) != len(items):
            yield self.fault(at, "names one twice")

    def values(self, at: tuple[str | int, ...], condition: ConditionBody) -> Iterator[Fault]:
        item = self._items.get(condition["item"])
        codes = None if item is None else item.get("codes")
        for place, value in enumerate(condition["one_of"]):
            if codes is not None and value not in codes:
                yield self.fault((*at, place), f"{value!r} is no value of {condition['item']}")

    def forms(self, codes: list[str]) -> list[Any]:
        """Return the forms, or none where one is broken: that is a fault of its own, and not told again here."""
        bodies = [self.view.body("forms", code) for code in codes]
        return [] if None in bodies else bodies

    def documents(self, at: tuple[str | int, ...], document: str) -> Iterator[Fault]:
        if self._is_told and f"{DOCUMENT}{document}" not in self._texts:
            yield self.fault(at, f"no message {DOCUMENT}{document} says what this document is called")


def _components(checked: _Checked, body: ProcedureBody) -> Iterator[Fault]:
    codes = [component["code"] for component in body["components"]]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield checked.fault(("components",), f"has {code} twice")
    for place, component in enumerate(body["components"]):
        yield from _evidence(checked, place, component)
        if "when" in component:
            yield from _when(checked, (place, component["when"]), body["forms"])
        yield from _role(checked, (place, component.get("role")), body["forms"])


def _role(checked: _Checked, placed: tuple[int, str | None], forms: list[str]) -> Iterator[Fault]:
    place, role = placed
    bodies = checked.forms(forms)
    if role is not None and bodies and not any(role in body["roles"] for body in bodies):
        yield checked.fault(("components", place, "role"), f"no form has the role {role}")


def _evidence(checked: _Checked, place: int, component: ComponentBody) -> Iterator[Fault]:
    ways = component["evidence"]["any_of"]
    for way, all_of in enumerate(ways):
        for each, evidence in enumerate(all_of["all_of"]):
            at = ("components", place, "evidence", "any_of", way, "all_of", each)
            yield from _one(checked, at, evidence)
    if "role" not in component and any("items" in each for way in ways for each in way["all_of"]):
        yield checked.fault(("components", place), "items are somebody's: name the role")
    if any(way in ways[:at] for at, way in enumerate(ways)):
        yield checked.fault(("components", place, "evidence", "any_of"), "has the same way twice")


def _one(checked: _Checked, at: tuple[str | int, ...], evidence: EvidenceBody) -> Iterator[Fault]:
    if ("items" in evidence) == ("document" in evidence):
        yield checked.fault(at, "is either items or a document")
    yield from checked.items((*at, "items"), evidence.get("items", []))
    for place, condition in enumerate(evidence.get("where", [])):
        if condition["item"] not in evidence.get("items", []):
            yield checked.fault((*at, "where", place, "item"), f"{condition['item']} is not among the items")
        yield from checked.values((*at, "where", place, "one_of"), condition)
    if "document" in evidence:
        yield from checked.documents((*at, "document"), evidence["document"])


def _when(checked: _Checked, placed: tuple[int, OnAnswerBody], forms: list[str]) -> Iterator[Fault]:
    place, when = placed
    bodies = checked.forms(forms)
    holding = [body for body in bodies if when["pointer"] in body["fields"]]
    if bodies and not holding:
        yield checked.fault(("components", place, "when"), f"no form has the field {when['pointer']}")
    for body in holding:
        node = tree(body["schema"]).nodes.get(when["pointer"], {})
        for reason in bindings.wrong_values(when["one_of"], node):
            yield checked.fault(("components", place, "when"), reason)


def _deadline(envelope: Envelope, written: DeadlineBody) -> Iterator[Fault]:
    at = pointer("body", "deadline")
    days, longest = written.get("working_days"), written.get("longest_working_days")
    if "working_days" in written and "working_hours" in written:
        yield Fault(envelope.file, at, "is in days or in hours, not in both")
    if not {"working_days", "working_hours", "longest_working_days"} & written.keys():
        yield Fault(envelope.file, at, "says no time: where none is known it is null")
    if days is not None and longest is not None and longest <= days:
        yield Fault(envelope.file, at, "the longest time is no longer than the usual one")
