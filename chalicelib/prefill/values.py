"""From what is said of an item to what is said of a field: the form's own codes, and values that a rule makes. Pure.

A rule invents nothing: of an address without a street line there is no line, and of a year no day.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from chalicelib.forms.model import DeriveRule
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.dates import PartialDate
from chalicelib.kernel.errors import InvalidValue
from chalicelib.prefill.in_words import date_in_words
from chalicelib.prefill.model import Absent, Candidate, FieldAnswer, Outcome
from chalicelib.vocabulary.normalise import key

_HOME: Final = "VN"


def translated(codes: Mapping[str, str], found: FieldAnswer) -> FieldAnswer:
    """Put the dictionary's codes into the form's, in candidates too; a code without translation is `cast_failed`."""
    if isinstance(found.value, Absent) and not found.candidates:
        return found
    known = [each for each in found.candidates if isinstance(each.value, str) and each.value in codes]
    candidates = tuple(replace(each, value=codes[str(each.value)]) for each in known)
    if isinstance(found.value, str) and found.value in codes:
        return replace(found, value=codes[found.value], candidates=candidates)
    if isinstance(found.value, Absent) and candidates:
        return replace(found, candidates=candidates)
    return FieldAnswer("cast_failed", provenance=found.provenance)


def derived(rule: DeriveRule, found: FieldAnswer, outcome: Outcome) -> FieldAnswer:
    """Make the value by rule, in candidates too, and say so; an absence is carried over as it is.

    Where all candidates lead to one value nothing is in dispute: it stands with the `outcome` that the word of the
    highest authority had. `not_found` where the source has nothing of the kind.
    """
    if isinstance(found.value, Absent) and not found.candidates:
        return found
    if not found.candidates:
        return _made(rule, found)
    made = [Candidate(value, each.provenance) for each in found.candidates for value in make(rule, each.value)]
    candidates = tuple(replace(each, provenance=replace(each.provenance, rule=rule)) for each in made)
    if not candidates:
        return FieldAnswer("not_found", provenance=found.provenance)
    if len(candidates) == len(found.candidates) and len({key("text", each.value) for each in candidates}) == 1:
        return FieldAnswer(outcome, candidates[0].value, "auto", provenance=candidates[0].provenance)
    chosen = None if isinstance(found.value, Absent) else make(rule, found.value)
    if chosen and found.provenance is not None:
        return replace(found, value=chosen[0], provenance=replace(found.provenance, rule=rule), candidates=candidates)
    return FieldAnswer("conflict", candidates=candidates, policy="citizen_decides", detail=found.detail)


def _made(rule: DeriveRule, found: FieldAnswer) -> FieldAnswer:
    made = () if isinstance(found.value, Absent) else make(rule, found.value)
    if not made or found.provenance is None:
        return FieldAnswer("not_found", provenance=found.provenance)
    return replace(found, value=made[0], provenance=replace(found.provenance, rule=rule))


def make(rule: DeriveRule, value: Json) -> tuple[Json, ...]:
    """Return what the rule makes of a value; nothing where the value has nothing of the kind."""
    made = _RULES[rule](value)
    return () if made is None else (made,)


def _unit(level: str) -> Callable[[Json], str | None]:
    def name(value: Json) -> str | None:
        unit = value.get(level) if isinstance(value, dict) else None
        return _text(unit.get("name")) if isinstance(unit, dict) else None

    return name


def _line(value: Json) -> str | None:
    return _text(value.get("line")) if isinstance(value, dict) else None


def _whole(value: Json) -> str | None:
    """Write an address as one line, abroad with the code of its country, for it has no units of ours."""
    if not isinstance(value, dict):
        return None
    country = _text(value.get("country"))
    parts = (_line(value), _unit("commune")(value), _unit("province")(value), None if country == _HOME else country)
    return ", ".join(part for part in parts if part is not None) or None


def _year(value: Json) -> str | None:
    day = _day(value)
    return None if day is None else f"{day.year:04d}"


def _words(value: Json) -> str | None:
    day = _day(value)
    return None if day is None else date_in_words(day)


def _day(value: Json) -> PartialDate | None:
    try:
        return PartialDate.parse(value) if isinstance(value, str) else None
    except InvalidValue:
        return None


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


_RULES: Final[Mapping[DeriveRule, Callable[[Json], str | None]]] = {
    "province_of": _unit("province"),
    "commune_of": _unit("commune"),
    "line_of": _line,
    "year_of": _year,
    "date_in_words": _words,
    "whole_address": _whole,
}
