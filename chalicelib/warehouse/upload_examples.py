"""A request of an upload and its answers, as the API's description shows them; a made-up citizen."""

from typing import Final

from chalicelib.kernel.canonical import JsonObject

_ID: Final = "01M80FPM80BWSBTRCJN0ZW2MWR"
_SHOWN: Final[JsonObject] = {
    "id": _ID,
    "type": "the-can-cuoc",
    "title": "Thẻ căn cước",
    "media_type": "image/jpeg",
    "size": 481516,
    "file_name": "mat-truoc.jpg",
    "attempt": 1,
    "opened_at": "2026-11-22T02:00:00.000Z",
    "ticket_until": "2026-11-22T02:05:00.000Z",
}
REQUEST: Final[JsonObject] = {
    "type": "the-can-cuoc",
    "media_type": "image/jpeg",
    "size": 481516,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "file_name": "mat-truoc.jpg",
}
OPENED: Final[JsonObject] = {
    **_SHOWN,
    "state": "opened",
    "message": {"vi": "Đang chờ tệp", "en": "Waiting for the file"},
    "ticket": {
        "url": "https://uploads.example.gov.vn/",
        "fields": {
            "Content-Type": "image/jpeg",
            "x-amz-checksum-algorithm": "SHA256",
            "x-amz-checksum-sha256": "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
            "key": f"in/{_ID}/1",
            "x-amz-algorithm": "AWS4-HMAC-SHA256",
            "x-amz-credential": "EXAMPLE/20261122/ap-southeast-1/s3/aws4_request",
            "x-amz-date": "20261122T020000Z",
            "policy": "eyJleHBpcmF0aW9uIjogIjIwMjYtMTEtMjJUMDI6MDU6MDBaIn0=",
            "x-amz-signature": "0000000000000000000000000000000000000000000000000000000000000000",
        },
        "expires_at": "2026-11-22T02:05:00.000Z",
    },
}
RECEIVED: Final[JsonObject] = {
    **_SHOWN,
    "state": "received",
    "message": {"vi": "Đã nhận tệp", "en": "The file has come"},
    "changed_at": "2026-11-22T02:00:02.000Z",
}
AVAILABLE: Final[JsonObject] = {
    **_SHOWN,
    "state": "available",
    "message": {"vi": "Đã có trong kho", "en": "In the warehouse"},
    "changed_at": "2026-11-22T02:00:03.000Z",
    "document": _ID,
    "links": {"document": f"/v1/warehouse/documents/{_ID}"},
}
