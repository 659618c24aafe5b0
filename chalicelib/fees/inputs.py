"""The inputs of fee rules: those a file declares, and those every case has. Must not know rows."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from chalicelib.fees.model import CHANNELS, Input, Source
from chalicelib.fees.written import FeesBody, FromBody, InputBody
from chalicelib.vocabulary.definition import text_of
from chalicelib.vocabulary.model import Text

_CASE: Final = Source("case")
_CHANNEL_NAMES: Final = {
    "online": Text("Tự làm trực tuyến", "Online by oneself"),
    "assisted": Text("Trực tuyến có người hỗ trợ", "Online with help"),
    "counter": Text("Tại quầy", "At the counter"),
    "post": Text("Qua bưu chính", "By post"),
}
OF_EVERY_CASE: Final[Mapping[str, Input]] = {
    "channel": Input(
        "channel", "enum", Text("Kênh nộp hồ sơ", "Channel"), _CASE, {each: _CHANNEL_NAMES[each] for each in CHANNELS}
    ),
    "procedure": Input("procedure", "text", Text("Thủ tục", "Procedure"), _CASE),
    "province": Input("province", "text", Text("Tỉnh, thành phố", "Province"), _CASE),
    "commune": Input("commune", "text", Text("Xã, phường, đặc khu", "Commune"), _CASE),
}
"""Inputs that no file declares: rows may go by them as by its own."""


def inputs_of(body: FeesBody) -> dict[str, Input]:
    """Return the inputs a file may use: its own, and those of every case; of a schedule, its own procedures only."""
    own = {name: input_of(name, each) for name, each in body["inputs"].items()}
    if body["type"] == "policy" or isinstance(body["procedures"], str):
        return {**OF_EVERY_CASE, **own}
    values = {code: text_of(name) for code, name in body["procedures"].items()}
    procedure = Input("procedure", "enum", OF_EVERY_CASE["procedure"].label, _CASE, values)
    return {**OF_EVERY_CASE, "procedure": procedure, **own}


def input_of(name: str, written: InputBody) -> Input:
    """Return one input."""
    label, source = text_of(written["label"]), _source(written["source"])
    match written["type"]:
        case "enum":
            values = {code: text_of(each) for code, each in written["values"].items()}
            return Input(name, "enum", label, source, values)
        case "date":
            low, high = (date.fromisoformat(written[end]).toordinal() for end in ("min", "max"))
            return Input(name, "date", label, source, low=low, high=high)
        case "bool":
            return Input(name, "bool", label, source)
        case _:
            return Input(name, written["type"], label, source, low=written["min"], high=written["max"])


def _source(written: FromBody) -> Source:
    if written["by"] == "item":
        return Source("item", written["item"], written["read"], frozenset(written.get("one_of", ())))
    return Source(written["by"])
