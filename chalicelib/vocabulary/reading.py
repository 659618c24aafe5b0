"""What a reader of written text returns when it cannot read it: a named failure, never an exception. Pure."""

from typing import Final, Literal, TypeAlias

from chalicelib.kernel.frozen import dataclass

Reason: TypeAlias = Literal[
    "empty",
    "too_long",
    "unreadable",
    "two_digit_year",
    "no_such_day",
    "not_a_number",
    "wrong_length",
    "no_province",
    "too_few_fields",
    "bad_encoding",
    "bad_personal_id",
    "bad_name",
    "bad_date",
    "bad_gender",
    "bad_card_number",
    "not_in_the_list",
]

LONGEST: Final = 1000
"""No value that people write is longer; nothing longer is looked at."""


@dataclass(frozen=True, slots=True)
class Unread:
    """The text could not be read as what it was taken for. The text itself stays with whoever has it."""

    reason: Reason


def refused(text: str) -> Unread | None:
    """Return why a text is not worth reading, None where it is."""
    if not text.strip():
        return Unread("empty")
    return Unread("too_long") if len(text) > LONGEST else None
