"""One key, one effect, one answer: at once, later, after a crash, and between citizens and clients."""

from collections.abc import Iterator

import pytest

from chalicelib.kernel.canonical import JsonObject
from chalicelib.prefill.revision import IN_FLIGHT
from tests.support.faults import unreachable
from tests.support.looks import asked, chain_break, entries, revisions, said, state
from tests.support.ministack import Ministack
from tests.support.registers import SLOW, break_register
from tests.support.service import AN, BINH, Portal, Service, order
from tests.support.threads import at_once, threaded

CALLS = 16
KEY = "one-marriage"


@pytest.fixture
def portal(ministack: Ministack) -> Iterator[Portal]:
    with threaded(ministack.url) as portal:
        yield portal


@pytest.fixture
def crashed(service: Service) -> Service:
    """A first request that claimed its prefill and asked, and never got its answer written."""
    with unreachable(service.home.clients.dynamodb, "TransactWriteItems", nth=2, times=100):
        first = service.prefill(deadline_ms=300, idempotency_key=KEY)
    assert (first.status, first.body["code"]) == (503, "store_unavailable")
    return service


def test_sixteen_at_once_under_one_key_have_one_effect_and_equal_answers(portal: Portal) -> None:
    token = portal.token(AN)
    answers = at_once(
        CALLS,
        lambda _: portal.call("POST", "/v1/prefills", order(AN, "groom", 8_000), token=token, idempotency_key=KEY),
    )
    assert {answer.status for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    prefill = answers[0].body["id"]
    assert {row["pk"]["S"] for row in state(portal) if row["pk"]["S"].startswith("P#")} == {f"P#{prefill}"}
    assert revisions(portal, prefill) == [0, 1]
    assert [event.subject for event in said(portal)] == [prefill]
    assert [entry.prefill for entry in entries(portal, AN)] == [prefill]
    assert sorted(asked(portal)) == ["civil_status", "population"]


def test_sixteen_at_once_without_a_key_are_sixteen_prefills(portal: Portal) -> None:
    token = portal.token(AN)
    answers = at_once(CALLS, lambda _: portal.call("POST", "/v1/prefills", order(AN, "groom", 8_000), token=token))
    assert {answer.status for answer in answers} == {201}
    ids = {answer.body["id"] for answer in answers}
    assert len(ids) == CALLS
    assert {event.subject for event in said(portal)} == ids
    assert len(said(portal)) == CALLS
    assert {entry.prefill for entry in entries(portal, AN)} == ids
    assert chain_break(portal, AN) is None


@pytest.mark.parametrize("other", [order(AN, "bride"), order(AN, "groom", 3_000)], ids=["role", "deadline"])
def test_the_same_key_with_another_body_is_refused_and_changes_nothing(service: Service, other: JsonObject) -> None:
    first = service.prefill(idempotency_key=KEY)
    before = state(service), said(service), asked(service)
    second = service.call("POST", "/v1/prefills", other, token=service.token(AN), idempotency_key=KEY)
    assert (second.status, second.body["code"]) == (422, "idempotency_key_reused")
    assert (state(service), said(service), asked(service)) == before
    assert service.prefill(idempotency_key=KEY).text == first.text


def test_a_body_written_otherwise_is_still_the_same_request(service: Service) -> None:
    first = service.prefill(idempotency_key=KEY)
    body = b'{ "deadline_ms":2500, "subjects":{"groom":{"personal_id":"%s"}},"procedure":"1.000894"}' % AN.encode()
    again = service.call("POST", "/v1/prefills", body, token=service.token(AN), idempotency_key=KEY)
    assert (again.status, again.text) == (201, first.text)


def test_the_same_key_of_another_citizen_or_client_is_another_key(service: Service) -> None:
    mine = service.prefill(idempotency_key=KEY)
    theirs = service.prefill(BINH, "bride", idempotency_key=KEY)
    elsewhere = service.call(
        "POST", "/v1/prefills", order(AN, "groom"), token=service.token(AN, client="ubnd-demo"), idempotency_key=KEY
    )
    assert {answer.status for answer in (mine, theirs, elsewhere)} == {201}
    assert len({answer.body["id"] for answer in (mine, theirs, elsewhere)}) == 3


def test_a_repeat_much_later_gets_the_first_answer_and_asks_nobody(service: Service) -> None:
    first = service.prefill(idempotency_key=KEY)
    service.simulators.journal.clear()
    service.clock.advance(48 * 3600)
    again = service.prefill(idempotency_key=KEY)
    assert (again.status, again.text, again.headers["Location"]) == (201, first.text, first.headers["Location"])
    assert asked(service) == []
    assert len(entries(service, AN)) == 1


def test_when_the_prefill_is_gone_the_key_is_free_again(service: Service) -> None:
    first = service.prefill(idempotency_key=KEY)
    service.clock.advance(72 * 3600)
    second = service.prefill(idempotency_key=KEY)
    assert second.status == 201
    assert second.body["id"] != first.body["id"]


def test_a_repeat_gets_the_first_answer_even_when_a_second_revision_stands(service: Service) -> None:
    break_register(service, "civil_status", latency=SLOW)
    first = service.prefill(idempotency_key=KEY)
    service.simulators.faults.clear()
    service.pump.settle()
    assert service.show(first.body["id"]).body["revision"] == 2
    assert service.prefill(idempotency_key=KEY).text == first.text


def test_while_the_first_may_be_at_work_a_repeat_is_told_to_wait(crashed: Service) -> None:
    crashed.simulators.journal.clear()
    again = crashed.prefill(deadline_ms=300, idempotency_key=KEY)
    assert (again.status, again.body["code"], again.headers["Retry-After"]) == (409, "prefill_in_flight", "1")
    (prefill,) = {entry.prefill for entry in entries(crashed, AN)}
    shown = crashed.show(str(prefill))
    assert (shown.status, shown.body["code"], shown.headers["Retry-After"]) == (409, "prefill_in_flight", "1")
    assert asked(crashed) == []


def test_a_crashed_first_request_is_taken_over_by_the_same_key(crashed: Service) -> None:
    (before,) = entries(crashed, AN)
    crashed.clock.advance(IN_FLIGHT.total_seconds() + 0.001)
    again = crashed.prefill(deadline_ms=300, idempotency_key=KEY)
    assert again.status == 201
    assert again.body["id"] == before.prefill
    assert again.fields["/BenNam/HoTen"]["value"] == "NGUYỄN VĂN AN"
    assert revisions(crashed, str(before.prefill)) == [0, 1]
    assert [event.subject for event in said(crashed)] == [before.prefill]
    # The registers were asked twice, so the log tells of it twice.
    assert [entry.prefill for entry in entries(crashed, AN)] == [before.prefill] * 2
    assert chain_break(crashed, AN) is None
    assert crashed.prefill(deadline_ms=300, idempotency_key=KEY).text == again.text


def test_many_who_take_over_at_once_leave_one_answer(ministack: Ministack) -> None:
    """The claim is made to look old, for real threads have no clock that a test could turn."""
    with threaded(ministack.url) as portal:
        client, token = portal.home.clients.dynamodb, portal.token(AN)

        def ask(_: int = 0) -> tuple[int, str]:
            answer = portal.call("POST", "/v1/prefills", order(AN, "groom", 8_000), token=token, idempotency_key=KEY)
            return answer.status, answer.text

        with unreachable(client, "TransactWriteItems", nth=2, times=100):
            assert ask()[0] == 503
        ((place),) = [(row["pk"], row["sk"]) for row in state(portal) if row["pk"]["S"].startswith("P#")]
        client.update_item(
            TableName=portal.home.settings.state_table,
            Key={"pk": place[0], "sk": place[1]},
            UpdateExpression="SET f.opened_at = :then",
            ExpressionAttributeValues={":then": {"S": "2026-01-01T00:00:00.000Z"}},
        )
        answers = at_once(8, ask)
        assert {status for status, _ in answers} == {201}
        assert len({text for _, text in answers}) == 1
        assert len(said(portal)) == 1
        assert chain_break(portal, AN) is None
