"""Whose data a caller may have for a procedure, and on what ground. Pure.

Own data at identity level 2; another person's with their consent for this purpose (Luật 91/2025/QH15 Đ9); a minor's
or a ward's through the guardian of record; an organisation's through its representative of record. The last two are
read in the caller's own record, so they are settled only after a first reply.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final, Literal, TypeAlias

from chalicelib.kernel.canonical import Json
from chalicelib.kernel.dates import PartialDate
from chalicelib.kernel.errors import InvalidValue
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ConsentId, ItemId, PersonalId, SubjectId, code_of, is_organisation
from chalicelib.vocabulary.personal_ids import birth_year

Refusal: TypeAlias = Literal["no_consent", "no_right"]
Basis: TypeAlias = Literal["own", "consent", "guardian", "representative"]
REGISTER_LEVEL = 2
"""National registers answer only for a verified identity: level 2 (mức độ 2, NĐ 69/2024)."""
ADULT: Final = 18
"""Thành niên: BLDS 91/2015/QH13 Điều 20."""

CHILDREN: Final = ItemId("person.children[]")
WARDS: Final = ItemId("person.wards[]")
REPRESENTED: Final = ItemId("business.represented[]")
_CODE: Final = ItemId("business.code")
_WARD: Final = ItemId("person.ward.personal_id")
_CHILD: Final = ItemId("person.child.personal_id")
_BORN: Final = ItemId("person.child.birth_date")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who wants the data: proved by the token, at this identity level, at this moment."""

    person: PersonalId
    level: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """A live consent (sự đồng ý) of a subject to one asker for one procedure: the items it names, until it expires."""

    id: ConsentId
    items: frozenset[ItemId]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Right:
    """The answer: allowed when there is no refusal; `reason` narrows a refusal for the text shown.

    `items` are the only ones it covers, None where it covers all. `awaits` are the lists of the caller's own record
    that could still give the right: with it, a refusal is not the last word until they were read.
    """

    refusal: Refusal | None = None
    reason: str | None = None
    basis: Basis | None = None
    consent: ConsentId | None = None
    items: frozenset[ItemId] | None = None
    awaits: tuple[ItemId, ...] = ()

    @property
    def allowed(self) -> bool:
        """Say whether data may be asked for."""
        return self.refusal is None

    def covers(self, item: ItemId) -> bool:
        """Say whether this item may be asked for."""
        return self.allowed and (self.items is None or item in self.items)


_LOW: Final = Right("no_right", "identity_level")
_NO_CONSENT: Final = Right("no_consent")


def right_to(subject: SubjectId, asker: Asker, grant: Grant | None = None) -> Right:
    """Decide whether the asker may have the subject's register data, as far as it can be told before any reply.

    What is said of somebody else is the same whether that person exists or not.
    """
    if is_organisation(subject):
        return _LOW if asker.level < REGISTER_LEVEL else Right("no_right", "not_representative", awaits=(REPRESENTED,))
    if subject == asker.person:
        return _LOW if asker.level < REGISTER_LEVEL else Right(basis="own")
    if asker.level < REGISTER_LEVEL:
        return _NO_CONSENT
    if grant is not None and asker.at < grant.expires_at:
        return Right(basis="consent", consent=grant.id, items=grant.items)
    if asker.at.year - birth_year(subject) <= ADULT:
        return Right("no_consent", awaits=(CHILDREN, WARDS))
    # An adult's guardian of record (BLDS 91/2015/QH13 Điều 46) is not looked for: asking one's own record about every
    # stranger named would ask for more than the form binds.
    return _NO_CONSENT


def settled(
    right: Right, subject: SubjectId, lists: Mapping[ItemId, Sequence[Mapping[ItemId, Json]]], on: date
) -> Right:
    """Decide a right that awaited the caller's own lists, now that they were read.

    `lists` holds the rows of each list by the columns' item ids. A child counts while surely under age: of a birth
    date known to the year only, the earliest day is taken.
    """
    if not right.awaits:
        return right
    if is_organisation(subject):
        codes = {row.get(_CODE) for row in lists.get(REPRESENTED, ())}
        return Right(basis="representative") if code_of(subject) in codes else Right(right.refusal, right.reason)
    wards = {row.get(_WARD) for row in lists.get(WARDS, ())}
    minors = {row.get(_CHILD) for row in lists.get(CHILDREN, ()) if _is_minor(row, on)}
    return Right(basis="guardian") if subject in wards | minors else Right(right.refusal, right.reason)


def undecided(right: Right) -> Right:
    """Return a right that could not be settled, for the caller's own record was not to be had: it still awaits it."""
    if right.refusal == "no_right":
        return Right("no_right", "standing_unknown", awaits=right.awaits)
    return Right("no_consent", "standing_unknown", awaits=right.awaits)


def _is_minor(row: Mapping[ItemId, Json], on: date) -> bool:
    written = row.get(_BORN)
    try:
        born = PartialDate.parse(written) if isinstance(written, str) else None
    except InvalidValue:
        return False
    if born is None:
        return False
    return (on.year - ADULT, on.month, on.day) < (born.year, born.month or 1, born.day or 1)
