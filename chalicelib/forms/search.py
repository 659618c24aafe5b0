"""What a search over thousands of procedures looks at: each one's words, folded once, when the set is made.

Pure. Knows how a name is written in a body, and nothing of where sets are kept or how a page is answered.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.definitions.model import Envelope
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.ids import ProcedureCode
from chalicelib.kernel.text import unmarked


@dataclass(frozen=True, slots=True)
class Found:
    """Codes in their order, and the code to go on after if there are more."""

    codes: tuple[ProcedureCode, ...]
    next_after: ProcedureCode | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a procedure must match: every word, in any order, marks and case aside, and a life event if named."""

    words: str = ""
    life_event: str | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    code: ProcedureCode
    words: str
    life_events: frozenset[str]


class Search:
    """The procedures of one set, in order of code."""

    def __init__(self, briefs: Iterable[tuple[str, JsonObject]]) -> None:
        self._lines = [_line(code, found) for code, found in sorted(briefs, key=lambda each: each[0])]

    def page(self, wanted: Wanted, after: ProcedureCode | None, limit: int) -> Found:
        """Return up to `limit` codes after a code. One look at each line at most, and none is opened."""
        words = unmarked(wanted.words).split()
        start = 0 if after is None else bisect_right(self._lines, after, key=lambda line: line.code)
        found: list[ProcedureCode] = []
        for line in self._lines[start:]:
            if _is_at(line, wanted.life_event) and all(word in line.words for word in words):
                found.append(line.code)
            if len(found) > limit:
                break
        return Found(tuple(found[:limit]), found[limit - 1] if len(found) > limit else None)


def brief(envelope: Envelope) -> JsonObject:
    """Return what the index carries of a procedure: the words of its code and names, folded, and its life events."""
    name, events = envelope.body.get("name"), envelope.body.get("life_events")
    names = [str(name[language]) for language in ("vi", "en") if language in name] if isinstance(name, dict) else []
    folded: JsonObject = {"words": unmarked(" ".join([envelope.code, *names]))}
    return folded | ({"life_events": events} if isinstance(events, list) and events else {})


def _line(code: str, found: JsonObject) -> _Line:
    events = found.get("life_events")
    named = frozenset(str(event) for event in events) if isinstance(events, list) else frozenset[str]()
    return _Line(ProcedureCode(code), str(found.get("words", "")), named)


def _is_at(line: _Line, life_event: str | None) -> bool:
    return life_event is None or life_event in line.life_events
