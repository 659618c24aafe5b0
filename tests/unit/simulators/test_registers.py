"""What the registers answer when nothing is wrong, and what the journal keeps."""

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from infra.simulators.faults import subject_digest
from infra.simulators.registers import FIELDS, Asked, Journal
from tests.support.clock import VirtualClock
from tests.unit.simulators.bus import (
    AN,
    COMPANY,
    HANH,
    HUNG,
    HUONG,
    HUY,
    KHOI,
    LAN,
    NGAN,
    PHUC,
    THO,
    TUAN,
    ask,
    question,
)


def test_an_answer_holds_the_fields_asked_for_and_no_others(web: FlaskClient) -> None:
    reply = ask(web, "population", AN, "gender", "name").get_json()
    assert reply == {
        "request_id": "01JD0000000000000000000001",
        "register": "population",
        "record": {"id": "DC-999001", "as_of": "2026-11-01T01:00:00.000Z", "subject": {"personal_id": AN}},
        "data": {"gender": {"code": "male"}, "name": {"full": "NGUYỄN VĂN AN"}},
    }


def test_a_field_without_a_value_is_left_out(web: FlaskClient) -> None:
    reply = ask(web, "population", KHOI, "name", "ethnicity", "contact").get_json()
    assert set(reply["data"]) == {"name"}


def test_a_divorce_is_told_by_the_civil_status_register(web: FlaskClient) -> None:
    data = ask(web, "civil_status", HUONG, "marital_status", "divorce").get_json()["data"]
    assert data["marital_status"] == {"code": "3"}
    assert data["divorce"]["date"] == "2019-08-01"


def test_an_elder_has_only_a_year_of_birth(web: FlaskClient) -> None:
    assert ask(web, "population", THO, "birth").get_json()["data"]["birth"] == {"date": "1948"}


def test_fields_under_review_are_flagged_only_when_asked(web: FlaskClient) -> None:
    assert ask(web, "population", NGAN, "name", "residence").get_json()["under_review"] == ["residence"]
    assert "under_review" not in ask(web, "population", NGAN, "name").get_json()


def test_the_registers_disagree_about_one_persona(web: FlaskClient) -> None:
    answers = [
        ask(web, register, HUY, "marital_status").get_json()["data"] for register in ("population", "civil_status")
    ]
    assert answers[0] != answers[1]


@pytest.mark.parametrize(
    ("question_about", "status", "code"),
    [
        (("civil_status", LAN, "marital_status"), 404, "NOT_FOUND"),
        (("population", "001090999999", "name"), 404, "NOT_FOUND"),
        (("civil_status", HANH, "marital_status"), 503, "MAINTENANCE"),
        (("population", AN, "religion"), 400, "BAD_REQUEST"),
        (("land", AN, "parcel"), 404, "UNKNOWN_REGISTER"),
    ],
)
def test_a_question_without_an_answer_says_why(
    web: FlaskClient, question_about: tuple[str, str, str], status: int, code: str
) -> None:
    response = ask(web, *question_about)
    assert response.status_code == status
    assert response.get_json()["error"]["code"] == code


def test_a_register_that_always_fails_says_when_to_come_back_and_its_neighbour_answers(web: FlaskClient) -> None:
    assert ask(web, "civil_status", HANH, "marital_status").headers["Retry-After"] == "30"
    assert ask(web, "population", HANH, "name").status_code == 200


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"fields": ["name"]}', b'"x"'])
def test_a_malformed_query_is_a_bad_request(web: FlaskClient, body: bytes) -> None:
    response = web.post("/ngsp/registers/population/query", data=body)
    assert response.status_code == 400
    assert response.get_json()["error"]["code"] == "BAD_REQUEST"


def test_the_published_registers_ask_only_for_fields_that_are_served() -> None:
    for path in (Path(__file__).parents[3] / "schemas" / "registers").glob("*.json"):
        register = json.loads(path.read_text(encoding="utf-8"))
        assert FIELDS[register["code"]].issuperset(each["asks"] for each in register["body"]["attributes"])


def test_a_province_bus_answers_in_the_same_words(web: FlaskClient) -> None:
    known = web.post("/lgsp/79/registers/population/query", json=question())
    unknown = web.post("/lgsp/79/registers/weather/query", json=question())
    assert known.get_json()["data"]["name"] == {"full": "NGUYỄN VĂN AN"}
    assert (unknown.status_code, unknown.get_json()["error"]["code"]) == (404, "UNKNOWN_REGISTER")


def test_a_province_knows_the_land_that_lies_in_it_and_no_other(web: FlaskClient) -> None:
    at_home = web.post("/lgsp/01/registers/land/query", json=question(PHUC, "parcels"))
    elsewhere = web.post("/lgsp/79/registers/land/query", json=question(PHUC, "parcels"))
    national = web.post("/ngsp/registers/land/query", json=question(PHUC, "parcels"))
    assert [parcel["number"] for parcel in at_home.get_json()["data"]["parcels"]] == ["911"]
    assert elsewhere.get_json()["error"]["code"] == "NOT_FOUND"
    assert national.get_json()["error"]["code"] == "UNKNOWN_REGISTER"


def test_an_enterprise_is_asked_for_by_its_code_and_a_person_by_theirs(web: FlaskClient) -> None:
    def ask_business(subject: dict[str, str], field: str) -> TestResponse:
        return web.post("/ngsp/registers/business/query", json={**question("", field), "subject": subject})

    enterprise = ask_business({"organisation_id": COMPANY}, "representative").get_json()
    assert enterprise["record"]["subject"] == {"organisation_id": COMPANY}
    assert enterprise["data"]["representative"]["personal_id"] == TUAN
    owner = ask_business({"personal_id": TUAN}, "represented").get_json()
    assert [each["code"] for each in owner["data"]["represented"]] == [COMPANY]
    assert ask_business({"personal_id": TUAN}, "representative").status_code == 400
    assert ask_business({"organisation_id": COMPANY}, "represented").status_code == 400
    assert ask_business({"organisation_id": COMPANY, "personal_id": TUAN}, "lines").status_code == 400
    assert ask_business({"organisation_id": "9900000111"}, "lines").get_json()["error"]["code"] == "NOT_FOUND"


def test_two_records_for_one_person_are_an_ambiguous_match(web: FlaskClient) -> None:
    response = ask(web, "civil_status", HUNG, "marital_status")
    assert (response.status_code, response.get_json()["error"]["code"]) == (409, "AMBIGUOUS")


def test_the_journal_tells_what_was_asked_and_when_but_not_of_whom(web: FlaskClient, clock: VirtualClock) -> None:
    clock.advance(5)
    ask(web, "civil_status", HUONG, "divorce")
    assert web.get("/admin/journal").get_json()["asked"] == [
        {
            "at": "2026-11-22T02:00:05.000Z",
            "bus": "ngsp",
            "register": "civil_status",
            "request_id": "01JD0000000000000000000001",
            "subject": subject_digest(HUONG),
            "fields": ["divorce"],
            "purpose": "1.000894",
        }
    ]


def test_the_journal_can_be_read_by_register_and_cleared(web: FlaskClient) -> None:
    ask(web, "population", AN, "name")
    ask(web, "civil_status", AN, "marital_status")
    assert len(web.get("/admin/journal?register=population").get_json()["asked"]) == 1
    web.post("/admin/journal/clear")
    assert web.get("/admin/journal").get_json()["asked"] == []


def test_the_journal_is_bounded_and_forgets_the_oldest() -> None:
    journal = Journal(size=2)
    for request_id in ("a", "b", "c"):
        journal.add(Asked("2026-11-22T02:00:00.000Z", "ngsp", "population", request_id, "0", (), "1.000894"))
    assert [line.request_id for line in journal.read()] == ["b", "c"]
