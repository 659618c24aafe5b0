"""An owner lists, looks at, takes out and puts away documents; whatever goes out is in the access log before."""

from datetime import timedelta
from typing import Any

import pytest
import urllib3

from chalicelib.kernel.clock import iso
from chalicelib.kernel.ids import PersonalId, organisation_id
from tests.support.faults import unreachable
from tests.support.library import GRACE, ORIGINAL, SERVED, THUMBNAIL, TITLE, acting, shelved
from tests.support.looks import chain_break, entries, said
from tests.support.service import AN, BINH, Answered, Service

PLACE = "/v1/warehouse/documents"


def get(service: Service, path: str = "", person: str = AN) -> Answered:
    return service.call("GET", f"{PLACE}{path}", token=service.token(person))  # type: ignore[arg-type]


def find(service: Service, words: str, person: str = AN, **more: Any) -> Answered:  # noqa: ANN401 - JSON
    asked = {"q": words, **more}
    return service.call("POST", "/v1/warehouse/document-searches", asked, token=service.token(person))  # type: ignore[arg-type]


def ids(answer: Answered) -> list[str]:
    return [each["id"] for each in answer.body["documents"]]


def fetched(answer: Answered) -> urllib3.BaseHTTPResponse:
    return urllib3.request("GET", answer.body["url"], timeout=10)


def some(service: Service, count: int, **changes: object) -> list[str]:
    """Put so many documents in, a minute apart; return their ids, newest first."""
    made = []
    for _ in range(count):
        made.append(str(shelved(service, **changes).id))  # type: ignore[arg-type]
        service.clock.advance(60)
    return made[::-1]


def test_documents_are_listed_newest_first_in_pages_without_gap_or_repeat(service: Service) -> None:
    expected, seen, query = some(service, 5), [], "?limit=2"
    for _ in range(4):
        page = get(service, query)
        seen += ids(page)
        if "next" not in page.body:
            break
        query = f"?limit=2&cursor={page.body['next']}"
    assert seen == expected


def test_a_list_is_of_its_owner_alone(service: Service) -> None:
    some(service, 1)
    assert get(service, person=BINH).body == {"documents": []}


def test_a_cursor_of_one_list_is_no_cursor_of_another(service: Service) -> None:
    some(service, 3)
    cursor = get(service, "?limit=1").body["next"]
    for other, person in (("type=the-can-cuoc&", AN), ("state=deleted&", AN), ("", BINH)):
        answer = get(service, f"?{other}limit=1&cursor={cursor}", person)
        assert (answer.status, answer.body["code"]) == (400, "bad_cursor")
    first = find(service, "tuong", limit=1).body["next"]
    for words, at, person in (("the", cursor, AN), ("vi", first, AN), ("tuong", first, BINH)):
        answer = find(service, words, person, limit=1, cursor=at)
        assert (answer.status, answer.body["code"]) == (400, "bad_cursor")


def test_a_search_goes_on_by_cursor_without_gap_or_repeat(service: Service) -> None:
    expected, seen, cursor = some(service, 5), list[str](), dict[str, str]()
    for _ in range(4):
        page = find(service, "tuong vi", limit=2, **cursor)
        seen += ids(page)
        if "next" not in page.body:
            break
        cursor = {"cursor": page.body["next"]}
    assert seen == expected


def test_no_words_of_a_search_are_taken_from_a_url(service: Service) -> None:
    answer = get(service, "?q=tuong")
    assert (answer.status, answer.body["code"]) == (400, "invalid_request")


def test_a_search_without_a_word_is_told_so(service: Service) -> None:
    answer = find(service, "!!!")
    (problem,) = answer.body["errors"]
    assert (answer.status, problem["pointer"], problem["code"]) == (422, "/q", "no_words")
    assert "at least one word" in problem["message_en"]


def test_a_search_is_narrowed_by_type_and_state(service: Service) -> None:
    card, paper = shelved(service), shelved(service, type="giay-to-khac")
    service.call("DELETE", f"{PLACE}/{card.id}", token=service.token(AN))
    assert ids(find(service, "tuong")) == [paper.id]
    assert ids(find(service, "tuong", state="deleted")) == [card.id]
    assert ids(find(service, "tuong", type="the-can-cuoc")) == []


def test_a_list_is_filtered_by_type_and_state(service: Service) -> None:
    card = shelved(service)
    paper = shelved(service, type="giay-to-khac")
    service.call("DELETE", f"{PLACE}/{card.id}", token=service.token(AN))
    assert ids(get(service)) == [paper.id]
    assert ids(get(service, "?state=deleted")) == [card.id]
    assert ids(get(service, "?type=the-can-cuoc&state=deleted")) == [card.id]
    assert ids(get(service, "?type=the-can-cuoc")) == []
    assert ids(get(service, "?type=giay-to-khac")) == [paper.id]


@pytest.mark.parametrize(
    "query", ["tường vi", "TUONG VI", "vi 739158260", "thẻ tuong", "739158260", "tuong vi can cuoc"]
)
def test_a_search_finds_all_words_with_or_without_marks(service: Service, query: str) -> None:
    found = shelved(service)
    shelved(service, title="Giấy 5", type="giay-to-khac")
    assert ids(find(service, query)) == [found.id]


@pytest.mark.parametrize("query", ["tuong lan", "739", "hong"])
def test_a_search_finds_nothing_where_a_word_is_missing(service: Service, query: str) -> None:
    shelved(service)
    assert ids(find(service, query)) == []


def test_a_document_is_shown_with_items_by_name_and_its_file(service: Service) -> None:
    document = shelved(service, items=())
    shown = get(service, f"/{document.id}").body
    assert shown["type"]["vi"] != shown["type"]["code"] == "the-can-cuoc"
    assert (shown["title"], shown["state"], shown["version"]) == (TITLE, "available", 1)
    assert shown["file"]["sha256"] == document.file.sha256  # type: ignore[union-attr]
    assert shown["worth"]["vi"].startswith("Bản chụp")


@pytest.mark.parametrize(
    ("path", "body"), [("content", SERVED), ("content?copy=original", ORIGINAL), ("thumbnail", THUMBNAIL)]
)
def test_a_link_gives_that_copy_and_ends_within_a_minute(service: Service, path: str, body: bytes) -> None:
    document = shelved(service)
    answer = get(service, f"/{document.id}/{path}")
    assert answer.status == 200
    assert iso(service.clock.now()) < answer.body["expires_at"] <= iso(service.clock.now() + timedelta(seconds=60))
    file = fetched(answer)
    assert file.data == body
    assert file.headers["content-disposition"].startswith("attachment")
    assert document.id in file.headers["content-disposition"]


def test_no_link_holds_anything_personal(service: Service) -> None:
    document = shelved(service, number="001090999001")
    for path in ("content", "content?copy=original", "thumbnail"):
        url = get(service, f"/{document.id}/{path}").body["url"]
        assert not any(text in url for text in ("Vi", "739158260", "T%C6%B0", "001090999001"))


def test_what_was_typed_has_no_file(service: Service) -> None:
    document = shelved(service, file=None, origin="typed", assurance="typed")
    for path in ("content", "thumbnail"):
        answer = get(service, f"/{document.id}/{path}")
        assert (answer.status, answer.body["code"]) == (404, "no_file")


def test_another_citizens_document_is_no_document(service: Service) -> None:
    document = shelved(service)
    for path in ("", "/content", "/thumbnail"):
        answer = get(service, f"/{document.id}{path}", BINH)
        assert (answer.status, answer.body["code"]) == (404, "not_found")


def test_each_look_is_in_the_log_with_its_document(service: Service) -> None:
    document = shelved(service)
    get(service)
    get(service, f"/{document.id}")
    get(service, f"/{document.id}/content")
    get(service, f"/{document.id}/thumbnail")
    seen = [(each.action, each.document, each.own) for each in entries(service, AN)]
    assert seen == [
        ("listed", None, True),
        ("shown", document.id, True),
        ("linked", document.id, True),
        ("thumbnail", document.id, True),
    ]
    assert chain_break(service, AN) is None
    shown = service.call("GET", "/v1/access-log", token=service.token(AN)).body["entries"]
    assert [(each["action"], each.get("document")) for each in shown[::-1]] == [each[:2] for each in seen]
    assert "prefill" not in shown[0]


@pytest.mark.parametrize("path", ["", "/{id}", "/{id}/content", "/{id}/thumbnail"])
def test_without_an_entry_nothing_goes_out(service: Service, path: str) -> None:
    document = shelved(service)
    with unreachable(service.home.clients.dynamodb, "TransactWriteItems", times=100) as struck:
        answer = get(service, path.format(id=document.id))
    assert struck.times > 0
    assert (answer.status, answer.body["code"]) == (503, "store_unavailable")
    assert document.id not in answer.text
    assert TITLE not in answer.text


def test_a_deleted_document_counts_no_more_and_comes_back_as_it_stood(service: Service) -> None:
    document, shelf = shelved(service), service.services.warehouse.shelf
    item = document.items[0].item
    service.clock.advance(1)
    gone = service.call("DELETE", f"{PLACE}/{document.id}", token=service.token(AN))
    assert gone.body == {"id": document.id, "state": "deleted", "purge_at": iso(service.clock.now() + GRACE)}
    assert shelf.held(AN, frozenset({item}), frozenset()).items == ()
    assert get(service, f"/{document.id}/content").body["code"] == "document_deleted"
    service.clock.advance(1)
    back = service.call("POST", f"{PLACE}/{document.id}/restoration", token=service.token(AN))
    assert back.body == {"id": document.id, "state": "available"}
    assert [each.document for each in shelf.held(AN, frozenset({item}), frozenset()).items] == [document.id]
    assert [each.kind.partition(".")[2] for each in said(service)][1:] == ["document_deleted", "document_restored"]


def test_deleting_and_restoring_again_change_nothing_more(service: Service) -> None:
    document = shelved(service)
    for method, path in (("DELETE", ""), ("POST", "/restoration")):
        first, second = (
            service.call(method, f"{PLACE}/{document.id}{path}", token=service.token(AN)) for _ in range(2)
        )
        assert (first.status, first.body) == (second.status, second.body) == (200, first.body)
    assert len(said(service)) == 3


def test_what_an_agency_issued_is_not_the_owners_to_delete(service: Service) -> None:
    document = shelved(service, origin="issued", number="12/2026", issuer="ubnd-demo", assurance="certified_copy")
    answer = service.call("DELETE", f"{PLACE}/{document.id}", token=service.token(AN))
    assert (answer.status, answer.body["code"]) == (409, "issued_document")
    assert get(service, f"/{document.id}").body["state"] == "available"


def test_a_link_tells_nothing_of_what_it_leads_to(service: Service) -> None:
    document = shelved(service)
    for path in ("content", "content?copy=original", "thumbnail"):
        url = get(service, f"/{document.id}/{path}").body["url"]
        assert document.id in url
        assert document.type not in url


@pytest.mark.parametrize("q", ["!!!", "\u0300", "  -  "])
def test_a_search_without_a_word_is_refused(service: Service, q: str) -> None:
    shelved(service)
    answer = find(service, q)
    assert (answer.status, [each["pointer"] for each in answer.body["errors"]]) == (422, ["/q"])


def test_after_the_grace_it_is_gone_with_its_files(service: Service) -> None:
    document, warehouse = shelved(service), service.services.warehouse
    link = get(service, f"/{document.id}/content")
    service.call("DELETE", f"{PLACE}/{document.id}", token=service.token(AN))
    service.clock.advance(GRACE.total_seconds())
    late = service.call("POST", f"{PLACE}/{document.id}/restoration", token=service.token(AN))
    assert (late.status, late.body["code"]) == (409, "grace_over")
    assert warehouse.library.usage(acting()).documents == 1
    service.clock.advance(120)
    warehouse.sweep.run()
    assert get(service, f"/{document.id}").status == 404
    assert warehouse.library.usage(acting()).documents == 0
    assert fetched(link).status == 404
    assert said(service)[-1].kind == "warehouse.document_purged"
    assert warehouse.sweep.run() == 0


def test_nothing_is_purged_within_the_grace(service: Service) -> None:
    document, warehouse = shelved(service), service.services.warehouse
    service.call("DELETE", f"{PLACE}/{document.id}", token=service.token(AN))
    service.clock.advance(GRACE.total_seconds() - 1)
    warehouse.sweep.run()
    assert service.call("POST", f"{PLACE}/{document.id}/restoration", token=service.token(AN)).status == 200


def test_the_warehouse_says_how_much_is_used(service: Service) -> None:
    some(service, 2)
    body = service.call("GET", "/v1/warehouse", token=service.token(AN)).body
    assert (body["documents"]["used"], body["bytes"]["used"]) == (2, 2 * len(ORIGINAL))
    assert body["documents"]["most"] > 0


def test_titles_and_numbers_are_in_no_key_no_event_and_no_line(service: Service) -> None:
    document = shelved(service, number="HN 447158260-88")
    for path in ("", f"/{document.id}", f"/{document.id}/content"):
        get(service, path)
    assert ids(find(service, "tuong 447158260")) == [document.id]
    service.call("DELETE", f"{PLACE}/{document.id}", token=service.token(AN))
    tables = service.home.settings.state_table, service.home.settings.outbox_table
    scanned = [service.home.clients.dynamodb.scan(TableName=each)["Items"] for each in tables]
    everywhere = str(scanned) + "".join(service.lines)
    assert not any(text in everywhere for text in ("Tường", "739158260", "447158260", AN))


OWNER = PersonalId("074078999020")
"""Represents one company."""
FIRM = "9900000104"


def test_a_representative_sees_the_organisations_documents_and_nobody_else_does(service: Service) -> None:
    document = shelved(service, organisation_id(FIRM))
    query = f"?organisation={FIRM}"
    assert ids(get(service, query, OWNER)) == [document.id]
    assert get(service, f"/{document.id}{query}", OWNER).body["title"] == TITLE
    assert ids(get(service, person=OWNER)) == []
    for path in (query, f"/{document.id}{query}", f"/{document.id}/content{query}"):
        answer = get(service, path, AN)
        assert (answer.status, answer.body["code"]) == (403, "not_representative")
    seen = service.services.access_log.read(organisation_id(FIRM), None, 10).entries
    assert [(access.action, access.basis, access.own) for _, access in seen] == [
        ("shown", "representative", False),
        ("listed", "representative", False),
    ]


def log_of(service: Service, query: str, person: PersonalId, **token: Any) -> Answered:  # noqa: ANN401 - a token's
    return service.call("GET", f"/v1/warehouse/access-log?{query}", token=service.token(person, **token))


def test_a_representative_reads_who_was_in_the_organisations_warehouse(service: Service) -> None:
    document = shelved(service, organisation_id(FIRM))
    for path in ("", f"/{document.id}"):
        get(service, f"{path}?organisation={FIRM}", OWNER)
    page = log_of(service, f"organisation={FIRM}&limit=1", OWNER).body
    (newest,) = page["entries"]
    assert (newest["action"], newest["document"], newest["basis"]) == ("shown", document.id, "representative")
    (oldest,) = log_of(service, f"organisation={FIRM}&cursor={page['next']}", OWNER).body["entries"]
    assert (oldest["action"], oldest["number"]) == ("listed", 1)
    own = service.call("GET", f"/v1/access-log?cursor={page['next']}", token=service.token(OWNER))
    assert own.body["code"] == "bad_cursor"


def test_nobody_else_reads_an_organisations_log(service: Service) -> None:
    shelved(service, organisation_id(FIRM))
    answers = [
        log_of(service, f"organisation={FIRM}", AN),
        log_of(service, "organisation=9900000019", OWNER),
        log_of(service, f"organisation={FIRM}", OWNER, level=1),
        log_of(service, "organisation=1", OWNER),
    ]
    assert [(each.status, each.body["code"]) for each in answers] == [
        (403, "not_representative"),
        (403, "not_representative"),
        (403, "identity_level_too_low"),
        (400, "invalid_request"),
    ]
    assert all(each["own"] for each in log_of(service, "limit=9", OWNER).body["entries"])


def test_what_is_of_an_organisation_is_not_had_as_ones_own(service: Service) -> None:
    for _ in range(3):
        shelved(service, organisation_id(FIRM))
        shelved(service, OWNER)
        service.clock.advance(60)
    firms = f"organisation={FIRM}"
    cursor = get(service, f"?limit=1&{firms}", OWNER).body["next"]
    assert get(service, f"?limit=1&cursor={cursor}", OWNER).body["code"] == "bad_cursor"
    assert get(service, f"?limit=1&{firms}&cursor={cursor}", OWNER).status == 200
    asked = service.call("POST", f"/v1/warehouse/exports?{firms}", token=service.token(OWNER))
    path = f"/v1/warehouse/exports/{asked.body['id']}"
    assert service.call("GET", path, token=service.token(OWNER)).status == 404
    assert service.call("GET", f"{path}?{firms}", token=service.token(OWNER)).status == 200


def test_the_log_tells_representatives_apart_and_names_none(service: Service) -> None:
    document = shelved(service, organisation_id(FIRM))
    for person in (OWNER, BINH):
        service.services.warehouse.standings.remembered.keep(person, frozenset({FIRM}), timedelta(minutes=15))
        get(service, f"/{document.id}?organisation={FIRM}", person)
    get(service, f"?organisation={FIRM}", OWNER)
    page = log_of(service, f"organisation={FIRM}", OWNER).body
    owner, other, again = (each["representative"] for each in page["entries"])
    assert owner == again == page["you"] != other
    assert other == log_of(service, f"organisation={FIRM}", BINH).body["you"]
    assert "you" not in log_of(service, "", OWNER).body
    assert not any(part in str(page) for part in (OWNER, BINH))
