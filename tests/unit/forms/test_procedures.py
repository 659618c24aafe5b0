"""Finding procedures by words, page by page, and over HTTP."""

from dataclasses import dataclass
from typing import Any

import pytest
from chalice.app import Chalice
from chalice.test import Client

from chalicelib.bootstrap import KINDS
from chalicelib.definitions.model import Catalogue, Envelope, catalogue_of, indexed
from chalicelib.forms.answers import procedure_detail
from chalicelib.forms.routes import router
from chalicelib.forms.search import Wanted
from chalicelib.forms.service import Procedures, UnknownForm, UnknownProcedure
from chalicelib.kernel.canonical import digest
from chalicelib.kernel.ids import FormCode, ProcedureCode
from chalicelib.web.paging import Cursors
from tests.support.definitions import packaged
from tests.support.web import tiny

NAMES = {
    "1.000656": "Đăng ký khai tử",
    "1.000894": "Thủ tục đăng ký kết hôn",
    "1.001193": "Đăng ký khai sinh",
    "1.004746": "Đăng ký lại kết hôn",
    "2.000635": "Cấp bản sao trích lục hộ tịch",
}

NOUNS = ("hộ tịch", "hôn nhân", "đất đai", "cư trú", "lý lịch")


@dataclass(frozen=True)
class Fixed:
    """A set that stays live."""

    catalogue: Catalogue

    def current(self) -> Catalogue:
        return self.catalogue


def a_procedure(code: str, name: str) -> Envelope:
    model = packaged().envelopes["procedures", "1.000894"]
    body: Any = {**model.body, "name": {"vi": name, "en": f"Procedure {code}"}}
    return Envelope("procedures", code, "1", "2026-11-22", "single_source", ("test",), body, digest([code, name]))


def procedures() -> Procedures:
    others = [each for each in packaged().envelopes.values() if each.kind != "procedures"]
    return Procedures(Fixed(catalogue_of([*others, *(a_procedure(*each) for each in NAMES.items())])))


def found(search: str) -> list[str]:
    return [each.procedure.code for each in procedures().page(Wanted(search), None, 50).procedures]


@pytest.mark.parametrize(
    "search",
    ["đăng ký kết hôn", "ĐĂNG KÝ KẾT HÔN", "dang ky ket hon", "Dang Ky  Ket Hon ", "kết hôn", "hon ket", "KÊT HỌN"],
)
def test_search_does_not_mind_marks_case_spaces_or_order(search: str) -> None:
    assert found(search) == ["1.000894", "1.004746"]


def test_d_with_and_without_its_stroke_are_one_letter() -> None:
    assert found("Đăng") == found("dang") == found("đang") == ["1.000656", "1.000894", "1.001193", "1.004746"]


def test_search_takes_the_code_and_the_english_name() -> None:
    assert found("2.000635") == ["2.000635"]
    assert found("procedure 1.0006") == ["1.000656"]


def test_no_words_find_all_and_strange_words_none() -> None:
    assert found("") == found("   ") == sorted(NAMES)
    assert found("xyz") == []


def test_pages_together_are_the_whole_once() -> None:
    service, after, seen = procedures(), None, list[str]()
    while True:
        page = service.page(Wanted("dang ky"), after, 2)
        assert len(page.procedures) <= 2
        seen += [each.procedure.code for each in page.procedures]
        after = page.next_after
        if after is None:
            break

    assert seen == found("dang ky")


def test_a_page_that_holds_the_last_one_has_no_next() -> None:
    assert procedures().page(Wanted("ket hon"), None, 2).next_after is None


def test_a_code_that_is_gone_is_still_a_place_to_go_on_from() -> None:
    page = procedures().page(Wanted(), ProcedureCode("1.000999"), 1)

    assert [each.procedure.code for each in page.procedures] == ["1.001193"]


def test_what_is_not_published_is_not_found() -> None:
    with pytest.raises(UnknownProcedure):
        procedures().procedure(ProcedureCode("9.999999"))
    with pytest.raises(UnknownForm):
        procedures().form(FormCode("to-khai"))


def many(number: int) -> tuple[Procedures, Catalogue]:
    """Return so many procedures, all closed but for what the index carries of them."""
    made = {f"1.{place:06d}": f"Thủ tục đăng ký số {place} về {NOUNS[place % len(NOUNS)]}" for place in range(number)}
    others = [each for each in packaged().envelopes.values() if each.kind != "procedures"]
    every = catalogue_of([*others, *(a_procedure(*each) for each in made.items())], KINDS)
    closed = indexed(every.envelopes.entries, lambda entry: every.envelopes[entry.key])
    return Procedures(Fixed(closed)), closed


def opened(catalogue: Catalogue) -> int:
    return sum(
        catalogue.envelopes.opened(each.hash) is not None
        for each in catalogue.envelopes.entries
        if each.kind == "procedures"
    )


def test_a_search_over_six_thousand_opens_only_what_it_shows() -> None:
    service, catalogue = many(6_000)

    page = service.page(Wanted("HON NHAN dang ky"), None, 20)

    assert len(page.procedures) == 20
    assert all("hôn nhân" in each.procedure.name.vi for each in page.procedures)
    assert opened(catalogue) == 20
    assert service.page(Wanted("khong co o dau"), None, 20).procedures == ()
    assert opened(catalogue) == 20


def test_pages_over_six_thousand_are_the_whole_once() -> None:
    service, _ = many(6_000)
    after, seen = None, list[str]()
    while True:
        page = service.page(Wanted("dat dai"), after, 100)
        seen += [each.procedure.code for each in page.procedures]
        after = page.next_after
        if after is None:
            break

    assert len(seen) == len(set(seen)) == 6_000 // len(NOUNS)
    assert seen == sorted(seen)


def test_a_life_event_leads_to_its_procedures() -> None:
    service = Procedures(Fixed(packaged()))

    found = [each.procedure for each in service.page(Wanted(life_event="marriage"), None, 50).procedures]

    assert "1.000894" in {each.code for each in found}
    assert all("marriage" in each.life_events for each in found)
    assert service.page(Wanted("khai sinh", "marriage"), None, 50).procedures == ()
    assert service.page(Wanted(life_event="nothing"), None, 50).procedures == ()


@dataclass(frozen=True)
class BuiltServices:
    """What the routes are given."""

    procedures: Procedures
    cursors: Cursors


@pytest.fixture
def api() -> Client:
    services, edge, app = BuiltServices(procedures(), Cursors(b"k" * 32)), tiny().edge, Chalice("procedures")
    app.register_blueprint(router(lambda: services, lambda: edge).blueprint)
    return Client(app)


def test_the_list_is_read_page_by_page_over_http(api: Client) -> None:
    first = api.http.get("/v1/procedures?q=%C4%91%C4%83ng%20k%C3%BD&limit=3").json_body
    second = api.http.get(f"/v1/procedures?q=%C4%91%C4%83ng%20k%C3%BD&limit=3&cursor={first['next']}").json_body

    codes = [each["code"] for each in first["procedures"] + second["procedures"]]
    assert codes == ["1.000656", "1.000894", "1.001193", "1.004746"]
    assert "next" not in second


def test_a_cursor_goes_on_with_its_own_search_only(api: Client) -> None:
    cursor = api.http.get("/v1/procedures?q=dang&limit=1").json_body["next"]

    answer = api.http.get(f"/v1/procedures?q=ket&limit=1&cursor={cursor}")

    assert (answer.status_code, answer.json_body["code"]) == (400, "bad_cursor")


def test_a_procedure_says_its_level_with_the_reason_and_where_it_is_from(api: Client) -> None:
    answer = api.http.get("/v1/procedures/1.000894").json_body

    assert answer["level"] == "partial"
    assert "cùng có mặt" in answer["partial_reason"]["vi"]
    assert answer["sources"]
    assert answer["notice"]["vi"] != answer["notice"]["en"]


def test_a_form_is_read_with_its_schema_its_policies_and_its_notice(api: Client) -> None:
    answer = api.http.get("/v1/forms/to-khai-ket-hon")
    form = answer.json_body

    assert form["schema"]["$schema"].endswith("2020-12/schema")
    assert set(form["fields"]) == {pointer for section in form["layout"] for pointer in section["fields"]}
    assert form["fields"]["/BenNu/DanToc"] == {
        "label": {"vi": "Dân tộc", "en": "Ethnic group"},
        "policy": "auto",
        "necessity": "required",
        "item": "person.ethnicity",
        "role": "bride",
        "status": "single_source",
    }
    assert form["items"]["person.ethnicity"]["sensitive"] is True
    assert form["items"]["person.ethnicity"]["codes"]["01"]["vi"] == "Kinh"
    assert form["roles"]["groom"]["requires"] == {"item": "person.gender", "one_of": ["male"]}
    assert form["status"] == "unverified"
    assert "chưa được kiểm chứng" in form["notice"]["vi"]
    again = api.http.get("/v1/forms/to-khai-ket-hon", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/procedures/9.999999", 404, "unknown_procedure"),
        ("/v1/procedures/abc", 400, "invalid_request"),
        ("/v1/forms/to-khai", 404, "unknown_form"),
        ("/v1/procedures?limit=0", 400, "invalid_request"),
        ("/v1/procedures?cursor=AAAA", 400, "bad_cursor"),
        ("/v1/procedures?word=x", 400, "invalid_request"),
    ],
)
def test_what_cannot_be_answered_is_a_problem(api: Client, path: str, status: int, code: str) -> None:
    answer = api.http.get(path)

    assert (answer.status_code, answer.json_body["code"]) == (status, code)


def test_the_values_that_prove_a_component_are_told_with_its_evidence() -> None:
    detail = procedure_detail(Procedures(Fixed(packaged())).procedure(ProcedureCode("3.000333")))
    poor = detail.components[1].any_of[0][0]

    assert poor.items == ["social.poor_household.status"]
    assert poor.where is not None
    assert [(each.item, each.one_of) for each in poor.where] == [("social.poor_household.status", ["ho_ngheo"])]
    assert detail.components[0].any_of[0][0].where is None
