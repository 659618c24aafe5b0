"""A plain path's getter reads exactly what jsonpath-ng reads."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonpath_ng.ext.parser import parse

from chalicelib.kernel.canonical import Json
from chalicelib.sources.definition import REGISTERS
from chalicelib.sources.paths import BadPath, compile_path, plain_steps
from tests.support.definitions import packaged

NAMES = ("a", "b_1", "where", "họ tên", "x-y")


def by_library(path: str, document: Json) -> list[Json]:
    return [found.value for found in parse(path).find(document)]


def mappings() -> list[tuple[str, Json]]:
    bodies = [REGISTERS.parse(packaged().envelopes["registers", code].body) for code in packaged().codes(REGISTERS)]
    return [
        (each["path"], example["reply"])
        for body in bodies
        for each in body["attributes"]
        for example in body["examples"]
    ]


@pytest.mark.parametrize(("path", "reply"), mappings())
def test_every_published_mapping_reads_the_same_with_getter_and_library(path: str, reply: Json) -> None:
    assert compile_path(path)(reply) == by_library(path, reply)


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)
steps = st.lists(st.sampled_from([".a", ".b_1", "['where']", "['họ tên']", "['x-y']", "[0]", "[1]", "[2]"]), max_size=4)


@given(document=documents, path=steps.map(lambda found: "$" + "".join(found)))
def test_a_plain_path_reads_the_same_from_any_document(document: Any, path: str) -> None:  # noqa: ANN401 - any JSON
    assert plain_steps(path) is not None
    assert compile_path(path)(document) == by_library(path, document)


def test_the_library_reads_what_is_not_plain() -> None:
    reply: Json = {"parts": [{"kind": "x", "value": 1}, {"kind": "y", "value": 2}, {"kind": "x", "value": 3}]}

    assert plain_steps("$.parts[*].value") is None
    assert compile_path("$.parts[*].value")(reply) == [1, 2, 3]
    assert compile_path("$.parts[?(@.kind == 'x')].value")(reply) == [1, 3]


def test_a_null_on_the_way_ends_the_path_and_a_null_at_its_end_is_told() -> None:
    assert compile_path("$.a.b")({"a": None}) == []
    assert compile_path("$.a")({"a": None}) == [None]


@pytest.mark.parametrize("path", ["$..x", "$.a..b", "a.b", "", "$.a[", "$.a[?(", "$.a b", "$." + "a" * 300])
def test_a_path_that_descends_or_cannot_be_read_is_refused(path: str) -> None:
    with pytest.raises(BadPath):
        compile_path(path)
