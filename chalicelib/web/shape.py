"""From bytes to a declared shape, with every fault named by place and stable code. Knows pydantic, no route."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from chalicelib.kernel.errors import FieldProblem, InvalidRequest, Unprocessable
from chalicelib.web.errors import MalformedJson, TooDeep

MAX_DEPTH: Final = 32
_MOST_PROBLEMS = 50
_LONGEST_POINTER = 200
_MOST_VALUES = 12
_VALUES = re.compile(r"'([^']*)'|(True|False|\d+)")
_TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)

_CODES: Final[Mapping[str, str]] = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "string_too_short": "too_short",
    "too_short": "too_short",
    "string_pattern_mismatch": "pattern",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "finite_number": "out_of_range",
    "literal_error": "not_allowed",
    "enum": "not_allowed",
    "union_tag_invalid": "not_allowed",
    "union_tag_not_found": "missing",
    "date_parsing": "invalid_value",
    "date_from_datetime_parsing": "invalid_value",
    "datetime_parsing": "invalid_value",
    "datetime_from_date_parsing": "invalid_value",
    "timezone_aware": "invalid_value",
}
FIELD_CODES: Final = frozenset({*_CODES.values(), "wrong_type", "invalid_value", "repeated", "agreement_needed"})
_SHAPE = frozenset({"missing", "unknown_field", "wrong_type", "repeated"})

M = TypeVar("M", bound=BaseModel)


class Shape(BaseModel):
    """Base of every model that a route reads: exact types, no unknown fields, built on first use."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


def told(vi: str, en: str) -> dict[str, Any]:
    """Return what `Field(**told(…))` needs to describe a field in both languages of the reference."""
    return {"description": en, "json_schema_extra": {"x-vi": vi}}


def parse_json(raw: bytes, max_depth: int = MAX_DEPTH) -> object:
    """Read JSON text (RFC 8259: no NaN, no lone surrogates; of a name written twice the last counts).

    Raises TooDeep and MalformedJson.
    """
    if _depth_exceeds(raw, max_depth):
        raise TooDeep(limit=max_depth)
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise MalformedJson from error


def read_body(model: type[M], raw: bytes) -> M:
    """Read a request body.

    Raises MalformedJson, TooDeep, InvalidRequest (400: not of the shape) or Unprocessable (422: right shape,
    a value out of bounds), with RFC 6901 pointers into the body.
    """
    document = parse_json(raw)
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise _refusal(_problems(error, document, "")) from error


def read_strings(model: type[M], values: Mapping[str, list[str]], where: str) -> M:
    """Read path or query parameters; `where` leads their pointers: `/query/limit`.

    Raises InvalidRequest: a parameter that is repeated, unknown, missing or outside its pattern.
    """
    repeated = [FieldProblem(f"/{where}{_pointer([name])}", "repeated") for name in values if len(values[name]) != 1]
    if repeated:
        raise InvalidRequest(*repeated[:_MOST_PROBLEMS])
    single = {name: found[0] for name, found in values.items()}
    try:
        return model.model_validate_strings(single)
    except ValidationError as error:
        raise InvalidRequest(*_problems(error, single, f"/{where}")) from error


def _refusal(problems: list[FieldProblem]) -> InvalidRequest | Unprocessable:
    if any(problem.code in _SHAPE for problem in problems):
        return InvalidRequest(*problems)
    return Unprocessable(*problems)


def _problems(error: ValidationError, document: object, prefix: str) -> list[FieldProblem]:
    details = error.errors(include_url=False, include_input=False)[:_MOST_PROBLEMS]
    found = (
        FieldProblem(prefix + _pointer(_place(detail, document)), _code(detail), _allowed(detail)) for detail in details
    )
    return list(dict.fromkeys(found))


def _allowed(detail: ErrorDetails) -> str:
    """Return the values that a closed list has, as they are written in JSON; nothing where they are many."""
    if detail["type"] != "literal_error" or _is_agreement(detail):
        return ""
    values = _VALUES.findall(str(detail.get("ctx", {}).get("expected", "")))
    return ", ".join(text or literal.lower() for text, literal in values) if len(values) <= _MOST_VALUES else ""


def _is_agreement(detail: ErrorDetails) -> bool:
    """Say whether the field takes nothing but true: whoever sends anything else has not agreed."""
    return detail["type"] == "literal_error" and detail.get("ctx", {}).get("expected") == "True"


def _code(detail: ErrorDetails) -> str:
    kind = detail["type"]
    if _is_agreement(detail):
        return "agreement_needed"
    if kind in _CODES:
        return _CODES[kind]
    return "wrong_type" if kind.endswith(("_type", "_parsing", "int_from_float")) else "invalid_value"


def _place(detail: ErrorDetails, document: object) -> Iterable[str | int]:
    """Yield the steps that exist in the document: pydantic's location also names union branches."""
    node = document
    location = detail["loc"]
    for position, step in enumerate(location):
        if (isinstance(node, dict) and step in node) or (
            isinstance(node, list) and isinstance(step, int) and step < len(node)
        ):
            node = node[step]  # type: ignore[index]
            yield step
        elif detail["type"] == "missing" and position == len(location) - 1:
            yield step


def _pointer(steps: Iterable[str | int]) -> str:
    text = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
    return text[:_LONGEST_POINTER]


def _depth_exceeds(raw: bytes, limit: int) -> bool:
    if raw.count(b"[") + raw.count(b"{") <= limit:
        return False
    depth = 0
    for token in _TOKENS.finditer(raw):
        first = token.group()[:1]
        if first in b"[{":
            depth += 1
            if depth > limit:
                return True
        elif first in b"]}":
            depth -= 1
    return False
