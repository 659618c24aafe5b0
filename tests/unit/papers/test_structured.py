"""JSON and XML become the same plain values, which the same paths read."""

import pytest

from chalicelib.kernel.canonical import Json, canonical
from chalicelib.papers.model import Limits, Refused
from chalicelib.papers.structured import read_json, read_xml
from chalicelib.vocabulary.paths import compile_path
from tests.support.honest_files import JSON, XML

LIMITS = Limits()


def xml(body: str) -> Json:
    value = read_xml(body.encode(), LIMITS)
    assert not isinstance(value, Refused), value
    return value


def test_an_element_is_its_text_unless_there_is_more_to_say() -> None:
    assert xml("<a> NGUYỄN\n</a>") == {"a": "NGUYỄN"}
    assert xml('<a k="1">t</a>') == {"a": {"@k": "1", "#text": "t"}}
    assert xml("<a><b/><c>1</c><b>2</b></a>") == {"a": {"b": ["", "2"], "c": "1"}}
    assert xml("<a>x<b>y</b>z</a>") == {"a": {"b": "y", "#text": "xz"}}


def test_three_of_one_name_are_one_list_even_where_each_is_an_object() -> None:
    assert xml("<a><b><c>1</c></b><b><c>2</c></b><b/></a>") == {"a": {"b": [{"c": "1"}, {"c": "2"}, ""]}}


def test_namespaces_tell_no_names_apart() -> None:
    assert xml('<p:a xmlns:p="urn:x" p:k="1"><b xmlns="urn:y">1</b></p:a>') == {"a": {"@k": "1", "b": "1"}}


def test_one_kind_of_path_reads_both() -> None:
    of_json, of_xml = read_json(JSON, LIMITS), read_xml(XML, LIMITS)
    assert not isinstance(of_json, Refused)
    assert not isinstance(of_xml, Refused)

    assert compile_path("$.hoTen")(of_json) == compile_path("$.HoSo.HoTen")(of_xml) == ["NGUYỄN VĂN AN"]
    assert compile_path("$.HoSo.Con[1]")(of_xml) == ["<!DOCTYPE"]
    assert compile_path("$.HoSo['@ma']")(of_xml) == ["1"]


def test_a_fraction_stays_as_it_was_written() -> None:
    value = read_json(b'{"a": 12.50, "b": 1e3, "c": 7}', LIMITS)

    assert value == {"a": "12.50", "b": "1e3", "c": 7}
    assert canonical(value)


@pytest.mark.parametrize("body", [b'["[[[[[["]', b'["\\"[[[["]', b'{"a": "]]]]]", "b": []}'])
def test_brackets_inside_a_text_are_no_depth(body: bytes) -> None:
    assert not isinstance(read_json(body, Limits(depth=2)), Refused)


def test_an_inclusion_is_data_and_is_not_carried_out() -> None:
    body = '<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd" parse="text"/></a>'

    assert xml(body) == {"a": {"include": {"@href": "/etc/passwd", "@parse": "text"}}}
