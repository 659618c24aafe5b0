"""Each thing that can be made to go wrong does, where it was asked for and nowhere else."""

import json
import random
import statistics
from typing import Any

import pytest
from flask.testing import FlaskClient

from infra.simulators.faults import ERRORS, Fault, FaultBook, Latency, subject_digest
from tests.support.clock import VirtualClock
from tests.unit.simulators.bus import AN, HUY, ask, question


def put(web: FlaskClient, register: str = "population", **what: Any) -> None:  # noqa: ANN401 - JSON
    assert web.post("/admin/faults", json={"register": register, **what}).status_code == 201


def test_latency_is_waited_before_the_answer(web: FlaskClient, clock: VirtualClock) -> None:
    put(web, latency={"kind": "uniform", "low": 300, "high": 300})
    assert ask(web).status_code == 200
    assert clock.elapsed == pytest.approx(0.3)


def test_a_question_is_in_the_journal_from_before_the_wait(web: FlaskClient, clock: VirtualClock) -> None:
    put(web, latency={"kind": "uniform", "low": 5000, "high": 5000})
    ask(web)
    assert web.get("/admin/journal").get_json()["asked"][0]["at"] == "2026-11-22T02:00:00.000Z"
    assert clock.elapsed == pytest.approx(5)


def test_uniform_latency_stays_between_its_ends() -> None:
    dice, latency = random.Random(1), Latency.parse("100-300")  # noqa: S311 - dice
    drawn = [latency.draw(dice) for _ in range(1000)]
    assert 0.1 <= min(drawn) < 0.12
    assert 0.28 < max(drawn) <= 0.3


def test_log_normal_latency_has_the_p50_and_p99_it_was_given() -> None:
    dice, latency = random.Random(1), Latency.parse("lognormal:200/1000")  # noqa: S311 - dice
    drawn = [latency.draw(dice) for _ in range(20_000)]
    centiles = statistics.quantiles(drawn, n=100)
    assert centiles[49] == pytest.approx(0.2, rel=0.05)
    assert centiles[98] == pytest.approx(1.0, rel=0.1)


@pytest.mark.parametrize("status", sorted(ERRORS))
def test_each_error_status_comes_with_its_code(web: FlaskClient, status: int) -> None:
    put(web, errors=[{"status": status, "probability": 1}])
    response = ask(web)
    assert response.status_code == status
    assert response.get_json()["error"]["code"] == ERRORS[status]
    assert ("Retry-After" in response.headers) == (status in {429, 503})


def test_an_error_comes_as_often_as_its_probability_and_alike_for_a_seed(web: FlaskClient) -> None:
    def statuses() -> list[int]:
        put(web, errors=[{"status": 503, "probability": 0.2}, {"status": 500, "probability": 0.1}], seed=7)
        return [ask(web).status_code for _ in range(400)]

    first = statuses()
    assert first == statuses()
    assert 55 <= first.count(503) <= 105
    assert 20 <= first.count(500) <= 60
    assert first.count(200) == 400 - first.count(503) - first.count(500)


def test_a_quota_refuses_until_its_window_ends(web: FlaskClient, clock: VirtualClock) -> None:
    put(web, quota={"calls": 2, "seconds": 60})
    clock.advance(10)
    answers = [ask(web) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"] == "60"
    clock.advance(60)
    assert ask(web).status_code == 200


def test_maintenance_says_when_to_come_back(web: FlaskClient) -> None:
    put(web, maintenance=True, retry_after=120)
    response = ask(web)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "120")
    assert response.get_json()["error"]["code"] == "MAINTENANCE"


def test_a_dripped_body_arrives_in_pieces_over_its_time(web: FlaskClient, clock: VirtualClock) -> None:
    put(web, drip_seconds=4)
    response = web.post("/ngsp/registers/population/query", json=question(), buffered=False)
    pieces = response.iter_encoded()
    first = next(pieces)
    assert clock.elapsed < 1
    rest = list(pieces)
    assert len(rest) > 5
    assert clock.elapsed == pytest.approx(4)
    assert json.loads(first + b"".join(rest))["data"]["name"] == {"full": "NGUYỄN VĂN AN"}


def test_a_huge_body_is_valid_json_of_that_size(web: FlaskClient) -> None:
    put(web, huge_mb=3)
    response = ask(web)
    assert len(response.get_data()) == 3 * 1024 * 1024
    assert response.get_json()["register"] == "population"


def test_html_comes_with_200(web: FlaskClient) -> None:
    put(web, wrong="html")
    response = ask(web)
    assert (response.status_code, response.mimetype) == (200, "text/html")


@pytest.mark.parametrize("wrong", ["shape", "list", "types"])
def test_json_of_the_wrong_kind_comes_with_200(web: FlaskClient, wrong: str) -> None:
    put(web, wrong=wrong)
    response = ask(web)
    document = response.get_json()
    assert (response.status_code, response.mimetype) == (200, "application/json")
    if wrong == "list":
        assert document[0]["register"] == "population"
    elif wrong == "types":
        assert document["data"] == {"name": 42, "birth": 42}
    else:
        assert "data" not in document


def test_the_wrong_person_is_somebody_else_synthetic(web: FlaskClient) -> None:
    put(web, wrong_person=True)
    assert ask(web).get_json()["record"]["subject"] == {"personal_id": "001090999999"}


def test_whoever_follows_a_redirect_is_seen_in_the_journal(web: FlaskClient) -> None:
    put(web, redirect=True)
    assert ask(web).status_code == 307
    assert web.get("/admin/journal?register=redirected").get_json()["asked"] == []
    web.post("/ngsp/registers/population/query", json=question(), follow_redirects=True)
    assert len(web.get("/admin/journal?register=redirected").get_json()["asked"]) == 1


def test_a_reset_breaks_off_in_the_middle_of_the_body(web: FlaskClient) -> None:
    put(web, reset=True)
    response = web.post("/ngsp/registers/population/query", json=question(), buffered=False)
    pieces = response.iter_encoded()
    assert 0 < len(next(pieces)) < int(response.headers["Content-Length"])
    with pytest.raises(ConnectionResetError):
        next(pieces)


def test_a_fault_touches_its_own_register_and_subject_only(web: FlaskClient) -> None:
    put(web, subject=AN, errors=[{"status": 500}])
    assert ask(web, "population", AN).status_code == 500
    assert ask(web, "population", HUY).status_code == 200
    assert ask(web, "civil_status", AN, "marital_status").status_code == 200


def test_a_fault_about_a_subject_goes_before_one_about_the_register_and_that_before_all(web: FlaskClient) -> None:
    put(web, "*", errors=[{"status": 500}])
    put(web, errors=[{"status": 502}])
    put(web, subject=AN, errors=[{"status": 504}])
    assert ask(web, "civil_status", AN, "marital_status").status_code == 500
    assert ask(web, "population", HUY).status_code == 502
    assert ask(web, "population", AN).status_code == 504


def test_a_later_fault_replaces_and_clearing_heals(web: FlaskClient) -> None:
    put(web, errors=[{"status": 500}])
    put(web, errors=[{"status": 409}])
    assert ask(web).status_code == 409
    put(web, "civil_status", maintenance=True)
    assert web.post("/admin/faults/clear", json={"register": "population"}).get_json() == {"cleared": 1}
    assert ask(web).status_code == 200
    assert ask(web, "civil_status", AN, "marital_status").status_code == 503
    assert web.post("/admin/faults/clear").get_json() == {"cleared": 1}
    assert web.get("/admin/faults").get_json() == {"faults": []}


def test_the_list_shows_a_subject_only_as_a_digest(web: FlaskClient) -> None:
    put(web, subject=AN, wrong="list")
    listed = web.get("/admin/faults").get_json()["faults"]
    assert listed == [{"register": "population", "subject": subject_digest(AN), "wrong": "list"}]


@pytest.mark.parametrize(
    "bad",
    [
        {"latency": {"kind": "uniform", "low": 300, "high": 100}},
        {"latency": {"kind": "lognormal", "low": 0, "high": 100}},
        {"errors": [{"status": 418}]},
        {"errors": [{"status": 500, "probability": 0.7}, {"status": 503, "probability": 0.7}]},
        {"quota": {"calls": 1, "seconds": 0}},
        {"huge_mb": 100_000},
        {"unheard_of": True},
        {"register": "Population"},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(web: FlaskClient, bad: dict[str, Any]) -> None:
    assert web.post("/admin/faults", json={"register": "population", **bad}).status_code == 400
    assert web.get("/admin/faults").get_json() == {"faults": []}


def test_draws_are_alike_for_one_seed_and_differ_between_seeds(clock: VirtualClock) -> None:
    def delays(seed: int) -> list[float]:
        book = FaultBook(clock)
        latency = {"kind": "uniform", "low": 0, "high": 1000}
        book.set(Fault.model_validate({"register": "*", "latency": latency, "seed": seed}))
        return [book.strike("population", AN).delay for _ in range(20)]

    assert delays(1) == delays(1)
    assert delays(1) != delays(2)


def test_a_fault_for_a_register_that_is_not_there_is_refused(web: FlaskClient) -> None:
    refused = web.post("/admin/faults", json={"register": "populaton", "maintenance": True})
    assert refused.status_code == 400
    assert "populaton" in refused.get_json()["error"]["message"]
    assert web.get("/admin/faults").get_json() == {"faults": []}
