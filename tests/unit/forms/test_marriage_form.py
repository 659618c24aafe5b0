"""Tờ khai đăng ký kết hôn as published, against the table of its fields."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from chalicelib.definitions.load import SCHEMAS
from chalicelib.forms.definition import FORMS, PROCEDURES
from chalicelib.forms.model import Form
from chalicelib.forms.schema import tree
from chalicelib.sources.definition import REGISTERS
from tests.support.definitions import packaged

AUTO = {
    "HoTen",
    "NgaySinh",
    "DanToc",
    "DanTocKhac",
    "QuocTich",
    "LoaiGiayToDinhDanh",
    "SoGiayToDinhDanh",
    "NgayCapDD",
    "NoiCapDD",
    "SoDinhDanh",
}
SUGGEST = {
    "LoaiCuTru",
    "NoiCuTru",
    "LoaiTinhTrangHonNhan",
    "BanAnLyHon/So",
    "BanAnLyHon/Ngay",
    "BanAnLyHon/CoQuan",
}
USER = {"LanKetHon"}
ADDRESS = {
    "country": "VN",
    "province": {"code": "01", "name": "Thành phố Hà Nội"},
    "commune": {"code": "00004", "name": "Phường Ba Đình"},
}
PARTY: dict[str, Any] = {
    "HoTen": "NGUYỄN VĂN AN",
    "NgaySinh": "1990-05-17",
    "DanToc": "01",
    "QuocTich": "VN",
    "LoaiGiayToDinhDanh": "cccd",
    "SoGiayToDinhDanh": "001090999001",
    "NgayCapDD": "2021-06-25",
    "NoiCapDD": "Bộ Công an",
    "SoDinhDanh": "001090999001",
    "LoaiCuTru": "thuong_tru",
    "NoiCuTru": ADDRESS,
    "LanKetHon": 1,
    "LoaiTinhTrangHonNhan": "2",
}
DIVORCE = {"So": "12/2019/QĐST-HNGĐ", "Ngay": "2019-08-01", "CoQuan": "TAND thành phố mẫu"}


@pytest.fixture
def form() -> Form:
    return packaged().get(FORMS, "to-khai-ket-hon")


def errors(form: Form, answers: dict[str, Any]) -> list[str]:
    found = Draft202012Validator(form.schema, format_checker=FormatChecker()).iter_errors(answers)
    return sorted("/".join(str(step) for step in error.absolute_path) for error in found)


def answers(**bride: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON of any shape
    return {"BenNu": {**PARTY, **bride}, "BenNam": PARTY, "loaiDangKy": "lan_dau", "CapBanSao": False}


@pytest.mark.parametrize(("block", "role"), [("BenNu", "bride"), ("BenNam", "groom")])
@pytest.mark.parametrize(("policy", "names"), [("auto", AUTO), ("suggest", SUGGEST), ("user", USER)])
def test_each_side_is_filled_as_the_table_of_the_form_marks_it(
    form: Form, block: str, role: str, policy: str, names: set[str]
) -> None:
    side = {each for each in form.fields if each.role == role and each.policy == policy}

    assert {each.pointer for each in side} == {f"/{block}/{name}" for name in names}


def test_the_two_sides_are_alike_in_all_but_the_name(form: Form) -> None:
    sides = [
        {
            each.pointer.replace(block, "Ben"): (each.policy, each.item, each.applies_when)
            for each in form.fields
            if each.role == role
        }
        for block, role in (("BenNu", "bride"), ("BenNam", "groom"))
    ]

    assert sides[0] == sides[1]


def test_what_belongs_to_neither_side_is_the_citizen_s_alone(form: Form) -> None:
    shared = {each.pointer: each.policy for each in form.fields if each.role is None}

    assert shared == {"/loaiDangKy": "user", "/CapBanSao": "user", "/SoLuong": "user"}


def test_each_role_is_played_by_whom_the_form_says(form: Form) -> None:
    rules = {role: rule.requires for role, rule in form.roles.items()}

    assert {role: (rule.item, rule.one_of) for role, rule in rules.items() if rule} == {
        "bride": ("person.gender", ("female",)),
        "groom": ("person.gender", ("male",)),
    }


def test_divorce_is_asked_of_the_divorced_only(form: Form) -> None:
    conditions = {each.pointer: each.applies_when for each in form.fields if "BanAnLyHon" in each.pointer}

    assert len(conditions) == 6
    assert {(each.item, each.one_of) for each in conditions.values() if each} == {("person.marital_status", ("3",))}


def test_the_form_is_not_presented_as_settled(form: Form) -> None:
    assert form.status == "unverified"
    assert {field.status for field in form.fields} == {"single_source"}


def test_every_item_the_form_binds_is_supplied_by_some_register(form: Form) -> None:
    supplied = {attribute.item for register in packaged().all(REGISTERS) for attribute in register.attributes}

    assert form.items <= supplied


def test_the_schema_is_json_schema_2020_12_within_our_profile(form: Form) -> None:
    Draft202012Validator.check_schema(form.schema)

    assert tree(form.schema).problems == []


def test_good_answers_are_of_the_schema(form: Form) -> None:
    assert errors(form, answers()) == []
    assert errors(form, answers(NgaySinh="1950")) == []
    assert (
        errors(form, {**answers(LoaiTinhTrangHonNhan="3", BanAnLyHon=DIVORCE), "CapBanSao": True, "SoLuong": 2}) == []
    )


@pytest.mark.parametrize(
    ("bride", "place"),
    [
        ({"NgaySinh": "17/05/1990"}, "BenNu/NgaySinh"),
        ({"LoaiTinhTrangHonNhan": "7"}, "BenNu/LoaiTinhTrangHonNhan"),
        ({"LoaiTinhTrangHonNhan": "3"}, "BenNu"),
        ({"LoaiTinhTrangHonNhan": "3", "BanAnLyHon": {}}, "BenNu/BanAnLyHon"),
        ({"LanKetHon": 0}, "BenNu/LanKetHon"),
        ({"SoDinhDanh": "123"}, "BenNu/SoDinhDanh"),
        ({"Ghi": "x"}, "BenNu"),
        ({"NgayCapDD": "2021-02-30"}, "BenNu/NgayCapDD"),
    ],
)
def test_bad_answers_are_not(form: Form, bride: dict[str, Any], place: str) -> None:
    assert place in errors(form, answers(**bride))


def test_the_procedure_is_partial_for_a_published_reason() -> None:
    procedure = packaged().get(PROCEDURES, "1.000894")

    assert procedure.level == "partial"
    assert procedure.partial_reason is not None
    assert "cùng có mặt" in procedure.partial_reason.vi
    assert procedure.forms == ("to-khai-ket-hon",)


def test_every_file_carries_sources_and_a_status() -> None:
    for file in sorted(SCHEMAS.glob("*/*.json")):
        if file.parent.name != "events":
            document = json.loads(file.read_text(encoding="utf-8"))
            assert document["sources"], file
            assert document["status"] in {"confirmed", "single_source", "unverified"}, file
