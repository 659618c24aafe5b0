"""Whose word counts: the token's, a prefill's, or the caller's own; merged into one set of facts.

Pure. Knows inputs and values; no rule, no store. What is not known is absent, which is not false.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import date
from typing import Final

from chalicelib.fees.model import Fact, Input, Span, Value
from chalicelib.fees.port import Known
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.dates import PartialDate
from chalicelib.kernel.errors import FieldProblem, Forbidden, InvalidValue, Unprocessable
from chalicelib.kernel.frozen import dataclass

DISPUTED: Final = "disputed"
"""In a fact's provenance: that the caller declared something else."""


class NoSuchPrefill(Unprocessable):
    """No such revision of a prefill of this citizen's through this client."""

    code = "no_such_prefill"

    def __init__(self) -> None:
        """Name the place in the request."""
        super().__init__(FieldProblem("/prefill", "no_such_prefill"))


class PrefillLevel(Forbidden):
    """The prefill was opened at a higher identity level (mức độ định danh) than the caller shows now."""

    code = "identity_level_too_low"


class BadFacts(Unprocessable):
    """Facts or quantities that no rule of the procedure goes by, or whose values are not of their type."""

    code = "bad_facts"


@dataclass(frozen=True, slots=True)
class Declared:
    """What the caller says, by input or by item."""

    facts: Mapping[str, Json] = field(default_factory=dict)
    quantities: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """Declared facts and quantities as inputs have them."""

    facts: Mapping[str, Fact]
    quantities: Mapping[str, int]


def read_declared(inputs: Mapping[str, Input], declared: Declared, as_of: date) -> Read:
    """Read what the caller says against the procedure's inputs.

    Raises BadFacts naming each that is unknown (`unknown_fact`, `unknown_quantity`) or not of its type (`bad_fact`,
    `bad_quantity`).
    """
    facts: dict[str, Fact] = {}
    problems = [*_wrong_quantities(inputs, declared.quantities)]
    for name, value in declared.facts.items():
        told = list(_told(inputs, name, value, as_of))
        if not told:
            problems.append(FieldProblem(f"/facts/{name}", "unknown_fact"))
        for input_, read in told:
            if read is None or not input_.accepts(read):
                problems.append(FieldProblem(f"/facts/{name}", "bad_fact"))
            else:
                facts[input_.name] = _said(input_, read)
    if problems:
        raise BadFacts(*dict.fromkeys(problems))
    return Read(facts, dict(declared.quantities))


def _said(input_: Input, value: Value) -> Fact:
    """Return what the caller said: of what they apply for it is theirs to say, of all else only their word."""
    if input_.source.by == "choice":
        return Fact(value, "verified", {"by": "choice"})
    return Fact(value, "declared")


def with_known(
    inputs: Mapping[str, Input], declared: Mapping[str, Fact], known: Iterable[Known], as_of: date
) -> dict[str, Fact]:
    """Lay what a prefill knows over what was declared.

    What it knows stands. Where the caller declares something else, nobody's word is taken for verified, and what rests
    on it goes to review.
    """
    facts = dict(declared)
    by_item = {each.item: each for each in known}
    for input_ in inputs.values():
        if input_.source.by != "item" or (told := by_item.get(input_.source.item)) is None:  # type: ignore[call-overload]
            continue
        value = from_item(input_, told.value, as_of)
        if value is None or not input_.accepts(value):
            continue
        origin: JsonObject = {"item": told.item, **told.provenance}
        fact = Fact(value, "verified" if told.is_verified else "declared", origin)
        before = declared.get(input_.name)
        if before is not None and not _agree(value, before.value):
            fact = replace(fact, assurance="declared", provenance={**origin, DISPUTED: value_to_json(before.value)})
        facts[input_.name] = fact
    return facts


def with_level(inputs: Mapping[str, Input], facts: Mapping[str, Fact], level: int) -> dict[str, Fact]:
    """Put the identity level that the token proves in place of any that was declared."""
    proved = {
        name: Fact(level, "verified", {"source": "token"})
        for name, input_ in inputs.items()
        if input_.source.by == "identity_level" and input_.accepts(level)
    }
    return {**facts, **proved}


def from_item(input_: Input, value: Json, as_of: date) -> Value | None:
    """Read an item's value as the input wants it; None where it does not say."""
    match input_.source.read:
        case "age":
            return _age(value, as_of)
        case "present":
            return True if value not in (None, "", []) else None
        case "one_of":
            told = value if isinstance(value, list) else [value]
            return any(each in input_.source.one_of for each in told if isinstance(each, str))
    return _as_it_stands(input_, value)


def value_to_json(value: Value) -> Json:
    """Write a value; a day as ISO 8601, a span as its two ends."""
    if isinstance(value, Span):
        return {"low": value.low, "high": value.high}
    return value.isoformat() if isinstance(value, date) else value


def _wrong_quantities(inputs: Mapping[str, Input], quantities: Mapping[str, int]) -> Iterator[FieldProblem]:
    for name, value in quantities.items():
        input_ = inputs.get(name)
        if input_ is None or input_.source.by != "quantity":
            yield FieldProblem(f"/quantities/{name}", "unknown_quantity")
        elif not input_.accepts(value):
            yield FieldProblem(f"/quantities/{name}", "bad_quantity")


def _told(inputs: Mapping[str, Input], name: str, value: Json, as_of: date) -> Iterator[tuple[Input, Value | None]]:
    """Yield the inputs that a declared fact is about, each with its reading."""
    input_ = inputs.get(name)
    if input_ is not None and input_.source.by in {"fact", "choice", "item", "identity_level"}:
        yield input_, _as_it_stands(input_, value)
    for each in inputs.values():
        if each.source.by == "item" and each.source.item == name:
            yield each, from_item(each, value, as_of)


def _as_it_stands(input_: Input, value: Json) -> Value | None:
    if input_.type == "date":
        day = _partial(value)
        return None if day is None or day.month is None or day.day is None else date(day.year, day.month, day.day)
    return value if isinstance(value, bool | int | str) else None


def _partial(value: Json) -> PartialDate | None:
    try:
        return PartialDate.parse(value) if isinstance(value, str) else None
    except InvalidValue:
        return None


def _age(value: Json, as_of: date) -> Value | None:
    """Return full years from a birth date to a day; of one known only to month or year, the least and the most."""
    born = _partial(value)
    if born is None:
        return None
    least = _years((born.year, born.month or 12, born.day or 31), as_of)
    most = _years((born.year, born.month or 1, born.day or 1), as_of)
    return most if least == most else Span(least, most)


def _years(born: tuple[int, int, int], as_of: date) -> int:
    year, *rest = born
    return as_of.year - year - ((as_of.month, as_of.day) < tuple(rest))


def _agree(known: Value, declared: Value) -> bool:
    if isinstance(known, Span) and isinstance(declared, int):
        return known.low <= declared <= known.high
    return type(known) is type(declared) and known == declared
