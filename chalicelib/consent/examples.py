"""Examples for the description of the API: made up, and held against the shapes by tests."""

from typing import Final

from chalicelib.kernel.canonical import JsonObject

_REQUEST: Final = "01JDA0Q6T3X9V5K2M8N4P7R1SB"
_CONSENT: Final = "01JDA0R2W4Y6Z8B1D3F5H7K9MN"
_EXPIRES: Final = "2026-11-29T02:30:00.000Z"
_PROCEDURE: Final[JsonObject] = {"code": "1.000894", "vi": "Thủ tục đăng ký kết hôn", "en": "Registration of marriage"}
_CLIENT: Final[JsonObject] = {"code": "motlan-portal", "vi": "Cổng Một Lần", "en": "Một Lần portal"}
_ROLE: Final[JsonObject] = {"code": "bride", "vi": "Bên nữ", "en": "Bride"}
_ITEMS: Final[list[JsonObject]] = [
    {"code": "person.full_name", "vi": "Họ và tên", "en": "Full name", "sensitive": False},
    {"code": "person.ethnicity", "vi": "Dân tộc", "en": "Ethnicity", "sensitive": True},
]

WISH: Final[JsonObject] = {
    "procedure": "1.000894",
    "role": "bride",
    "personal_id": "079193999002",
    "items": ["person.full_name", "person.ethnicity"],
    "note": "Em đồng ý để anh điền tờ khai nhé.",
}
ASKED: Final[JsonObject] = {
    "id": _REQUEST,
    "procedure": "1.000894",
    "role": "bride",
    "items": ["person.ethnicity", "person.full_name"],
    "status": "open",
    "expires_at": _EXPIRES,
}
REQUESTS: Final[JsonObject] = {
    "requests": [
        {
            "id": _REQUEST,
            "status": "open",
            "personal_id": "001090999001",
            "client": _CLIENT,
            "procedure": _PROCEDURE,
            "role": _ROLE,
            "items": [*_ITEMS],
            "note": "Em đồng ý để anh điền tờ khai nhé.",
            "asked_at": "2026-11-22T02:30:00.000Z",
            "expires_at": _EXPIRES,
        }
    ]
}
CHOICE: Final[JsonObject] = {"decision": "grant", "items": ["person.full_name"]}
DECIDED: Final[JsonObject] = {
    "id": _REQUEST,
    "procedure": "1.000894",
    "role": "bride",
    "status": "granted",
    "decided_at": "2026-11-22T03:00:00.000Z",
    "consent": _CONSENT,
    "revision": 1,
    "items": ["person.full_name"],
    "expires_at": "2026-11-25T03:00:00.000Z",
}
CONSENTS: Final[JsonObject] = {
    "consents": [
        {
            "id": _CONSENT,
            "revision": 1,
            "status": "granted",
            "personal_id": "001090999001",
            "client": _CLIENT,
            "procedure": _PROCEDURE,
            "role": _ROLE,
            "items": [_ITEMS[0]],
            "changed_at": "2026-11-22T03:00:00.000Z",
            "expires_at": "2026-11-25T03:00:00.000Z",
            "hash": "5d" * 32,
        }
    ]
}
WITHDRAWN: Final[JsonObject] = {
    "id": _CONSENT,
    "revision": 2,
    "procedure": "1.000894",
    "status": "withdrawn",
    "changed_at": "2026-11-22T04:00:00.000Z",
}
BLOCKS: Final[JsonObject] = {
    "blocks": [
        {"id": "0f" * 16, "personal_id": "001090999001", "blocked_at": "2026-11-22T03:00:00.000Z"},
    ]
}
LIFTED: Final[JsonObject] = {"id": "0f" * 16, "status": "lifted"}
