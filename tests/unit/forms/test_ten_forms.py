"""The ten forms as published, each field against the table of sources.md §1: A auto, S suggest, U user, N never.

Kết hôn has a table of its own beside this one. Where the source marks no policy, each form's `sources` say how it was
read: what a register is master of is A, what the citizen may know better is S, their own statement is U.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from chalicelib.definitions.load import SCHEMAS
from chalicelib.forms.definition import FORMS, PROCEDURES
from chalicelib.forms.model import Field, Form
from chalicelib.forms.schema import tree
from chalicelib.sources.definition import REGISTERS
from chalicelib.vocabulary.service import vocabulary
from tests.support.definitions import packaged

_PAPERS: Final = "SoDinhDanh LoaiGiayTo SoGiayTo NgayCap NoiCap"


def _under(prefix: str, names: str) -> str:
    return " ".join(f"{prefix}{name}" for name in names.split())


_REQUESTER: Final = _under("/nyc", f"HoTen {_PAPERS} NoiCuTru")
_RECORD: Final = "So QuyenSo NgayDangKy NoiDangKy"
_MARRIAGE_AUTO: Final = (
    "HoTen NgaySinh DanToc DanTocKhac QuocTich LoaiGiayToDinhDanh SoGiayToDinhDanh NgayCapDD NoiCapDD SoDinhDanh"
)
_MARRIAGE_SUGGEST: Final = "LoaiCuTru NoiCuTru LoaiTinhTrangHonNhan BanAnLyHon/So BanAnLyHon/Ngay BanAnLyHon/CoQuan"

TABLE: Final[Mapping[str, Mapping[str, str]]] = {
    "to-khai-ket-hon": {  # §1.1
        "auto": f"{_under('/BenNu/', _MARRIAGE_AUTO)} {_under('/BenNam/', _MARRIAGE_AUTO)}",
        "suggest": f"{_under('/BenNu/', _MARRIAGE_SUGGEST)} {_under('/BenNam/', _MARRIAGE_SUGGEST)}",
        "user": "/BenNu/LanKetHon /BenNam/LanKetHon /loaiDangKy /CapBanSao /SoLuong",
    },
    "to-khai-khai-sinh": {  # §1.2
        "auto": f"{_REQUESTER} {_under('/Me/me', f'HoTen NgaySinh DanToc QuocTich {_PAPERS}')} "
        f"{_under('/Cha/cha', f'HoTen NgaySinh DanToc QuocTich {_PAPERS}')}",
        "suggest": "/nycLoaiCuTru /Me/meLoaiCuTru /Me/meNoiCuTru /Cha/chaLoaiCuTru /Cha/chaNoiCuTru /nksNgaySinh "
        "/nksNgaySinhBangChu /nksGioiTinh /nksQuocTich /nksNoiSinh /nksNoiSinhDiaChi",
        "user": "/nycQuanHe /nksHoTen /nksDanToc /nksQueQuan /nksLoaiDangKy /nksLoaiKhaiSinh /Me/meCuTruKhac "
        "/Cha/chaCuTruKhac /CapBanSao /SoLuong",
    },
    "to-khai-xac-nhan-tinh-trang-hon-nhan": {  # §1.3
        "auto": f"{_REQUESTER} {_under('/nxn', f'HoTen GioiTinh NgaySinh DanToc QuocTich {_PAPERS}')}",
        "suggest": "/nycLoaiCuTru /nxnLoaiCuTru /nxnNoiCuTru /nxnThoiGianCuTru /nxnTinhTrangHonNhan "
        "/nxnBanAnLyHon/So /nxnBanAnLyHon/Ngay /nxnBanAnLyHon/CoQuan "
        f"{_under('/NguoiDuDinhKetHon/', 'HoTen NgaySinh SoDinhDanh NoiCuTru')}",
        "user": "/nycQuanHe /LoaiMucDich /MucDichKhac",
    },
    "to-khai-cap-ban-sao-trich-luc-ho-tich": {  # §1.4
        "auto": f"{_REQUESTER} /ndcHoTen /ndcNgaySinh /ndcSoDinhDanh",
        "suggest": f"/nycLoaiCuTru {_under('/KhaiSinh/', _RECORD)} {_under('/KetHon/', _RECORD)}",
        "user": f"/QuanHe /LoaiViec {_under('/ViecKhac/', _RECORD)} /SoLuong",
    },
    "ct01": {  # §1.6: 1–4 A; 5–6 S; 7–9 A; 10 U; 11 S; the four opinions never
        "auto": "/HoTen /NgaySinh /GioiTinh /SoDinhDanh /HoTenChuHo /QuanHeChuHo /SoDinhDanhChuHo",
        "suggest": "/DienThoai /Email /ThanhVien",
        "user": "/KinhGui /NoiDungDeNghi",
        "never": "/YKienChuHo /YKienChuSoHuu /YKienChaMe /YKienNguoiKeKhai",
    },
    "don-dang-ky-bien-dong-dat-dai": {  # §1.7
        "auto": "/NguoiSuDung/HoTen /NguoiSuDung/LoaiGiayTo /NguoiSuDung/SoGiayTo",
        "suggest": "/NguoiSuDung/DiaChi /NguoiSuDung/DienThoai /NguoiSuDung/Email /NguoiSuDungChung "
        f"{_under('/ThuaDat/', 'So ToBanDo DiaChi DienTich HinhThuc MucDich TuThoiDiem ThoiHan NguonGoc')} "
        f"{_under('/GiayChungNhan/', 'SoVaoSo SoPhatHanh NgayCap')}",
        "user": "/KinhGui /BienDong/Truoc /BienDong/Sau /BienDong/LyDo /DeNghiKhac /GiayToKemTheo",
    },
    "giay-de-nghi-dang-ky-ho-kinh-doanh": {  # §1.8
        "auto": _under("/ChuHo/", "HoTen NgaySinh GioiTinh SoDinhDanh"),
        "suggest": f"{_under('/ChuHo/', 'ThuongTru NoiOHienTai DienThoai Email')} /ThanhVien",
        "user": f"/Ten/TiengViet /Ten/NuocNgoai /Ten/VietTat /TruSo /NganhNghe /Von "
        f"{_under('/Thue/', 'DiaChiNhanThongBao NgayBatDau SoLaoDong DiaDiemKhac')} /ChuTheThanhLap",
    },
    "to-khai-ly-lich-tu-phap": {  # §1.9
        "auto": "/HoTen /NgaySinh /GioiTinh /NoiSinh /QuocTich /DanToc /LoaiGiayTo /SoGiayTo /NgayCap /NoiCap",
        "suggest": "/TenGoiKhac /ThuongTru /TamTru /DienThoai /Email /Cha/HoTen /Cha/NgaySinh /Me/HoTen /Me/NgaySinh "
        "/VoChong/HoTen /VoChong/NgaySinh /QuaTrinh",
        "user": "/AnTich /CamDamNhiem /LoaiPhieu /XacNhanCamDamNhiem /MucDich /SoLuong",
    },
    "tk1-ts": {  # §1.10
        "auto": _under("/", "01 02 03 04 05 06 09.1 09.2 09.3 13"),
        "suggest": _under("/", "07 08 10 11.1 11.2 11.4 12 15 16 17"),
        "user": _under("/", "11.3 14.1 14.2 14.3 14.4 14.5 18 19"),
    },
    "don-de-nghi-doi-giay-phep-lai-xe": {  # §1.11
        "auto": "/HoTen /QuocTich /NgaySinh /GioiTinh /SoGiayTo /NgayCap /NoiCap /GPLX/So /GPLX/Hang /GPLX/NoiCap "
        "/GPLX/NgayCap",
        "suggest": "/NoiCuTru /KhamSucKhoe/So /KhamSucKhoe/NgayCap /KhamSucKhoe/CoSo /KhamSucKhoe/KetLuan",
        "user": "/HangDeNghi /LyDo",
    },
}
SPOUSE: Final = "person.spouse.personal_id"
WAYS: Final[Mapping[str, Mapping[str, list[tuple[str, str | None, str, str]]]]] = {
    "to-khai-khai-sinh": {  # §1.2: the other parent only from a record of marriage
        "mother": [("applicant", None, "/nycQuanHe", "MeDe"), ("applicant", SPOUSE, "/nycQuanHe", "ChaDe")],
        "father": [("applicant", None, "/nycQuanHe", "ChaDe"), ("applicant", SPOUSE, "/nycQuanHe", "MeDe")],
    },
    "to-khai-xac-nhan-tinh-trang-hon-nhan": {"person": [("applicant", None, "/nycQuanHe", "BanThan")]},  # §1.3
    "to-khai-cap-ban-sao-trich-luc-ho-tich": {  # §1.4 II
        "owner": [("applicant", None, "/QuanHe", "ban_than"), ("applicant", SPOUSE, "/QuanHe", "vo_chong")],
    },
}
"""Role → from which role, by which item (none: the same person), in which case it is reached."""
SENSITIVE: Final[Mapping[str, str]] = {
    "to-khai-ket-hon": "person.ethnicity person.ethnicity_other",
    "to-khai-khai-sinh": "person.ethnicity newborn.birth_date newborn.gender newborn.birth_place newborn.birth_address",
    "to-khai-xac-nhan-tinh-trang-hon-nhan": "person.ethnicity",
    "to-khai-ly-lich-tu-phap": "person.ethnicity",
    "tk1-ts": "person.ethnicity insurance.social.contribution_base",
    "don-de-nghi-doi-giay-phep-lai-xe": "health.certificate.number health.certificate.issued_on "
    "health.certificate.facility health.certificate.conclusion",
}
"""Sensitive items (NĐ 13/2023/NĐ-CP Điều 2) by the forms that ask for them; no other form may."""
PROCEDURE_FORMS: Final = {
    "1.000894": ("to-khai-ket-hon",),
    "1.001193": ("to-khai-khai-sinh",),
    "1.004873": ("to-khai-xac-nhan-tinh-trang-hon-nhan",),
    "2.000635": ("to-khai-cap-ban-sao-trich-luc-ho-tich",),
    "1.004222": ("ct01",),
    "3.000333": ("to-khai-ly-lich-tu-phap",),
    "1.001612": ("giay-de-nghi-dang-ky-ho-kinh-doanh",),
    "3.000347": ("don-de-nghi-doi-giay-phep-lai-xe",),
    "1.013833": ("don-dang-ky-bien-dong-dat-dai",),
    "2.000986": ("to-khai-khai-sinh", "ct01", "tk1-ts"),
}
# §0.7: dân tộc and quê quán are on no card; which marriage it is, and what others consent to, is in no register.
_FROM_POPULATION_ONLY: Final = {"person.ethnicity", "person.ethnicity_other"}


def _form(code: str) -> Form:
    return packaged().get(FORMS, code)


def _columns(form: Form) -> Iterator[Field]:
    for rows in form.lists.values():
        yield from rows.columns


def test_the_table_has_every_form_and_no_other() -> None:
    assert set(packaged().codes(FORMS)) == set(TABLE)


@pytest.mark.parametrize("code", TABLE)
def test_each_field_has_the_policy_of_its_table(code: str) -> None:
    listed = {pointer: policy for policy, names in TABLE[code].items() for pointer in names.split()}

    assert {each.pointer: each.policy for each in _form(code).fields} == listed


@pytest.mark.parametrize("code", TABLE)
def test_whoever_is_not_named_is_reached_only_in_the_cases_of_the_source(code: str) -> None:
    ways = {
        role: [(way.role, way.item, way.when.pointer, *way.when.one_of) for way in rule.via if way.when is not None]
        for role, rule in _form(code).roles.items()
        if rule.via
    }

    assert ways == WAYS.get(code, {})
    assert all(way.when is not None for rule in _form(code).roles.values() for way in rule.via)


@pytest.mark.parametrize("code", TABLE)
def test_a_form_binds_no_sensitive_item_but_those_it_asks_for(code: str) -> None:
    words, form = vocabulary(packaged()), _form(code)

    assert {item for item in form.items if words.item(item).sensitive} == set(SENSITIVE.get(code, "").split())


@pytest.mark.parametrize("code", TABLE)
def test_every_role_is_a_person_s_and_no_item_of_an_enterprise_is_bound(code: str) -> None:
    form = _form(code)

    assert {rule.kind for rule in form.roles.values()} == {"person"}
    assert not [item for item in form.items if item.startswith("business.")]


@pytest.mark.parametrize("code", TABLE)
def test_the_schema_is_json_schema_2020_12_within_our_profile(code: str) -> None:
    schema = _form(code).schema
    Draft202012Validator.check_schema(schema)

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert tree(schema).problems == []


@pytest.mark.parametrize("code", TABLE)
def test_each_field_we_fill_has_a_supplier_or_is_wanted_openly(code: str) -> None:
    supplied = {item for register in packaged().all(REGISTERS) for item in register.items}
    wanted = set(packaged().envelopes["dictionary", "wanted"].body["items"])  # type: ignore[arg-type]

    assert _form(code).items <= supplied | wanted


@pytest.mark.parametrize("code", TABLE)
def test_ethnicity_comes_from_the_population_database_alone(code: str) -> None:
    words, form = vocabulary(packaged()), _form(code)
    bound = [field for field in (*form.fields, *_columns(form)) if "dân tộc" in field.label.vi.lower()]

    for field in bound:
        if field.policy != "user":
            assert field.item in _FROM_POPULATION_ONLY
            assert words.item(field.item).precedence == ("population",)
    assert not {each.item for each in form.fields} & {
        f"person.{who}.ethnicity" for who in ("father", "mother", "spouse")
    }


def test_nothing_is_inferred_where_the_law_leaves_it_to_people() -> None:
    policies = {(code, each.pointer): each for code in TABLE for each in _form(code).fields}

    for pointer in TABLE["ct01"]["never"].split():
        assert (policies["ct01", pointer].policy, policies["ct01", pointer].item) == ("never", None)
    for pointer in ("/BenNu/LanKetHon", "/BenNam/LanKetHon"):
        assert policies["to-khai-ket-hon", pointer].item is None
    assert policies["to-khai-khai-sinh", "/nksQueQuan"].item is None
    assert policies["to-khai-ly-lich-tu-phap", "/AnTich"].item is None


def test_the_native_place_of_a_child_is_the_parents_choice_of_two() -> None:
    """Luật Hộ tịch 60/2014/QH13 Điều 4.8; a parent who is not determined is not offered."""
    native_place = next(each for each in _form("to-khai-khai-sinh").fields if each.pointer == "/nksQueQuan")
    offers = {each.role: each for each in native_place.offers}
    blocks = {"father": "/Cha/chaHoTen", "mother": "/Me/meHoTen"}
    shown = {each.pointer: each.visible_when for each in _form("to-khai-khai-sinh").fields}

    assert [*offers] == ["father", "mother"]
    assert {each.item for each in offers.values()} == {"person.native_place"}
    assert {role: each.when for role, each in offers.items()} == {role: shown[at] for role, at in blocks.items()}


@pytest.mark.parametrize("code", TABLE)
def test_nothing_else_is_offered(code: str) -> None:
    assert {each.pointer for each in _form(code).fields if each.offers} <= {"/nksQueQuan"}


def test_those_who_share_a_parcel_are_listed_where_it_is_shared() -> None:
    sharing = next(
        each for each in _form("don-dang-ky-bien-dong-dat-dai").fields if each.pointer == "/NguoiSuDungChung"
    )

    assert sharing.applies_when is not None
    assert (sharing.applies_when.item, sharing.applies_when.one_of) == ("land.parcel.use_form", ("chung",))


@pytest.mark.parametrize(
    ("code", "pointer", "on", "values"),
    [
        ("to-khai-ket-hon", "/BenNu/BanAnLyHon/So", "/BenNu/LoaiTinhTrangHonNhan", ("3",)),
        ("to-khai-khai-sinh", "/Me/meHoTen", "/nksLoaiKhaiSinh", ("xac_dinh_ca_hai", "chua_xac_dinh_cha")),
        ("to-khai-khai-sinh", "/Cha/chaHoTen", "/nksLoaiKhaiSinh", ("xac_dinh_ca_hai", "chua_xac_dinh_me")),
        ("to-khai-khai-sinh", "/Cha/chaCuTruKhac", "/Cha/chaLoaiCuTru", ("khac",)),
        ("to-khai-xac-nhan-tinh-trang-hon-nhan", "/NguoiDuDinhKetHon/HoTen", "/LoaiMucDich", ("ket_hon",)),
        ("to-khai-cap-ban-sao-trich-luc-ho-tich", "/KetHon/So", "/LoaiViec", ("ket_hon",)),
        ("giay-de-nghi-dang-ky-ho-kinh-doanh", "/ThanhVien", "/ChuTheThanhLap", ("thanh_vien_ho",)),
        ("don-dang-ky-bien-dong-dat-dai", "/NguoiSuDungChung", "/ThuaDat/HinhThuc", ("chung",)),
    ],
)
def test_a_block_is_shown_where_the_answers_call_for_it(
    code: str, pointer: str, on: str, values: tuple[str, ...]
) -> None:
    shown = next(each.visible_when for each in _form(code).fields if each.pointer == pointer)

    assert shown is not None
    assert (shown.pointer, shown.one_of) == (on, values)


@pytest.mark.parametrize("kind", ["forms", "procedures", "life_events", "agencies", "provinces", "dictionary"])
def test_every_text_is_in_both_languages(kind: str) -> None:
    for file in sorted((SCHEMAS / kind).glob("*.json")):
        for at, text in _texts(json.loads(file.read_text(encoding="utf-8"))["body"], ""):
            assert set(text) == {"vi", "en"}, f"{file.name}#{at}"
            assert all(isinstance(words, str) and words.strip() for words in text.values()), f"{file.name}#{at}"


def _texts(node: Any, at: str) -> Iterator[tuple[str, dict[str, Any]]]:  # noqa: ANN401 - JSON of any shape
    if isinstance(node, dict):
        if "vi" in node or "en" in node:
            yield at, node
        for name, below in node.items():
            yield from _texts(below, f"{at}/{name}")
    elif isinstance(node, list):
        for place, below in enumerate(node):
            yield from _texts(below, f"{at}/{place}")


ADDRESS: Final = {"country": "VN", "province": {"code": "01", "name": "Thành phố Hà Nội"}}
CT01: Final[dict[str, Any]] = {
    "KinhGui": "Công an phường Ba Đình",
    "HoTen": "NGUYỄN VĂN AN",
    "NgaySinh": "1990-05-17",
    "GioiTinh": "male",
    "SoDinhDanh": "001090999001",
    "HoTenChuHo": "NGUYỄN VĂN AN",
    "QuanHeChuHo": "chu_ho",
    "SoDinhDanhChuHo": "001090999001",
    "NoiDungDeNghi": "Đăng ký thường trú",
}
MEMBER: Final = {
    "HoTen": "LÊ THỊ MAI",
    "NgaySinh": "2019",
    "GioiTinh": "female",
    "SoDinhDanh": "001319999009",
    "QuanHeChuHo": "con",
}


def _errors(code: str, answers: dict[str, Any]) -> list[str]:
    found = Draft202012Validator(_form(code).schema, format_checker=FormatChecker()).iter_errors(answers)
    return sorted("/".join(str(step) for step in error.absolute_path) for error in found)


@pytest.mark.parametrize(
    ("answers", "places"),
    [
        (CT01, []),
        ({**CT01, "ThanhVien": [MEMBER]}, []),
        ({**CT01, "ThanhVien": [{**MEMBER, "GioiTinh": "x"}]}, ["ThanhVien/0/GioiTinh"]),
        ({**CT01, "ThanhVien": [{}]}, ["ThanhVien/0"] * 5),
        ({**CT01, "KhongCo": 1}, [""]),
        ({**CT01, "SoDinhDanh": "1"}, ["SoDinhDanh"]),
    ],
)
def test_rows_are_held_to_the_schema_of_a_row(answers: dict[str, Any], places: list[str]) -> None:
    assert _errors("ct01", answers) == places


def test_a_block_is_asked_for_only_where_it_is_shown() -> None:
    answers: dict[str, Any] = {
        "nycHoTen": "NGUYỄN VĂN AN",
        "nycSoDinhDanh": "001090999001",
        "nycLoaiGiayTo": "cccd",
        "nycSoGiayTo": "001090999001",
        "nycNgayCap": "2021-06-25",
        "nycNoiCap": "Bộ Công an",
        "nycLoaiCuTru": "thuong_tru",
        "nycNoiCuTru": ADDRESS,
        "nycQuanHe": "Khac",
        "nksHoTen": "TRẦN BÉ",
        "nksNgaySinh": "2026-11-01",
        "nksNgaySinhBangChu": "ngày một tháng mười một năm hai nghìn không trăm hai mươi sáu",
        "nksGioiTinh": "male",
        "nksDanToc": "01",
        "nksQuocTich": "VN",
        "nksNoiSinh": "Bệnh viện",
        "nksNoiSinhDiaChi": ADDRESS,
        "nksQueQuan": "Hà Nội",
        "nksLoaiDangKy": "1",
        "nksLoaiKhaiSinh": "tre_bi_bo_roi",
        "CapBanSao": False,
    }

    assert _errors("to-khai-khai-sinh", answers) == []
    assert _errors("to-khai-khai-sinh", {**answers, "nksLoaiKhaiSinh": "chua_xac_dinh_cha"}) == [""]
    assert _errors("to-khai-khai-sinh", {**answers, "nksLoaiKhaiSinh": "xac_dinh_ca_hai"}) == ["", ""]


@pytest.mark.parametrize("code", PROCEDURE_FORMS)
def test_each_procedure_has_its_forms_and_says_where_it_is_from(code: str) -> None:
    procedure = packaged().get(PROCEDURES, code)

    assert procedure.forms == PROCEDURE_FORMS[code]
    assert any("sources.md §8" in source or "§8" in source for source in procedure.sources)
    assert procedure.components
    assert procedure.life_events
    assert procedure.agency_rule is not None
    assert (procedure.level == "partial") == (procedure.partial_reason is not None)
    assert procedure.status == "unverified"


def test_there_is_a_procedure_for_each_form_and_no_other() -> None:
    assert set(packaged().codes(PROCEDURES)) == set(PROCEDURE_FORMS)
    assert {form for forms in PROCEDURE_FORMS.values() for form in forms} == set(TABLE)


@pytest.mark.parametrize(
    ("code", "days", "hours", "longest", "cutoff"),
    [
        ("1.000894", None, None, 5, None),
        ("1.004873", 3, None, 23, None),
        ("2.000635", 0, None, None, "15:00"),
        ("3.000333", None, 8, None, None),
        ("1.001612", 3, None, None, None),
    ],
)
def test_a_deadline_is_the_one_that_was_found(
    code: str, days: int | None, hours: int | None, longest: int | None, cutoff: str | None
) -> None:
    deadline = packaged().get(PROCEDURES, code).deadline

    assert deadline is not None
    found = (deadline.working_days, deadline.working_hours, deadline.longest, deadline.cutoff)
    assert found == (days, hours, longest, cutoff)


@pytest.mark.parametrize("code", ["1.001193", "1.004222", "3.000347", "1.013833", "2.000986"])
def test_a_deadline_that_was_not_found_is_not_made_up(code: str) -> None:
    assert packaged().get(PROCEDURES, code).deadline is None


def test_every_procedure_names_the_schedule_of_its_fees() -> None:
    assert {procedure.code: procedure.fee_schedule for procedure in packaged().all(PROCEDURES)} == {
        "1.000894": "ho-tich",
        "1.001193": "ho-tich",
        "1.001612": "ho-kinh-doanh",
        "1.004222": "cu-tru",
        "1.004873": "ho-tich",
        "1.013833": "dat-dai",
        "2.000635": "trich-luc",
        "2.000986": "ho-tich",
        "3.000333": "ly-lich-tu-phap",
        "3.000347": "giay-phep-lai-xe",
    }


def test_a_copy_of_the_card_is_not_asked_for_where_the_population_database_has_it() -> None:
    components = {each.code: each for each in packaged().get(PROCEDURES, "3.000333").components}
    ways = components["ban-sao-can-cuoc"].any_of

    assert ways[0][0].items[0] == "person.personal_id"
    assert ways[1][0].document == "ban-sao-can-cuoc"
