"""Who issued an identity paper, by its kind and day (sources.md §2.6 [C]). Pure; a rule of thumb, never a proof.

Registers write the issuer in many ways or leave it out; this gives the words a form expects, and how sure they are.
"""

from datetime import date
from typing import Final, Literal, TypeAlias

from chalicelib.definitions.model import Status
from chalicelib.kernel.frozen import dataclass
from chalicelib.vocabulary.units import Province

Card: TypeAlias = Literal["can_cuoc", "cccd", "cmnd"]
MINISTRY: Final = "Bộ Công an"
POLICE: Final = "Cục Cảnh sát quản lý hành chính về trật tự xã hội"
EARLIER: Final = "Cục Cảnh sát đăng ký quản lý cư trú và dữ liệu quốc gia về dân cư"
NEW_LAW: Final = date(2024, 7, 1)
"""Luật Căn cước 26/2023/QH15 in force."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """The issuer by rule, and other names that papers of that time bear; empty when the rule cannot tell."""

    name: str
    others: tuple[str, ...] = ()
    status: Status = "single_source"


def issuer(card: Card, issued_on: date, province: Province | None = None) -> Issuer:
    """Return who issued it: from 01/07/2024 the Ministry, before that the department; an old card (CMND) its province.

    Some very early cards bear the department's earlier name; from when to when is not known, so it stands beside.
    """
    if card == "cmnd":
        return Issuer(_provincial(province) if province else "", (), "single_source" if province else "unverified")
    if issued_on >= NEW_LAW:
        return Issuer(MINISTRY)
    if card == "can_cuoc":
        return Issuer("", (), "unverified")
    return Issuer(POLICE, (EARLIER,))


def _provincial(province: Province) -> str:
    kind, _, rest = province.name.partition(" ")
    return f"Công an {'tỉnh ' + rest if kind == 'Tỉnh' else province.name[0].lower() + province.name[1:]}"
