"""A form of an enterprise, which no published procedure asks for yet: its representative's part and its own.

For tests of the engine alone: no law stands behind it.
"""

from functools import cache
from typing import Any, Final

from chalicelib.bootstrap import KINDS
from chalicelib.definitions.load import envelope
from chalicelib.definitions.model import Catalogue, catalogue_of
from tests.support.definitions import packaged

FORM: Final = "giay-de-nghi-cua-doanh-nghiep"
PROCEDURE: Final = "9.000009"
_ADDRESS: Final = "business.address"


def _text(vi: str) -> dict[str, str]:
    return {"vi": vi, "en": f"{vi} (en)"}


def _string(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON of any shape
    return {"type": "string", "minLength": 1, "maxLength": 300, **more}


def _field(label: str, role: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON of any shape
    return {"label": _text(label), "policy": "auto", "necessity": "optional", "role": role, **more}


def _object(**properties: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON of any shape
    return {"type": "object", "additionalProperties": False, "properties": properties}


_STATUSES: Final = {"hoat_dong": "1", "tam_ngung": "2", "giai_the": "3"}
_FIELDS: Final = {
    "/DaiDien/HoTen": _field("Họ và tên", "representative", item="person.full_name"),
    "/DaiDien/SoDinhDanh": _field("Số định danh", "representative", item="person.personal_id"),
    "/DoanhNghiep/MaSo": _field("Mã số", "enterprise", item="business.code"),
    "/DoanhNghiep/Ten": _field("Tên", "enterprise", item="business.name"),
    "/DoanhNghiep/TinhTrang": _field("Tình trạng", "enterprise", item="business.status", codes=_STATUSES),
    "/DoanhNghiep/TruSo": _field(
        "Trụ sở", "enterprise", policy="suggest", derive={"rule": "whole_address", "of": [_ADDRESS]}
    ),
    "/DoanhNghiep/Von": _field("Vốn", "enterprise", policy="suggest", item="business.capital"),
    "/LyDo": {"label": _text("Lý do"), "policy": "user", "necessity": "optional"},
}
_LINES: Final = {
    **_field("Ngành, nghề", "enterprise", policy="suggest", list="business.lines[]"),
    "columns": {
        f"/{name}": {
            "label": _text(name),
            "policy": "suggest",
            "necessity": "optional",
            "item": f"business.line.{item}",
        }
        for name, item in (("Ma", "code"), ("Ten", "name"), ("Chinh", "is_main"))
    },
}
_SCHEMA: Final = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_object(
        DaiDien=_object(HoTen=_string(), SoDinhDanh=_string()),
        DoanhNghiep=_object(
            MaSo=_string(),
            Ten=_string(),
            TinhTrang=_string(enum=["1", "2", "3"]),
            TruSo=_string(),
            Von={"type": "integer"},
        ),
        NganhNghe={"type": "array", "items": _object(Ma=_string(), Ten=_string(), Chinh={"type": "boolean"})},
        LyDo=_string(),
    ),
}
DOCUMENTS: Final[dict[str, dict[str, Any]]] = {
    f"forms/{FORM}.json": {
        "kind": "forms",
        "code": FORM,
        "body": {
            "title": _text("Giấy đề nghị của doanh nghiệp"),
            "schema": _SCHEMA,
            "layout": [{"title": _text("Tất cả"), "fields": [*_FIELDS, "/NganhNghe"]}],
            "roles": {
                "representative": {"label": _text("Người đại diện")},
                "enterprise": {
                    "label": _text("Doanh nghiệp"),
                    "kind": "organisation",
                    "via": [{"role": "representative", "item": "person.represents.business_code"}],
                },
            },
            "fields": _FIELDS,
            "lists": {"/NganhNghe": _LINES},
        },
    },
    f"procedures/{PROCEDURE}.json": {
        "kind": "procedures",
        "code": PROCEDURE,
        "body": {
            "name": _text("Thủ tục của doanh nghiệp"),
            "authority": _text("Sở Tài chính"),
            "level": "full",
            "mechanism": "one_stop",
            "forms": [FORM],
            "life_events": ["starting_business"],
            "components": [
                {
                    "code": "dang-ky-doanh-nghiep",
                    "name": _text("Giấy chứng nhận đăng ký doanh nghiệp"),
                    "needed": "essential",
                    "role": "enterprise",
                    "evidence": {"any_of": [{"all_of": [{"items": ["business.code", "business.name"]}]}]},
                }
            ],
            "deadline": None,
            "fee_schedule": None,
            "survey": None,
            "result": {"document": "giay-phep-lai-xe"},
            "agency_rule": {"by": "seat", "items": [_ADDRESS]},
        },
    },
}
"""File → document: the packaged set with these in it passes."""
_OPENING: Final = {"version": "1", "effective_from": "2026-11-22", "status": "unverified", "sources": ["For tests"]}
for _document in DOCUMENTS.values():
    _document.update(_OPENING)


@cache
def with_enterprise() -> Catalogue:
    """Return the packaged set with the enterprise's form and procedure in it."""
    added = [envelope(document, file) for file, document in DOCUMENTS.items()]
    return catalogue_of((*packaged().envelopes.values(), *added), KINDS)
