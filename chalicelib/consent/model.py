"""Whose data a caller may have for a procedure. Pure; today's rule is one's own data at identity level 2.

Another adult's data needs that person's consent for this purpose (Luật 91/2025/QH15 Đ9); nobody can give one yet,
so the answer for another person is always `no_consent`, whether that person exists or not.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from chalicelib.kernel.ids import PersonalId

Refusal: TypeAlias = Literal["no_consent", "no_right"]
REGISTER_LEVEL = 2
"""National registers answer only for a verified identity: level 2 (mức độ 2, NĐ 69/2024)."""


@dataclass(frozen=True, slots=True)
class Right:
    """The answer: allowed when there is no refusal; `reason` narrows a refusal for the text shown."""

    refusal: Refusal | None = None
    reason: str | None = None

    @property
    def allowed(self) -> bool:
        """Say whether data may be asked for."""
        return self.refusal is None


def right_to(subject: PersonalId, caller: PersonalId, level: int) -> Right:
    """Decide whether the caller may have the subject's register data."""
    if subject != caller:
        return Right("no_consent")
    if level < REGISTER_LEVEL:
        return Right("no_right", "identity_level")
    return Right()
