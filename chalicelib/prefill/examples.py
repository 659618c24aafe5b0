"""One request and its answer, as the API's description shows them; a made-up citizen, and two of the form's fields."""

from typing import Final

from chalicelib.kernel.canonical import JsonObject

REQUEST: Final[JsonObject] = {
    "procedure": "1.000894",
    "subjects": {"groom": {"personal_id": "001090999001"}},
    "deadline_ms": 2500,
}

_POPULATION: Final[JsonObject] = {"vi": "Cơ sở dữ liệu quốc gia về dân cư", "en": "National population database"}
_CIVIL_STATUS: Final[JsonObject] = {"vi": "Cơ sở dữ liệu hộ tịch điện tử", "en": "Electronic civil-status database"}

_FILLED: Final[JsonObject] = {
    "label": {"vi": "Họ, chữ đệm, tên", "en": "Full name"},
    "policy": "auto",
    "status": "single_source",
    "outcome": "filled_verified",
    "value": "NGUYỄN VĂN AN",
    "origin": "auto",
    "locked": True,
    "provenance": {
        "register": "population",
        "register_name": _POPULATION,
        "record": "DC-999001",
        "path": "$.name.full",
        "item": "person.full_name",
        "mapping": "ff24ac5762d89abba6fefd4ec31ae10c8570a4957f4b25326e9c6cc9779d8209",
        "fetched_at": "2026-11-22T02:00:00.000Z",
        "as_of": "2026-11-01T01:00:00.000Z",
        "legal_basis": "Luật Căn cước 26/2023/QH15, Điều 9",
        "assurance": "register",
        "basis": "own",
    },
    "message": {
        "vi": "Đã điền từ Cơ sở dữ liệu quốc gia về dân cư.",
        "en": "Filled from: National population database.",
    },
    "next_action": {
        "vi": "Bạn không cần làm gì. Nếu thấy sai, hãy báo để cơ quan quản lý dữ liệu kiểm tra.",
        "en": "Nothing to do. If it is wrong, say so and the agency that keeps the record will check.",
    },
}
_SKIPPED: Final[JsonObject] = {
    "label": {"vi": "Họ, chữ đệm, tên", "en": "Full name"},
    "policy": "auto",
    "status": "single_source",
    "outcome": "skipped",
    "detail": "no_subject",
    "locked": False,
    "message": {
        "vi": "Chưa rõ ai là người trong phần này nên chúng tôi không điền.",
        "en": "Nobody was named for this part, so it was not filled.",
    },
    "next_action": {
        "vi": "Bạn có thể tự khai mục này, hoặc yêu cầu điền sẵn lại khi đã nêu người đó.",
        "en": "You may type it yourself, or prefill again naming that person.",
    },
}

ANSWER: Final[JsonObject] = {
    "id": "01M80FPM80BWSBTRCJN0ZW2MWR",
    "procedure": "1.000894",
    "form": "to-khai-ket-hon",
    "form_version": "1",
    "form_status": "unverified",
    "revision": 1,
    "status": "final",
    "pending": [],
    "catalogue": "9891e2457a2de553da04700132b8d043e72cb37cfb27e0378e8c462bff1bc163",
    "opened_at": "2026-11-22T02:00:00.000Z",
    "answered_at": "2026-11-22T02:00:00.412Z",
    "expires_at": "2026-11-25T02:00:00.000Z",
    "fields": {"/BenNam/HoTen": _FILLED, "/BenNu/HoTen": _SKIPPED},
    "rows": {},
    "components": [
        {
            "code": "tinh-trang-hon-nhan-ben-nam",
            "name": {"vi": "Giấy xác nhận tình trạng hôn nhân của bên nam", "en": "The groom's marital status"},
            "needed": True,
            "essential": True,
            "satisfied": True,
            "way": 0,
            "proofs": [
                {
                    "item": "person.marital_status",
                    "name": {"vi": "Tình trạng hôn nhân", "en": "Marital status"},
                    "provenance": {
                        "register": "civil_status",
                        "register_name": _CIVIL_STATUS,
                        "record": "HT-999001",
                        "path": "$.marital_status.code",
                        "item": "person.marital_status",
                        "mapping": "7d1f2a86a3a6a2f0c1a93a4df0b60d3b1c7c9e5d8f6b4a2e0d9c8b7a69584736",
                        "fetched_at": "2026-11-22T02:00:00.000Z",
                        "as_of": "2026-11-01T01:00:00.000Z",
                        "legal_basis": "Luật Hộ tịch 60/2014/QH13",
                        "assurance": "register",
                        "basis": "own",
                    },
                }
            ],
            "lacks": [
                [],
                [
                    {
                        "document": "giay-xac-nhan-tinh-trang-hon-nhan",
                        "name": {"vi": "Giấy xác nhận tình trạng hôn nhân", "en": "Certificate of marital status"},
                        "outcome": "no_document",
                        "message": {"vi": "Chưa có giấy tờ này.", "en": "We do not hold this paper."},
                    }
                ],
            ],
            "message": {
                "vi": "Đã có trong Cơ sở dữ liệu hộ tịch điện tử; bạn không phải nộp.",
                "en": "Already held: Electronic civil-status database. You need not attach it.",
            },
            "next_action": {"vi": "Bạn không cần làm gì.", "en": "Nothing to do."},
        }
    ],
    "sources": [
        {
            "register": "civil_status",
            "register_name": _CIVIL_STATUS,
            "role": "groom",
            "outcome": "answered",
            "ms": 180,
            "wave": 1,
        },
        {
            "register": "population",
            "register_name": _POPULATION,
            "role": "groom",
            "outcome": "answered",
            "ms": 410,
            "wave": 1,
        },
    ],
    "counts": {"filled_verified": 1, "skipped": 1},
    "usage": {"fetched": 12, "unused": []},
}

READINESS_REQUEST: Final[JsonObject] = {"procedure": "1.000894"}
READINESS_ANSWER: Final[JsonObject] = {
    "procedure": "1.000894",
    "name": {"vi": "Thủ tục đăng ký kết hôn", "en": "Marriage registration"},
    "form": "to-khai-ket-hon",
    "form_title": {"vi": "Tờ khai đăng ký kết hôn", "en": "Declaration for marriage registration"},
    "status": "single_source",
    "catalogue": "2dcb1dcb05e5b32a8c6d2a5607ebcc5c502b662e24a65971e3a47a15e459c6fd",
    "personal": False,
    "roles": [{"role": "groom", "label": {"vi": "Bên nam", "en": "Groom"}}],
    "components": [
        {
            "code": "marital-status",
            "name": {"vi": "Giấy xác nhận tình trạng hôn nhân", "en": "Certificate of marital status"},
            "needed": "essential",
            "conditional": False,
            "status": "single_source",
            "supplied": True,
            "any_of": [
                [
                    {
                        "items": [
                            {
                                "item": "person.marital_status",
                                "label": {"vi": "Tình trạng hôn nhân", "en": "Marital status"},
                            }
                        ],
                        "supplied": True,
                        "missing": [],
                    }
                ]
            ],
        }
    ],
    "fields": [
        {
            "pointer": "/BenNam/HoTen",
            "label": {"vi": "Họ, chữ đệm, tên", "en": "Full name"},
            "filler": "register",
            "register": "population",
            "second": False,
        },
        {
            "pointer": "/BenNam/LanKetHon",
            "label": {"vi": "Kết hôn lần thứ", "en": "Marriage number"},
            "filler": "citizen",
            "second": False,
        },
    ],
    "counts": {"citizen": 1, "register": 1},
    "sources": [
        {
            "register": "population",
            "name": {"vi": "Cơ sở dữ liệu quốc gia về dân cư", "en": "National population database"},
            "items": [{"item": "person.full_name", "label": {"vi": "Họ và tên", "en": "Full name"}}],
        }
    ],
}
