"""The document types over HTTP: public, and the same for everybody."""

from collections.abc import Callable
from typing import Final, Literal, Protocol

from chalicelib.kernel.ids import ItemId
from chalicelib.papers.model import MediaType
from chalicelib.vocabulary.model import Text
from chalicelib.warehouse.document_type import DocumentType
from chalicelib.warehouse.type_shapes import (
    DocumentTypeAnswer,
    DocumentTypeList,
    ProvedEvidence,
    SuppliedItem,
    TypeText,
    ValidityAnswer,
)
from chalicelib.warehouse.types import TypeView
from chalicelib.web.exchange import GetEdge
from chalicelib.web.operation import Anonymous, Label, Operation, Request
from chalicelib.web.route import Router

_CACHE: Final = "public, max-age=60"


class TypesPort(Protocol):
    """What this route needs of the slice's use case."""

    def all(self) -> tuple[TypeView, ...]:
        """Return the types by code."""
        ...


class TypesHolder(Protocol):
    """What holds the use case."""

    @property
    def types(self) -> TypesPort:
        """Return the document types."""
        ...


class Services(Protocol):
    """What is built on the first request."""

    @property
    def warehouse(self) -> TypesHolder:
        """Return the slice."""
        ...


def router(get_edge: GetEdge, get_services: Callable[[], Services]) -> Router:
    """Return the route; both getters build on the first request."""
    routes = Router(get_edge)

    @routes.route("GET", "/v1/document-types", _LIST)
    def types(_request: Request) -> DocumentTypeList:
        return DocumentTypeList(document_types=[type_answer(each) for each in get_services().warehouse.types.all()])

    return routes


def type_answer(view: TypeView) -> DocumentTypeAnswer:
    """Write a type as a list of them shows it."""
    type_ = view.type
    return DocumentTypeAnswer(
        code=type_.code,
        name=_both(type_.name),
        media_types=sorted(type_.media_types),
        max_bytes=type_.max_bytes,
        supplies=[_supplied(view, item) for item in view.items],
        proves=[ProvedEvidence(code=code, name=_both(name)) for code, name in view.evidence.items()],
        validity=ValidityAnswer(
            months=type_.validity.months,
            until=type_.validity.until,
            basis=type_.validity.basis,
            status=type_.validity.status,
        ),
        owners=_owners(type_),
        issuers=None if type_.issuers is None else _both(type_.issuers),
        legal_basis=type_.legal_basis,
        status=type_.status,
        notice=None if view.notice is None else _both(view.notice),
    )


def _supplied(view: TypeView, id_: ItemId) -> SuppliedItem:
    item = view.items[id_]
    return SuppliedItem(
        item=id_,
        label=_both(item.label),
        type=item.type,
        sensitive=item.sensitive,
        read_from=_read_from(view.type, id_),
    )


def _read_from(type_: DocumentType, id_: ItemId) -> list[MediaType]:
    readers = {reader for reader, mapped in type_.mapped.items() if any(each.item == id_ for each in mapped)}
    return sorted(media_type for media_type, reader in type_.readers.items() if reader in readers)


def _owners(type_: DocumentType) -> list[Literal["person", "organisation"]]:
    owners: list[Literal["person", "organisation"]] = ["person"] if type_.persons else []
    return [*owners, "organisation"] if type_.organisations else owners


def _both(text: Text) -> TypeText:
    return TypeText(vi=text.vi, en=text.en)


_LIST: Final = Operation(
    id="listDocumentTypes",
    summary=Label("Xem các loại giấy tờ của kho dữ liệu", "List the document types of the warehouse"),
    auth=Anonymous(),
    answer=DocumentTypeList,
    cache=_CACHE,
)
