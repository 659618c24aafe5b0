"""One request and its answer, as the API's description shows them; a made-up citizen."""

from typing import Final

from chalicelib.kernel.canonical import JsonObject

REQUEST: Final[JsonObject] = {
    "procedure": "1.000894",
    "subjects": {"groom": {"personal_id": "001090999001"}},
    "deadline_ms": 2500,
}
ANSWER: Final[JsonObject] = {}

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
        },
        {
            "pointer": "/BenNam/LanKetHon",
            "label": {"vi": "Kết hôn lần thứ", "en": "Marriage number"},
            "filler": "citizen",
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
