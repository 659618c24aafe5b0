"""The citizen's hand on a prefill through the whole service: answers, refreshes, decisions, contests, checks."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest

from chalicelib.kernel.canonical import JsonObject
from tests.support.calls import counting
from tests.support.faults import unreachable
from tests.support.looks import asked, entries, own_side, said
from tests.support.registers import SLOW, break_register, mend
from tests.support.service import AN, BINH, Answered, Portal, Service, order

NAME, STATUS, TIMES, HOME = "/BenNam/HoTen", "/BenNam/LoaiTinhTrangHonNhan", "/BenNam/LanKetHon", "/BenNam/NoiCuTru"
HOURS: Final = 3600


@pytest.fixture
def opened(service: Service) -> str:
    """The id of a prefill that An has before him."""
    return str(service.prefill().body["id"])


def edit(
    service: Service, prefill: str, edits: JsonObject, clear: list[str] | None = None, seen: object = 1, **more: str
) -> Answered:
    body = {"set": edits, "clear": clear or []}
    tag = {} if seen is None else {"if_match": seen if seen == "*" else f'"{seen}"'}
    return service.call("PATCH", f"/v1/prefills/{prefill}/answers", body, token=service.token(AN), **tag, **more)


def post(service: Service, path: str, body: object, **headers: str) -> Answered:
    return service.call("POST", f"/v1/prefills/{path}", body, token=service.token(AN), **headers)


def problems(answer: Answered) -> tuple[int, str, list[tuple[str, str]]]:
    return answer.status, answer.body["code"], [(each["pointer"], each["code"]) for each in answer.body["errors"]]


def correct(service: Service, **data: JsonObject) -> None:
    """Let the population register hold something else about An from now on."""
    service.simulators.people.need(AN).registers["population"].data.update(data)


@contextmanager
def counted(portal: Portal) -> Iterator[Counter[str]]:
    clients = portal.home.clients
    with counting(clients.dynamodb, clients.kms, clients.s3, clients.sqs, clients.events) as calls:
        yield calls


# Answers


def test_an_edit_is_a_new_revision_and_says_who_filled_what(service: Service, opened: str) -> None:
    answer = edit(service, opened, {TIMES: 1, STATUS: "4"})
    assert (answer.status, answer.body["revision"], answer.headers["ETag"]) == (200, 2, '"2"')
    assert (answer.fields[TIMES]["value"], answer.fields[TIMES]["origin"]) == (1, "manual")
    status = answer.fields[STATUS]
    assert (status["value"], status["origin"], status["outcome"]) == ("4", "override", "filled_declared")
    assert [each["value"] for each in status["candidates"]] == ["2"]  # type: ignore[union-attr, index, call-overload]
    assert service.show(opened).text == answer.text
    cleared = edit(service, opened, {}, [TIMES, STATUS], seen=2)
    assert [cleared.fields[at].get("origin") for at in (TIMES, STATUS)] == [None, "override"]
    assert "value" not in cleared.fields[STATUS]


def test_an_edit_needs_the_revision_that_it_was_made_on(service: Service, opened: str) -> None:
    assert problems(edit(service, opened, {TIMES: 1}, seen=None)) == (
        400,
        "invalid_request",
        [("/header/If-Match", "missing")],
    )
    assert edit(service, opened, {TIMES: 1}).status == 200
    for stale in (1, 7, "x", "²"):
        answer = edit(service, opened, {TIMES: 2}, seen=stale)
        assert answer.status in {400, 412}
    assert edit(service, opened, {TIMES: 2}, seen="*").body["revision"] == 3
    assert service.show(opened).fields[TIMES]["value"] == 2


def test_locked_fields_are_named_and_nothing_is_written(service: Service, opened: str) -> None:
    answer = edit(service, opened, {NAME: "NGUYỄN VĂN ÂN", TIMES: 1}, ["/BenNam/NgaySinh"])
    assert problems(answer) == (409, "field_locked", [(NAME, "field_locked"), ("/BenNam/NgaySinh", "field_locked")])
    assert service.show(opened).body["revision"] == 1
    assert edit(service, opened, {NAME: "nguyễn văn an"}).body["revision"] == 1


def test_what_the_form_does_not_take_is_named(service: Service, opened: str) -> None:
    answer = edit(service, opened, {TIMES: 0, "/BenNam/Khac": "x"}, [STATUS, "/Khac"])
    assert problems(answer) == (
        422,
        "invalid_answer",
        [("/BenNam/Khac", "unknown_field"), (TIMES, "out_of_range"), ("/Khac", "unknown_field")],
    )
    assert problems(edit(service, opened, {TIMES: 1}, [TIMES]))[2] == [(TIMES, "repeated")]


def test_an_answer_shows_what_hangs_on_it_and_hides_it_again(service: Service, opened: str) -> None:
    copies = edit(service, opened, {"/CapBanSao": True, "/SoLuong": 2})
    assert copies.fields["/SoLuong"]["value"] == 2
    hidden = edit(service, opened, {"/CapBanSao": False}, seen=2).fields["/SoLuong"]
    assert (hidden["outcome"], hidden["detail"], "value" in hidden) == ("not_applicable", "hidden_by_answer", False)
    assert edit(service, opened, {"/CapBanSao": True}, seen=3).fields["/SoLuong"]["value"] == 2


def test_a_late_register_never_replaces_what_was_typed_meanwhile(service: Service) -> None:
    break_register(service, "population", latency=SLOW)
    prefill = service.prefill().body["id"]
    typed = edit(service, prefill, {NAME: "NGUYỄN VĂN ÂN", "/BenNam/NgaySinh": "1990-05-17"})
    assert (typed.body["status"], typed.fields[NAME]["origin"]) == ("open", "manual")
    mend(service)
    service.pump.settle()
    late = service.show(prefill)
    assert (late.body["revision"], late.body["status"]) == (3, "final")
    name, birth = late.fields[NAME], late.fields["/BenNam/NgaySinh"]
    assert (name["value"], name["origin"], name["locked"]) == ("NGUYỄN VĂN ÂN", "override", False)
    assert [each["value"] for each in name["candidates"]] == ["NGUYỄN VĂN AN"]  # type: ignore[union-attr, index, call-overload]
    assert (birth["origin"], birth["locked"], birth["outcome"]) == ("auto", True, "filled_verified")


def test_an_answer_given_at_the_opening_stands_unless_the_register_says_the_same(service: Service) -> None:
    answers: JsonObject = {"BenNam": {"HoTen": "Nguyễn Văn Ân", "QuocTich": "VN"}}
    opened = service.call("POST", "/v1/prefills", order(AN, "groom") | {"answers": answers}, token=service.token(AN))
    name, nationality = opened.fields[NAME], opened.fields["/BenNam/QuocTich"]
    assert (name["value"], name["origin"], name["locked"]) == ("Nguyễn Văn Ân", "override", False)
    assert (nationality["origin"], nationality["locked"]) == ("auto", True)


def test_what_is_said_of_edits_names_no_value_and_nobody(service: Service, opened: str) -> None:
    edit(service, opened, {TIMES: 7, STATUS: "4"})
    event = said(service)[-1]
    assert (event.kind, event.subject) == ("prefill.edited", opened)
    assert {name: event.data[name] for name in ("revision", "edited", "override", "manual")} == {
        "revision": 2,
        "edited": 2,
        "override": 1,
        "manual": 1,
    }


def test_another_citizen_or_client_edits_nothing(service: Service, opened: str) -> None:
    for person, client in ((BINH, "motlan-portal"), (AN, "ubnd-demo")):
        token = service.token(person, client=client)
        for method, path, body in (
            ("PATCH", "answers", {"set": {TIMES: 1}}),
            ("POST", "refreshes", {}),
            ("POST", "contests", {"pointer": NAME, "value": "x"}),
            ("POST", "checks", {"answers": {}}),
        ):
            answer = service.call(method, f"/v1/prefills/{opened}/{path}", body, token=token, if_match="*")
            assert answer.status == 404
    assert service.show(opened).body["revision"] == 1


# A refresh


def test_a_refresh_proposes_and_the_citizen_decides(service: Service, opened: str) -> None:
    correct(service, name={"full": "NGUYỄN VĂN ÂN"}, ethnicity={"code": "02", "name": "Tày"})
    asked_before = len(asked(service))
    answer = post(service, f"{opened}/refreshes", {})
    assert (answer.status, answer.body["revision"], answer.body["state"]) == (201, 2, "open")
    changed = {
        each["pointer"]: (each["kind"], each["before"]["value"], each["after"]["value"])
        for each in answer.body["changes"]
    }
    assert changed == {
        NAME: ("changed", "NGUYỄN VĂN AN", "NGUYỄN VĂN ÂN"),
        "/BenNam/DanToc": ("changed", "01", "02"),
    }
    assert len(asked(service)) > asked_before
    assert service.show(opened).fields[NAME]["value"] == "NGUYỄN VĂN AN"
    waiting = service.show(opened)
    assert (waiting.headers["ETag"], waiting.body["refresh"]["proposed"]) == ('"2"', ["/BenNam/DanToc", NAME])
    refresh = f"{opened}/refreshes/{answer.body['id']}"
    assert service.call("GET", f"/v1/prefills/{refresh}", token=service.token(AN)).text == answer.text
    short = post(service, f"{refresh}/decisions", {"accept": [NAME]})
    assert problems(short) == (422, "decisions_incomplete", [("/BenNam/DanToc", "decision_missing")])
    done = post(service, f"{refresh}/decisions", {"accept": [NAME], "refuse": ["/BenNam/DanToc"]})
    assert (done.status, done.body["revision"]) == (200, 3)
    assert (done.fields[NAME]["value"], done.fields["/BenNam/DanToc"]["value"]) == ("NGUYỄN VĂN ÂN", "01")
    assert (done.fields[NAME]["locked"], done.fields["/BenNam/DanToc"]["locked"]) == (True, True)
    assert problems(post(service, f"{refresh}/decisions", {"all": "accept"}))[:2] == (409, "refresh_decided")
    settled = service.call("GET", f"/v1/prefills/{refresh}", token=service.token(AN)).body
    assert (settled["state"], settled["accepted"], settled["refused"]) == ("settled", [NAME], ["/BenNam/DanToc"])
    assert [event.kind for event in said(service)][-2:] == ["prefill.refreshed", "prefill.decided"]


def test_every_asking_of_a_refresh_stands_in_the_log_before_it(service: Service, opened: str) -> None:
    logged: list[int] = []
    service.bus.watchers.append(lambda _register: logged.append(len(entries(service, AN))))
    before = len(entries(service, AN))
    assert post(service, f"{opened}/refreshes", {}).status == 201
    assert logged
    assert min(logged) > before


def test_a_register_that_fails_at_a_refresh_takes_nothing_away(service: Service, opened: str) -> None:
    before = own_side(AN, service.show(opened))
    break_register(service, "population", errors=[{"status": 500}])
    break_register(service, "civil_status", latency=SLOW)
    answer = post(service, f"{opened}/refreshes", {"deadline_ms": 300})
    assert (answer.status, answer.body["changes"], answer.body["state"]) == (201, [], "settled")
    after = service.show(opened)
    assert own_side(AN, after) == before
    assert after.body["status"] == "final"


def test_a_repeated_refresh_under_one_key_asks_once_and_answers_alike(service: Service, opened: str) -> None:
    correct(service, name={"full": "NGUYỄN VĂN ÂN"})
    first = post(service, f"{opened}/refreshes", {}, idempotency_key="r1")
    questions = asked(service)
    again = post(service, f"{opened}/refreshes", {}, idempotency_key="r1")
    assert (again.status, again.text, asked(service)) == (201, first.text, questions)
    other = post(service, f"{opened}/refreshes", {"deadline_ms": 400}, idempotency_key="r1")
    assert problems(other)[:2] == (422, "idempotency_key_reused")


def test_only_the_last_refresh_is_there_to_decide_on(service: Service, opened: str) -> None:
    correct(service, name={"full": "NGUYỄN VĂN ÂN"})
    first, second = (post(service, f"{opened}/refreshes", {}).body["id"] for _ in range(2))
    assert post(service, f"{opened}/refreshes/{first}/decisions", {"all": "accept"}).status == 404
    taken = post(service, f"{opened}/refreshes/{second}/decisions", {"all": "accept"})
    assert taken.fields[NAME]["value"] == "NGUYỄN VĂN ÂN"


# A contest


def test_a_contest_stands_beside_the_verified_value_and_tells_the_owner(service: Service, opened: str) -> None:
    reason = "Giấy khai sinh ghi là Ân"
    answer = post(service, f"{opened}/contests", {"pointer": NAME, "value": "NGUYỄN VĂN ÂN", "reason": reason})
    assert (answer.status, answer.headers["ETag"], answer.body["record"]) == (201, '"2"', "DC-999001")
    shown = service.show(opened)
    assert [(each["id"], each["pointer"]) for each in shown.body["contests"]] == [(answer.body["id"], NAME)]
    field = shown.fields[NAME]
    assert (field["value"], field["locked"], field["detail"]) == ("NGUYỄN VĂN AN", True, "contested")
    candidates: Any = field["candidates"]
    assert [(each["value"], each["provenance"]["assurance"]) for each in candidates] == [
        ("NGUYỄN VĂN AN", "register"),
        ("NGUYỄN VĂN ÂN", "typed"),
    ]
    event = said(service)[-1]
    told = {name: event.data[name] for name in ("contest", "register", "item", "state")}
    assert told == {
        "contest": answer.body["id"],
        "register": "population",
        "item": "person.full_name",
        "state": "opened",
    }
    for secret in ("NGUYỄN", "DC-999001", str(AN), reason):
        assert secret not in json.dumps(event.to_json(), ensure_ascii=False)
    gone = service.call("DELETE", f"/v1/prefills/{opened}/contests/{answer.body['id']}", token=service.token(AN))
    assert (gone.status, gone.body["revision"], "candidates" in gone.fields[NAME]) == (200, 3, False)
    assert said(service)[-1].data["state"] == "withdrawn"
    again = service.call("DELETE", f"/v1/prefills/{opened}/contests/{answer.body['id']}", token=service.token(AN))
    assert again.status == 404


def test_there_is_nothing_to_contest_where_no_register_spoke(service: Service, opened: str) -> None:
    for pointer, value in ((TIMES, 1), (NAME, "Nguyễn Văn An")):
        answer = post(service, f"{opened}/contests", {"pointer": pointer, "value": value})
        assert problems(answer) == (409, "nothing_to_contest", [(pointer, "nothing_to_contest")])
    assert problems(post(service, f"{opened}/contests", {"pointer": NAME, "value": None}))[1] == "invalid_answer"


# A check


def filled(answer: Answered) -> JsonObject:
    """Return the answers as a browser would send them back."""
    document: dict[str, Any] = {}
    for pointer, field in answer.fields.items():
        if "value" in field:
            *way, last = pointer[1:].split("/")
            node = document
            for step in way:
                node = node.setdefault(step, {})
            node[last] = field["value"]
    return document


def test_what_was_filled_passes_the_check_and_what_was_altered_is_named(service: Service, opened: str) -> None:
    answers: Any = filled(service.show(opened))
    good = post(service, f"{opened}/checks", {"answers": answers})
    assert (good.status, good.body) == (200, {"ok": True, "prefill": opened, "revision": 1, "status": "final"})
    answers["BenNam"]["HoTen"] = "NGUYỄN VĂN ÂN"
    answers["BenNam"]["LanKetHon"] = 9
    assert problems(post(service, f"{opened}/checks", {"answers": answers})) == (
        409,
        "answers_altered",
        [(NAME, "answers_altered")],
    )


def test_a_check_says_when_it_is_too_late_and_when_it_cannot_tell(service: Service, opened: str) -> None:
    service.clock.advance(301)
    for client, operation in ((service.home.clients.dynamodb, "Query"), (service.home.clients.kms, "Decrypt")):
        with unreachable(client, operation, times=99):
            assert problems(post(service, f"{opened}/checks", {"answers": {}}))[:2] == (503, "store_unavailable")
    service.clock.advance(72 * HOURS)
    assert problems(post(service, f"{opened}/checks", {"answers": {}}))[:2] == (410, "prefill_expired")


# What it costs


def test_what_each_change_asks_of_the_store(service: Service, opened: str) -> None:
    with counted(service) as calls:
        edit(service, opened, {TIMES: 1})
    assert calls == {"Query": 1, "BatchGetItem": 1, "TransactWriteItems": 1}
    with counted(service) as calls:
        edit(service, opened, {TIMES: 1}, seen=2)
        post(service, f"{opened}/checks", {"answers": {}})
    assert calls == {"Query": 2, "BatchGetItem": 2}
    with counted(service) as calls:
        refresh = post(service, f"{opened}/refreshes", {}, idempotency_key="k").body["id"]
    # The prefill, and the warehouse as it is by now.
    assert calls == {"Query": 2, "BatchGetItem": 2, "TransactWriteItems": 2}
    with counted(service) as calls:
        post(service, f"{opened}/refreshes/{refresh}/decisions", {"all": "refuse"})
        post(service, f"{opened}/contests", {"pointer": NAME, "value": "NGUYỄN VĂN ÂN"})
    assert calls == {"Query": 2, "BatchGetItem": 2, "TransactWriteItems": 2}


# What an answer brings to light


def test_a_field_that_an_answer_brings_to_light_was_not_asked_for_and_a_refresh_asks(service: Service) -> None:
    me = {"personal_id": AN}
    body = {"procedure": "2.000635", "subjects": {"applicant": me, "owner": me}, "answers": {"LoaiViec": "ket_hon"}}
    prefill = service.call("POST", "/v1/prefills", body, token=service.token(AN)).body["id"]
    shown = edit(service, prefill, {"/LoaiViec": "khai_sinh"})
    number = shown.fields["/KhaiSinh/So"]
    assert (number["outcome"], number["detail"], "value" in number) == ("skipped", "not_asked", False)
    assert shown.fields["/ndcHoTen"]["outcome"] == "filled_verified"
    refresh = post(service, f"{prefill}/refreshes", {}).body
    assert {each["pointer"]: each["kind"] for each in refresh["changes"]}["/KhaiSinh/So"] == "added"
    post(service, f"{prefill}/refreshes/{refresh['id']}/decisions", {"all": "accept"}, if_match="*")
    assert service.show(prefill).fields["/KhaiSinh/So"]["outcome"] == "filled_verified"
