"""Photos of cards (thẻ căn cước) of made-up citizens, for people who try the warehouse. Drawn, like no real card.

The code says what the population register has, in the order and the signs of real ones (sources.md §2.6).
"""

import io
from typing import Final

import segno
from PIL import Image, ImageDraw, ImageFilter

from infra.simulators.personas import Persona

_CARD: Final = (1011, 638)
"""85.6 × 54 mm at 300 dots per inch."""
_CODE: Final = 190
_GENDERS: Final = {"male": "Nam", "female": "Nữ"}
_MADE_UP: Final = "MO PHONG - KHONG CO GIA TRI"
"""Simulated, of no value; without marks, for the letters at hand have none."""


class NoCard(Exception):
    """The register does not have what stands on a card: the person has none."""


def photo(person: Persona) -> bytes:
    """Return a photo of the person's card as JPEG, a little askew and a little blurred. Raises NoCard."""
    table = Image.new("RGB", (_CARD[0] + 280, _CARD[1] + 260), (118, 92, 66))
    turned = _face(payload(person)).convert("RGBA").rotate(4, expand=True, resample=Image.Resampling.BICUBIC)
    table.paste(turned, ((table.width - turned.width) // 2, (table.height - turned.height) // 2), turned)
    out = io.BytesIO()
    table.filter(ImageFilter.GaussianBlur(0.6)).save(out, "JPEG", quality=85)
    return out.getvalue()


def payload(person: Persona) -> str:
    """Return the seven fields of the code: number, old number, name, birth, gender, address, day of issue.

    The address is the one of today, whenever the card was issued: the register holds no other. Raises NoCard.
    """
    holding = person.registers.get("population")
    held = {} if holding is None else holding.data
    match held:
        case {
            "identity_document": {"number": str(number), "issued_on": str(issued_on)},
            "residence": {"permanent": {"line": str(line), "commune": commune, "province": province}},
            "name": {"full": str(name)},
            "birth": {"date": str(born)},
            "gender": {"code": str(gender)},
        }:
            old = held.get("old_id_card", {}).get("number", "")
            home = f"{line}, {commune['name']}, {province['name']}"
            return "|".join((number, old, name, _packed(born), _GENDERS[gender], home, _packed(issued_on)))
        case _:
            raise NoCard(person.personal_id)


def _face(said: str) -> Image.Image:
    face = Image.new("RGB", _CARD, (214, 232, 226))
    draw = ImageDraw.Draw(face)
    draw.ellipse((40, 40, 130, 130), fill=(196, 60, 50))
    draw.rectangle((40, 200, 290, 560), fill=(120, 140, 160))
    draw.ellipse((100, 260, 230, 420), fill=(224, 190, 160))
    for row in range(6):
        draw.rectangle((330, 260 + row * 52, 560 + (row * 83) % 330, 282 + row * 52), fill=(50, 60, 70))
    draw.text((160, 70), _MADE_UP, fill=(150, 30, 30), font_size=32)
    face.paste(_code(said), (_CARD[0] - _CODE - 45, 35))
    return face


def _code(said: str) -> Image.Image:
    """Return the code in UTF-8 bytes without a word on the character set, as cards have it."""
    out = io.BytesIO()
    segno.make_qr(said.encode(), mode="byte", error="l", boost_error=False).save(out, kind="png", scale=8, border=3)
    return Image.open(out).convert("RGB").resize((_CODE, _CODE), Image.Resampling.LANCZOS)


def _packed(day: str) -> str:
    """Write ddMMyyyy; a year alone stays one."""
    return "".join(reversed(day.split("-")))
