"""Requests of agencies: a document to issue, an import to open."""

import hashlib
from typing import Final

from chalicelib.kernel.canonical import JsonObject
from tests.support.service import AN

TYPE: Final = "giay-xac-nhan-ho-ngheo"
DATA: Final[JsonObject] = {
    "number": "HN-999001",
    "year": 2026,
    "status": "ho_ngheo",
    "holder": {"personal_id": AN, "full_name": "NGUYỄN VĂN AN"},
}


def an_issue(file: bytes, **changes: object) -> JsonObject:
    """Return a request to issue this file."""
    asked: dict[str, object] = {
        "type": TYPE,
        "holder": {"personal_id": AN},
        "number": "HN-999001",
        "issued_on": "2026-11-20",
        "data": DATA,
        "file": {
            "media_type": "application/pdf",
            "size": len(file),
            "sha256": hashlib.sha256(file).hexdigest(),
        },
    }
    return {**asked, **changes}  # type: ignore[dict-item]


def an_import(manifest: bytes, media_type: str = "text/csv") -> JsonObject:
    """Return a request to open an import with this manifest."""
    digest = hashlib.sha256(manifest).hexdigest()
    return {"manifest": {"media_type": media_type, "size": len(manifest), "sha256": digest}}
