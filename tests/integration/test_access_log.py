"""The access log: what a citizen sees, that it verifies, and that no data comes without an entry."""

import pytest

from chalicelib.audit.model import Head, Link, first_break
from chalicelib.kernel.clock import iso
from chalicelib.kernel.ids import RegisterCode
from tests.support.faults import unreachable
from tests.support.looks import asked, chain_break, entries, links, said, state
from tests.support.service import AN, BINH, Answered, Service, order


def log(service: Service, query: str = "") -> Answered:
    return service.call("GET", f"/v1/access-log{query}", token=service.token(AN))


def opened(service: Service, times: int) -> list[str]:
    """Open so many prefills, a minute apart; return their ids, newest first."""
    found = []
    for _ in range(times):
        found.append(service.prefill().body["id"])
        service.clock.advance(60)
    return found[::-1]


def test_entries_come_newest_first_and_name_who_what_when_and_why(service: Service) -> None:
    prefills = opened(service, 3)
    shown = log(service).body["entries"]
    assert [each["prefill"] for each in shown] == prefills
    assert [each["number"] for each in shown] == [3, 2, 1]
    assert [each["at"] for each in shown] == sorted((each["at"] for each in shown), reverse=True)
    first = shown[0]
    assert first["client"] == {"code": "motlan-portal", "vi": "Cổng Một Lần", "en": "Một Lần portal"}
    assert first["procedure"]["vi"] == "Thủ tục đăng ký kết hôn"
    assert (first["own"], first["decision"], first["registers"]) == (True, "allowed", ["civil_status", "population"])
    assert {"person.full_name", "person.gender"} <= {item["code"] for item in first["items"]}
    assert all(item["vi"] != item["code"] for item in first["items"])


def test_an_entry_names_items_and_never_values(service: Service) -> None:
    opened(service, 1)
    text = log(service).text
    assert not any(value in text for value in ("NGUYỄN", "1990-05-17", "Đội Cấn", AN))


def test_pages_follow_one_another_without_gap_or_repeat(service: Service) -> None:
    prefills = opened(service, 5)
    seen, query = [], "?limit=2"
    for _ in range(5):
        page = log(service, query).body
        seen += [each["prefill"] for each in page["entries"]]
        if "next" not in page:
            break
        query = f"?limit=2&cursor={page['next']}"
    assert seen == prefills


def test_a_new_entry_does_not_disturb_pages_already_begun(service: Service) -> None:
    prefills = opened(service, 3)
    cursor = log(service, "?limit=2").body["next"]
    opened(service, 1)
    assert [each["prefill"] for each in log(service, f"?limit=2&cursor={cursor}").body["entries"]] == prefills[2:]


def test_a_cursor_that_was_tampered_with_or_is_anothers_is_refused(service: Service) -> None:
    opened(service, 3)
    service.prefill(BINH, "bride")
    cursor = log(service, "?limit=1").body["next"]
    flipped = ("B" if cursor[0] == "A" else "A") + cursor[1:]
    for wrong in (flipped, cursor[:-1], cursor + "A", "AAAA"):
        answer = log(service, f"?cursor={wrong}")
        assert (answer.status, answer.body["code"]) == (400, "bad_cursor")
    anothers = service.call("GET", f"/v1/access-log?cursor={cursor}", token=service.token(BINH))
    assert (anothers.status, anothers.body["code"]) == (400, "bad_cursor")


def test_each_citizen_sees_only_their_own_log(service: Service) -> None:
    opened(service, 1)
    theirs = service.call("GET", "/v1/access-log", token=service.token(BINH))
    assert (theirs.status, theirs.body) == (200, {"entries": []})


def test_the_log_needs_its_scope(service: Service) -> None:
    answer = service.call("GET", "/v1/access-log", token=service.token(AN, client="ubnd-demo"))
    assert (answer.status, answer.body["code"]) == (403, "insufficient_scope")


def test_the_chain_verifies_and_shows_what_the_api_shows(service: Service) -> None:
    opened(service, 4)
    stored = links(service, AN)
    assert chain_break(service, AN) is None
    assert [each.hash.hex() for each in stored] == [each["hash"] for each in log(service).body["entries"]][::-1]


@pytest.mark.parametrize("number", [1, 2, 4])
def test_an_entry_changed_removed_or_moved_breaks_the_chain_there(service: Service, number: int) -> None:
    opened(service, 4)
    stored, at = links(service, AN), number - 1
    changed = Link(number, stored[at].sealed[:-1] + bytes([stored[at].sealed[-1] ^ 1]), stored[at].hash)
    assert first_break([*stored[:at], changed, *stored[number:]], Head()) == number
    if number < 4:
        assert first_break([*stored[:at], *stored[number:]], Head()) == number
    swapped = [*stored[:at], *stored[at:][::-1]]
    assert first_break(swapped, Head()) == (number if number < 4 else None)


def test_the_entry_is_stored_before_any_register_is_asked(service: Service) -> None:
    found: list[tuple[RegisterCode, int]] = []
    service.bus.watchers.append(lambda register: found.append((register, len(entries(service, AN)))))
    service.prefill()
    service.prefill()
    assert sorted(found) == [("civil_status", 1), ("civil_status", 2), ("population", 1), ("population", 2)]


def test_the_entry_is_older_than_the_question(service: Service) -> None:
    """Every call of the store takes a while here, so what came first shows in the times."""
    service.home.clients.dynamodb.meta.events.register("after-call.dynamodb", lambda **_: service.clock.advance(0.1))
    service.prefill()
    (entry,) = entries(service, AN)
    lines = service.simulators.journal.read()
    assert len(lines) == 2
    assert all(iso(entry.at) < line.at for line in lines)


def test_without_an_entry_no_register_is_asked_and_nothing_is_told(service: Service) -> None:
    with unreachable(service.home.clients.dynamodb, "TransactWriteItems", times=100) as struck:
        answer = service.prefill()
    assert struck.times > 0
    assert (answer.status, answer.body["code"]) == (503, "store_unavailable")
    assert (asked(service), service.bus.posts, state(service), said(service)) == ([], 0, [], [])


def test_a_denied_asking_is_in_the_log_of_whom_it_was_about(service: Service) -> None:
    service.call("POST", "/v1/prefills", order(BINH, "bride"), token=service.token(AN))
    shown = service.call("GET", "/v1/access-log", token=service.token(BINH)).body["entries"]
    assert [(each["own"], each["decision"], each["items"], each["registers"]) for each in shown] == [
        (False, "no_consent", [], [])
    ]
