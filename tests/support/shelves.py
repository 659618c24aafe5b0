"""Documents, types and uploads for tests of the shelf."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import CatalogueHash, ClientId, DocumentId, EventId, ItemId, PersonalId, UploadId
from chalicelib.papers.model import Signature, Signer
from chalicelib.vocabulary.model import Text
from chalicelib.warehouse.document_type import DocumentType, Validity
from chalicelib.warehouse.model import Document, File, ReadItem
from chalicelib.warehouse.upload import Upload, Wish
from tests.support.clock import START
from tests.support.ids import CountedIds

OWNER: Final = PersonalId("001090999001")
OTHER: Final = PersonalId("079193999002")
CATALOGUE: Final = CatalogueHash("c" * 64)
NAME: Final = ItemId("person.name")
BIRTH: Final = ItemId("person.birth_date")
AGENCY: Final = ClientId("ubnd-demo")
SIGNER: Final = Signer("agency", "Ủy ban nhân dân xã", "UBND", "d" * 64, "CA")
SIGNED: Final = Signature("intact", "trusted", SIGNER, START, at_proved=True)


def a_type(code: str = "the-can-cuoc", **changes: object) -> DocumentType:
    made: dict[str, Any] = {
        "code": code,
        "name": Text("Thẻ căn cước", "Identity card"),
        "media_types": frozenset({"image/png"}),
        "max_bytes": 1_000_000,
        "readers": {},
        "mapped": {},
        "proves": frozenset({"identity"}),
        "validity": Validity(),
        "holder": None,
        "number": None,
        "issued_on": None,
        "typed": frozenset(),
        "persons": True,
        "organisations": False,
        "legal_basis": "Luật 26/2023/QH15",
        "status": "unverified",
        "mapping": "m" * 64,
    }
    return DocumentType(**{**made, **changes})


def document_id(number: int) -> DocumentId:
    return DocumentId(f"01JD9N3Z00D0CVMENT{number:08d}")


def a_document(nth: int = 1, items: Mapping[ItemId, Any] | None = None, **changes: object) -> Document:
    made: dict[str, Any] = {
        "id": document_id(nth),
        "owner": OWNER,
        "type": "the-can-cuoc",
        "title": "Thẻ của tôi",
        "origin": "upload",
        "state": "available",
        "assurance": "scan",
        "created_at": START + timedelta(minutes=nth),
        "mapping": "m" * 64,
        "catalogue": CATALOGUE,
        "holder": "owner",
        "items": tuple(
            ReadItem(item, value, f"$.{item}")
            for item, value in ({NAME: f"AN {nth}"} if items is None else items).items()
        ),
        "file": File("image/png", 1_000, "a" * 64, "v1", "clean", has_thumbnail=True, is_redacted=False),
    }
    return Document(**{**made, **changes})


def issued(nth: int = 1, **changes: object) -> Document:
    made: dict[str, Any] = {
        "origin": "issued",
        "assurance": "certified_copy",
        "issuer": AGENCY,
        "number": "12/2026",
        "issued_on": "2026-11-20",
        "signatures": (SIGNED,),
    }
    return a_document(nth, **{**made, **changes})


def an_upload(number: int = 1, **changes: object) -> Upload:
    wish = Wish("the-can-cuoc", "Thẻ của tôi", "image/png", 1_000, "a" * 64)
    upload = Upload(
        UploadId(document_id(number)),
        OWNER,
        ClientId("motlan-portal"),
        wish,
        CATALOGUE,
        "opened",
        START,
        START + timedelta(minutes=5),
    )
    return replace(upload, **changes)  # type: ignore[arg-type]


def said(ids: CountedIds, kind: str = "warehouse.document_available") -> Event:
    return Event(EventId(ids.new()), kind, "D1", START)
