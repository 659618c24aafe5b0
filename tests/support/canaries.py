"""Made-up citizens whose every value is unlike any other, so that a leak shows wherever it is."""

from dataclasses import dataclass
from typing import Final, Literal

from chalicelib.kernel.ids import PersonalId
from infra.simulators.personas import Holding, Persona, Title
from tests.support.service import Portal


@dataclass(frozen=True)
class Canary:
    """One citizen, a woman, divorced; `kind` is what is particular about her registers."""

    number: int
    kind: Literal["plain", "disagreed", "reviewed"] = "plain"
    level: Literal[1, 2] = 2

    @property
    def id(self) -> PersonalId:
        return PersonalId(f"046131999{self.number}")

    @property
    def name(self) -> str:
        return f"HUỲNH CHIM {self.number} HOÀNG YẾN"

    @property
    def values(self) -> frozenset[str]:
        """Return everything that must not be seen where it does not belong."""
        return frozenset({self.id, self.name, f"1931-03-{self.number % 28 + 1:02d}", *self._words().values()})

    def _words(self) -> dict[str, str]:
        number = self.number
        return {
            "phone": f"0900000{number}",
            "email": f"hoang.yen.{number}@cong-dan.example",
            "line": f"Số {number} ngõ Chim Hoàng Yến",
            "decision": f"{number}/1999/QĐST-HOANGYEN",
            "court": f"Tòa án nhân dân Chim Hoàng Yến {number}",
            "issuer": f"Phòng cấp giấy Hoàng Yến {number}",
            "population": f"DC-HOANGYEN-{number}",
            "civil_status": f"HT-HOANGYEN-{number}",
        }

    def persona(self) -> Persona:
        """Return what the simulators hold about her."""
        reviewed = self.kind == "reviewed"
        return Persona(
            synthetic=True,
            personal_id=self.id,
            title=Title(vi="Chim hoàng yến", en="Canary"),
            identity_level=self.level,
            registers={
                "population": self._population(("residence", "name") if reviewed else ()),
                "civil_status": self._civil_status(("marital_status",) if reviewed else ()),
            },
        )

    def _population(self, reviewed: tuple[str, ...]) -> Holding:
        words = self._words()
        place = {
            "country": "VN",
            "province": {"code": "46", "name": "Thành phố Huế"},
            "commune": {"code": "19789", "name": "Phường Thuận Hóa"},
            "line": words["line"],
        }
        data = {
            "name": {"full": self.name},
            "birth": {"date": f"1931-03-{self.number % 28 + 1:02d}"},
            "gender": {"code": "female"},
            "ethnicity": {"code": "01", "name": "Kinh"},
            "nationality": {"code": "VN", "name": "Việt Nam"},
            "personal_id": {"number": self.id},
            "identity_document": {
                "type": "cccd",
                "number": self.id,
                "issued_on": "2022-01-10",
                "issued_by": words["issuer"],
            },
            "residence": {"permanent": place},
            "contact": {"phone": words["phone"], "email": words["email"]},
            "marital_status": {"code": "2" if self.kind == "disagreed" else "3"},
        }
        return Holding(record=words["population"], as_of="2026-11-01T01:00:00.000Z", data=data, under_review=reviewed)

    def _civil_status(self, reviewed: tuple[str, ...]) -> Holding:
        words = self._words()
        data = {
            "marital_status": {"code": "3"},
            "divorce": {"decision": words["decision"], "date": "1999-08-01", "court": words["court"]},
        }
        return Holding(record=words["civil_status"], as_of="2026-10-15T02:30:00.000Z", data=data, under_review=reviewed)


PLAIN: Final = Canary(701)
DISAGREED: Final = Canary(702, "disagreed")
REVIEWED: Final = Canary(703, "reviewed")
LOW: Final = Canary(704, level=1)
CANARIES: Final = (PLAIN, DISAGREED, REVIEWED, LOW)
VALUES: Final = frozenset().union(*(each.values for each in CANARIES))


def settle_in(portal: Portal) -> None:
    """Make the canaries known to the simulators."""
    portal.simulators.people._people.update({each.id: each.persona() for each in CANARIES})
