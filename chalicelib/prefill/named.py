"""Codes with their names beside them, in both languages: of registers, of documents, of items. Pure."""

from typing import Final

from chalicelib.definitions.model import Catalogue
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.ids import ItemId
from chalicelib.prefill.codec import plain
from chalicelib.prefill.model import Provenance
from chalicelib.sources.definition import REGISTERS
from chalicelib.vocabulary.model import Text
from chalicelib.vocabulary.service import vocabulary
from chalicelib.warehouse.definition import DOCUMENT_TYPES

UNNAMED: Final = Text("", "")
_DOCUMENT: Final = "document."


def both(text: Text) -> JsonObject:
    """Write a text."""
    return {"vi": text.vi, "en": text.en}


def in_order(value: Json) -> Json:
    """Return the value with its names sorted, as it comes back from the store: one form, fresh or read again."""
    if isinstance(value, dict):
        return {name: in_order(value[name]) for name in sorted(value)}
    return [in_order(each) for each in value] if isinstance(value, list) else value


def register_name(code: str | None, catalogue: Catalogue) -> Text:
    """Return what a register is called, nothing where there is none."""
    register = None if code is None else catalogue.find(REGISTERS, code)
    return UNNAMED if register is None else register.name


def document_name(code: str, catalogue: Catalogue) -> Text:
    """Return what a type of document, or a kind of evidence, is called; its code where it has no name."""
    type_ = catalogue.find(DOCUMENT_TYPES, code)
    named = Text(code, code) if type_ is None else type_.name
    return vocabulary(catalogue).texts.get(f"{_DOCUMENT}{code}", named)


def item_name(item: ItemId, catalogue: Catalogue) -> Text:
    """Return what an item is called."""
    return vocabulary(catalogue).item(item).label


def source_name(provenance: Provenance | None, catalogue: Catalogue) -> Text:
    """Return what an answer is from: the register, or the type of paper where it is held outside registers."""
    if provenance is None:
        return UNNAMED
    if provenance.register is None and provenance.document is not None:
        return document_name(provenance.document, catalogue)
    return register_name(provenance.register, catalogue)


def provenance_shown(provenance: Provenance, catalogue: Catalogue) -> JsonObject:
    """Write where an answer is from, with the name of its register or paper."""
    written = plain(provenance) | {"basis": provenance.basis}
    if provenance.original is not None:
        written["original"] = in_order(provenance.original)
    if provenance.register is not None:
        written["register_name"] = both(register_name(provenance.register, catalogue))
    if provenance.document is not None:
        written["document_name"] = both(document_name(provenance.document, catalogue))
    return written
