"""Procedures and forms, which everybody may read, as the service lists them."""

import json

import pytest

from chalicelib.definitions.load import SCHEMAS, Document, documents
from tests.support.service import Service

PACKAGED = sorted(path.stem for path in (SCHEMAS / "procedures").iterdir())
CODES = ["1.000001", "1.000002", "1.000894", "1.000895", "2.000001"]


@pytest.fixture
def many(service: Service) -> Service:
    """The packaged set with four more procedures, published."""
    files = list(documents())
    (pattern,) = (json.loads(each.text) for each in files if each.file == "procedures/1.000894.json")
    for code in CODES:
        pattern["code"] = code
        if code != "1.000894":
            pattern["body"]["name"]["vi"] = f"Thủ tục mẫu {code}"
            files.append(Document(f"procedures/{code}.json", json.dumps(pattern)))
    service.services.definitions.publish(files)
    return service


def found(service: Service, query: str) -> list[str]:
    answer = service.call("GET", f"/v1/procedures?{query}")
    assert answer.status == 200
    return [each["code"] for each in answer.body["procedures"]]


def test_the_packaged_procedure_is_found_with_and_without_marks(service: Service) -> None:
    for words in ("q=k%E1%BA%BFt+h%C3%B4n", "q=ket+hon", "q=DANG%20KY%20KET%20HON", "q=1.000894"):
        assert "1.000894" in found(service, words)
    assert found(service, "") == PACKAGED
    assert found(service, "q=tau+vu+tru") == []


def test_pages_follow_one_another_without_gap_or_repeat(many: Service) -> None:
    seen: list[str] = []
    cursor = ""
    for _ in range(len(CODES) + len(PACKAGED)):
        page = many.call("GET", f"/v1/procedures?limit=2{cursor}").body
        seen += [each["code"] for each in page["procedures"]]
        if "next" not in page:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == sorted({*CODES, *PACKAGED})


def test_a_cursor_goes_on_with_its_own_search_only(many: Service) -> None:
    cursor = many.call("GET", "/v1/procedures?limit=1&q=mau").body["next"]
    assert found(many, f"q=mau&limit=1&cursor={cursor}") == ["1.000002"]
    for other in (f"q=ket&cursor={cursor}", f"cursor={cursor}", f"q=mau&cursor={cursor[:-2]}AA", "cursor=x"):
        answer = many.call("GET", f"/v1/procedures?{other}")
        assert (answer.status, answer.body["code"]) == (400, "bad_cursor")


def test_a_partial_procedure_tells_why_and_where_the_fact_is_from(service: Service) -> None:
    procedure = service.call("GET", "/v1/procedures/1.000894").body
    assert procedure["level"] == "partial"
    assert procedure["partial_reason"].keys() == {"vi", "en"}
    assert procedure["sources"]
    assert service.call("GET", "/v1/procedures/9.999999").body["code"] == "unknown_procedure"


def test_a_form_can_be_read_with_all_that_is_needed_to_draw_it(service: Service) -> None:
    answer = service.call("GET", "/v1/forms/to-khai-ket-hon")
    form = answer.body
    assert {field for section in form["layout"] for field in section["fields"]} == form["fields"].keys()
    assert {field["item"] for field in form["fields"].values() if "item" in field} <= form["items"].keys()
    assert form["status"] == "unverified"
    assert form["notice"].keys() == {"vi", "en"}
    tag = answer.headers["ETag"]
    assert service.call("GET", "/v1/forms/to-khai-ket-hon", if_none_match=tag).status == 304
    assert service.call("GET", "/v1/forms/no-such-form").body["code"] == "unknown_form"
