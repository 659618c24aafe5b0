"""What the API tells of a procedure and of a form: all that their published data say, in both languages."""

from dataclasses import dataclass
from typing import Any

import pytest
from chalice.app import Chalice
from chalice.test import Client

from chalicelib.definitions.model import Catalogue
from chalicelib.forms.definition import FORMS, PROCEDURES
from chalicelib.forms.routes import router
from chalicelib.forms.service import Procedures
from chalicelib.web.paging import Cursors
from tests.support.definitions import packaged
from tests.support.web import tiny


@dataclass(frozen=True)
class Fixed:
    """A set that stays live."""

    catalogue: Catalogue

    def current(self) -> Catalogue:
        return self.catalogue


@dataclass(frozen=True)
class BuiltServices:
    """What the routes are given."""

    procedures: Procedures
    cursors: Cursors


@pytest.fixture(scope="module")
def api() -> Client:
    services, edge = BuiltServices(Procedures(Fixed(packaged())), Cursors(b"k" * 32)), tiny().edge
    app = Chalice("published")
    app.register_blueprint(router(lambda: services, lambda: edge).blueprint)
    return Client(app)


def read(api: Client, path: str) -> Any:  # noqa: ANN401 - JSON of any shape
    answer = api.http.get(path)
    assert answer.status_code == 200, answer.body
    return answer.json_body


def test_a_procedure_tells_its_components_with_every_way_to_prove_them(api: Client) -> None:
    answer = read(api, "/v1/procedures/1.000894")
    divorce = next(each for each in answer["components"] if each["code"] == "ly-hon-ben-nu")

    assert divorce["needed"] == "essential"
    assert divorce["role"] == "bride"
    assert divorce["when"] == {"pointer": "/BenNu/LoaiTinhTrangHonNhan", "one_of": ["3"]}
    assert divorce["any_of"][0] == [
        {"items": ["person.divorce.decision", "person.divorce.date", "person.divorce.court"]}
    ]
    assert divorce["any_of"][2][0]["document"]["name"]["vi"] == "Bản án, quyết định ly hôn"


def test_a_procedure_tells_its_deadline_its_result_and_whose_it_is(api: Client) -> None:
    answer = read(api, "/v1/procedures/2.000635")

    assert answer["deadline"]["working_days"] == 0
    assert answer["deadline"]["cutoff"] == "15:00"
    assert answer["deadline"]["status"] == "confirmed"
    assert answer["result"]["name"]["en"] == "Copy of a civil-status extract"
    assert answer["agency_rule"]["by"] == "residence"
    assert {each["code"] for each in answer["life_events"]} == {"lost_papers", "birth_of_child", "marriage"}
    assert all(each["name"]["vi"] and each["name"]["en"] for each in answer["life_events"])


def test_what_is_not_known_is_left_out_and_never_null(api: Client) -> None:
    answer = read(api, "/v1/procedures/1.004222")

    assert "deadline" not in answer
    assert answer["fee_schedule"] == "cu-tru"
    assert "null" not in api.http.get("/v1/procedures/1.004222").body.decode()


def test_a_list_of_procedures_is_short(api: Client) -> None:
    listed = read(api, "/v1/procedures?life_event=birth_of_child")["procedures"]

    assert [each["code"] for each in listed] == ["1.001193", "2.000635", "2.000986"]
    assert all("components" not in each for each in listed)


def test_a_form_tells_its_rows_by_column(api: Client) -> None:
    form = read(api, "/v1/forms/ct01")

    assert form["fields"]["/ThanhVien"]["item"] == "household.members[]"
    assert form["lists"]["/ThanhVien"]["list"] == "household.members[]"
    assert form["lists"]["/ThanhVien"]["columns"]["/HoTen"]["item"] == "household.member.full_name"
    assert form["items"]["household.members[]"]["type"] == "list"


def test_a_form_tells_translation_derivation_visibility_and_who_is_reached(api: Client) -> None:
    tk1, birth = read(api, "/v1/forms/tk1-ts"), read(api, "/v1/forms/to-khai-khai-sinh")

    assert tk1["fields"]["/02"]["codes"] == {"male": "1", "female": "2"}
    assert tk1["fields"]["/11.4"]["derive"] == {"rule": "province_of", "of": ["person.residence.permanent"]}
    assert birth["fields"]["/SoLuong"]["visible_when"] == {"pointer": "/CapBanSao", "one_of": [True]}
    assert birth["roles"]["father"]["kind"] == "person"
    assert birth["roles"]["father"]["via"] == [
        {"role": "applicant", "when": {"pointer": "/nycQuanHe", "one_of": ["ChaDe"]}},
        {
            "role": "applicant",
            "item": "person.spouse.personal_id",
            "when": {"pointer": "/nycQuanHe", "one_of": ["MeDe"]},
        },
    ]


def test_a_form_tells_what_there_is_to_choose_from_and_when(api: Client) -> None:
    native_place = read(api, "/v1/forms/to-khai-khai-sinh")["fields"]["/nksQueQuan"]

    assert native_place["policy"] == "user"
    assert [(each["role"], each["item"]) for each in native_place["offers"]] == [
        ("father", "person.native_place"),
        ("mother", "person.native_place"),
    ]
    assert native_place["offers"][0]["when"] == {
        "pointer": "/nksLoaiKhaiSinh",
        "one_of": ["xac_dinh_ca_hai", "chua_xac_dinh_me"],
    }


@pytest.mark.parametrize("code", packaged().codes(FORMS))
def test_every_form_is_answered_whole(api: Client, code: str) -> None:
    form = read(api, f"/v1/forms/{code}")

    assert set(form["fields"]) == {pointer for section in form["layout"] for pointer in section["fields"]}
    assert {each["item"] for each in form["fields"].values() if "item" in each} <= set(form["items"])


@pytest.mark.parametrize("code", packaged().codes(PROCEDURES))
def test_every_procedure_is_answered_whole(api: Client, code: str) -> None:
    answer = read(api, f"/v1/procedures/{code}")

    assert answer["components"]
    assert answer["sources"]
    assert answer["notice"]["vi"]
