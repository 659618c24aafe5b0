"""Only declared fields can be logged."""

import json

import pytest

from chalicelib.kernel.log import FIELDS, Log, UndeclaredField
from tests.support.clock import VirtualClock


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def log(lines: list[str]) -> Log:
    return Log(VirtualClock(), lines.append)


def test_a_line_is_json_with_the_time(log: Log, lines: list[str]) -> None:
    log.info("prefill answered", prefill="P1", ms=12)
    assert json.loads(lines[0]) == {
        "at": "2026-11-22T02:00:00.000Z",
        "level": "info",
        "message": "prefill answered",
        "prefill": "P1",
        "ms": 12,
    }


@pytest.mark.parametrize("fields", [{"personal_id": "x"}, {"name": "x"}, {"ms": "12"}, {"count": True}])
def test_an_undeclared_field_or_type_cannot_be_logged(log: Log, lines: list[str], fields: dict[str, str]) -> None:
    with pytest.raises(UndeclaredField):
        log.error("x", **fields)
    assert lines == []


def test_a_long_value_is_cut(log: Log, lines: list[str]) -> None:
    log.info("x", code="y" * 10_000)
    assert len(lines[0]) < 400


def test_a_metric_is_in_the_embedded_format(log: Log, lines: list[str]) -> None:
    log.metric("registers_asked", 2, register="population", outcome="answered")
    written = json.loads(lines[0])
    assert written["registers_asked"] == 2
    assert written["_aws"]["Timestamp"] == 1795312800000
    assert written["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["outcome", "register"]]


def test_no_field_is_made_for_what_people_are_called_or_numbered() -> None:
    assert FIELDS.keys().isdisjoint({"name", "personal_id", "subject", "citizen", "phone", "email", "address", "value"})
