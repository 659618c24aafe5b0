"""A plain path's getter reads exactly what jsonpath-ng reads."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonpath_ng.ext.parser import parse

from chalicelib.kernel.canonical import Json
from chalicelib.sources.definition import REGISTERS
from chalicelib.sources.written import RegisterBody
from chalicelib.vocabulary.paths import BadPath, compile_path, leads_to_one, plain_steps
from tests.support.definitions import packaged

NAMES = ("a", "b_1", "where", "họ tên", "x-y", "*")


def by_library(path: str, document: Json) -> list[Json]:
    return [found.value for found in parsed_by_library(path).find(document)]


@cache
def parsed_by_library(path: str) -> Any:  # noqa: ANN401 - the library is not typed
    return parse(path)


CODES = packaged().codes(REGISTERS)


def bodies(code: str) -> RegisterBody:
    parsed: RegisterBody = REGISTERS.parse(packaged().envelopes["registers", code].body)
    return parsed


@pytest.mark.parametrize("code", CODES)
def test_every_published_mapping_reads_the_same_with_getter_and_library(code: str) -> None:
    body = bodies(code)
    for attribute in body["attributes"]:
        for example in body["examples"]:
            found = by_library(attribute["path"], example["reply"])
            assert compile_path(attribute["path"])(example["reply"]) == found
            for column in attribute.get("columns", ()):
                for row in found:
                    assert compile_path(column["path"])(row) == by_library(column["path"], row)


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)
steps = st.lists(
    st.sampled_from([".a", ".b_1", "['where']", "['họ tên']", "['x-y']", "[0]", "[1]", "[2]", "[*]"]), max_size=4
)


@given(document=documents, path=steps.map(lambda found: "$" + "".join(found)))
def test_a_plain_path_reads_the_same_from_any_document(document: Any, path: str) -> None:  # noqa: ANN401 - any JSON
    assert plain_steps(path) is not None
    assert compile_path(path)(document) == by_library(path, document)


def test_the_library_reads_what_is_not_plain() -> None:
    reply: Json = {"parts": [{"kind": "x", "value": 1}, {"kind": "y", "value": 2}, {"kind": "x", "value": 3}]}

    assert plain_steps("$.parts[?(@.kind == 'x')].value") is None
    assert compile_path("$.parts[?(@.kind == 'x')].value")(reply) == [1, 3]


def test_each_element_of_a_list_is_plain_and_leads_to_more_than_one() -> None:
    reply: Json = {"parts": [{"value": 1}, {}, {"value": 3}], "none": None}

    assert compile_path("$.parts[*].value")(reply) == [1, 3]
    assert compile_path("$.none[*]")(reply) == []
    assert leads_to_one("$.parts[0].value")
    assert not leads_to_one("$.parts[*].value")
    assert not leads_to_one("$.parts[?(@.value == 1)].value")


def test_no_published_mapping_needs_the_library() -> None:
    """Importing it costs a cold start 20 ms."""
    paths = {each["path"] for code in CODES for each in bodies(code)["attributes"]}

    assert {path for path in paths if plain_steps(path) is None} == set()


def test_a_null_on_the_way_ends_the_path_and_a_null_at_its_end_is_told() -> None:
    assert compile_path("$.a.b")({"a": None}) == []
    assert compile_path("$.a")({"a": None}) == [None]


@pytest.mark.parametrize("path", ["$..x", "$.a..b", "a.b", "", "$.a[", "$.a[?(", "$.a b", "$." + "a" * 300])
def test_a_path_that_descends_or_cannot_be_read_is_refused(path: str) -> None:
    with pytest.raises(BadPath):
        compile_path(path)
