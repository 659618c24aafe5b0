"""What must come out of each of the ten forms, read from a citizen's own file by these tables and no other way.

A place is a register and the path in the file: `population:name.full`; `[]` stands for every element of a list, and
`|rule` for what is made of the value. Knows neither mappings nor the dictionary nor the engine.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from chalicelib.kernel.canonical import Json
from infra.simulators.personas import Holding, Persona, Personas

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


_INTENDED: Final = {
    "HoTen": "name.full",
    "NgaySinh": "birth.date",
    "SoDinhDanh": "personal_id.number",
    "NoiCuTru": "residence.permanent|whole",
}
_CONTACT: Final = {"DienThoai": "contact.phone", "Email": "contact.email"}
_REQUESTER: Final = _at("population", "/nyc", {**_NAMED, **_HOME})

BOUND: Final[Mapping[str, Mapping[str, str]]] = {
    "to-khai-ket-hon": {**_side("BenNu"), **_side("BenNam")},
    "to-khai-khai-sinh": {
        **_REQUESTER,
        **_at("population", "/Me/me", {**_PERSON, **_HOME}),
        **_at("population", "/Cha/cha", {**_PERSON, **_HOME}),
        "/nksNgaySinh": "health:birth_notice.child.birth_date",
        "/nksNgaySinhBangChu": "health:birth_notice.child.birth_date|words",
        "/nksGioiTinh": "health:birth_notice.child.gender",
        "/nksNoiSinh": "health:birth_notice.child.place",
        "/nksNoiSinhDiaChi": "health:birth_notice.child.address",
    },
    "to-khai-xac-nhan-tinh-trang-hon-nhan": {
        **_REQUESTER,
        **_at("population", "/nxn", {**_PERSON, **_HOME, "GioiTinh": "gender.code"}),
        "/nxnTinhTrangHonNhan": "civil_status:marital_status.code",
        **_at("civil_status", "/nxnBanAnLyHon/", _DIVORCE),
        **_at("population", "/NguoiDuDinhKetHon/", _INTENDED),
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
        "/NguoiSuDung/DiaChi": "population:residence.permanent|whole",
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
        "/GioiTinh": "population:gender.code",
        **_relative("Cha", "parents.father"),
        **_relative("Me", "parents.mother"),
        **_relative("VoChong", "spouse"),
    },
    "tk1-ts": {
        "/01": "population:name.full",
        "/02": "population:gender.code",
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
        "/11.1": "population:residence.permanent|line",
        "/11.2": "population:residence.permanent|commune",
        "/11.4": "population:residence.permanent|province",
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
_HOUSEHOLD: Final = {"/HoTen": "name", "/NgaySinh": "birth_date", "/GioiTinh": "gender", "/SoDinhDanh": "personal_id"}
ROWS: Final[Mapping[str, Mapping[str, tuple[str, Mapping[str, str]]]]] = {
    "to-khai-xac-nhan-tinh-trang-hon-nhan": {
        "/nxnThoiGianCuTru": (
            "population:residence_history[]",
            {"/TaiDau": "address", "/TuNgay": "from", "/DenNgay": "to"},
        ),
    },
    "ct01": {"/ThanhVien": ("population:household_members[]", {**_HOUSEHOLD, "/QuanHeChuHo": "relation"})},
    "don-dang-ky-bien-dong-dat-dai": {
        "/NguoiSuDungChung": ("land:owners[]", {"/HoTen": "name", "/SoDinhDanh": "personal_id"}),
    },
    "giay-de-nghi-dang-ky-ho-kinh-doanh": {"/ThanhVien": ("population:household_members[]", _HOUSEHOLD)},
    "to-khai-ly-lich-tu-phap": {
        "/QuaTrinh": ("population:residence_history[]", {"/NoiO": "address", "/TuNgay": "from", "/DenNgay": "to"}),
    },
    "tk1-ts": {"/12": ("population:household_members[]", {**_HOUSEHOLD, "/QuanHeChuHo": "relation"})},
}
"""List → the place of its rows, and column → path in a row."""
CODES: Final[Mapping[str, Mapping[str, Mapping[str, str]]]] = {
    "to-khai-khai-sinh": {"/nksGioiTinh": {"1": "male", "2": "female"}},
    "don-dang-ky-bien-dong-dat-dai": {"/ThuaDat/HinhThuc": {"R": "rieng", "C": "chung"}},
    "to-khai-ly-lich-tu-phap": {"/GioiTinh": {"male": "nam", "female": "nu"}},
    "tk1-ts": {
        "/02": {"male": "1", "female": "2"},
        "/16": {"1": "hang_thang", "3": "3_thang", "6": "6_thang", "12": "12_thang", "0": "mot_lan"},
    },
    "don-de-nghi-doi-giay-phep-lai-xe": {"/KhamSucKhoe/KetLuan": {"1": "du", "2": "du_co_dieu_kien", "3": "khong_du"}},
}
"""What a field writes in other codes than the register: the register's → the form's."""
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
_TRAN_LAM: Final[dict[str, Any]] = {
    "country": "VN",
    "province": {"code": "33", "name": "Tỉnh Hưng Yên"},
    "commune": {"code": "12454", "name": "Phường Trần Lãm"},
    "line": "Số 27 phố Trần Thái Tông",
}
_BA_DINH: Final[dict[str, Any]] = {
    "country": "VN",
    "province": {"code": "01", "name": "Thành phố Hà Nội"},
    "commune": {"code": "00004", "name": "Phường Ba Đình"},
    "line": "Số 8 ngõ 5 phố Linh Lang",
}
MOVED: Final[Mapping[tuple[str, str], list[Json]]] = {
    ("034068999033", "residence.permanent"): [_TRAN_LAM],
    ("001172999034", "residence.permanent"): [
        _BA_DINH,
        {**_BA_DINH, "commune": {"code": "00008", "name": "Phường Ngọc Hà"}},
    ],
}
"""Who is on record in a unit of before 01/07/2025, and where that lies now (NQ 202/2025/QH15): of two, either."""
_WORDS: Final = {"2026-10-20": "ngày hai mươi tháng mười năm hai nghìn không trăm hai mươi sáu"}


def _whole(address: Any) -> Json:  # noqa: ANN401 - JSON of any shape
    return f"{address['line']}, {address['commune']['name']}, {address['province']['name']}"


_MADE: Final[Mapping[str, Callable[[Any], Json]]] = {
    "whole": _whole,
    "line": lambda address: address["line"],
    "commune": lambda address: address["commune"]["name"],
    "province": lambda address: address["province"]["name"],
    "words": lambda day: _WORDS[day],
}


@cache
def people() -> Personas:
    """Return the made-up citizens."""
    return Personas.load()


def of_level(level: int) -> list[str]:
    """Return the ids of those whose identity is of that level."""
    return [each.personal_id for each in people() if each.identity_level == level]


def province_of(persona: Persona) -> str:
    """Return the province whose own registers know the persona, Hà Nội where none does."""
    return next(iter(sorted(persona.provinces)), "01")


def holding_of(persona: Persona, register: str) -> Holding | None:
    """Return what a register holds of the persona."""
    return persona.holding(register, province_of(persona) if register == "land" else None)


def told(persona: Persona, place: str) -> list[Any]:
    """Return what the file holds at a place, every element of a list; nothing where the register says nothing."""
    register, path = place.split(":")
    if (persona.personal_id, path) in MOVED:
        return MOVED[persona.personal_id, path]
    holding = holding_of(persona, register)
    found: list[Any] = [] if holding is None or holding.fails is not None else [holding.data]
    for step in path.split("."):
        name, several = step.removesuffix("[]"), step.endswith("[]")
        found = [each[name] for each in found if isinstance(each, dict) and each.get(name) is not None]
        found = [one for each in found for one in each] if several else found
    return found


def expected(persona: Persona, form: str, pointer: str) -> list[Json]:
    """Return the values a field may have, each once; none where nobody has one."""
    place, _, rule = BOUND[form][pointer].partition("|")
    found = told(persona, place) or (told(persona, COPIES[place]) if place in COPIES else [])
    codes = CODES.get(form, {}).get(pointer, {})
    values = [codes.get(each, each) if isinstance(each, str) else each for each in found]
    made = [_MADE[rule](each) for each in values] if rule else values
    return [each for at, each in enumerate(made) if each not in made[:at]]


def expected_rows(persona: Persona, form: str, pointer: str) -> list[dict[str, Json]]:
    """Return the rows a list must have: column → value, a cell left out where the register leaves it out."""
    place, columns = ROWS[form][pointer]
    return [{name: row[path] for name, path in columns.items() if path in row} for row in told(persona, place)]


def spouse_of(persona: Persona) -> str | None:
    """Return the personal id of the persona's husband or wife of record."""
    found = told(persona, "civil_status:spouse.personal_id") or told(persona, "population:spouse.personal_id")
    return str(found[0]) if found else None
