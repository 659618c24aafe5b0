"""The columns of the spreadsheet for a fee schedule: their names, how a cell is read, where its value goes, help.

Knows how a schedule is written (`chalicelib.fees.written`) and no file. Conditions are columns named `when.INPUT`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from chalicelib.kernel.canonical import Json
from tools.cell_values import day, text, whole
from tools.cells import Plain
from tools.fee_cells import bound, limit, lines, named, parts, share, tiers

Reader: TypeAlias = Callable[[Plain], Json]
HELP: Final = "Help"
"""A sheet of the template that is not read."""
WHEN: Final = "when."
_PARTED: Final = {"vi": "tiếng Việt", "en": "English"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, how its cells are read, the steps to its value in the row's body, and help for authors.

    `choices` fill the drop-down list of the template; whether a cell's value is one is decided by the schema alone.
    """

    name: str
    read: Reader
    steps: tuple[str, ...]
    help: str
    choices: tuple[str, ...] = ()


def _words(name: str, about: str, steps: tuple[str, ...] | None = None) -> tuple[Column, Column]:
    above = (name,) if steps is None else steps
    vi, en = (
        Column(f"{name}_{language}", text, (*above, language), f"{about}, {spoken}")
        for language, spoken in _PARTED.items()
    )
    return vi, en


_STATUS: Final = ("confirmed", "single_source", "unverified")
BASIS: Final = (
    Column("document", text, ("basis", "document"), "Văn bản: TT 226/2016/TT-BTC"),
    Column("article", text, ("basis", "article"), "Điều, khoản: Điều 4 khoản 1"),
    Column("effective_from", day, ("basis", "effective_from"), "Ngày đầu có hiệu lực: 2026-01-01 hoặc 01/01/2026"),
    Column("effective_to", day, ("basis", "effective_to"), "Ngày cuối có hiệu lực; bỏ trống: chưa có"),
    Column("status", text, ("basis", "status"), "Độ chắc chắn của căn cứ", _STATUS),
    Column("source", text, ("basis", "source"), "Đã đọc ở đâu: sources.md §3.7"),
    Column("last_verified_on", day, ("basis", "last_verified_on"), "Ngày đối chiếu gần nhất với văn bản"),
)
EFFECT: Final = (
    Column(
        "effect", text, ("effect", "type"), "Cách tính",
        ("amount", "share", "off", "pay", "zero", "unknown", "not_due"),
    ),
    Column("amount", whole, ("effect", "amount"), "Số tiền, đồng"),
    Column("per", text, ("effect", "per"), "Nhân theo tên đầu vào nào: copies"),
    Column("tiers", tiers, ("effect", "tiers"), "Bậc: 1: 2000; 3: 1000"),
    Column("times", text, ("effect", "times"), "Nhân tất cả với đầu vào nào"),
    Column("share", share, ("effect", "share"), "Tỷ lệ: 50%, 0,5%, 1/3"),
    Column("of", text, ("effect", "of"), "Tỷ lệ của đầu vào nào: value"),
    Column("least", limit, ("effect", "least"), "Ít nhất, đồng, hoặc 5 x luong_co_so"),
    Column("most", limit, ("effect", "most"), "Nhiều nhất, đồng, hoặc 5 x luong_co_so"),
    Column("most_off", limit, ("effect", "most_off"), "Giảm nhiều nhất, đồng, hoặc 5 x luong_co_so"),
    Column("round_to", whole, ("effect", "round", "to"), "Làm tròn đến bội của mấy đồng"),
    Column("round_mode", text, ("effect", "round", "mode"), "Cách làm tròn", ("down", "up", "half_up")),
    Column("meaning", text, ("effect", "meaning"), "Vì sao bằng 0 hay được giảm",
           ("exempt", "zero_rated", "reduced", "subsidised")),
    *_words("rate", "Mức nào chưa biết (effect = unknown)", ("effect", "rate")),
)  # fmt: skip
ROWS: Final = (
    Column("id", text, ("id",), "Tên dòng, không trùng: tt226-copies"),
    Column("line", text, ("line",), "Khoản nào, theo trang Lines"),
    Column("role", text, ("role",), "Mức chung hay ưu đãi", ("base", "benefit")),
    *_words("name", "Tên"),
    *EFFECT,
    *BASIS,
    *_words("review", "Vì sao phải xem lại"),
    Column("yearly", text, ("yearly",), "Ưu đãi có hạn mức theo năm, theo trang Yearly"),
    *_words("note", "Ghi chú"),
)
SHEETS: Final[Mapping[str, tuple[Column, ...]]] = {
    "Schedule": (
        Column("code", text, ("code",), "Mã bảng phí, cũng là tên tệp: chung-thuc"),
        Column("version", text, ("version",), "Phiên bản: 1"),
        Column("effective_from", day, ("effective_from",), "Ngày bảng có hiệu lực"),
        Column("status", text, ("status",), "Độ chắc chắn, theo mức yếu nhất", _STATUS),
        Column("sources", lines, ("sources",), "Nguồn, mỗi nguồn một dòng trong ô (Alt+Enter)"),
        *_words("title", "Tên bảng", ("body", "title")),
    ),
    "Procedures": (
        Column("code", text, (), "Mã thủ tục: 2.000815; hoặc chỉ một dòng: every"),
        *_words("name", "Tên thủ tục", ()),
    ),
    "Inputs": (
        Column("name", text, (), "Tên đầu vào: copies"),
        Column("type", text, ("type",), "Loại", ("enum", "int", "money", "date", "bool")),
        *_words("label", "Nhãn"),
        Column("min", bound, ("min",), "Nhỏ nhất; với loại date là một ngày"),
        Column("max", bound, ("max",), "Lớn nhất; với loại date là một ngày"),
        Column("values", named, ("values",), "Các giá trị: car = Ô tô | Car; bike = Mô tô | Motorcycle"),
        Column("by", text, ("source", "by"), "Lấy từ đâu", ("quantity", "fact", "choice", "identity_level", "item")),
        Column("item", text, ("source", "item"), "Mục thông tin: person.birth_date"),
        Column("read", text, ("source", "read"), "Đọc thế nào", ("value", "age", "present", "one_of")),
        Column("one_of", parts, ("source", "one_of"), "Là một trong, cách nhau bằng dấu ;"),
    ),
    "Lines": (
        Column("line", text, (), "Tên khoản: phi"),
        *_words("name", "Tên"),
        Column("kind", text, ("kind",), "Loại", ("phi", "le_phi", "gia_dich_vu", "third_party")),
        Column("authority", text, ("authority",), "Ai quy định", ("mof", "hdnd", "government", "provider")),
        Column("tags", parts, ("tags",), "Thẻ cho chính sách, cách nhau bằng dấu ;"),
    ),
    "Parameters": (
        Column("parameter", text, (), "Tên tham số: luong_co_so; mỗi giai đoạn một dòng"),
        *_words("name", "Tên"),
        Column("amount", whole, ("amount",), "Số tiền, đồng"),
        *BASIS,
    ),
    "Yearly": (
        Column("yearly", text, (), "Tên ưu đãi có hạn mức"),
        *_words("name", "Tên"),
        Column("times", whole, ("times",), "Mấy lần một năm"),
        Column("amount", limit, ("amount",), "Nhiều nhất một năm, đồng, hoặc 5 x luong_co_so"),
    ),
    "Rows": ROWS,
}  # fmt: skip
"""Every sheet, in the order of the template. The steps of a sheet's first column are empty where it names the entry."""
MAY_BE_MISSING: Final = frozenset({"Parameters", "Yearly"})
