"""Files as citizens and agencies really have them, made here: photos of phones, scans, papers of many makers."""

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from random import Random
from struct import pack
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from chalicelib.papers.model import MediaType

ORIENTATION: Final = 0x0112
PLACE: Final = b"N 21 02 06"
"""What stands for a position in the metadata of the photos here."""


@dataclass(frozen=True, slots=True)
class Honest:
    """A file that must be taken."""

    name: str
    media_type: MediaType
    body: bytes


def picture(width: int = 320, height: int = 200, mode: str = "RGB") -> Image.Image:
    """Return a picture whose upper left corner is red, whatever the mode can show of it."""
    noise = Random(7).randbytes(width * height // 16)  # noqa: S311 - a pattern, no secret
    image = Image.frombytes("L", (width // 4, height // 4), noise).resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2, height // 2), fill="red")
    return image if mode == "RGB" else image.convert(mode)


def jpeg_of(image: Image.Image, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", **options)
    return out.getvalue()


def png_of(image: Image.Image, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, "PNG", **options)
    return out.getvalue()


def exif(turn: int = 1) -> Image.Exif:
    """Return metadata with a position, a maker and an orientation."""
    made = Image.Exif()
    made[ORIENTATION] = turn
    made[0x010F] = "Phone " + PLACE.decode()
    place = made.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (21.0, 2.0, 6.0), "E", (105.0, 49.0, 59.0)
    return made


def turned(turn: int) -> bytes:
    """Return a photo that a phone marked as to be turned: upright, its upper left corner is red."""
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[turn]
    upright = picture()
    return jpeg_of(upright if undo is None else upright.transpose(undo), exif=exif(turn), quality=95)


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + pack(">H", len(content) + 2) + content


def after_soi(body: bytes, inserted: bytes) -> bytes:
    return body[:2] + inserted + body[2:]


def samsung(body: bytes) -> bytes:
    """Return a photo with the trailer that phones of that maker write."""
    name = b"Image_UTC_Data"
    block = pack("<HHI", 0, 0x0A01, len(name)) + name + b"1700000000000"
    directory = b"SEFH" + pack("<II", 107, 1) + pack("<HHII", 0, 0x0A01, len(block), len(block))
    return body + block + directory + pack("<I", len(directory)) + b"SEFT"


def vivo(body: bytes) -> bytes:
    """Return a photo with vivo's trailer, as files show it."""
    told = b'vivo{"device":"V2109"}\x00'
    return body + told + pack(">I", len(told)) + b"\xff\xff\xff\xff\x1b*9HWfu\x84\x93\xa2\xb1"


def oppo(body: bytes) -> bytes:
    """Return a photo with the trailer of OPPO, OnePlus and realme, as files show it."""
    told = b'[{"length":40,"name":"private.emptyspace","offset":48,"version":1}]'
    return body + bytes(range(40)) + told + b"jxrs" + pack("<I", len(told) + 8)


def motion(body: bytes) -> bytes:
    """Return a photo with its film behind it."""
    xmp = b'http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta><rdf:Description GCamera:MotionPhoto="1"/></x:xmpmeta>'
    film = pack(">I", 16) + b"ftypisom\x00\x00\x00\x00" + pack(">I", 12) + b"mdat\x01\x02\x03\x04"
    return after_soi(body, segment(0xE1, xmp)) + film


def gain_map(body: bytes) -> bytes:
    """Return a photo of the multi-picture format: a second, smaller one after the first."""
    index = b"MPF\x00MM\x00*\x00\x00\x00\x08\x00\x01" + pack(">HHII", 0xB001, 4, 1, 1) + bytes(4)
    return after_soi(body, segment(0xE2, index)) + jpeg_of(picture(64, 40, "L"))


def chunk(kind: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + kind + content + pack(">I", zlib.crc32(kind + content))


def png_sixteen_bits() -> bytes:
    rows = b"".join(b"\x00" + b"".join(pack(">HHH", 257 * x, 0, 65535) for x in range(40)) for _ in range(30))
    header = pack(">IIBBBBB", 40, 30, 16, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def palette_with_alpha() -> bytes:
    image = picture().quantize(16)
    return png_of(image, transparency=bytes([0, *[255] * 15]))


def png_with_text() -> bytes:
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", PLACE.decode())
    return png_of(picture(), pnginfo=said, exif=exif())


@cache
def pdf_of(pages: int = 1, compress: int = 1) -> bytes:
    """Return a PDF with text and a picture on each page, and a link."""
    out = BytesIO()
    canvas = Canvas(out, pageCompression=compress, invariant=True)
    for each in range(pages):
        canvas.drawString(72, 720, f"Page {each + 1}")
        canvas.drawImage(ImageReader(picture()), 72, 400, 160, 100)
        canvas.linkURL("https://example.org/", (72, 700, 200, 730))
        canvas.bookmarkPage(f"p{each}")
        canvas.addOutlineEntry(f"Page {each + 1}", f"p{each}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def pdf_with(change: Callable[[pikepdf.Pdf], None], **options: object) -> bytes:
    """Return a PDF of one page after a change to its objects."""
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf_of())) as pdf:
        change(pdf)
        pdf.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()


def updated(body: bytes, number: int, content: bytes) -> bytes:
    """Return a PDF with one object written anew at its end (ISO 32000-1 §7.5.6)."""
    before = body[body.rindex(b"startxref") :].split()[1].decode()
    trailer = body[body.rindex(b"trailer") :]
    root, size = trailer.split(b"/Root")[1].split(b"R")[0], trailer.split(b"/Size")[1].split()[0]
    size = str(max(int(size), number + 1)).encode()
    at = len(body)
    made = b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
    last = b"trailer\n<< /Size %s /Root%sR /Prev %s >>\n" % (size, root, before.encode())
    return body + made + table + last + b"startxref\n%d\n%%%%EOF\n" % (at + len(made))


def _packed(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = "Giấy xác nhận"


def _with_empty_trees(pdf: pikepdf.Pdf) -> None:
    empty = {key: Dictionary(Names=Array([])) for key in ("/JavaScript", "/EmbeddedFiles")}
    pdf.Root["/Names"] = Dictionary(empty)


def _with_odd_fonts(pdf: pikepdf.Pdf) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    pdf.pages[0].obj["/Resources"]["/Font"] = Dictionary({"/JS": font, "/EF": font})


JSON: Final = json.dumps({"loai": "GKS", "hoTen": "NGUYỄN VĂN AN", "so": 12.5, "con": [{"ten": "B"}]}).encode()
XML: Final = """<?xml version="1.0" encoding="UTF-8"?>
<!-- honest -->
<hs:HoSo xmlns:hs="urn:vn:hoso" xmlns:xi="urn:other" ma="1"><hs:HoTen>NGUYỄN VĂN AN</hs:HoTen>
<xi:Con>B &amp; C</xi:Con><xi:Con><![CDATA[<!DOCTYPE]]></xi:Con></hs:HoSo>""".encode()


def honest_files() -> tuple[Honest, ...]:
    """Return them all; each is made anew."""
    photo = turned(1)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = pdf_of()
    made: list[tuple[str, MediaType, bytes]] = [
        ("photo of a phone", "image/jpeg", photo),
        *((f"photo turned {turn}", "image/jpeg", turned(turn)) for turn in range(2, 9)),
        ("progressive photo", "image/jpeg", jpeg_of(picture(), progressive=True)),
        ("grey photo", "image/jpeg", jpeg_of(picture(mode="L"))),
        ("photo for print", "image/jpeg", jpeg_of(picture(mode="CMYK"))),
        ("photo with profile", "image/jpeg", jpeg_of(picture(), icc_profile=profile, comment=PLACE)),
        ("photo of a Samsung", "image/jpeg", samsung(photo)),
        ("motion photo", "image/jpeg", motion(photo)),
        ("photo with gain map", "image/jpeg", gain_map(photo)),
        ("gain map and Samsung", "image/jpeg", samsung(gain_map(photo))),
        ("photo of a vivo", "image/jpeg", vivo(photo)),
        ("photo of an OPPO", "image/jpeg", oppo(photo)),
        ("motion photo of an OPPO", "image/jpeg", oppo(motion(photo))),
        ("gain map and vivo", "image/jpeg", vivo(gain_map(photo))),
        ("photo with padding", "image/jpeg", photo + b"\x00" * 100),
        ("scan in PNG", "image/png", png_of(picture())),
        ("PNG with text and position", "image/png", png_with_text()),
        ("PNG turned", "image/png", png_of(picture().transpose(Image.Transpose.ROTATE_90), exif=exif(6))),
        ("PNG of 16 bits", "image/png", png_sixteen_bits()),
        ("grey PNG of 16 bits", "image/png", png_of(Image.new("I;16", (40, 30), 40_000))),
        ("black and white PNG", "image/png", png_of(picture(mode="1"))),
        ("PNG with palette and alpha", "image/png", palette_with_alpha()),
        ("PNG with alpha", "image/png", png_of(picture(mode="RGBA"))),
        ("PDF", "application/pdf", plain),
        ("PDF of three pages", "application/pdf", pdf_of(3, 0)),
        ("PDF updated", "application/pdf", updated(plain, 999, b"<< /Note (later) >>")),
        ("PDF in object streams", "application/pdf", _in_streams(_packed)),
        ("PDF for the web", "application/pdf", pdf_with(_packed, linearize=True)),
        ("PDF with padding", "application/pdf", plain + b"\r\n\x00\x00"),
        ("PDF after an empty line", "application/pdf", b"\r\n" + plain),
        ("PDF after the mark of UTF-8", "application/pdf", b"\xef\xbb\xbf" + plain),
        ("PDF with empty trees of scripts and files", "application/pdf", pdf_with(_with_empty_trees)),
        ("PDF whose fonts have the names of keys", "application/pdf", pdf_with(_with_odd_fonts)),
        ("JSON", "application/json", JSON),
        ("JSON with mark", "application/json", b"\xef\xbb\xbf" + JSON),
        ("XML", "application/xml", XML),
    ]
    return tuple(Honest(*each) for each in made)


def _in_streams(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    return pdf_with(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)
