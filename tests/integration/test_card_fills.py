"""With every register down, a photo of one's card fills exactly the fields that the card's code holds, and no other.

All over the wire: a ticket, the form posted to the store, the store's event, and prefills of three forms.
"""

from typing import Final

import pytest

from chalicelib.kernel.canonical import JsonObject
from tests.support.cards import PLAIN, Shot, citizen_payload, photo
from tests.support.people import PEOPLE
from tests.support.registers import break_register
from tests.support.service import AN, BINH, Service
from tests.support.uploading import open_upload, send

_BY_NUMBER: Final = {each.personal_id: each for each in PEOPLE}
ISSUED: Final = "2025-08-25"
"""After the units of today came to be, so the code's address can be read as one of them."""
CODE: Final = citizen_payload(_BY_NUMBER[AN], issued_on=ISSUED)
MARRIAGE: Final = ("1.000894", "groom")
FILLED: Final[dict[tuple[str, str], list[str]]] = {
    MARRIAGE: [
        "/BenNam/HoTen",
        "/BenNam/NgayCapDD",
        "/BenNam/NgaySinh",
        "/BenNam/NoiCuTru",
        "/BenNam/SoDinhDanh",
        "/BenNam/SoGiayToDinhDanh",
    ],
    ("3.000333", "applicant"): ["/GioiTinh", "/HoTen", "/NgayCap", "/NgaySinh", "/SoGiayTo", "/ThuongTru"],
    ("1.004222", "applicant"): ["/GioiTinh", "/HoTen", "/NgaySinh", "/SoDinhDanh"],
}
SHOTS: Final = {
    "turned": Shot(rotate=37),
    "on its head": Shot(rotate=180),
    "a little blurred": Shot(blur=1.0),
    "turned and blurred": Shot(rotate=285, blur=0.6),
}


def uploaded(service: Service, payload: str, shot: Shot = PLAIN) -> None:
    """Upload the photo as An does, and wait until it was checked and read."""
    picture = photo(payload, shot)
    opened = open_upload(service, AN, picture, type="the-can-cuoc", media_type="image/jpeg")
    assert opened.status == 201, opened.text
    assert send(opened.body["ticket"], picture).status == 204
    service.pump.settle()
    path = f"/v1/warehouse/uploads/{opened.body['id']}"
    assert service.call("GET", path, token=service.token(AN)).body["state"] == "available"


def filled(service: Service, form: tuple[str, str]) -> dict[str, str]:
    """Return the pointers that have a value, or several, with the outcome of each."""
    procedure, role = form
    body: JsonObject = {"procedure": procedure, "subjects": {role: {"personal_id": AN}}}
    answer = service.call("POST", "/v1/prefills", body, token=service.token(AN))
    assert answer.status == 201, answer.text
    return {at: str(each["outcome"]) for at, each in answer.fields.items() if "value" in each or "candidates" in each}


@pytest.fixture
def alone(service: Service) -> Service:
    """A service whose registers are all down."""
    break_register(service, "*", maintenance=True)
    return service


def test_a_card_fills_the_fields_of_its_code_in_three_forms_and_no_others(alone: Service) -> None:
    assert [filled(alone, form) for form in FILLED] == [{}, {}, {}]
    uploaded(alone, CODE)
    for form, fields in FILLED.items():
        assert filled(alone, form) == dict.fromkeys(fields, "filled_declared")


@pytest.mark.parametrize("shot", SHOTS.values(), ids=SHOTS)
def test_the_same_card_turned_or_blurred_a_little_fills_the_same(alone: Service, shot: Shot) -> None:
    uploaded(alone, CODE, shot)
    assert filled(alone, MARRIAGE) == dict.fromkeys(FILLED[MARRIAGE], "filled_declared")


def test_a_code_whose_second_field_is_empty_fills_the_same(alone: Service) -> None:
    payload = citizen_payload(_BY_NUMBER[AN], old_number="", issued_on=ISSUED)
    assert "||" in payload
    uploaded(alone, payload)
    assert filled(alone, MARRIAGE) == dict.fromkeys(FILLED[MARRIAGE], "filled_declared")


def test_an_address_of_which_nobody_can_say_where_it_lies_today_is_left_out(alone: Service) -> None:
    uploaded(alone, citizen_payload(_BY_NUMBER[AN]))
    rest = [each for each in FILLED[MARRIAGE] if each != "/BenNam/NoiCuTru"]
    assert filled(alone, MARRIAGE) == dict.fromkeys(rest, "filled_declared")


def test_somebody_elses_card_fills_nothing(alone: Service) -> None:
    uploaded(alone, citizen_payload(_BY_NUMBER[BINH], issued_on=ISSUED))
    assert [filled(alone, form) for form in FILLED] == [{}, {}, {}]
