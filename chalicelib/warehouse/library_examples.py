"""Examples for the description of the API: made up, and held against the shapes by tests."""

from typing import Final

from chalicelib.kernel.canonical import JsonObject

_ID: Final = "01JDA0Q6T3X9V5K2M8N4P7R1SB"
_EXPORT: Final = "01JDA1C8D0E2F4G6H8J0K2M4NP"
_SHA256: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_LINK: Final = (
    "https://documents.example/documents/01JDA0Q6T3X9V5K2M8N4P7R1SB/served?X-Amz-Expires=60&X-Amz-Signature=…"
)

_BRIEF: Final[JsonObject] = {
    "id": _ID,
    "type": {"code": "the-can-cuoc", "vi": "Thẻ căn cước", "en": "Identity card"},
    "title": "Căn cước công dân",
    "origin": "upload",
    "state": "available",
    "assurance": "scan",
    "worth": {
        "vi": "Bản chụp hoặc quét: dùng để khai, cơ quan có thể yêu cầu đối chiếu bản chính.",
        "en": "A photograph or scan: used as declared; an agency may ask to see the original.",
    },
    "created_at": "2026-11-22T02:30:00.000Z",
    "version": 1,
    "number": "001090999001",
    "issued_on": "2021-06-25",
    "media_type": "image/jpeg",
    "size": 482113,
    "has_thumbnail": True,
}
SEARCH: Final[JsonObject] = {"q": "can cuoc", "limit": 20}
DOCUMENTS: Final[JsonObject] = {"documents": [_BRIEF]}
DOCUMENT: Final[JsonObject] = {
    **_BRIEF,
    "holder": "owner",
    "counts": True,
    "items": [
        {
            "item": {"code": "person.full_name", "vi": "Họ và tên", "en": "Full name"},
            "value": {"full": "NGUYỄN VĂN AN"},
            "path": "qr[2]",
        }
    ],
    "signatures": [],
    "file": {
        "media_type": "image/jpeg",
        "size": 482113,
        "sha256": _SHA256,
        "scan": "not_scanned",
        "redacted": True,
    },
    "mapping": _SHA256,
    "catalogue": _SHA256,
}
LINK: Final[JsonObject] = {"url": _LINK, "expires_at": "2026-11-22T02:31:00.000Z"}
DELETED: Final[JsonObject] = {"id": _ID, "state": "deleted", "purge_at": "2026-11-29T02:30:00.000Z"}
RESTORED: Final[JsonObject] = {"id": _ID, "state": "available"}
WAREHOUSE: Final[JsonObject] = {
    "documents": {"used": 12, "most": 20_000},
    "bytes": {"used": 18_734_221, "most": 5_000_000_000},
    "open_uploads": {"used": 1, "most": 60},
    "uploads_this_hour": {"used": 3, "most": 600},
}
REQUESTED: Final[JsonObject] = {"id": _EXPORT, "state": "requested", "requested_at": "2026-11-22T02:30:00.000Z"}
READY: Final[JsonObject] = {
    **REQUESTED,
    "state": "ready",
    "documents": 12,
    "size": 18_902_114,
    "expires_at": "2026-11-29T02:30:20.000Z",
    "link": {
        "url": "https://documents.example/exports/01JDA1C8D0E2F4G6H8J0K2M4NP?X-Amz-Expires=60&X-Amz-Signature=…",
        "expires_at": "2026-11-22T02:32:00.000Z",
    },
}
