"""The committed description is the one that is served, and what would break a caller's program is noticed."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from chalicelib.web.operation import Info
from tests.support.web import tiny
from tools.breaking import breaking
from tools.openapi import PLACE, described, faults, main, written

NOW: Final = described()
PREFILLS: Final = "/v1/prefills"
ONE: Final = "/v1/prefills/{id}"
Change = Callable[[dict[str, Any]], object]


def test_the_committed_description_is_current() -> None:
    assert PLACE.read_text(encoding="utf-8") == written(NOW), "run python -m tools.openapi"


def test_a_description_breaks_nothing_of_its_own() -> None:
    assert breaking(NOW, NOW) == []
    assert breaking(json.loads(written(NOW)), NOW) == []


def schema(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"][name]
    return found


def order(document: dict[str, Any]) -> dict[str, Any]:
    return schema(document, "PrefillRequest")


def parameter(document: dict[str, Any], path: str, name: str) -> dict[str, Any]:
    methods = document["paths"][path]
    found: dict[str, Any] = next(
        each for method in methods.values() for each in method["parameters"] if each["name"] == name
    )
    return found


BREAKS: Final[dict[str, tuple[Change, str]]] = {
    "a path is gone": (lambda it: it["paths"].pop(ONE), "GET /v1/prefills/{id}: gone"),
    "a method is gone": (lambda it: it["paths"][PREFILLS].pop("post"), "POST /v1/prefills: gone"),
    "a parameter is gone": (lambda it: it["paths"][ONE]["get"]["parameters"].pop(), "is gone"),
    "a parameter is required": (lambda it: parameter(it, ONE, "since").update(required=True), "since is required now"),
    "a parameter is new and required": (
        lambda it: it["paths"][ONE]["get"]["parameters"].append(
            {"name": "x", "in": "query", "required": True, "schema": {}}
        ),
        "query x is required now",
    ),
    "a parameter takes less": (
        lambda it: parameter(it, "/v1/access-log", "limit")["schema"].update(maximum=50),
        "maximum is 50 now",
    ),
    "a field of the body is gone": (lambda it: order(it)["properties"].pop("form"), "body/form: gone"),
    "a field of the body is required": (
        lambda it: order(it)["required"].append("deadline_ms"),
        "body/deadline_ms: required now",
    ),
    "a new field of the body is required": (
        lambda it: (order(it)["properties"].update(x={"type": "string"}), order(it)["required"].append("x")),
        "body/x: required now",
    ),
    "a field of the body has another type": (
        lambda it: order(it)["properties"]["deadline_ms"].update(type="string"),
        "body/deadline_ms: takes string now",
    ),
    "a field of the body has a narrower pattern": (
        lambda it: order(it)["properties"]["procedure"].update(pattern="^1"),
        "must match ^1 now",
    ),
    "a field of the body may not be null": (
        lambda it: order(it)["properties"].update(form={"type": "string"}),
        "body/form: takes string now",
    ),
    "an answer's field is gone": (lambda it: schema(it, "PrefillAnswer")["properties"].pop("pending"), "pending: gone"),
    "an answer's field may be missing": (
        lambda it: schema(it, "PrefillAnswer")["required"].remove("status"),
        "status: may be missing now",
    ),
    "an answer's field deep down is gone": (
        lambda it: schema(it, "ProvenanceShown")["properties"].pop("legal_basis"),
        "legal_basis: gone",
    ),
    "an answer's value is gone": (
        lambda it: schema(it, "FieldShown")["properties"]["outcome"]["enum"].remove("conflict"),
        "the value conflict is gone",
    ),
    "an answer's values are open": (
        lambda it: schema(it, "FieldShown")["properties"]["outcome"].pop("enum"),
        "is no closed set any more",
    ),
    "an answer's type is wider": (
        lambda it: schema(it, "PrefillAnswer")["properties"]["revision"].update(type=["integer", "string"]),
        "revision: may be integer | string now",
    ),
    "a status is gone": (lambda it: it["paths"][PREFILLS]["post"]["responses"].pop("201"), "-> 201: gone"),
    "a media type is gone": (
        lambda it: it["paths"]["/docs"]["get"]["responses"]["200"].update(content={}),
        "text/html; charset=utf-8 is gone",
    ),
    "a body is gone": (lambda it: it["paths"][PREFILLS]["post"].pop("requestBody"), "the body is gone"),
    "a token is needed": (
        lambda it: it["paths"]["/v1/procedures"]["get"].update(security=[{"bearer": []}]),
        "GET /v1/procedures: needs a token now",
    ),
}
ADDS: Final[dict[str, Change]] = {
    "a path": lambda it: it["paths"].update({"/v1/new": it["paths"][ONE]}),
    "a method": lambda it: it["paths"][ONE].update(delete=it["paths"][ONE]["get"]),
    "an optional parameter": lambda it: it["paths"][ONE]["get"]["parameters"].append(
        {"name": "x", "in": "query", "required": False, "schema": {}}
    ),
    "an optional field of the body": lambda it: order(it)["properties"].update(x={"type": "string"}),
    "a field of an answer": lambda it: schema(it, "PrefillAnswer")["properties"].update(x={"type": "string"}),
    "a wider bound": lambda it: order(it)["properties"]["deadline_ms"].update(maximum=20_000),
    "a value of an answer": lambda it: schema(it, "FieldShown")["properties"]["outcome"]["enum"].append("new"),
    "null for a field of the body": lambda it: order(it)["properties"].update(
        subjects={"anyOf": [order(it)["properties"]["subjects"], {"type": "null"}]}
    ),
    "words": lambda it: order(it).update(description="words"),
}


def changed(change: Change) -> dict[str, Any]:
    document = copy.deepcopy(NOW)
    change(document)
    assert document != NOW
    return document


@pytest.mark.parametrize("name", BREAKS)
def test_what_breaks_a_program_is_named(name: str) -> None:
    change, told = BREAKS[name]
    found = breaking(NOW, changed(change))
    assert any(told in line for line in found), found


@pytest.mark.parametrize("name", ADDS)
def test_what_is_only_added_breaks_nothing(name: str) -> None:
    assert breaking(NOW, changed(ADDS[name])) == []


def test_a_new_version_may_break() -> None:
    document = changed(BREAKS["a path is gone"][0])
    assert faults(NOW, document)
    document["info"]["version"] = "99.0.0"
    assert faults(NOW, document) == []


def test_models_that_hold_themselves_end_the_comparison() -> None:
    from chalicelib.web.openapi import document

    described_twice = [document(tiny().router.operations, Info("a", "1", "b")) for _ in range(2)]
    assert breaking(*described_twice) == []


def test_the_tool_writes_checks_and_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "openapi.json"
    at = ["--place", str(place)]
    assert main([*at, "--check"]) == 1
    assert main(at) == 0
    assert main([*at, "--check"]) == 0
    larger = changed(ADDS["a path"])
    place.write_text(written(larger))
    assert main([*at, "--check"]) == 1
    assert main(["--against", str(place)]) == 1
    assert main(at) == 1
    assert json.loads(place.read_text()) == larger
    assert "GET /v1/new: gone" in capsys.readouterr().err
