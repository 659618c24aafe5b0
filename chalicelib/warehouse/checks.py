"""What must hold of a document type within its set: its items, its readers, what it proves.

Knows items and paths; must not know HTTP, or any paper by name.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from chalicelib.definitions.model import Envelope, Fault, View, pointer
from chalicelib.kernel.frozen import dataclass
from chalicelib.papers.model import MediaType
from chalicelib.vocabulary.definition import ItemBody, items_of
from chalicelib.vocabulary.paths import plain_steps
from chalicelib.warehouse.checks_examples import check_examples
from chalicelib.warehouse.reading_cards import CITIZEN_CARD, HEALTH_CARD
from chalicelib.warehouse.written import DocumentTypeBody, FileReader, MappedBody

EVIDENCE: Final = "document."
"""A kind of evidence has its name among the messages, under this and its code."""
_PICTURES: Final[frozenset[MediaType]] = frozenset({"image/jpeg", "image/png", "application/pdf"})
_READS: Final[Mapping[FileReader, frozenset[MediaType]]] = {
    "citizen_card_qr": _PICTURES,
    "health_card_qr": _PICTURES,
    "json": frozenset({"application/json"}),
    "xml": frozenset({"application/xml"}),
}
_CARDS: Final[Mapping[FileReader, frozenset[str]]] = {"citizen_card_qr": CITIZEN_CARD, "health_card_qr": HEALTH_CARD}


@dataclass(frozen=True, slots=True)
class _Checked:
    """A type's file and the words of its set."""

    envelope: Envelope
    body: DocumentTypeBody
    items: Mapping[str, ItemBody]

    def fault(self, reason: str, *at: str | int) -> Fault:
        return Fault(self.envelope.file, pointer("body", *at), reason)

    @property
    def read(self) -> frozenset[str]:
        """Return the items that readers supply."""
        return frozenset(each["item"] for mapped in self.body["mapped"].values() for each in mapped)


def check_document_type(envelope: Envelope, body: DocumentTypeBody, view: View) -> Iterator[Fault]:
    """Yield the faults of a type: what it names and the set has not, what contradicts, examples that do not hold."""
    checked = _Checked(envelope, body, items_of(view))
    unknown = list(_check_items(checked))
    yield from unknown
    yield from _check_readers(checked)
    yield from _check_proves(checked, view)
    yield from _check_files(checked)
    yield from _check_named(checked)
    yield from _check_validity(checked)
    if not unknown:
        yield from check_examples(envelope, body, view)


def _check_items(checked: _Checked) -> Iterator[Fault]:
    for reader, mapped in checked.body["mapped"].items():
        named = [each["item"] for each in mapped]
        for place, each in enumerate(mapped):
            at = ("mapped", reader, place)
            if each["item"] not in checked.items:
                yield checked.fault(f"no such item: {each['item']}", *at, "item")
            else:
                yield from (checked.fault(why, *at, step) for step, why in _wrong(each, checked.items[each["item"]]))
            if each["item"] in named[:place]:
                yield checked.fault(f"{each['item']} is mapped twice", *at, "item")
            yield from (checked.fault(why, *at, "path") for why in _wrong_field(reader, each["path"]))
    for place, item in enumerate(checked.body.get("typed", [])):
        if item not in checked.items:
            yield checked.fault(f"no such item: {item}", "typed", place)
        elif checked.items[item]["type"] == "list":
            yield checked.fault("a list is not typed: it has no value of its own", "typed", place)


def _wrong(mapped: MappedBody, item: ItemBody) -> Iterator[tuple[str, str]]:
    if item["type"] == "list":
        yield "item", f"{mapped['item']} is a list: a paper says one thing of an item"
    for theirs, ours in mapped.get("codes", {}).items():
        if ours not in item.get("codes", {}):
            yield "codes", f"{theirs}: {mapped['item']} has no code {ours}"


def _wrong_field(reader: FileReader, path: str) -> Iterator[str]:
    fields, steps = _CARDS.get(reader), plain_steps(path)
    if fields is not None and (not steps or steps[0] not in fields):
        yield f"such a card has only {', '.join(sorted(fields))}"


def _check_readers(checked: _Checked) -> Iterator[Fault]:
    readers, mapped = checked.body["readers"], checked.body["mapped"]
    for media_type, reader in readers.items():
        if media_type not in checked.body["media_types"]:
            yield checked.fault("the type takes no such file", "readers", media_type)
        if media_type not in _READS[reader]:
            yield checked.fault(f"{reader} does not read it", "readers", media_type)
        if reader not in mapped:
            yield checked.fault(f"nothing is mapped for {reader}", "readers", media_type)
    for reader in mapped:
        if reader not in readers.values():
            yield checked.fault("no file of this type is read so", "mapped", reader)


def _check_proves(checked: _Checked, view: View) -> Iterator[Fault]:
    texts = [view.body("messages", code) for code in view.codes("messages")]
    told = {name for body in texts if body is not None for name in body["texts"]}
    proves = checked.body["proves"]
    for place, code in enumerate(proves):
        if None not in texts and f"{EVIDENCE}{code}" not in told:
            yield checked.fault(f"no message {EVIDENCE}{code} says what this is called", "proves", place)
    if len(set(proves)) != len(proves):
        yield checked.fault("names one twice", "proves")


def _check_files(checked: _Checked) -> Iterator[Fault]:
    """Yield what contradicts between files, typing and whose it may be.

    What somebody reads off a paper is their word and not the paper's, so what may be typed comes with no file.
    """
    body = checked.body
    if len(set(body["media_types"])) != len(body["media_types"]):
        yield checked.fault("names one twice", "media_types")
    if bool(body["media_types"]) != bool(body["max_bytes"]):
        yield checked.fault("is above 0 exactly where the type takes files", "max_bytes")
    if bool(body["media_types"]) == ("typed" in body):
        yield checked.fault("a type takes files, or is typed", "typed")
    if "typed" in body and body["proves"]:
        yield checked.fault("what is typed proves nothing", "proves")
    if not body["persons"] and not body["organisations"]:
        yield checked.fault("is nobody's", "persons")


def _check_named(checked: _Checked) -> Iterator[Fault]:
    for name, item in (("holder", "holder"), ("number", "number"), ("issued_on", "issued_on")):
        named = checked.body.get(item)
        if named is not None and named not in checked.read:
            yield checked.fault(f"no reader supplies {named}", name)
    issued_on = checked.items.get(checked.body.get("issued_on") or "")
    if issued_on is not None and issued_on["type"] not in {"date", "partial_date"}:
        yield checked.fault(f"{checked.body['issued_on']} is no day", "issued_on")
    holder = checked.items.get(checked.body.get("holder") or "")
    if holder is not None:
        is_person = holder["type"] == "personal_id"
        if (checked.body["persons"], checked.body["organisations"]) != (is_person, not is_person):
            yield checked.fault("names a person exactly where the paper is a person's, and no organisation's", "holder")


def _check_validity(checked: _Checked) -> Iterator[Fault]:
    validity = checked.body["validity"]
    until = validity.get("until")
    if until is not None and "months" in validity:
        yield checked.fault("counts months, or has a last day in an item", "validity")
    if "months" in validity and "issued_on" not in checked.body:
        yield checked.fault("months are counted from issued_on, which the type does not have", "validity", "months")
    if until is not None and until not in checked.read:
        yield checked.fault(f"no reader supplies {until}", "validity", "until")
    elif until is not None and checked.items[until]["type"] != "date":
        yield checked.fault(f"{until} is no date", "validity", "until")
