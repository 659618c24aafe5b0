"""The other side of a marriage form: empty until that person consents in their own session, and again once they do not.

The log entry stands before the register is asked, and the consent before the entry: the order is asserted.
"""

from datetime import timedelta
from typing import Final

from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.clock import iso
from chalicelib.kernel.ids import PersonalId, RegisterCode
from tests.support.looks import revisions, said
from tests.support.registers import SLOW, break_register, mend
from tests.support.service import AN, BINH, Answered, Service

BOTH: Final[JsonObject] = {
    "procedure": "1.000894",
    "subjects": {"groom": {"personal_id": AN}, "bride": {"personal_id": BINH}},
}
WISH: Final[JsonObject] = {"procedure": "1.000894", "role": "bride", "personal_id": BINH}


def opened(service: Service) -> str:
    answer = service.call("POST", "/v1/prefills", BOTH, token=service.token(AN))
    assert {field["outcome"] for place, field in answer.fields.items() if place.startswith("/BenNu/")} == {
        "no_consent",
        "user_only",
    }
    return str(answer.body["id"])


def asked(service: Service, **wish: object) -> str:
    answer = service.call("POST", "/v1/consent-requests", WISH | wish, token=service.token(AN))
    assert answer.status == 201, answer.text
    return str(answer.body["id"])


def decided(service: Service, request: str, decision: str = "grant", **choice: object) -> Answered:
    path = f"/v1/consent-requests/{request}/decision"
    return service.call("POST", path, {"decision": decision, **choice}, token=service.token(BINH))


def consent_of(service: Service) -> str:
    given = service.call("GET", "/v1/consents", token=service.token(BINH)).body
    (one,) = [each for each in given["consents"] if each["status"] == "granted"]
    return str(one["id"])


def bride(answer: Answered, place: str) -> JsonObject:
    return answer.fields[f"/BenNu/{place}"]


def test_the_brides_side_is_filled_when_she_consents_and_empty_again_when_she_withdraws(service: Service) -> None:
    prefill = opened(service)
    assert decided(service, asked(service, prefill=prefill)).status == 200
    service.pump.settle()
    filled = service.show(prefill, AN, "?since=1")
    assert bride(filled, "HoTen")["outcome"] == "filled_verified"
    provenance = bride(filled, "HoTen")["provenance"]
    consent = consent_of(service)
    assert provenance["basis"] == "consent"  # type: ignore[index,call-overload]
    assert provenance["consent"] == consent  # type: ignore[index,call-overload]
    assert "/BenNu/HoTen" in filled.body["changed"]
    assert "/BenNam/HoTen" not in filled.body["changed"]
    assert bride(filled, "LanKetHon")["outcome"] == "user_only"

    service.call("DELETE", f"/v1/consents/{consent}", token=service.token(BINH))
    at_once = service.show(prefill, AN)
    assert bride(at_once, "HoTen")["outcome"] == "no_consent"
    assert "provenance" not in bride(at_once, "HoTen")
    assert at_once.fields["/BenNam/HoTen"]["outcome"] == "filled_verified"
    service.pump.settle()
    after = service.show(prefill, AN)
    assert after.fields == at_once.fields
    assert after.body["revision"] == filled.body["revision"] + 1


def test_nothing_is_asked_about_her_before_the_consent_and_her_log_says_so_before_the_register(
    service: Service,
) -> None:
    about_her: list[tuple[RegisterCode, str]] = []

    def watch(register: RegisterCode) -> None:
        log = service.call("GET", "/v1/access-log", token=service.token(BINH)).body["entries"]
        about_her.append((register, log[0]["decision"] if log else "none"))

    prefill = opened(service)
    request = asked(service, prefill=prefill)
    service.bus.watchers.append(watch)
    service.pump.settle()
    assert about_her == []
    decided(service, request)
    service.pump.settle()
    assert about_her == [("civil_status", "allowed"), ("population", "allowed")]
    (entry, denied) = service.call("GET", "/v1/access-log", token=service.token(BINH)).body["entries"]
    assert (entry["basis"], entry["own"], denied["decision"]) == ("consent", False, "no_consent")
    assert entry["consent"] == consent_of(service)


def test_items_that_she_does_not_give_are_not_asked_for_and_say_so(service: Service) -> None:
    prefill = opened(service)
    request = asked(service, prefill=prefill)
    decided(service, request, items=["person.full_name", "person.gender", "person.birth_date"])
    service.pump.settle()
    answer = service.show(prefill)
    assert bride(answer, "HoTen")["outcome"] == "filled_verified"
    assert (bride(answer, "DanToc")["outcome"], bride(answer, "DanToc")["detail"]) == ("no_consent", "item_not_granted")
    log = service.call("GET", "/v1/access-log", token=service.token(BINH)).body["entries"][0]
    assert log["registers"] == ["population"]
    assert {item["code"] for item in log["items"]} == {"person.full_name", "person.gender", "person.birth_date"}


def test_a_consent_completes_only_the_prefill_it_was_asked_for_and_serves_those_opened_later(service: Service) -> None:
    first, second = opened(service), opened(service)
    decided(service, asked(service, prefill=first))
    service.pump.settle()
    assert bride(service.show(first), "HoTen")["outcome"] == "filled_verified"
    assert bride(service.show(second), "HoTen")["outcome"] == "no_consent"
    third = service.call("POST", "/v1/prefills", BOTH, token=service.token(AN))
    assert bride(third, "HoTen")["outcome"] == "filled_verified"


def test_withdrawal_takes_its_values_out_of_every_prefill_that_has_them(service: Service) -> None:
    decided(service, asked(service, prefill=opened(service)))
    later = [service.call("POST", "/v1/prefills", BOTH, token=service.token(AN)).body["id"] for _ in range(3)]
    service.call("DELETE", f"/v1/consents/{consent_of(service)}", token=service.token(BINH))
    service.pump.settle()
    for prefill in later:
        assert bride(service.show(prefill), "HoTen")["outcome"] == "no_consent"
        assert service.show(prefill).body["revision"] == 2


def test_a_consent_that_ran_out_takes_its_values_with_it(service: Service) -> None:
    prefill = opened(service)
    until = iso(service.clock.now() + timedelta(hours=1))
    decided(service, asked(service, prefill=prefill), expires_at=until)
    service.pump.settle()
    service.clock.elapsed = 3_599.0
    assert bride(service.show(prefill), "HoTen")["outcome"] == "filled_verified"
    service.clock.elapsed = 3_600.0
    assert bride(service.show(prefill), "HoTen")["outcome"] == "no_consent"
    assert "provenance" not in bride(service.show(prefill, query="?since=1"), "HoTen")


def test_a_grant_that_is_told_twice_changes_nothing_more(service: Service) -> None:
    prefill = opened(service)
    decided(service, asked(service, prefill=prefill))
    service.pump.settle()
    before = revisions(service, prefill)
    posts = service.bus.posts
    for event in [each for each in said(service) if each.kind == "consent.granted"]:
        service.services.completion.run(event)
    assert revisions(service, prefill) == before
    assert service.bus.posts == posts


def test_a_register_that_is_late_for_her_is_asked_again(service: Service) -> None:
    prefill = opened(service)
    break_register(service, "civil_status", latency=SLOW)
    decided(service, asked(service, prefill=prefill))
    (granted,) = [each for each in said(service) if each.kind == "consent.granted"]
    service.services.completion.run(granted)
    partly = service.show(prefill)
    assert bride(partly, "HoTen")["outcome"] == "filled_verified"
    assert partly.body["pending"] == ["civil_status"]
    mend(service)
    service.pump.settle()
    whole = service.show(prefill)
    assert {each["outcome"] for each in whole.body["sources"]} == {"answered"}
    assert whole.body["status"] == "final"


def test_she_refuses_and_nothing_changes(service: Service) -> None:
    prefill = opened(service)
    assert decided(service, asked(service, prefill=prefill), "refuse").status == 200
    service.pump.settle()
    assert service.show(prefill).body["revision"] == 1
    assert PersonalId(BINH) not in service.show(prefill).text


def test_what_she_adds_to_her_consent_is_asked_for(service: Service) -> None:
    prefill = opened(service)
    decided(service, asked(service, prefill=prefill), items=["person.full_name", "person.gender"])
    service.pump.settle()
    assert bride(service.show(prefill), "DanToc")["outcome"] == "no_consent"
    decided(service, asked(service, prefill=prefill))
    service.pump.settle()
    assert bride(service.show(prefill), "DanToc")["outcome"] == "filled_verified"
    assert bride(service.show(prefill), "HoTen")["outcome"] == "filled_verified"


def test_a_consent_holds_through_the_client_that_she_was_told_of_and_no_other(service: Service) -> None:
    decided(service, asked(service, prefill=opened(service)))
    through = service.call("POST", "/v1/prefills", BOTH, token=service.token(AN))
    other = service.call("POST", "/v1/prefills", BOTH, token=service.token(AN, client="ubnd-demo"))
    assert bride(through, "HoTen")["outcome"] == "filled_verified"
    assert bride(other, "HoTen")["outcome"] == "no_consent"
