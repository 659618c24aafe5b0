"""A card's code is read from the photos that people take of it, to the letter; anything else is no code."""

import io
from typing import Final, Literal, TypeAlias
from unicodedata import normalize

import pikepdf
import pytest
from PIL import Image

from chalicelib.papers.codes import MOST_CODES, PAGES, read_codes
from chalicelib.papers.model import MediaType, Opened
from tests.support.cards import PLAIN, Shot, card, citizen_payload, code, developed, photo, scanned
from tests.support.people import PEOPLE

AN: Final = next(each for each in PEOPLE if each.personal_id == "001090999001")
OF_AN: Final = citizen_payload(AN)
Form: TypeAlias = Literal["NFC", "NFD"]
SHOTS: Final = {
    "upright": PLAIN,
    "a little askew": Shot(rotate=7),
    "turned by a quarter": Shot(rotate=90),
    "at an angle": Shot(rotate=137),
    "upside down": Shot(rotate=180),
    "turned by three quarters": Shot(rotate=270),
    "a little blurred": Shot(blur=1.2),
    "in low light": Shot(light=0.25),
    "from the side": Shot(perspective=0.12),
    "from far": Shot(scale=0.5),
    "from near": Shot(scale=2.5),
    "packed hard": Shot(jpeg_quality=35),
    "all of it": Shot(rotate=200, blur=0.8, light=0.4, perspective=0.06, jpeg_quality=50),
}


def seen(body: bytes, media_type: MediaType = "image/jpeg") -> tuple[str, ...]:
    return read_codes(Opened(media_type, body))


def as_png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("shot", SHOTS.values(), ids=SHOTS)
def test_the_code_is_read_however_the_photo_was_taken(shot: Shot) -> None:
    assert seen(photo(OF_AN, shot)) == (OF_AN,)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_vietnamese_is_read_as_it_was_written_and_never_taken_for_another_character_set(form: Form) -> None:
    written = normalize(form, "001090999001||Đặng Thị Ngọc Quỳnh|1990|Nữ|Ấp Mỹ Thuận, Xã Mẫu|25062021")

    assert seen(photo(written)) == (written,)


@pytest.mark.parametrize("old_number", ["", "099900001"])
def test_an_empty_second_field_stays_empty(old_number: str) -> None:
    payload = citizen_payload(AN, old_number=old_number)

    assert seen(photo(payload)) == (payload,)


def test_fields_that_newer_cards_add_are_read_too() -> None:
    longer = f"{OF_AN}|NGUYỄN VĂN PHÚC|ĐINH THỊ MAI||01"

    assert seen(photo(longer)) == (longer,)


def test_a_code_is_read_from_a_png_and_from_either_side_in_a_scan() -> None:
    assert seen(as_png(card(OF_AN)), "image/png") == (OF_AN,)
    blank = Image.new("RGB", (1011, 638), "white")
    assert seen(scanned(blank, card(OF_AN)), "application/pdf") == (OF_AN,)


def test_pages_behind_the_second_are_not_looked_at() -> None:
    blank = Image.new("RGB", (1011, 638), "white")

    assert seen(scanned(*[blank] * PAGES, card(OF_AN)), "application/pdf") == ()


def test_every_code_in_a_picture_is_read_once() -> None:
    face = card(OF_AN)
    face.paste(code("https://example.vn/abc"), (350, 35))
    face.paste(code(OF_AN), (560, 35))

    assert set(seen(developed(face))) == {OF_AN, "https://example.vn/abc"}
    assert len(seen(developed(face))) == 2


def test_a_picture_of_many_codes_gives_no_more_than_a_few() -> None:
    sheet = Image.new("RGB", (1000, 800), "white")
    for place in range(12):
        sheet.paste(code(f"https://example.vn/{place}"), (40 + place % 4 * 240, 40 + place // 4 * 240))

    assert len(seen(as_png(sheet), "image/png")) == MOST_CODES


def test_a_code_that_is_not_utf_8_is_passed_over() -> None:
    assert seen(photo("Đặng Quỳnh".encode("utf-16"))) == ()


def test_a_picture_without_a_code_gives_nothing() -> None:
    assert seen(as_png(Image.new("RGB", (800, 600), "gray")), "image/png") == ()
    assert seen(as_png(Image.new("RGB", (1, 1), "gray")), "image/png") == ()


@pytest.mark.parametrize("media_type", ["application/json", "application/xml"])
def test_a_file_that_is_no_picture_has_no_codes(media_type: MediaType) -> None:
    assert seen(b'{"code": "x"}', media_type) == ()


def test_a_page_that_cannot_be_shown_does_not_hide_the_other() -> None:
    broken = io.BytesIO()
    with pikepdf.open(io.BytesIO(scanned(card(OF_AN), card(OF_AN)))) as pdf:
        pdf.pages[1].obj["/Type"] = pikepdf.Name.Foo
        pdf.save(broken)

    assert seen(broken.getvalue(), "application/pdf") == (OF_AN,)


def test_a_grey_scan_of_sixteen_bits_is_read() -> None:
    grey = card(OF_AN).convert("L")
    wide = b"".join((8_000 + value * 170).to_bytes(2, "little") for value in grey.tobytes())

    assert seen(as_png(Image.frombytes("I;16", grey.size, wide)), "image/png") == (OF_AN,)


def test_a_code_on_nothing_is_read_as_on_white() -> None:
    drawn = card(OF_AN).convert("L").point(lambda value: 255 - value)
    clear = Image.new("RGBA", drawn.size)
    clear.paste((0, 0, 0, 255), (0, 0), drawn)

    assert seen(as_png(clear), "image/png") == (OF_AN,)
