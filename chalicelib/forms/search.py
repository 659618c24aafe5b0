"""What a search over thousands of procedures looks at: each one's words, folded once, when the set is made.

Pure. Knows how a name is written in a body, and nothing of where sets are kept or how a page is answered.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import islice

from chalicelib.definitions.model import Envelope
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.frozen import dataclass
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


class Search:
    """The procedures of one set with what the index carries of each, in order of code."""

    def __init__(self, briefs: Iterable[tuple[str, JsonObject]]) -> None:
        self._briefs = sorted(briefs, key=_code)

    def page(self, wanted: Wanted, after: ProcedureCode | None, limit: int) -> Found:
        """Return up to `limit` codes after a code. One look at each brief at most, and no procedure is opened."""
        words = unmarked(wanted.words).split()
        start = 0 if after is None else bisect_right(self._briefs, str(after), key=_code)
        found: list[ProcedureCode] = []
        for code, told in islice(self._briefs, start, None):
            if _is_at(told, wanted.life_event) and _says(told, words):
                found.append(ProcedureCode(code))
            if len(found) > limit:
                break
        return Found(tuple(found[:limit]), found[limit - 1] if len(found) > limit else None)


def brief(envelope: Envelope) -> JsonObject:
    """Return what the index carries of a procedure: the words of its code and names, folded, and its life events."""
    name, events = envelope.body.get("name"), envelope.body.get("life_events")
    names = [str(name[language]) for language in ("vi", "en") if language in name] if isinstance(name, dict) else []
    folded: JsonObject = {"words": unmarked(" ".join([envelope.code, *names]))}
    return folded | ({"life_events": events} if isinstance(events, list) and events else {})


def _code(line: tuple[str, JsonObject]) -> str:
    return line[0]


def _says(told: JsonObject, words: Sequence[str]) -> bool:
    folded = told.get("words")
    return isinstance(folded, str) and all(word in folded for word in words)


def _is_at(told: JsonObject, life_event: str | None) -> bool:
    events = told.get("life_events")
    return life_event is None or (isinstance(events, list) and life_event in events)
