"""Each of the ten forms, for every made-up citizen of level 2: every field that one wave about the applicant can fill.

What must come out is read from the citizen's own file by the paths of this table, not by the published mappings; each
field is held to it one by one. Every other field must say why it is not filled, and what it still needs.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

import pytest

from chalicelib.forms.model import Field, Form
from chalicelib.kernel.canonical import Json
from chalicelib.prefill.model import ABSENT, FILLED, FieldAnswer, Resolution
from infra.simulators.personas import Holding, Persona, Personas
from tests.support.definitions import packaged
from tests.support.tried import Try, tried

_DOCUMENT: Final = {
    "LoaiGiayTo": "identity_document.type",
    "SoGiayTo": "identity_document.number",
    "NgayCap": "identity_document.issued_on",
    "NoiCap": "identity_document.issued_by",
}
_NAMED: Final = {"HoTen": "name.full", "SoDinhDanh": "personal_id.number", **_DOCUMENT}
_PERSON: Final = {
    **_NAMED,
    "NgaySinh": "birth.date",
    "DanToc": "ethnicity.code",
    "QuocTich": "nationality.code",
}
_HOME: Final = {"NoiCuTru": "residence.permanent"}
_DIVORCE: Final = {"So": "divorce.decision", "Ngay": "divorce.date", "CoQuan": "divorce.court"}
_RECORD: Final = {"So": "so", "QuyenSo": "quyenSo", "NgayDangKy": "ngayDangKy", "NoiDangKy": "noiDangKy"}


def _at(register: str, prefix: str, fields: Mapping[str, str], under: str = "") -> dict[str, str]:
    return {f"{prefix}{name}": f"{register}:{under}{path}" for name, path in fields.items()}


def _side(block: str) -> dict[str, str]:
    fields = {
        "HoTen": "name.full",
        "NgaySinh": "birth.date",
        "DanToc": "ethnicity.code",
        "DanTocKhac": "ethnicity.other",
        "QuocTich": "nationality.code",
        "LoaiGiayToDinhDanh": "identity_document.type",
        "SoGiayToDinhDanh": "identity_document.number",
        "NgayCapDD": "identity_document.issued_on",
        "NoiCapDD": "identity_document.issued_by",
        "SoDinhDanh": "personal_id.number",
        "NoiCuTru": "residence.permanent",
    }
    return {
        **_at("population", f"/{block}/", fields),
        f"/{block}/LoaiTinhTrangHonNhan": "civil_status:marital_status.code",
        **_at("civil_status", f"/{block}/BanAnLyHon/", _DIVORCE),
    }


def _relative(block: str, who: str) -> dict[str, str]:
    return _at("civil_status", f"/{block}/", {"HoTen": f"{who}.name", "NgaySinh": f"{who}.birth_date"})


_CONTACT: Final = {"DienThoai": "contact.phone", "Email": "contact.email"}
_REQUESTER: Final = _at("population", "/nyc", {**_NAMED, **_HOME})

WAVE: Final[Mapping[str, Mapping[str, str]]] = {
    "to-khai-ket-hon": {**_side("BenNu"), **_side("BenNam")},
    "to-khai-khai-sinh": {
        **_REQUESTER,
        **_at("population", "/Me/me", {**_PERSON, **_HOME}),
        **_at("population", "/Cha/cha", {**_PERSON, **_HOME}),
        "/nksNgaySinh": "health:birth_notice.child.birth_date",
        "/nksGioiTinh": "health:birth_notice.child.gender",
        "/nksNoiSinh": "health:birth_notice.child.place",
        "/nksNoiSinhDiaChi": "health:birth_notice.child.address",
    },
    "to-khai-xac-nhan-tinh-trang-hon-nhan": {
        **_REQUESTER,
        **_at("population", "/nxn", {**_PERSON, **_HOME, "GioiTinh": "gender.code"}),
        "/nxnTinhTrangHonNhan": "civil_status:marital_status.code",
        **_at("civil_status", "/nxnBanAnLyHon/", _DIVORCE),
    },
    "to-khai-cap-ban-sao-trich-luc-ho-tich": {
        **_REQUESTER,
        **_at(
            "population", "/ndc", {"HoTen": "name.full", "NgaySinh": "birth.date", "SoDinhDanh": "personal_id.number"}
        ),
        **_at("civil_status", "/KhaiSinh/", _RECORD, "birth."),
        **_at("civil_status", "/KetHon/", _RECORD, "marriage."),
    },
    "ct01": {
        **_at("population", "/", {**_CONTACT, "HoTen": "name.full", "NgaySinh": "birth.date"}),
        **_at("population", "/", {"GioiTinh": "gender.code", "SoDinhDanh": "personal_id.number"}),
        "/HoTenChuHo": "population:household.head.name",
        "/QuanHeChuHo": "population:household.relation",
        "/SoDinhDanhChuHo": "population:household.head.personal_id",
    },
    "don-dang-ky-bien-dong-dat-dai": {
        **_at("population", "/NguoiSuDung/", {**_CONTACT, "HoTen": "name.full"}),
        **_at("population", "/NguoiSuDung/", {name: _DOCUMENT[name] for name in ("LoaiGiayTo", "SoGiayTo")}),
        "/ThuaDat/So": "land:parcels[].number",
        "/ThuaDat/ToBanDo": "land:parcels[].map_sheet",
        "/ThuaDat/DiaChi": "land:parcels[].address",
        "/ThuaDat/DienTich": "land:parcels[].area_m2",
        "/ThuaDat/HinhThuc": "land:parcels[].use_form",
        "/ThuaDat/MucDich": "land:parcels[].purpose",
        "/ThuaDat/TuThoiDiem": "land:parcels[].used_from",
        "/ThuaDat/ThoiHan": "land:parcels[].term",
        "/ThuaDat/NguonGoc": "land:parcels[].origin",
        "/GiayChungNhan/SoVaoSo": "land:parcels[].certificate.registry_number",
        "/GiayChungNhan/SoPhatHanh": "land:parcels[].certificate.issue_number",
        "/GiayChungNhan/NgayCap": "land:parcels[].certificate.issued_on",
    },
    "giay-de-nghi-dang-ky-ho-kinh-doanh": _at(
        "population",
        "/ChuHo/",
        {
            **_CONTACT,
            "HoTen": "name.full",
            "NgaySinh": "birth.date",
            "GioiTinh": "gender.code",
            "SoDinhDanh": "personal_id.number",
            "ThuongTru": "residence.permanent",
            "NoiOHienTai": "residence.current",
        },
    ),
    "to-khai-ly-lich-tu-phap": {
        **_at("population", "/", {**_CONTACT, **_DOCUMENT, "HoTen": "name.full", "TenGoiKhac": "other_name.full"}),
        **_at("population", "/", {"NgaySinh": "birth.date", "NoiSinh": "birth_place.text", "DanToc": "ethnicity.code"}),
        **_at("population", "/", {"ThuongTru": "residence.permanent", "TamTru": "residence.temporary"}),
        "/QuocTich": "population:nationality.code",
        **_relative("Cha", "parents.father"),
        **_relative("Me", "parents.mother"),
        **_relative("VoChong", "spouse"),
    },
    "tk1-ts": {
        "/01": "population:name.full",
        "/03": "population:birth.date",
        "/04": "population:nationality.code",
        "/05": "population:ethnicity.code",
        "/06": "population:identity_document.number",
        "/07": "population:contact.phone",
        "/08": "population:contact.email",
        "/09.1": "population:birth_registration.commune",
        "/09.2": "population:birth_registration.district",
        "/09.3": "population:birth_registration.province",
        "/10": "population:guardian.name",
        "/13": "insurance:social.number",
        "/15": "insurance:pay.base",
        "/16": "insurance:social.method",
        "/17": "insurance:health.clinic.name",
    },
    "don-de-nghi-doi-giay-phep-lai-xe": {
        **_at("population", "/", {**_HOME, "HoTen": "name.full", "NgaySinh": "birth.date", "GioiTinh": "gender.code"}),
        **_at("population", "/", {name: _DOCUMENT[name] for name in ("SoGiayTo", "NgayCap", "NoiCap")}),
        "/QuocTich": "population:nationality.code",
        **_at("driving_licence", "/GPLX/", {"So": "licence.number", "Hang": "licence.class"}),
        **_at("driving_licence", "/GPLX/", {"NoiCap": "licence.issued_by", "NgayCap": "licence.issued_on"}),
        **_at(
            "health", "/KhamSucKhoe/", {"So": "driver_certificate.number", "NgayCap": "driver_certificate.issued_on"}
        ),
        **_at("health", "/KhamSucKhoe/", {"CoSo": "driver_certificate.facility"}),
        "/KhamSucKhoe/KetLuan": "health:driver_certificate.conclusion",
    },
}
"""Field → register and the path in the citizen's file; `[]` stands for every element of a list."""
CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "/nksGioiTinh": {"1": "male", "2": "female"},
    "/ThuaDat/HinhThuc": {"R": "rieng", "C": "chung"},
    "/16": {"1": "hang_thang", "3": "3_thang", "6": "6_thang", "12": "12_thang", "0": "mot_lan"},
    "/KhamSucKhoe/KetLuan": {"1": "du", "2": "du_co_dieu_kien", "3": "khong_du"},
}
"""Fields whose register speaks in codes of its own."""
COPIES: Final[Mapping[str, str]] = {
    "civil_status:marital_status.code": "population:marital_status.code",
    "civil_status:spouse.name": "population:spouse.name",
    "civil_status:parents.father.name": "population:father.name",
    "civil_status:parents.mother.name": "population:mother.name",
}
"""What a second register has too: its copy stands in where the first says nothing."""
PROCEDURES: Final = {
    "to-khai-ket-hon": "1.000894",
    "to-khai-khai-sinh": "1.001193",
    "to-khai-xac-nhan-tinh-trang-hon-nhan": "1.004873",
    "to-khai-cap-ban-sao-trich-luc-ho-tich": "2.000635",
    "ct01": "1.004222",
    "don-dang-ky-bien-dong-dat-dai": "1.013833",
    "giay-de-nghi-dang-ky-ho-kinh-doanh": "1.001612",
    "to-khai-ly-lich-tu-phap": "3.000333",
    "tk1-ts": "2.000986",
    "don-de-nghi-doi-giay-phep-lai-xe": "3.000347",
}
_BY_SEX: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "to-khai-ket-hon": {"female": ("bride",), "male": ("groom",)},
    "to-khai-khai-sinh": {"female": ("applicant", "mother"), "male": ("applicant", "father")},
}
_LEAST_TRIED: Final = 3


@cache
def _people() -> Personas:
    return Personas.load()


def _of_level(level: int) -> list[str]:
    return [each.personal_id for each in _people() if each.identity_level == level]


def _roles(form: str, persona: Persona) -> tuple[str, ...]:
    if form in _BY_SEX:
        return _BY_SEX[form][str(persona.registers["population"].data["gender"]["code"])]
    named: Mapping[str, tuple[str, ...]] = {
        "to-khai-xac-nhan-tinh-trang-hon-nhan": ("applicant", "person"),
        "to-khai-cap-ban-sao-trich-luc-ho-tich": ("applicant", "owner"),
        "don-dang-ky-bien-dong-dat-dai": ("owner",),
        "giay-de-nghi-dang-ky-ho-kinh-doanh": ("owner",),
        "tk1-ts": ("participant",),
    }
    return named.get(form, ("applicant",))


def _province(persona: Persona) -> str:
    return next(iter(sorted(persona.provinces)), "01")


@cache
def _tried(form: str, person: str) -> tuple[Form, Resolution]:
    persona = _people().need(person)
    wanted = Try(PROCEDURES[form], form, persona, _roles(form, persona), _province(persona))
    job, resolution = tried(packaged(), _people(), wanted)
    return job.form, resolution


def _holding(persona: Persona, register: str) -> Holding | None:
    return persona.holding(register, _province(persona) if register == "land" else None)


def _values(holding: Holding | None, path: str) -> list[Json]:
    """Return what the file holds at a path, every element of a list; nothing where the register says nothing."""
    found: list[Any] = [] if holding is None or holding.fails is not None else [holding.data]
    for step in path.split("."):
        name, several = step.removesuffix("[]"), step.endswith("[]")
        found = [each[name] for each in found if isinstance(each, dict) and each.get(name) is not None]
        found = [one for each in found for one in each] if several else found
    return found


def _expected(persona: Persona, pointer: str, place: str) -> list[Json]:
    register, path = place.split(":")
    found = _values(_holding(persona, register), path)
    if not found and place in COPIES:
        register, path = COPIES[place].split(":")
        found = _values(_holding(persona, register), path)
    codes = CODES.get(pointer, {})
    return [codes.get(each, each) if isinstance(each, str) else each for each in found]


def _reasons(persona: Persona, place: str) -> set[str]:
    """Return how a field may end of which the register has nothing."""
    holding = _holding(persona, place.split(":", 1)[0])
    if holding is None:
        return {"not_found"}
    if holding.fails is not None:
        return {"no_right", "ambiguous_match", "source_unavailable"}
    return {"not_found", "not_applicable", "under_review"}


def _cases() -> Iterator[tuple[str, str]]:
    return ((form, person) for form in WAVE for person in _of_level(2))


@pytest.mark.parametrize(("form", "person"), [*_cases()])
def test_every_field_that_one_wave_can_fill_holds_what_the_register_says(form: str, person: str) -> None:
    declared, resolution = _tried(form, person)
    persona, roles = _people().need(person), _roles(form, _people().need(person))
    for field in declared.fields:
        if field.pointer in WAVE[form] and field.role in roles:
            _check_filled(persona, field, resolution.fields[field.pointer], WAVE[form][field.pointer])


def _check_filled(persona: Persona, field: Field, answer: FieldAnswer, place: str) -> None:
    expected = _expected(persona, field.pointer, place)
    about = f"{field.pointer} of {persona.personal_id}: {answer}"
    if field.applies_when is not None and answer.outcome == "not_applicable":
        assert _values(_holding(persona, "civil_status"), "marital_status.code") != ["3"], about
    elif not expected:
        assert answer.value is ABSENT, about
        assert answer.outcome in _reasons(persona, place), about
    elif answer.outcome == "conflict":
        _check_conflict(answer, expected, about)
    else:
        assert answer.outcome in FILLED | {"under_review"}, about
        assert answer.value == expected[0], about
        assert answer.provenance is not None, about
        assert answer.locked == (field.policy == "auto" and answer.outcome == "filled_verified"), about


def _check_conflict(answer: FieldAnswer, expected: list[Json], about: str) -> None:
    """Hold a conflict to what it is: the master's word with the others beside it, or several parcels and no choice."""
    assert {str(each) for each in expected} <= {str(each.value) for each in answer.candidates}, about
    if answer.policy == "master_decides":
        assert [answer.value] == expected, about
    else:
        assert answer.value is ABSENT, about
        assert len(expected) > 1, about


@pytest.mark.parametrize(("form", "person"), [*_cases()])
def test_every_other_field_says_why_it_is_not_filled_and_what_it_needs(form: str, person: str) -> None:
    declared, resolution = _tried(form, person)
    roles = _roles(form, _people().need(person))
    assert list(resolution.fields) == [field.pointer for field in declared.fields]
    for field in declared.fields:
        if field.pointer not in WAVE[form] or field.role not in roles:
            answer = resolution.fields[field.pointer]
            assert answer.value is ABSENT, field.pointer
            assert (answer.outcome, answer.detail) == _why(declared, field, roles), field.pointer


def _why(form: Form, field: Field, roles: tuple[str, ...]) -> tuple[str, str | None]:
    if field.policy == "user":
        return "user_only", None
    if field.policy == "never":
        return "skipped", "never"
    need = form.needs(field, roles)
    if need is None:
        return "skipped", "no_supplier"
    return "skipped", "no_subject" if need == "role" else f"not_yet.{need}"


@pytest.mark.parametrize("form", WAVE)
def test_the_form_was_tried_for_enough_people_to_say_so(form: str) -> None:
    filled = [
        sum(each.outcome in FILLED for each in _tried(form, person)[1].fields.values()) for person in _of_level(2)
    ]

    assert len([count for count in filled if count >= 3]) >= _LEAST_TRIED


def _outcomes(form: str, pointer: str) -> set[str]:
    """Return how a field ended for anybody; the two sides of a marriage are one field, whose halves are alike."""
    alike = {pointer, pointer.replace("/BenNam/", "/BenNu/"), pointer.replace("/BenNu/", "/BenNam/")}
    return {_tried(form, person)[1].fields[each].outcome for person in _of_level(2) for each in alike}


@pytest.mark.parametrize(("form", "pointer"), [(form, pointer) for form, fields in WAVE.items() for pointer in fields])
def test_each_field_of_the_table_is_filled_for_somebody(form: str, pointer: str) -> None:
    found = _outcomes(form, pointer)

    assert found & (FILLED | {"conflict"}), found


@pytest.mark.parametrize("form", WAVE)
@pytest.mark.parametrize("person", _of_level(1))
def test_nothing_is_filled_at_level_1_and_it_says_to_raise_the_level(form: str, person: str) -> None:
    declared, resolution = _tried(form, person)
    roles = _roles(form, _people().need(person))
    for field in declared.fields:
        answer = resolution.fields[field.pointer]
        assert answer.value is ABSENT
        if field.role in roles and field.policy in {"auto", "suggest"}:
            assert (answer.outcome, answer.detail) == ("no_right", "identity_level"), field.pointer
