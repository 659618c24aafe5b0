"""What a procedure may say: each way to be wrong is named at its place."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.forms.definition import PROCEDURES
from tests.support.views import LABEL, SmallSet, reasons

FORM: dict[str, Any] = {
    "schema": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {"kind": {"type": "string", "enum": ["one", "two"]}},
    },
    "fields": {"/kind": {}},
    "roles": {"applicant": {}},
}
VIEW = SmallSet(
    {
        "forms": {"form": FORM},
        "life_events": {"marriage": {}},
        "dictionary": {"words": {"items": {"person.name": {"codes": {"a": LABEL}}, "person.home": {}}}},
        "messages": {"documents": {"texts": {"document.paper": LABEL, "document.result": LABEL}}},
    }
)
COMPONENT: dict[str, Any] = {
    "code": "identity",
    "name": LABEL,
    "needed": "essential",
    "role": "applicant",
    "when": {"pointer": "/kind", "one_of": ["two"]},
    "evidence": {
        "any_of": [
            {
                "all_of": [
                    {"items": ["person.name"], "where": [{"item": "person.name", "one_of": ["a"]}]},
                    {"document": "paper"},
                ]
            },
            {"all_of": [{"document": "result"}]},
        ]
    },
}
BODY: dict[str, Any] = {
    "name": LABEL,
    "authority": LABEL,
    "level": "full",
    "mechanism": "one_stop",
    "forms": ["form"],
    "life_events": ["marriage"],
    "components": [COMPONENT],
    "deadline": {"working_days": 3, "longest_working_days": 23, "source": "a law"},
    "fee_schedule": None,
    "survey": None,
    "result": {"document": "result"},
    "agency_rule": {"by": "residence", "items": ["person.home"]},
}


def _with(**changes: Any) -> Callable[[Any], None]:  # noqa: ANN401 - JSON of any shape
    return lambda body: body.update(changes)


def _component(**changes: Any) -> Callable[[Any], None]:  # noqa: ANN401 - JSON of any shape
    return lambda body: body["components"][0].update(changes)


def _without(name: str) -> Callable[[Any], None]:
    return lambda body: body["components"][0].pop(name)


def _ways(*ways: list[dict[str, Any]]) -> Callable[[Any], None]:
    return _component(evidence={"any_of": [{"all_of": way} for way in ways]})


def _where(item: str, *values: str) -> dict[str, Any]:
    return {"items": ["person.name"], "where": [{"item": item, "one_of": [*values]}]}


def test_evidence_of_either_kind_passes() -> None:
    assert reasons(PROCEDURES, BODY, VIEW) == []


@pytest.mark.parametrize(
    ("change", "at", "said"),
    [
        (_with(forms=["other"]), "/body/forms/0", "no such form: other"),
        (_with(forms=["form", "form"]), "/body/forms", "names one twice"),
        (_with(life_events=["birth"]), "/body/life_events/0", "no such life event: birth"),
        (_with(level="partial"), "/body/partial_reason", "exactly where the level is partial"),
        (_with(partial_reason=LABEL), "/body/partial_reason", "exactly where the level is partial"),
        (_with(fee_schedule="free"), "/body/fee_schedule", "nothing of fees"),
        (_with(survey="how"), "/body/survey", "nothing of surveys has the code how"),
        (_with(result={"document": "gone"}), "/body/result/document", "document.gone"),
        (_with(agency_rule={"by": "seat", "items": ["person.seat"]}), "/body/agency_rule/items/0", "person.seat"),
        (_with(deadline={"source": "a law"}), "/body/deadline", "says no time"),
        (_with(deadline={"working_days": 1, "working_hours": 1, "source": "x"}), "/body/deadline", "not in both"),
        (_with(deadline={"working_days": 5, "longest_working_days": 5, "source": "x"}), "/body/deadline", "no longer"),
        (_with(components=[COMPONENT, COMPONENT]), "/body/components", "has identity twice"),
        (_component(role="spouse"), "/body/components/0/role", "no form has the role spouse"),
        (_without("role"), "/body/components/0", "items are somebody's"),
        (_component(when={"pointer": "/gone", "one_of": ["two"]}), "/body/components/0/when", "the field /gone"),
        (_component(when={"pointer": "/kind", "one_of": ["three"]}), "/body/components/0/when", "'three' is no value"),
        (_ways([{"items": ["person.age"]}]), "all_of/0/items/0", "no such item: person.age"),
        (_ways([{"items": ["person.name", "person.name"]}]), "all_of/0/items", "names one twice"),
        (_ways([{"document": "gone"}]), "all_of/0/document", "document.gone"),
        (_ways([{}]), "all_of/0", "either items or a document"),
        (_ways([{"items": ["person.name"], "document": "paper"}]), "all_of/0", "either items or a document"),
        (_ways([_where("person.home", "x")]), "all_of/0/where/0/item", "person.home is not among the items"),
        (_ways([_where("person.name", "x", "a")]), "all_of/0/where/0/one_of/0", "'x' is no value of person.name"),
        (_ways([{"document": "paper"}], [{"document": "paper"}]), "/evidence/any_of", "the same way twice"),
    ],
)
def test_what_does_not_hold_is_named_at_its_place(change: Callable[[Any], None], at: str, said: str) -> None:
    body = copy.deepcopy(BODY)
    change(body)

    found = reasons(PROCEDURES, body, VIEW)

    assert any(at in each.split(": ")[0] and said in each for each in found), found
