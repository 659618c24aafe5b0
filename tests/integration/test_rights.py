"""Whose data a caller gets: their own at level two, nobody else's, and a refusal that tells nothing."""

from tests.support.looks import asked, entries, own_side
from tests.support.people import NOBODY
from tests.support.service import AN, BINH, LEVEL_ONE, Service, order


def test_at_level_one_the_citizen_is_told_to_raise_the_level_and_no_register_is_asked(service: Service) -> None:
    fields = own_side(LEVEL_ONE, service.prefill(LEVEL_ONE))
    assert fields.pop("LanKetHon")["outcome"] == "user_only"
    assert {field["outcome"] for field in fields.values()} == {"no_right"}
    assert all("2" in str(field["next_action"]) for field in fields.values())
    assert {field["detail"] for field in fields.values()} == {"identity_level"}
    assert {field["message"]["en"] for field in fields.values()} == {  # type: ignore[index,call-overload]
        "Your VNeID account is below level 2, so we may not fetch this."
    }
    assert asked(service) == []
    assert [entry.decision for entry in entries(service, LEVEL_ONE)] == ["no_right"]


def test_a_level_of_the_token_counts_not_one_the_citizen_has_elsewhere(service: Service) -> None:
    low = service.token(AN, level=1)
    answer = service.call("POST", "/v1/prefills", order(AN, "groom"), token=low)
    assert own_side(AN, answer)["HoTen"]["outcome"] == "no_right"
    assert asked(service) == []


def test_another_persons_side_needs_their_consent_and_their_log_tells_of_the_asking(service: Service) -> None:
    answer = service.prefill(BINH, "bride")
    service.simulators.journal.clear()
    answer = service.call("POST", "/v1/prefills", order(BINH, "bride"), token=service.token(AN))
    assert answer.status == 201
    fields = own_side(BINH, answer)
    assert fields.pop("LanKetHon")["outcome"] == "user_only"
    assert {field["outcome"] for field in fields.values()} == {"no_consent"}
    assert asked(service) == []
    denied = entries(service, BINH)[-1]
    assert (denied.decision, denied.own, denied.registers, denied.items) == ("no_consent", False, (), ())
    assert denied.prefill == answer.body["id"]
    assert entries(service, AN) == []


def test_the_answer_about_another_is_the_same_whether_that_id_exists_or_not(service: Service) -> None:
    token = service.token(AN)
    bodies = [
        service.call("POST", "/v1/prefills", order(someone, "bride"), token=token).body
        for someone in (BINH, NOBODY, LEVEL_ONE)
    ]
    for body in bodies:
        del body["id"]
    assert bodies[0] == bodies[1] == bodies[2]


def test_both_sides_in_one_request_fill_ones_own_and_bar_the_other(service: Service) -> None:
    body = order(AN, "groom") | {"subjects": {"groom": {"personal_id": AN}, "bride": {"personal_id": BINH}}}
    answer = service.call("POST", "/v1/prefills", body, token=service.token(AN))
    assert own_side(AN, answer)["HoTen"]["outcome"] == "filled_verified"
    assert own_side(BINH, answer)["HoTen"]["outcome"] == "no_consent"
    assert [(each.own, each.decision) for person in (AN, BINH) for each in entries(service, person)] == [
        (True, "allowed"),
        (False, "no_consent"),
    ]


def test_a_man_named_as_the_bride_leaves_nothing_of_himself_there(service: Service) -> None:
    answer = service.prefill(AN, "bride")
    side = [field for name, field in answer.fields.items() if name.startswith("/BenNu/")]
    assert {field["outcome"] for field in side} == {"no_right"}
    assert {field["detail"] for field in side} == {"role_mismatch"}
    assert not any(name in field for field in answer.fields.values() for name in ("value", "candidates", "provenance"))
    assert "NGUYỄN" not in answer.text
    assert AN not in answer.text


def test_what_was_opened_at_level_two_is_not_read_or_repeated_at_level_one(service: Service) -> None:
    prefill = service.prefill(idempotency_key="k1").body["id"]
    low = service.token(AN, level=1)
    read = service.call("GET", f"/v1/prefills/{prefill}", token=low)
    again = service.call("POST", "/v1/prefills", order(AN, "groom"), token=low, idempotency_key="k1")
    for answer in (read, again):
        assert (answer.status, answer.body["code"]) == (403, "identity_level_too_low")
        assert "NGUYỄN" not in answer.text
