"""Requests of fees and their answers, as the API's description shows them; a made-up citizen."""

from typing import Final

from chalicelib.kernel.canonical import JsonObject

REQUEST: Final[JsonObject] = {
    "procedure": "3.000333",
    "channel": "online",
    "commune": "00004",
    "as_of": "2026-11-22",
    "quantities": {"copies": 1, "bank_charge": 0, "returns_by_post": 0},
    "facts": {"student": True, "person.birth_date": "2004-05-17"},
}
DIFF_REQUEST: Final[JsonObject] = {
    "before": "9891e2457a2de553da04700132b8d043e72cb37cfb27e0378e8c462bff1bc163",
    "after": "1c2e2457a2de553da04700132b8d043e72cb37cfb27e0378e8c462bff1bc1639",
    "cases": [REQUEST],
}
QUOTE: Final[JsonObject] = {
    "id": "01M80FPM80BWSBTRCJN0ZW2MWR",
    "procedure": "3.000333",
    "name": {"en": "Issue of a judicial record certificate", "vi": "Cấp Phiếu lý lịch tư pháp"},
    "channel": "online",
    "province": "01",
    "commune": "00004",
    "as_of": "2026-11-22",
    "known_at": "2026-11-22T02:00:00.000Z",
    "quoted_at": "2026-11-22T02:00:00.000Z",
    "catalogue": "2c5c69b74bac279bcb303f02adf842e92f9d3b45866af99d40d5ba492081009c",
    "rules": "5f0b20f27c2cca8f8aba25d0fa33b69f5c82de6bf3668a2445970fa78c876e28",
    "digest": "47a60a270c42cb459a7355261715131fa97dcb2bf7cd00f6d60b846dc409f516",
    "status": "zero",
    "message": {
        "en": "Paid from the public budget: nothing is due from you.",
        "vi": "Ngân sách chi trả thay: bạn không phải nộp.",
    },
    "state": {"amount": 0, "high": 0, "low": 0, "status": "zero"},
    "payable": {"amount": 0, "high": 0, "low": 0, "status": "zero"},
    "lines": [
        {
            "amount": 0,
            "authority": "mof",
            "basis": [
                {
                    "article": "Mức thu phí",
                    "document": "TT 16/2025/TT-BTC",
                    "effective_from": "2025-01-01",
                    "file": "ly-lich-tu-phap",
                    "name": {"en": "The general level, up to two certificates", "vi": "Mức chung, đến hai phiếu"},
                    "row": "tt16-base",
                    "source": "sources.md §3.4 [26]; in 2025 it or TT 244/2016, which say the same",
                    "status": "single_source",
                },
                {
                    "article": "Mức thu khi nộp trực tuyến",
                    "document": "NQ 77/2025/NQ-HĐND của HĐND thành phố Hà Nội",
                    "effective_from": "2026-01-01",
                    "file": "ha-noi-nq-77-2025",
                    "name": {
                        "en": "Fees that the Ministry sets: the city's budget pays all",
                        "vi": "Phí, lệ phí do Bộ Tài chính quy định: ngân sách thành phố trả 100%",
                    },
                    "row": "ministry-paid",
                    "source": "sources.md §3.8 [W:lsvn.vn, kenh14]",
                    "status": "confirmed",
                },
            ],
            "benefits": [],
            "declared": [],
            "high": 0,
            "kind": "phi",
            "line": "phi",
            "low": 0,
            "message": {
                "en": "Paid from the public budget: nothing is due from you.",
                "vi": "Ngân sách chi trả thay: bạn không phải nộp.",
            },
            "missing": [],
            "name": {"en": "Fee for judicial record information", "vi": "Phí cung cấp thông tin lý lịch tư pháp"},
            "reviews": [],
            "schedule": "ly-lich-tu-phap",
            "status": "zero",
            "zero": "subsidised",
        }
    ],
    "missing": [],
    "facts": [
        {
            "assurance": "declared",
            "label": {"en": "Age on the day of reception", "vi": "Tuổi vào ngày tiếp nhận"},
            "name": "age",
            "provenance": {},
            "value": 22,
        },
        {
            "assurance": "declared",
            "label": {"en": "A student", "vi": "Là sinh viên"},
            "name": "student",
            "provenance": {},
            "value": True,
        },
    ],
    "quantities": {"bank_charge": 0, "copies": 1, "returns_by_post": 0},
    "trace": [
        {
            "article": "Mức thu phí",
            "conditions": [
                {
                    "label": {"en": "Day of reception", "vi": "Ngày tiếp nhận hồ sơ"},
                    "name": "as_of",
                    "outcome": "passed",
                    "wants": {"at_least": "2025-01-01"},
                },
                {
                    "label": {"en": "Copies asked for", "vi": "Số phiếu, số bản đề nghị cấp"},
                    "name": "copies",
                    "outcome": "passed",
                    "wants": {"at_least": 1, "at_most": 2},
                },
            ],
            "document": "TT 16/2025/TT-BTC",
            "due": 200000,
            "effective_from": "2025-01-01",
            "file": "ly-lich-tu-phap",
            "line": "ly-lich-tu-phap/phi",
            "message": {"en": "Applied.", "vi": "Đã áp dụng."},
            "name": {"en": "The general level, up to two certificates", "vi": "Mức chung, đến hai phiếu"},
            "role": "base",
            "row": "tt16-base",
            "source": "sources.md §3.4 [26]; in 2025 it or TT 244/2016, which say the same",
            "status": "single_source",
            "verdict": "applied",
        },
        {
            "article": "Mức thu phí",
            "conditions": [
                {
                    "label": {"en": "Day of reception", "vi": "Ngày tiếp nhận hồ sơ"},
                    "name": "as_of",
                    "outcome": "passed",
                    "wants": {"at_least": "2025-01-01"},
                },
                {
                    "label": {"en": "A student", "vi": "Là sinh viên"},
                    "name": "student",
                    "outcome": "passed",
                    "wants": {"one_of": [True]},
                },
                {
                    "label": {"en": "Copies asked for", "vi": "Số phiếu, số bản đề nghị cấp"},
                    "name": "copies",
                    "outcome": "passed",
                    "wants": {"at_least": 1, "at_most": 2},
                },
            ],
            "document": "TT 16/2025/TT-BTC",
            "due": 100000,
            "effective_from": "2025-01-01",
            "file": "ly-lich-tu-phap",
            "line": "ly-lich-tu-phap/phi",
            "message": {
                "en": "It holds, but another rule is better for you.",
                "vi": "Đủ điều kiện, nhưng có quy định khác lợi hơn cho bạn.",
            },
            "name": {"en": "Students", "vi": "Sinh viên"},
            "role": "benefit",
            "row": "tt16-student",
            "source": "sources.md §3.4 [26]; in 2025 it or TT 244/2016, which say the same",
            "status": "single_source",
            "verdict": "worse",
        },
    ],
    "changes": [
        {
            "label": {"en": "Channel", "vi": "Kênh nộp hồ sơ"},
            "message": {
                "en": "If filed “Online with help”: not known.",
                "vi": "Nếu nộp theo kênh “Trực tuyến có người hỗ trợ”: chưa tính được.",
            },
            "name": "channel",
            "status": "unknown",
            "value": "assisted",
            "what": "channel",
        }
    ],
    "channels": [
        {
            "channel": "online",
            "name": {"en": "Online by oneself", "vi": "Tự làm trực tuyến"},
            "payable": 0,
            "status": "zero",
        },
        {
            "channel": "assisted",
            "name": {"en": "Online with help", "vi": "Trực tuyến có người hỗ trợ"},
            "status": "unknown",
        },
    ],
    "cheapest": {
        "channel": "online",
        "name": {"en": "Online by oneself", "vi": "Tự làm trực tuyến"},
        "payable": 0,
        "status": "zero",
    },
}
VERIFIED: Final[JsonObject] = {
    "id": "01M80FPM80BWSBTRCJN0ZW2MWR",
    "catalogue": "9891e2457a2de553da04700132b8d043e72cb37cfb27e0378e8c462bff1bc163",
    "digest": "ff24ac5762d89abba6fefd4ec31ae10c8570a4957f4b25326e9c6cc9779d8209",
    "worked_out": "ff24ac5762d89abba6fefd4ec31ae10c8570a4957f4b25326e9c6cc9779d8209",
    "same": True,
    "verified_at": "2026-11-22T02:00:00.000Z",
}
COVERAGE: Final[JsonObject] = {
    "as_of": "2026-11-22",
    "catalogue": "9891e2457a2de553da04700132b8d043e72cb37cfb27e0378e8c462bff1bc163",
    "provinces": [{"province": "01", "counts": {"confirmed": 12, "single_source": 9, "unverified": 4, "unknown": 6}}],
}
RADAR: Final[JsonObject] = {
    "as_of": "2026-11-22",
    "days": 90,
    "catalogue": "9891e2457a2de553da04700132b8d043e72cb37cfb27e0378e8c462bff1bc163",
    "ending": [
        {
            "document": "TT 64/2025/TT-BTC",
            "article": "Điều 1",
            "effective_to": "2026-12-31",
            "days": 39,
            "status": "single_source",
            "rows": [{"file": "tt-64-2025", "row": "can-cuoc"}],
            "unfollowed": [{"file": "tt-64-2025", "row": "can-cuoc"}],
        }
    ],
}
DIFF: Final[JsonObject] = {
    "before": "9891e2457a2de553da04700132b8d043e72cb37cfb27e0378e8c462bff1bc163",
    "after": "1c2e2457a2de553da04700132b8d043e72cb37cfb27e0378e8c462bff1bc1639",
    "cases": 1,
    "dearer": 0,
    "cheaper": 1,
    "changed": [
        {
            "case": 0,
            "before": {"status": "amount", "amount": 205000},
            "after": {"status": "amount", "amount": 105000},
            "lines": [
                {
                    "schedule": "ly-lich-tu-phap",
                    "line": "phi",
                    "before": {"status": "amount", "amount": 205000},
                    "after": {"status": "amount", "amount": 105000},
                    "before_by": ["ly-lich-tu-phap/tt244-base: TT 244/2016/TT-BTC, Điều 4"],
                    "after_by": ["ly-lich-tu-phap/tt244-student: TT 244/2016/TT-BTC, Điều 4"],
                }
            ],
        }
    ],
}

CHECK_REQUEST: Final[JsonObject] = {"document": {"kind": "fees", "code": "tinh-moi-nq-01-2027", "version": "1"}}
CHECK: Final[JsonObject] = {
    "code": "tinh-moi-nq-01-2027",
    "catalogue": "9891e2457a2de553da04700132b8d043e72cb37cfb27e0378e8c462bff1bc163",
    "ok": False,
    "faults": [{"pointer": "/effective_from", "reason": "Field required"}],
}
