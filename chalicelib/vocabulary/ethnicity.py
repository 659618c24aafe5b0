"""Dân tộc and quốc tịch, which people write in each other's box (sources.md §2.7). Pure.

The lists belong to the dictionary and are passed in; what is unclear is a suggestion for the citizen, never a value.
"""

import re
from collections.abc import Mapping
from typing import Final

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import comparable, unmarked
from chalicelib.vocabulary.model import Text
from chalicelib.vocabulary.reading import Unread, refused

_HOME: Final = frozenset({"viet nam", "vietnam", "vn", "vnm", "nguoi viet nam", "quoc tich viet nam"})
_ALSO: Final[Mapping[str, str]] = {
    "kinh (viet)": "Kinh",
    "viet (kinh)": "Kinh",
    "nguoi kinh": "Kinh",
    "khmer": "Khơ-me",
    "kho me": "Khơ-me",
    "h'mong": "Mông",
    "hmong": "Mông",
    "mong (hmong)": "Mông",
    "ede": "Ê-đê",
    "giarai": "Gia-rai",
    "jarai": "Gia-rai",
    "jrai": "Gia-rai",
    "bana": "Ba-na",
}
"""Other spellings in use; inference, but for Kinh (Việt), Khmer and Mông, which the statistics office's list has."""
_PREFIX: Final = re.compile(r"^(dân tộc|dt)[\s:.]+", re.IGNORECASE)
_NOT_LETTERS: Final = re.compile(r"[^\w()']+")


@dataclass(frozen=True, slots=True)
class Ethnicity:
    """One of the 54 (dân tộc), by the code of the list."""

    code: str


@dataclass(frozen=True, slots=True)
class Nationality:
    """A nationality (quốc tịch), ISO 3166-1 alpha-2; only Vietnam's is known by name here."""

    code: str


@dataclass(frozen=True, slots=True)
class Misplaced:
    """It belongs in the other box. `suggestion` may be offered there or here; it is never filled in unasked."""

    belongs: Ethnicity | Nationality
    suggestion: str | None = None


def read_ethnicity(text: str, groups: Mapping[str, Text]) -> Ethnicity | Misplaced | Unread:
    """Return the group by the dictionary's list; 'Việt Nam' is a nationality, most often written for Kinh."""
    if (no := refused(text)) is not None:
        return no
    code = _group(text, groups)
    if code is not None:
        return Ethnicity(code)
    if _is_home(text):
        return Misplaced(Nationality("VN"), _group("Kinh", groups))
    return Unread("not_in_the_list")


def read_nationality(text: str, groups: Mapping[str, Text]) -> Nationality | Misplaced | Unread:
    """Return Vietnam's code for its name; the name of one of the 54 groups is an ethnicity."""
    if (no := refused(text)) is not None:
        return no
    if _is_home(text):
        return Nationality("VN")
    code = _group(text, groups)
    return Unread("not_in_the_list") if code is None else Misplaced(Ethnicity(code), "VN")


def _is_home(text: str) -> bool:
    return _letters(unmarked(text)) in _HOME


def _group(text: str, groups: Mapping[str, Text]) -> str | None:
    """Find the group: marks count first, and are ignored only where that still leaves one."""
    bare = _PREFIX.sub("", text.strip())
    known = _ALSO.get(_letters(unmarked(bare)), bare)
    for form in (comparable, unmarked):
        wanted = _letters(form(known))
        found = [code for code, name in groups.items() if _letters(form(name.vi)) == wanted]
        if len(found) == 1:
            return found[0]
    return None


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub(" ", text).strip()
