"""Identifiers, typed so that one kind never stands where another is meant.

Knows how an id looks; must not know what is stored under it.
"""

import re
import secrets
from datetime import UTC, datetime
from typing import NewType, Protocol, TypeAlias, TypeGuard

from chalicelib.kernel.clock import Clock

PersonalId = NewType("PersonalId", str)
"""Số định danh cá nhân: 12 digits, no check digit (NĐ 137/2015). Personal data."""

OrganisationId = NewType("OrganisationId", str)
"""An organisation's code (mã số doanh nghiệp) behind the mark `ORG:`, so that it never equals a personal id: since
2025 a household business's tax code is its owner's personal id."""

SubjectId: TypeAlias = PersonalId | OrganisationId
"""Whom data is about: a person, or an organisation that a representative acts for."""

CitizenRef = NewType("CitizenRef", str)
"""Keyed digest of a subject's id: what storage keys carry in its place."""

ClientId = NewType("ClientId", str)
PrefillId = NewType("PrefillId", str)
ConsentId = NewType("ConsentId", str)
DocumentId = NewType("DocumentId", str)
"""A document of the warehouse; of one that somebody uploaded, the id of the upload."""

UploadId = NewType("UploadId", str)
EventId = NewType("EventId", str)
ProcedureCode = NewType("ProcedureCode", str)
FormCode = NewType("FormCode", str)
RegisterCode = NewType("RegisterCode", str)
ItemId = NewType("ItemId", str)
CatalogueHash = NewType("CatalogueHash", str)

_ORGANISATION = "ORG:"
_PERSONAL_ID = re.compile(r"[0-9]{12}")
_RESERVED = re.compile(r"[0-9]{6}999[0-9]{3}")
_BUSINESS_CODE = re.compile(r"[0-9]{10}")
_BUSINESS_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULID = re.compile(rf"[{_CROCKFORD}]{{26}}")


def is_personal_id(text: str) -> bool:
    """Say whether the text has the shape of a personal id; its parts are only hints, never a proof."""
    return _PERSONAL_ID.fullmatch(text) is not None


def organisation_id(code: str) -> OrganisationId:
    """Return the id of the organisation with this code."""
    return OrganisationId(_ORGANISATION + code)


def is_organisation(subject: SubjectId) -> TypeGuard[OrganisationId]:
    """Say whether the subject is an organisation."""
    return subject.startswith(_ORGANISATION)


def code_of(organisation: OrganisationId) -> str:
    """Return the organisation's code, as registers know it."""
    return organisation.removeprefix(_ORGANISATION)


def is_synthetic(personal_id: PersonalId) -> bool:
    """Say whether the id is in the range kept for made-up citizens (ends in 999xxx)."""
    return _RESERVED.fullmatch(personal_id) is not None


def is_business_code(text: str) -> bool:
    """Say whether the text is an enterprise code (mã số doanh nghiệp, mã số thuế): 10 digits, the last a check digit.

    The check digit is 10 less the weighted sum of the others modulo 11; a sum without such a digit is nobody's code.
    """
    if not _BUSINESS_CODE.fullmatch(text):
        return False
    weighed = sum(weight * int(digit) for weight, digit in zip(_BUSINESS_WEIGHTS, text, strict=False))
    return 10 - weighed % 11 == int(text[9])


def is_synthetic_business(code: str) -> bool:
    """Say whether the code is in the range kept for made-up organisations: it starts with 99, which no tax office has.

    Offices are numbered by province, below 99: an assumption of this house, not a published reservation.
    """
    return is_business_code(code) and code.startswith("99")


def is_ulid(text: str) -> bool:
    """Say whether the text could be an id made by `IdSource`."""
    return _ULID.fullmatch(text) is not None


def ulid_time(ulid: str) -> datetime:
    """Return when a well-formed id was made (ULID: 48 bits of milliseconds first)."""
    milliseconds = 0
    for letter in ulid[:10]:
        milliseconds = milliseconds * 32 + _CROCKFORD.index(letter)
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


class IdSource(Protocol):
    """Where new ids come from; tests pass a counted one."""

    def new(self) -> str:
        """Return a fresh ULID: sortable by time, 80 random bits."""
        ...


class RandomIds:
    """ULIDs from the clock and the system's randomness."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def new(self) -> str:
        """Return a fresh ULID."""
        milliseconds = int(self._clock.now().timestamp() * 1000)
        return encode_ulid(milliseconds, secrets.randbits(80))


def encode_ulid(milliseconds: int, randomness: int) -> str:
    """Write 48 bits of time and 80 bits of randomness in Crockford's base 32 (ULID specification)."""
    number = (milliseconds << 80) | randomness
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))
