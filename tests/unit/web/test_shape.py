"""Reading JSON and strings into declared shapes."""

from contextlib import suppress
from typing import Annotated, Literal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from chalicelib.kernel.errors import FieldProblem, InvalidRequest, Unprocessable
from chalicelib.web.errors import MalformedJson, TooDeep
from chalicelib.web.shape import FIELD_CODES, Shape, parse_json, read_body, read_strings


class Tree(Shape):
    name: Annotated[str, Field(max_length=3)]
    sub: "Tree | None" = None


@given(st.binary(max_size=200))
def test_any_bytes_are_json_or_refused(raw: bytes) -> None:
    with suppress(MalformedJson, TooDeep):
        parse_json(raw)


@given(st.recursive(st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_any_text_body_is_read_or_refused_with_known_codes(document: object) -> None:
    assert codes(orjson.dumps(document)) <= FIELD_CODES


def codes(raw: bytes) -> set[str]:
    try:
        read_body(Tree, raw)
    except (InvalidRequest, Unprocessable) as refusal:
        return {problem.code for problem in refusal.problems}
    return set()


@pytest.mark.parametrize("depth", [1, 31, 32])
def test_depth_up_to_the_limit_is_taken(depth: int) -> None:
    parse_json(b"[" * depth + b"]" * depth)
    parse_json(b"[" + b"[]," * 500 + b"[]]")
    with pytest.raises(TooDeep):
        parse_json(b"[" * (depth + 1) + b"]" * (depth + 1), depth)


def test_quotes_that_never_end_are_scanned_once() -> None:
    with pytest.raises(MalformedJson):
        parse_json(b"[" * 20 + b'"' + b'\\"' * 30_000 + b"[" * 20)


def test_of_a_name_written_twice_the_last_counts() -> None:
    assert read_body(Tree, b'{"name": "a", "name": "b"}').name == "b"


class Chosen(Shape):
    kind: Literal["a/b", "c"]
    yes: Literal[True]


def test_a_value_outside_a_short_list_is_told_with_the_list_and_a_missing_agreement_as_that() -> None:
    with pytest.raises(Unprocessable) as refusal:
        read_body(Chosen, b'{"kind":"d","yes":false}')
    assert [(each.pointer, each.code, each.allowed) for each in refusal.value.problems] == [
        ("/kind", "not_allowed", "a/b, c"),
        ("/yes", "agreement_needed", ""),
    ]


def test_a_deep_fault_is_pointed_at() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        read_body(Tree, b'{"name":"a","sub":{"name":"b","sub":{"nam/e":"c"}}}')
    assert set(refusal.value.problems) == {
        FieldProblem("/sub/sub/name", "missing"),
        FieldProblem("/sub/sub/nam~1e", "unknown_field"),
    }


def test_a_parameter_is_read_by_its_type() -> None:
    class Query(Shape):
        count: int = 0
        exact: bool = False

    assert read_strings(Query, {"count": ["7"], "exact": ["true"]}, "query") == Query(count=7, exact=True)
    with pytest.raises(InvalidRequest) as refusal:
        read_strings(Query, {"count": ["7.5"]}, "query")
    assert refusal.value.problems == (FieldProblem("/query/count", "wrong_type"),)
