"""The made-up citizens by what they are for, and what each may expect of the marriage form."""

from typing import Final

from chalicelib.kernel.ids import PersonalId
from infra.simulators.personas import Persona, Personas

PEOPLE: Final[tuple[Persona, ...]] = tuple(Personas.load())
DIVORCED: Final = PersonalId("046184999004")
ELDER: Final = PersonalId("008048999005")
UNDER_REVIEW: Final = PersonalId("079188999006")
DISAGREED: Final = PersonalId("052086999007")
UNREGISTERED: Final = PersonalId("001179999008")
INCOMPLETE: Final = PersonalId("001204999009")
FAILING: Final = PersonalId("079195999010")
GUARDIAN: Final = PersonalId("040303999025")
"""Guardian of record of `WARD`, her brother."""
WARD: Final = PersonalId("040213999035")
IN_OLD_COMMUNE: Final = PersonalId("034068999033")
"""On record in a commune of before 01/07/2025 that lies in one commune now."""
IN_DIVIDED_COMMUNE: Final = PersonalId("001172999034")
"""On record in one that two communes share now."""
NOBODY: Final = PersonalId("001090999888")
"""A well-formed made-up id that no register knows."""

SIDES: Final = {"groom": "/BenNam/", "bride": "/BenNu/"}
FROM_CIVIL_STATUS: Final = ("LoaiTinhTrangHonNhan", "BanAnLyHon/So", "BanAnLyHon/Ngay", "BanAnLyHon/CoQuan")
"""Fields of a side whose first authority is the civil-status register."""
OURS_OR_NOBODYS: Final = ("LoaiCuTru", "LanKetHon")
"""Fields of a side that no register is asked for."""


def role_of(person: str) -> str:
    """Return the role that fits the person."""
    known = next(each for each in PEOPLE if each.personal_id == person)
    return {"male": "groom", "female": "bride"}[known.registers["population"].data["gender"]["code"]]


def side_of(person: str) -> str:
    """Return where the person's own fields start."""
    return SIDES[role_of(person)]
