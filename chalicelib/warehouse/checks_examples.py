"""Does each example in a document type's file come out of it as stated? Pure; reads them as uploads are read."""

from collections.abc import Iterator
from datetime import date

from chalicelib.definitions.model import Envelope, Fault, View, pointer
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.errors import BadDefinition
from chalicelib.kernel.ids import ItemId
from chalicelib.papers.model import Limits, Refused
from chalicelib.papers.structured import read_xml
from chalicelib.vocabulary.definition import compile_item, items_of
from chalicelib.vocabulary.places import Gazetteer
from chalicelib.vocabulary.unit_tables import UnitsBody, compile_units
from chalicelib.vocabulary.units import Communes, Provinces, Table, Units
from chalicelib.warehouse.compiled import compile_type
from chalicelib.warehouse.document_type import DocumentType
from chalicelib.warehouse.reading import Reading, Tables, read
from chalicelib.warehouse.written import DocumentTypeBody, ExampleBody


def check_examples(envelope: Envelope, body: DocumentTypeBody, view: View) -> Iterator[Fault]:
    """Yield where reading an example gives anything but what it states, and which mapping none shows."""
    type_ = compile_type(envelope, body)
    known = _tables(envelope, type_, view)
    shown: set[tuple[str, str]] = set()
    for place, example in enumerate(body["examples"]):
        try:
            payload = _payload(example, type_)
        except ValueError as error:
            yield Fault(envelope.file, pointer("body", "examples", place), str(error))
            continue
        if known is None:
            return
        reading = read(type_, example["media_type"], payload, known)
        shown |= {(type_.readers[example["media_type"]], each.item) for each in reading.items}
        for why, at in _differs(example, reading):
            yield Fault(envelope.file, pointer("body", "examples", place, *at), why)
    for reader, mapped in body["mapped"].items():
        for place, each in enumerate(mapped):
            if (reader, each["item"]) not in shown:
                yield Fault(envelope.file, pointer("body", "mapped", reader, place), "no example has a value of it")


def _payload(example: ExampleBody, type_: DocumentType) -> tuple[str, ...] | Json:
    """Return what the reader is given. Raises ValueError where the example is none for this type."""
    reader = type_.readers.get(example["media_type"])
    if reader is None:
        raise ValueError("no reader for this media type")
    held = {"json": example.get("data"), "xml": example.get("xml")}
    payload = held.get(reader, example.get("codes"))
    if payload is None or sum(name in example for name in ("codes", "data", "xml")) != 1:
        raise ValueError(f"shows just what {reader} reads")
    if reader == "xml":
        document = read_xml(str(payload).encode(), Limits())
        if isinstance(document, Refused):
            raise ValueError(document.reason)
        return document
    return tuple(str(code) for code in payload) if isinstance(payload, list) else payload


def _differs(example: ExampleBody, reading: Reading) -> Iterator[tuple[str, tuple[str, ...]]]:
    found, stated = {str(each.item): each.value for each in reading.items}, example["extracts"]
    for item in sorted(found.keys() | stated.keys()):
        if item not in found:
            yield "the file has no such value", ("extracts", item)
        elif item not in stated:
            yield f"does not state {item}, which the file has", ("extracts",)
        elif found[item] != stated[item]:
            yield f"the file has another value: {found[item]}", ("extracts", item)
    if sorted(reading.problems) != sorted(example.get("problems", [])):
        yield f"the problems are {sorted(reading.problems)}", ("problems",)
    if reading.valid_until != example.get("valid_until"):
        yield f"it holds until {reading.valid_until}", ("valid_until",)


def _tables(envelope: Envelope, type_: DocumentType, view: View) -> Tables | None:
    """Return what examples are read with, as of the type's first day; None where the units are broken."""
    units: dict[str, UnitsBody] = {}
    for code in view.codes("units"):
        body = view.body("units", code)
        if body is None:
            return None
        units[code] = body

    def load(table: Table) -> Communes:
        found = compile_units(envelope, units[table])
        if not isinstance(found, Communes):
            raise BadDefinition(kind="units", definition=table)
        return found

    provinces = compile_units(envelope, units["provinces"]) if "provinces" in units else None
    if not isinstance(provinces, Provinces):
        return None
    written = items_of(view)
    items = {item: compile_item(ItemId(item), written[item], envelope.status) for item in type_.supplies}
    return Tables(items, Gazetteer(Units(provinces, load)), date.fromisoformat(envelope.effective_from))
