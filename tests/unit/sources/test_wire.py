"""Whom a question is about on the bus, and whose reply is believed: persons by id, organisations by code."""

import json

import pytest

from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import SubjectId, organisation_id
from chalicelib.sources.model import Call, Reply
from chalicelib.sources.wire import Heard, Timing, interpret, question
from tests.support.builders import AN, a_register
from tests.support.buses import AS_OF, JSON_TYPE
from tests.support.clock import START

BUSINESS = a_register("business", {"$.enterprise.name": "business.name"})
COMPANY = organisation_id("9900000104")


def about(subject: SubjectId) -> Call:
    return Call(BUSINESS, subject, ("enterprise",), "2.001583")


def told(call: Call, subject: Json) -> Reply:
    reply = {
        "request_id": "1",
        "register": "business",
        "record": {"id": "R-1", "as_of": AS_OF, "subject": subject},
        "data": {"enterprise": {"name": "CÔNG TY MẪU"}},
    }
    return interpret(call, "1", Heard(200, JSON_TYPE, json.dumps(reply).encode()), Timing(START, 20))


def test_an_organisation_is_asked_about_by_its_code_without_our_own_mark() -> None:
    asked = json.loads(question(about(COMPANY), "1"))
    assert asked["subject"] == {"organisation_id": "9900000104"}


def test_a_person_is_asked_about_by_their_id() -> None:
    assert json.loads(question(about(AN), "1"))["subject"] == {"personal_id": AN}


def test_a_reply_about_the_organisation_is_believed() -> None:
    assert told(about(COMPANY), {"organisation_id": "9900000104"}).outcome == "answered"


@pytest.mark.parametrize(
    ("subject", "named"),
    [
        (COMPANY, {"organisation_id": "9900000111"}),
        (COMPANY, {"personal_id": "9900000104"}),
        (COMPANY, {"organisation_id": COMPANY}),
        (COMPANY, {"organisation_id": 9900000104}),
        (COMPANY, {}),
        (organisation_id(AN), {"personal_id": AN}),
        (AN, {"organisation_id": AN}),
    ],
)
def test_a_reply_about_another_or_another_kind_of_subject_is_not(subject: SubjectId, named: Json) -> None:
    reply = told(about(subject), named)
    assert (reply.outcome, reply.fault, reply.data) == ("source_invalid", "wrong_subject", {})
