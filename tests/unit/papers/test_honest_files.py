"""Honest files are taken, and what is given out of them shows the same and says less."""

from io import BytesIO

import pytest
from pikepdf import ObjectStreamMode
from PIL import Image, ImageChops

from chalicelib.papers.model import Opened
from chalicelib.papers.service import RealPapers
from infra.simulators.signing import Manner, signed
from tests.support.honest_files import (
    PLACE,
    Honest,
    after_soi,
    honest_files,
    jpeg_of,
    pdf_with,
    picture,
    png_sixteen_bits,
    segment,
    turned,
    updated,
)
from tests.support.signed_pdf_people import SIGNED, agency, person

HONEST = honest_files()
PHOTOS = [each for each in HONEST if each.media_type.startswith("image/")]
OTHERS = [each for each in HONEST if not each.media_type.startswith("image/")]


def opened(honest: Honest) -> Opened:
    verdict = RealPapers().open(honest.body, honest.media_type)
    assert isinstance(verdict, Opened), verdict
    return verdict


def image(body: bytes) -> Image.Image:
    made = Image.open(BytesIO(body))
    made.load()
    return made


@pytest.mark.parametrize("honest", HONEST, ids=lambda honest: honest.name)
def test_an_honest_file_is_taken(honest: Honest) -> None:
    assert opened(honest).media_type == honest.media_type


@pytest.mark.parametrize("honest", OTHERS, ids=lambda honest: honest.name)
def test_what_is_no_image_is_served_to_the_byte(honest: Honest) -> None:
    assert opened(honest).served == honest.body


@pytest.mark.parametrize("honest", PHOTOS, ids=lambda honest: honest.name)
def test_position_device_and_comments_are_gone_from_the_served_copy(honest: Honest) -> None:
    served = opened(honest).served

    assert not image(served).getexif()
    assert PLACE not in served
    for mark in (b"Exif", b"GPS", b"xmpmeta", b"MPF\x00", b"SEFT", b"mdat", b"tEXt", b"eXIf"):
        assert mark not in served, mark


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_photo_is_served_the_right_way_up(turn: int) -> None:
    verdict = opened(Honest("", "image/jpeg", turned(turn)))
    shown = image(verdict.served).convert("RGB")

    assert (verdict.width, verdict.height) == shown.size == (320, 200)
    corners = [shown.getpixel(at) for at in ((20, 20), (300, 180), (20, 180), (300, 20))]
    assert [red > 200 and green < 60 for red, green, _ in corners] == [True, False, False, False]  # type: ignore[misc]


@pytest.mark.parametrize(
    "name",
    [
        "photo of a phone",
        "progressive photo",
        "grey photo",
        "photo for print",
        "photo with profile",
        "scan in PNG",
        "PNG of 16 bits",
        "grey PNG of 16 bits",
        "PNG with palette and alpha",
        "PNG with alpha",
    ],
)
def test_a_picture_that_stands_upright_keeps_every_pixel(name: str) -> None:
    honest = next(each for each in HONEST if each.name == name)
    before, after = image(honest.body), image(opened(honest).served)

    assert (before.mode, before.size) == (after.mode, after.size)
    assert before.tobytes() == after.tobytes()


@pytest.mark.parametrize("name", ["photo with gain map", "motion photo", "photo of a Samsung", "photo with padding"])
def test_of_what_a_phone_adds_nothing_is_served(name: str) -> None:
    plain, more = (next(each for each in HONEST if each.name == of) for of in ("photo of a phone", name))

    assert opened(more).served == opened(plain).served


def test_a_turned_png_keeps_every_pixel() -> None:
    honest = next(each for each in HONEST if each.name == "PNG turned")

    assert ImageChops.difference(image(opened(honest).served).convert("RGB"), picture()).getbbox() is None


def test_sixteen_bits_stay_sixteen() -> None:
    served = opened(Honest("", "image/png", png_sixteen_bits())).served

    assert served == png_sixteen_bits()


def test_the_colour_profile_stays() -> None:
    honest = next(each for each in HONEST if each.name == "photo with profile")

    assert image(opened(honest).served).info["icc_profile"] == image(honest.body).info["icc_profile"]


def test_every_image_and_every_first_page_has_a_thumbnail_within_its_bounds() -> None:
    large = Honest("large", "image/jpeg", jpeg_of(picture(1600, 800)))
    for honest in (*HONEST, large):
        thumbnail = opened(honest).thumbnail
        if honest.media_type in {"application/json", "application/xml"}:
            assert thumbnail is None
        else:
            assert thumbnail is not None
            shown = image(thumbnail)
            assert shown.format == "JPEG"
            assert max(shown.size) <= 480
    assert image(opened(large).thumbnail or b"").size == (480, 240)


def test_a_thumbnail_shows_the_picture_and_white_where_it_is_transparent() -> None:
    clear = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    out = BytesIO()
    clear.save(out, "PNG")

    thumbnail = image(opened(Honest("", "image/png", out.getvalue())).thumbnail or b"")

    assert thumbnail.convert("L").getextrema() == (255, 255)


def test_pages_are_counted() -> None:
    counted = {each.name: opened(each).pages for each in OTHERS}

    assert (counted["PDF"], counted["PDF of three pages"], counted["PDF updated"], counted["XML"]) == (1, 3, 1, None)


def test_a_pdf_updated_a_hundred_times_is_taken() -> None:
    body = next(each.body for each in OTHERS if each.name == "PDF")
    for number in range(100):
        body = updated(body, 900 + number, b"<< /Note (once more) >>")

    assert opened(Honest("", "application/pdf", body)).served == body


def test_a_pdf_of_packed_objects_signed_unseen_is_taken() -> None:
    packed = pdf_with(lambda _: None, object_stream_mode=ObjectStreamMode.generate)
    twice = signed(signed(packed, agency(), Manner(SIGNED)), person(), Manner(SIGNED, "ChuKy2"))

    assert isinstance(RealPapers().open(twice, "application/pdf"), Opened)


def test_a_long_run_of_fill_bytes_is_passed_in_one_go() -> None:
    filled = turned(1)[:-2] + b"\xff" * 3_000_000 + b"\x00\xff\xd9"

    assert isinstance(RealPapers().open(filled, "image/jpeg"), Opened)


def test_what_follows_the_word_of_the_colours_is_not_served() -> None:
    said = segment(0xEE, b"Adobe\x00\x64\x00\x00\x00\x00\x01" + PLACE)
    opened = RealPapers().open(after_soi(turned(1), said), "image/jpeg")

    assert isinstance(opened, Opened)
    assert PLACE not in opened.served
