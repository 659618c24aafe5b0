"""Addresses written as one text, read from the end: province, (district), commune, then the line. Pure.

The text that was written is kept beside whatever was read in it (sources.md §7), and nothing is chosen for the citizen:
a name that fits several communes gives all of them. Since 01/07/2025 there is no district; a text that still has one,
or a province that is no more, is read by the tables before, and `today` says where that lies now.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final, TypeVar

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import comparable
from chalicelib.vocabulary.places import DISTRICTAL, Gazetteer, Index, type_of
from chalicelib.vocabulary.reading import Unread, refused
from chalicelib.vocabulary.units import Ambiguous, Commune, District, Exact, Province, Successor, Table, Units, Unmapped

_PIECE: Final = re.compile(r"[^,;\n|]+")
_WORD: Final = re.compile(r"\S+")
_EDGES: Final = " \t\r\u00a0.-–—"
_COUNTRY: Final = frozenset({"việt nam", "vietnam", "viet nam", "vn", "nước việt nam", "chxhcn việt nam"})
_STREET: Final = frozenset(
    {"đường", "phố", "ngõ", "ngách", "hẻm", "kiệt", "số", "tổ", "thôn", "ấp", "xóm", "khu", "làng", "bản", "buôn"}
    | {"tòa", "nhà", "chợ", "cầu", "lộ", "ql", "tl", "kđt", "kp", "duong", "pho", "ngo", "hem", "to", "thon", "ap"}
)
"""Words after which a place's name is a street's or a hamlet's: Đường Hà Nội, Phố Huế, Thôn Phú Thọ."""
_MOST_WORDS: Final = 7
T = TypeVar("T", Province, District, Commune)


@dataclass(frozen=True, slots=True)
class Address:
    """What was read. `communes` are all that fit, of `table`'s time; `line` is the rest, as written.

    `certain`: one commune, and its name, type and marks are the written ones. A district is only ever of the old time.
    """

    original: str
    line: str
    province: Province
    district: District | None
    communes: tuple[Commune, ...]
    table: Table
    certain: bool


@dataclass(frozen=True, slots=True)
class _Unread:
    """The text as far as nothing was read in it yet: its pieces between commas, as spans."""

    original: str
    spans: tuple[tuple[int, int], ...]

    def tails(self) -> Iterator[tuple[str, str, "_Unread"]]:
        """Yield the last piece, then its last words, the most first: (text, the word before, what stays unread)."""
        if not self.spans:
            return
        *before, (start, end) = self.spans
        words = [start + word.start() for word in _WORD.finditer(self.original[start:end])]
        for place, begin in enumerate(words):
            if place == 0 or place >= len(words) - _MOST_WORDS:
                left = self.original[start:begin].strip(_EDGES).strip()
                spans = (*before, (start, begin)) if left else tuple(before)
                yield (
                    self.original[begin:end].strip(_EDGES),
                    (left.split() or [""])[-1],
                    _Unread(self.original, spans),
                )

    @property
    def line(self) -> str:
        """Return it as it was written."""
        return self.original[self.spans[0][0] : self.spans[-1][1]].strip(_EDGES + ",;|\n") if self.spans else ""


def read_address(text: str, on: date, places: Gazetteer) -> Address | Unread:
    """Read an address as it was written on a day. Never raises; a text without a province is Unread."""
    if (no := refused(text)) is not None:
        return no
    unread = _start(text)
    readings: list[Address] = []
    if not places.units.provinces.is_former(on) and (found := _read(unread, "communes", places)) is not None:
        if found.certain:
            return found  # and the big table of before stays closed
        readings.append(found)
    if (found := _read(unread, "former-communes", places)) is not None:
        readings.append(found)
    return max(readings, key=_weight) if readings else Unread("no_province")


def today(address: Address, units: Units) -> Successor:
    """Say in which commune of today the address lies: exact only where reading and land leave one."""
    if address.table == "communes":
        return _answer({each.code for each in address.communes}, sure=address.certain)
    places = [each.code for each in address.communes] or ([address.district.code] if address.district else [])
    found = [units.successors(each) for each in places]
    sure = address.certain and all(isinstance(each, Exact) for each in found)
    return _answer({code for each in found for code in _codes(each)}, sure=sure)


def _codes(successor: Successor) -> tuple[str, ...]:
    match successor:
        case Exact(code):
            return (code,)
        case Ambiguous(candidates):
            return candidates
        case _:
            return ()


def _answer(codes: set[str], *, sure: bool) -> Successor:
    if not codes:
        return Unmapped()
    return Exact(min(codes)) if sure and len(codes) == 1 else Ambiguous(tuple(sorted(codes)))


def _weight(address: Address) -> tuple[bool, ...]:
    """Prefer the reading that is certain, then one with a commune, a district, a single commune; then today's."""
    return (
        address.certain,
        bool(address.communes),
        address.district is not None,
        len(address.communes) == 1,
        address.table == "communes",
    )


def _start(text: str) -> _Unread:
    spans = [found.span() for found in _PIECE.finditer(text) if found[0].strip(_EDGES)]
    while spans and comparable(text[slice(*spans[-1])].strip(_EDGES)) in _COUNTRY:
        spans.pop()
    return _Unread(text, tuple(spans))


def _read(unread: _Unread, table: Table, places: Gazetteer) -> Address | None:
    found, _, rest = _take(unread, places.provinces(table), typed=False)
    if not found:
        return None
    province = found[0]
    if table == "communes":
        rest, had_district = _without_district(rest)
        communes, sure, rest = _take(rest, places.communes(table, province.code))
        certain = sure and len(communes) == 1 and not had_district
        return Address(unread.original, rest.line, province, None, communes, table, certain)
    districts, _, rest = _take(rest, places.districts(province.code))
    communes, sure, rest = _take(rest, places.communes(table, province.code))
    within = tuple(each for each in communes if not districts or each.district in districts)
    district = districts[0] if len(districts) == 1 else None
    certain = sure and len(within) == 1
    return Address(unread.original, rest.line, province, district, within, table, certain)


def _take(unread: _Unread, units: Index[T], *, typed: bool = True) -> tuple[tuple[T, ...], bool, _Unread]:
    """Take a unit from the end. Part of a piece counts only with its type before it, unless `typed` is off."""
    for tail, before, rest in unread.tails():
        if before and ((typed and not type_of(tail)) or comparable(before) in _STREET):
            continue
        found, sure = units.find(tail)
        if found:
            return found, sure, rest
    return (), False, unread


def _without_district(unread: _Unread) -> tuple[_Unread, bool]:
    """Leave out a district that is written though there is none any more."""
    for tail, before, rest in unread.tails():
        if type_of(tail) in DISTRICTAL and comparable(before) not in _STREET:
            return rest, True
    return unread, False
