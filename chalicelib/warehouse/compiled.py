"""From a document type as written to one that reads. Pure; knows paths, and no paper."""

from chalicelib.definitions.model import Envelope
from chalicelib.kernel.ids import ItemId
from chalicelib.vocabulary.definition import text_of
from chalicelib.vocabulary.paths import compile_path
from chalicelib.warehouse.document_type import DocumentType, Mapped, Validity
from chalicelib.warehouse.written import DocumentTypeBody, MappedBody, ValidityBody


def compile_type(envelope: Envelope, body: DocumentTypeBody) -> DocumentType:
    """Return the value."""
    return DocumentType(
        code=envelope.code,
        name=text_of(body["name"]),
        media_types=frozenset(body["media_types"]),
        max_bytes=body["max_bytes"],
        readers=body["readers"],
        mapped={reader: tuple(_mapped(each) for each in mapped) for reader, mapped in body["mapped"].items()},
        proves=frozenset(body["proves"]),
        validity=_validity(body["validity"]),
        holder=_item(body.get("holder")),
        number=_item(body.get("number")),
        issued_on=_item(body.get("issued_on")),
        typed=frozenset(ItemId(item) for item in body.get("typed", ())),
        persons=body["persons"],
        organisations=body["organisations"],
        legal_basis=body["legal_basis"],
        status=envelope.status,
        mapping=envelope.hash,
        issuers=text_of(body["issuers"]) if "issuers" in body else None,
    )


def _mapped(body: MappedBody) -> Mapped:
    return Mapped(ItemId(body["item"]), body["path"], compile_path(body["path"]), body.get("codes", {}))


def _validity(body: ValidityBody) -> Validity:
    return Validity(body.get("months"), _item(body.get("until")), body["basis"], body["status"])


def _item(name: str | None) -> ItemId | None:
    return None if name is None else ItemId(name)
