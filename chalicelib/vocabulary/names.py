"""Names of people (họ, chữ đệm và tên): taken apart in their order, compared as people mean them. Pure.

Registers write them in capitals, composed or decomposed, with the tone on either vowel (sources.md §2.7). The name that
is shown is the one that was written.
"""

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import comparable
from chalicelib.vocabulary.reading import Unread, refused


@dataclass(frozen=True, slots=True)
class Name:
    """A name as written: family name first, the given name last, what is between in the middle (may be empty).

    One word is the given name alone. Where a family name has two words (Tôn Nữ) nothing in the text tells, and the
    second counts as middle.
    """

    written: str
    family: str
    middle: str
    given: str


def read_name(text: str) -> Name | Unread:
    """Return the name; a text with a digit, or without a letter, is none."""
    if (no := refused(text)) is not None:
        return no
    if any(sign.isdigit() for sign in text) or not any(sign.isalpha() for sign in text):
        return Unread("bad_name")
    words = text.split()
    family = words[0] if len(words) > 1 else ""
    return Name(text, family, " ".join(words[1:-1]), words[-1])


def same_name(one: str, other: str) -> bool:
    """Say whether two spellings are one name. The order of the words counts, marks count."""
    return comparable(one) == comparable(other)
