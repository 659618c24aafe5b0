"""The document types as published: what there is, what each may hold, what anybody is told of them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest
from chalice.app import Chalice
from chalice.test import Client

from chalicelib.definitions.model import Catalogue
from chalicelib.forms.definition import PROCEDURES
from chalicelib.vocabulary.service import vocabulary
from chalicelib.warehouse.definition import DOCUMENT_TYPES
from chalicelib.warehouse.type_routes import router
from chalicelib.warehouse.types import Types
from tests.support.corruptions import whole
from tests.support.definitions import packaged, packaged_texts
from tests.support.web import tiny

ASKED_FOR: Final = {
    "the-can-cuoc", "giay-khai-sinh", "giay-chung-nhan-ket-hon", "giay-xac-nhan-tinh-trang-hon-nhan",
    "giay-chung-nhan-quyen-su-dung-dat", "giay-phep-lai-xe", "dang-ky-xe", "the-bao-hiem-y-te", "bang-tot-nghiep",
    "giay-kham-suc-khoe", "giay-chung-sinh", "giay-xac-nhan-ho-ngheo",
}  # fmt: skip
TYPES: Final = packaged().all(DOCUMENT_TYPES)


@dataclass(frozen=True)
class Fixed:
    """A set that stays live."""

    catalogue: Catalogue

    def current(self) -> Catalogue:
        return self.catalogue


@dataclass(frozen=True)
class Held:
    """The slice, as far as the route needs it."""

    types: Types


@dataclass(frozen=True)
class BuiltServices:
    """What the route is given."""

    warehouse: Held


@pytest.fixture(scope="module")
def listed() -> dict[str, Any]:
    services, edge = BuiltServices(Held(Types(Fixed(packaged())))), tiny().edge
    app = Chalice("types")
    app.register_blueprint(router(lambda: edge, lambda: services).blueprint)
    answer = Client(app).http.get("/v1/document-types")
    assert answer.status_code == 200, answer.body
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    return {each["code"]: each for each in answer.json_body["document_types"]}


def test_the_papers_that_citizens_need_most_are_there() -> None:
    assert {each.code for each in TYPES} >= ASKED_FOR


def test_what_is_typed_proves_nothing_and_names_nobody() -> None:
    typed = packaged().get(DOCUMENT_TYPES, "thong-tin-tu-khai")
    items = vocabulary(packaged()).items

    assert typed.typed
    assert not typed.proves
    assert not typed.media_types
    assert not {"person.personal_id", "person.full_name", "person.birth_date"} & typed.typed
    assert not any(items[each].sensitive or items[each].type == "personal_id" for each in typed.typed)


def test_only_what_has_no_file_may_be_typed() -> None:
    assert {each.code for each in TYPES if each.typed} == {each.code for each in TYPES if not each.media_types}


def test_a_paper_that_no_type_describes_may_be_any_file_and_counts_for_nothing() -> None:
    other = packaged().get(DOCUMENT_TYPES, "giay-to-khac")

    assert len(other.media_types) == 5
    assert not other.supplies
    assert not other.proves


def test_a_card_proves_who_somebody_is_and_stands_for_its_copy() -> None:
    assert packaged().get(DOCUMENT_TYPES, "the-can-cuoc").proves == {"giay-to-tuy-than", "ban-sao-can-cuoc"}


def test_every_paper_with_items_says_whose_it_is_by_an_item_that_it_supplies() -> None:
    for each in TYPES:
        if each.mapped:
            assert each.holder in each.supplies, each.code


def test_what_no_law_was_read_for_is_unverified() -> None:
    confirmed = {each.code for each in TYPES if each.status == "confirmed"}

    assert confirmed == {"giay-to-khac", "thong-tin-tu-khai"}, "house rules alone"


def test_papers_prove_what_procedures_ask_for_or_give() -> None:
    asked = {
        evidence.document
        for procedure in packaged().all(PROCEDURES)
        for component in procedure.components
        for way in component.any_of
        for evidence in way
        if evidence.document is not None
    }

    given = {procedure.result for procedure in packaged().all(PROCEDURES)}
    assert {code for each in TYPES for code in each.proves} <= asked | given


def test_the_list_tells_each_type_with_its_files_items_and_evidence(listed: dict[str, Any]) -> None:
    card = listed["the-can-cuoc"]

    assert set(listed) == {each.code for each in TYPES}
    assert card["name"] == {"vi": "Thẻ căn cước, thẻ căn cước công dân", "en": "Citizen identity card"}
    assert card["media_types"] == ["application/pdf", "image/jpeg", "image/png"]
    assert card["max_bytes"] == 20_000_000
    assert card["owners"] == ["person"]
    assert card["status"] == "unverified"
    assert card["notice"]["vi"]
    assert {each["code"] for each in card["proves"]} == {"giay-to-tuy-than", "ban-sao-can-cuoc"}
    name = next(each for each in card["supplies"] if each["item"] == "person.full_name")
    assert name["read_from"] == ["application/pdf", "image/jpeg", "image/png"]
    assert name["label"]["vi"] == "Họ, chữ đệm, tên"


def test_the_list_says_how_long_a_paper_holds_and_how_well_that_is_known(listed: dict[str, Any]) -> None:
    validity = listed["giay-xac-nhan-tinh-trang-hon-nhan"]["validity"]

    assert (validity["months"], validity["status"]) == (6, "unverified")
    assert "Điều 23" in validity["basis"]
    assert listed["giay-phep-lai-xe"]["validity"]["until"] == "licence.expires_on"


def test_an_item_of_several_files_says_from_which_it_is_read(listed: dict[str, Any]) -> None:
    supplied = {each["item"]: each["read_from"] for each in listed["the-bao-hiem-y-te"]["supplies"]}

    assert supplied["insurance.health.valid_to"] == ["application/json"]
    assert supplied["insurance.social.number"] == ["application/pdf", "image/jpeg", "image/png"]
    assert {tuple(each["read_from"]) for each in listed["thong-tin-tu-khai"]["supplies"]} == {()}


def _with(**changes: object) -> Callable[[Any], None]:
    return lambda body: body.update(changes)


def _reader(body: Any) -> None:  # noqa: ANN401 - JSON of any shape
    body["readers"]["application/json"] = "citizen_card_qr"


def _no_mapping(body: Any) -> None:  # noqa: ANN401 - JSON of any shape
    del body["mapped"]["xml"]


def _a_field_that_cards_lack(body: Any) -> None:  # noqa: ANN401 - JSON of any shape
    body["mapped"]["citizen_card_qr"][0]["path"] = "$.ethnicity"


def _a_list(body: Any) -> None:  # noqa: ANN401 - JSON of any shape
    body["mapped"]["json"][0]["item"] = "land.parcels[]"


def _two_kinds(body: Any) -> None:  # noqa: ANN401 - JSON of any shape
    body["examples"][0]["codes"] = ["x"]


@pytest.mark.parametrize(
    ("code", "change", "reason"),
    [
        ("giay-phep-lai-xe", _reader, "citizen_card_qr does not read it"),
        ("giay-khai-sinh", _no_mapping, "nothing is mapped for xml"),
        ("the-can-cuoc", _a_field_that_cards_lack, "such a card has only"),
        ("giay-chung-nhan-quyen-su-dung-dat", _a_list, "is a list"),
        ("giay-phep-lai-xe", _with(media_types=["image/png"]), "the type takes no such file"),
        ("giay-phep-lai-xe", _with(max_bytes=0), "above 0 exactly where"),
        ("giay-phep-lai-xe", _with(typed=["person.phone"]), "takes files, or is typed"),
        ("thong-tin-tu-khai", _with(typed=["household.members[]"]), "a list is not typed"),
        ("thong-tin-tu-khai", _with(proves=["giay-khai-sinh"]), "what is typed proves nothing"),
        ("giay-phep-lai-xe", _with(persons=False), "is nobody's"),
        ("giay-phep-lai-xe", _with(organisations=True), "names a person exactly where"),
        ("giay-phep-lai-xe", _with(proves=["giay-phep-lai-xe"] * 2), "names one twice"),
        (
            "giay-phep-lai-xe",
            _with(validity={"until": "licence.number", "basis": "x", "status": "confirmed"}),
            "is no date",
        ),
        ("giay-xac-nhan-ho-ngheo", _with(validity={"months": 1, "basis": "x", "status": "confirmed"}), "issued_on"),
        ("giay-phep-lai-xe", _two_kinds, "shows just what json reads"),
        ("giay-phep-lai-xe", _with(examples=[]), "no example has a value of it"),
    ],
)
def test_a_type_that_contradicts_itself_is_refused(code: str, change: Callable[[Any], None], reason: str) -> None:
    file = f"document_types/{code}.json"
    document = json.loads(packaged_texts()[file])
    change(document["body"])

    assert [fault for fault in whole().faults(file, json.dumps(document)) if reason in fault.reason]


def test_an_example_in_broken_xml_is_refused_by_name() -> None:
    file = "document_types/giay-khai-sinh.json"
    document = json.loads(packaged_texts()[file])
    document["body"]["examples"][0] = {"name": "x", "media_type": "application/xml", "xml": "<a>", "extracts": {}}

    assert any(fault.reason == "xml_unreadable" for fault in whole().faults(file, json.dumps(document)))
