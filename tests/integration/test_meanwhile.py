"""What happens while registers are being asked: a consent is taken back, the citizen types, somebody else asks too."""

from collections.abc import Callable
from typing import Final

from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.clock import iso
from chalicelib.kernel.ids import RegisterCode
from tests.support.consenting import ask, decide, mine
from tests.support.looks import entries, said, state
from tests.support.registers import SLOW, break_register, mend
from tests.support.service import AN, BINH, Answered, Service

BOTH: Final[JsonObject] = {
    "procedure": "1.000894",
    "subjects": {"groom": {"personal_id": AN}, "bride": {"personal_id": BINH}},
}
HERS: Final = "/BenNu/HoTen"


def opened(service: Service) -> Answered:
    return service.call("POST", "/v1/prefills", BOTH, token=service.token(AN))


def granted(service: Service, prefill: str | None = None) -> None:
    asked = ask(service, BINH) if prefill is None else ask(service, BINH, prefill=prefill)
    assert decide(service, BINH, asked.body["id"]).status == 200


def withdrawn(service: Service) -> Answered:
    (one,) = [
        each["id"] for each in mine(service, BINH, "/v1/consents").body["consents"] if each["status"] == "granted"
    ]
    return service.call("DELETE", f"/v1/consents/{one}", token=service.token(BINH))


def meanwhile(service: Service, register: str, deed: Callable[[], object]) -> None:
    """Let something happen once, while that register is being asked."""
    left = [deed]

    def watch(asked: RegisterCode) -> None:
        if asked == register and left:
            left.pop()()

    service.bus.watchers.append(watch)


def test_withdrawn_while_a_prefill_is_being_opened_it_gives_nothing(service: Service) -> None:
    granted(service)
    meanwhile(service, "population", lambda: withdrawn(service))
    first = opened(service)
    assert first.fields[HERS]["outcome"] == "no_consent"
    assert first.fields["/BenNam/HoTen"]["outcome"] == "filled_verified"
    assert service.show(first.body["id"]).fields == first.fields


def test_withdrawn_while_the_worker_asks_it_gives_nothing_and_says_so(service: Service) -> None:
    first = opened(service)
    granted(service, first.body["id"])
    meanwhile(service, "population", lambda: withdrawn(service))
    service.pump.settle()
    assert service.show(first.body["id"]).fields == first.fields


def test_withdrawn_during_a_refresh_nothing_of_it_is_proposed(service: Service) -> None:
    prefill = opened(service).body["id"]
    granted(service)
    meanwhile(service, "population", lambda: withdrawn(service))
    refresh = service.call("POST", f"/v1/prefills/{prefill}/refreshes", {}, token=service.token(AN))
    assert (refresh.status, refresh.body["changes"]) == (201, [])


def test_given_again_it_is_asked_again_and_the_old_reply_is_not_used(service: Service) -> None:
    prefill = opened(service).body["id"]
    granted(service, prefill)
    service.pump.settle()
    withdrawn(service)
    service.clock.advance(60)
    granted(service, prefill)
    service.pump.settle()
    provenance = service.show(prefill).fields[HERS]["provenance"]
    assert isinstance(provenance, dict)
    assert provenance["fetched_at"] == iso(service.clock.now())


def test_a_prefill_that_cannot_be_read_keeps_its_values_in_no_other(service: Service) -> None:
    granted(service)
    broken, whole = (opened(service).body["id"] for _ in range(2))
    (row,) = [each for each in state(service) if (each["pk"]["S"], each["sk"]["S"]) == (f"P#{broken}", "R#000001")]
    row["f"]["M"]["sealed"]["B"] = b"not what was sealed"
    service.home.clients.dynamodb.put_item(TableName=service.home.settings.state_table, Item=row)
    withdrawn(service)
    service.pump.settle()
    assert service.show(whole).body["revision"] == 2
    assert [parked.reason for parked in service.services.failures.listed()] == ["corrupt"]


def test_what_was_typed_while_another_side_is_asked_for_costs_that_side_nothing(service: Service) -> None:
    break_register(service, "civil_status", latency=SLOW)
    prefill = opened(service).body["id"]
    service.pump.settle()
    assert service.show(prefill).body["revision"] == 2
    granted(service, prefill)
    mend(service)
    path, token, typed = f"/v1/prefills/{prefill}/answers", service.token(AN), {"set": {"/BenNam/LanKetHon": 1}}
    meanwhile(service, "population", lambda: service.call("PATCH", path, typed, token=token, if_match="*"))
    service.pump.settle()
    fields = service.show(prefill).fields
    assert (fields["/BenNam/LanKetHon"]["value"], fields[HERS]["outcome"]) == (1, "filled_verified")


def test_what_a_refresh_heard_meanwhile_is_not_overruled_by_an_older_presumption(service: Service) -> None:
    break_register(service, "civil_status", latency=SLOW)
    prefill = opened(service).body["id"]
    granted(service, prefill)
    (event,) = [each for each in said(service) if each.kind == "consent.granted"]
    path, token = f"/v1/prefills/{prefill}/refreshes", service.token(AN)

    def refresh() -> None:
        mend(service)
        assert service.call("POST", path, {}, token=token).status == 201
        break_register(service, "civil_status", latency=SLOW)

    meanwhile(service, "population", refresh)
    service.services.completion.run(event)
    his = [each for each in service.show(prefill).body["sources"] if each["role"] == "groom"]
    assert {each["register"]: each["outcome"] for each in his} == {"civil_status": "answered", "population": "answered"}


def test_a_denial_is_entered_once_however_often_the_worker_asks_for_the_others(service: Service) -> None:
    break_register(service, "civil_status", latency=SLOW)
    prefill = opened(service).body["id"]
    for _ in range(12):
        service.pump.step()
        service.clock.advance(30)
    assert service.show(prefill).body["revision"] == 3
    assert [each.decision for each in entries(service, BINH)] == ["no_consent"]
