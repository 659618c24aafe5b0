"""Requests and answers of issuing, as the API's description shows them; a made-up citizen."""

from typing import Final

from chalicelib.kernel.canonical import JsonObject

_ID: Final = "01M80FPM80BWSBTRCJN0ZW2MWR"
REQUEST: Final[JsonObject] = {
    "type": "giay-xac-nhan-ho-ngheo",
    "holder": {"personal_id": "001090999001"},
    "number": "12/GXN-UBND",
    "issued_on": "2026-11-20",
    "data": {},
    "file": {
        "media_type": "application/pdf",
        "size": 48213,
        "sha256": "9891e2457a2de553da04700132b8d043e72cb37cfb27e0378e8c462bff1bc163",
    },
}
TICKET: Final[JsonObject] = {
    "url": "https://uploads.example/",
    "fields": {"key": f"in/{_ID}/1", "Content-Type": "application/pdf"},
    "expires_at": "2026-11-22T02:05:00.000Z",
}
OPENED: Final[JsonObject] = {"id": _ID, "version": 1, "state": "opened", "ticket": TICKET}
SHOWN: Final[JsonObject] = {
    "id": _ID,
    "type": "giay-xac-nhan-ho-ngheo",
    "state": "available",
    "version": 1,
    "assurance": "original_electronic",
    "scan": "clean",
    "opened_at": "2026-11-22T02:00:00.000Z",
    "issued_at": "2026-11-22T02:00:02.000Z",
    "newest": {"id": _ID, "version": 1, "state": "available"},
}
REVOCATION: Final[JsonObject] = {"reason": "issued_in_error", "note": "Cấp nhầm người."}
REVOKED: Final[JsonObject] = {
    **SHOWN,
    "state": "revoked",
    "newest": {"id": _ID, "version": 1, "state": "revoked"},
    "revoked": {"at": "2026-11-23T02:00:00.000Z", "reason": "issued_in_error", "note": "Cấp nhầm người."},
}
