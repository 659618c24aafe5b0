"""Cards as people photograph them: a code on a card on a table, turned, blurred, dark, askew, small. All made up."""

import io
import math
import random
from dataclasses import dataclass
from typing import Final

import segno
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from infra.simulators.personas import Persona
from tests.support.people import PEOPLE

_CARD: Final = (1011, 638)
"""85.6 × 54 mm at 300 dots per inch."""
_CODE: Final = 190
"""A card's code is about 16 mm wide."""
_GENDERS: Final = {"male": "Nam", "female": "Nữ"}

CARD_HOLDERS: Final = tuple(
    each
    for each in PEOPLE
    if "permanent" in each.registers["population"].data.get("residence", {})
    and "issued_on" in each.registers["population"].data.get("identity_document", {})
)
"""The made-up citizens of whom the population register has all that stands on a card."""


@dataclass(frozen=True, slots=True)
class Shot:
    """How a photo is taken. `perspective` is how far corners move, as a part of the side; `light` 1.0 is daylight."""

    rotate: float = 0.0
    blur: float = 0.0
    perspective: float = 0.0
    scale: float = 1.0
    jpeg_quality: int = 85
    light: float = 1.0
    noise: int = 8
    seed: int = 1


PLAIN: Final = Shot()


def photo(payload: str | bytes, shot: Shot = PLAIN) -> bytes:
    """Return a photo of a card with this code, as JPEG."""
    return developed(card(payload), shot)


def card(payload: str | bytes) -> Image.Image:
    """Return the face of a card: a coat of arms, lines of text, a portrait, and the code at the upper right."""
    face = Image.new("RGB", _CARD, (214, 232, 226))
    draw = ImageDraw.Draw(face)
    for step in range(0, _CARD[0], 9):
        draw.line((step, 0, step + 120, _CARD[1]), fill=(196, 220, 214))
    draw.ellipse((40, 40, 130, 130), fill=(196, 60, 50))
    draw.rectangle((40, 200, 290, 560), fill=(120, 140, 160))
    draw.ellipse((100, 260, 230, 420), fill=(224, 190, 160))
    for row in range(7):
        draw.rectangle((330, 250 + row * 52, 560 + (row * 83) % 330, 272 + row * 52), fill=(50, 60, 70))
    face.paste(code(payload), (_CARD[0] - _CODE - 45, 35))
    return face


def code(payload: str | bytes, side: int = _CODE) -> Image.Image:
    """Return the code alone, in UTF-8 bytes without a word on the character set, as cards have it."""
    raw = payload.encode() if isinstance(payload, str) else payload
    made = segno.make_qr(raw, mode="byte", error="l", boost_error=False)
    out = io.BytesIO()
    made.save(out, kind="png", scale=8, border=3)
    return Image.open(out).convert("RGB").resize((side, side), Image.Resampling.LANCZOS)


def developed(face: Image.Image, shot: Shot = PLAIN) -> bytes:
    """Return the photo of a face of a card on a table."""
    dice = random.Random(shot.seed)  # noqa: S311 - a picture, not a secret
    turned = face.convert("RGBA").rotate(shot.rotate, expand=True, resample=Image.Resampling.BICUBIC)
    turned = _askew(turned, shot.perspective, dice)
    table = Image.new("RGB", (turned.width + 260, turned.height + 220), (118, 92, 66))
    grain = ImageDraw.Draw(table)
    for _ in range(300):
        at = dice.randrange(table.height)
        grain.line((0, at, table.width, at + dice.randrange(-40, 40)), fill=(104 + dice.randrange(30), 82, 60))
    table.paste(turned, (130, 110), turned)
    if shot.scale != 1.0:
        size = (max(1, round(table.width * shot.scale)), max(1, round(table.height * shot.scale)))
        table = table.resize(size, Image.Resampling.LANCZOS)
    if shot.blur:
        table = table.filter(ImageFilter.GaussianBlur(shot.blur))
    if shot.light != 1.0:
        table = ImageEnhance.Brightness(table).enhance(shot.light)
    out = io.BytesIO()
    _grainy(table, shot.noise, dice).save(out, "JPEG", quality=shot.jpeg_quality)
    return out.getvalue()


def scanned(*faces: Image.Image) -> bytes:
    """Return a PDF with one face on each page."""
    pages = []
    for face in faces:
        page = Image.new("RGB", (1654, 2339), "white")
        page.paste(face, (320, 400))
        pages.append(page)
    out = io.BytesIO()
    pages[0].save(out, "PDF", resolution=200, save_all=True, append_images=pages[1:])
    return out.getvalue()


def _askew(picture: Image.Image, part: float, dice: random.Random) -> Image.Image:
    if not part:
        return picture
    width, height = picture.size
    corners = [(0.0, 0.0), (0.0, float(height)), (float(width), float(height)), (float(width), 0.0)]
    inward = [(1, 1), (1, -1), (-1, -1), (-1, 1)]
    moved = [
        (x + sx * dice.uniform(0, part) * width, y + sy * dice.uniform(0, part) * height)
        for (x, y), (sx, sy) in zip(corners, inward, strict=True)
    ]
    # Pillow wants eight coefficients of the map from the result to the source.
    return picture.transform(
        picture.size, Image.Transform.PERSPECTIVE, _projective(moved, corners), Image.Resampling.BICUBIC
    )


def _projective(source: list[tuple[float, float]], target: list[tuple[float, float]]) -> list[float]:
    rows = []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    return _solved(rows)


def _solved(rows: list[list[float]]) -> list[float]:
    """Solve eight linear equations by elimination."""
    size = len(rows)
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for row in range(size):
            if row != column and not math.isclose(rows[row][column], 0.0):
                factor = rows[row][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return [row[-1] for row in rows]


def _grainy(picture: Image.Image, noise: int, dice: random.Random) -> Image.Image:
    if not noise:
        return picture
    grain = Image.frombytes("L", picture.size, dice.randbytes(picture.width * picture.height))
    layer = Image.merge("RGB", (grain, grain, grain))
    return Image.blend(picture, layer, noise / 255)


def citizen_payload(
    person: Persona, *, old_number: str | None = None, address: str | None = None, issued_on: str | None = None
) -> str:
    """Return what stands in the code of a citizen's card: what the population register has, where nothing else is said.

    The register writes addresses of today, so only cards issued since 01/07/2025 can bear them.
    """
    held = person.registers["population"].data
    paper, home = held["identity_document"], held["residence"]["permanent"]
    old = held.get("old_id_card", {}).get("number", "") if old_number is None else old_number
    written = f"{home['line']}, {home['commune']['name']}, {home['province']['name']}" if address is None else address
    fields = (
        paper["number"], old, held["name"]["full"], _packed(held["birth"]["date"]), _GENDERS[held["gender"]["code"]],
        written, _packed(issued_on or paper["issued_on"]),
    )  # fmt: skip
    return "|".join(fields)


def health_payload(person: Persona) -> str:
    """Return what stands in the code of a health insurance card."""
    held, insured = person.registers["population"].data, person.registers["insurance"].data["health"]
    hexed = held["name"]["full"].encode().hex().upper()
    year, month, day = insured["valid_from"].split("-")
    born = "/".join(reversed(held["birth"]["date"].split("-")))
    gender = "1" if held["gender"]["code"] == "male" else "2"
    clinic = insured["clinic"]["code"]
    return f"{insured['card']}|{hexed}|{born}|{gender}|-|{clinic[:2]} - {clinic[2:]}|{day}/{month}/{year}|-|$"


def _packed(day: str) -> str:
    """Write ddMMyyyy; a year alone stays one."""
    return "".join(reversed(day.split("-")))
