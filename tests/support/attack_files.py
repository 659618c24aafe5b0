"""Files that must not be taken, each with the type it pretends to and the one reason it is refused for.

Made here byte by byte: nothing harmful is kept in the repository, and each says by itself what is wrong with it.
"""

import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from struct import pack
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name

from chalicelib.papers.model import MediaType, Reason
from tests.support.attack_pdfs import PDF_TYPE, Made, attack_pdfs
from tests.support.honest_files import (
    JSON,
    XML,
    after_soi,
    chunk,
    gain_map,
    jpeg_of,
    motion,
    oppo,
    pdf_of,
    pdf_with,
    picture,
    png_of,
    segment,
    turned,
    updated,
    vivo,
)
from tests.support.malware import EICAR

JPEG_TYPE: Final[MediaType] = "image/jpeg"
PNG_TYPE: Final[MediaType] = "image/png"
JSON_TYPE: Final[MediaType] = "application/json"
XML_TYPE: Final[MediaType] = "application/xml"


@dataclass(frozen=True, slots=True)
class Attack:
    """A file that must be refused: what it is called, what it says it is, its bytes, and why it is refused.

    One whose reason is `malware` opens like any other: the scanner finds it.
    """

    name: str
    declared: MediaType
    body: bytes
    reason: Reason


def attack_files() -> tuple[Attack, ...]:
    """Return them all; each is made anew."""
    kinds = (_polyglots, _bombs, _wrong_types, _archives, _foreign, _images, _texts, _malware)
    made = [*(each for kind in kinds for each in kind()), *attack_pdfs()]
    return tuple(Attack(*each) for each in made)


def zip_of(name: str = "a.txt", content: bytes = b"hello", comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(name, content)
        made.comment = comment
    return out.getvalue()


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        made.addfile(tarfile.TarInfo("a.txt"), io.BytesIO(b""))
    return out.getvalue()


def _polyglots() -> Iterator[Made]:
    photo, scan, paper = turned(1), png_of(picture()), pdf_of()
    html = b"<html><script>alert(1)</script></html>"
    gif = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
    yield "JPEG and ZIP", JPEG_TYPE, photo + zip_of(), "polyglot"
    yield "JPEG with a JAR in a comment", JPEG_TYPE, after_soi(photo, segment(0xFE, zip_of("A.class"))), "polyglot"
    yield "JPEG and RAR", JPEG_TYPE, photo + b"Rar!\x1a\x07\x00" + bytes(30), "polyglot"
    yield "JPEG and a second JPEG that it does not announce", JPEG_TYPE, photo + photo, "polyglot"
    yield "JPEG and a program", JPEG_TYPE, photo + b"MZ" + bytes(200), "polyglot"
    yield "JPEG and HTML", JPEG_TYPE, photo + html, "polyglot"
    yield "JPEG with HTML in a comment", JPEG_TYPE, after_soi(photo, segment(0xFE, html)), "polyglot"
    yield "JPEG with PHP in a comment", JPEG_TYPE, after_soi(photo, segment(0xFE, b"<?php phpinfo();")), "polyglot"
    yield "JPEG with a PDF in APP9", JPEG_TYPE, after_soi(photo, segment(0xE9, paper[:60_000])), "polyglot"
    yield "JPEG with a shell script in APP5", JPEG_TYPE, after_soi(photo, segment(0xE5, b"#!/bin/sh\n")), "polyglot"
    opened = segment(0xE0, b"*/=alert(1)/*".ljust(0x2F2A - 2, b"\x00"))
    yield "JPEG and JavaScript", JPEG_TYPE, after_soi(photo, opened), "polyglot"
    yield "JPEG with a ZIP behind its gain map", JPEG_TYPE, gain_map(photo) + zip_of(), "polyglot"
    yield "motion photo with a program for a film", JPEG_TYPE, motion(photo) + b"\x7fELF" + bytes(99), "polyglot"
    yield "JPEG with a RAR in a comment", JPEG_TYPE, after_soi(photo, segment(0xFE, b"Rar!\x1a\x07\x00")), "polyglot"
    yield "PDF with a RAR before a second table", PDF_TYPE, _behind(paper, b"Rar!\x1a\x07\x00"), "polyglot"
    yield "PDF without its mark and bytes after it", PDF_TYPE, paper.replace(b"%%EOF", b"") + b"MZ\x90\x00", "polyglot"
    yield "vivo's trailer behind a program", JPEG_TYPE, vivo(photo + b"\x7fELF" + bytes(99)), "polyglot"
    yield "vivo's trailer around a page", JPEG_TYPE, vivo(photo)[:-19] + b"x" * 99 + vivo(b"")[-19:], "polyglot"
    yield "OPPO's trailer behind a program", JPEG_TYPE, oppo(photo + b"\x7fELF" + bytes(99)), "polyglot"
    yield "PDF after a shell's line", PDF_TYPE, b"#!/bin/sh\n" + paper, "polyglot"
    yield "PNG and ZIP", PNG_TYPE, scan + zip_of(), "polyglot"
    yield "PNG and bytes after its end", PNG_TYPE, scan + b"anything", "polyglot"
    yield "PNG with SVG in a text", PNG_TYPE, _png_plus(chunk(b"tEXt", b"a\x00<svg onload=1>")), "polyglot"
    yield "PNG with a PDF in a private chunk", PNG_TYPE, _png_plus(chunk(b"prVt", paper)), "polyglot"
    yield "PDF and ZIP", PDF_TYPE, paper + zip_of(comment=b"%%EOF"), "polyglot"
    yield "PDF and bytes after its end", PDF_TYPE, paper + b"MZ\x90\x00", "polyglot"
    yield "PDF behind other bytes", PDF_TYPE, b"\x00junk\n" + paper, "polyglot"
    yield "PDF in a GIF", PDF_TYPE, gif + paper, "polyglot"
    yield "PDF and HTML", PDF_TYPE, paper.replace(b"\n", b"\n%<script>alert(1)</script>\n", 1), "polyglot"
    yield "GIF and JAR", JPEG_TYPE, gif + zip_of("A.class"), "polyglot"
    yield "JSON and PDF", JSON_TYPE, b'{"a": "%PDF-1.4"}', "polyglot"
    page = b'<?xml version="1.0"?><a><s:script xmlns:s="http://www.w3.org/1999/xhtml">alert(1)</s:script></a>'
    yield "XML with a script for browsers", XML_TYPE, page, "polyglot"
    sheet = b'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="https://example.org/x.xsl"?><a/>'
    yield "XML with a style sheet", XML_TYPE, sheet, "polyglot"


def _behind(paper: bytes, inserted: bytes) -> bytes:
    return paper + inserted + b"\n" + paper[paper.rindex(b"startxref") :]


def _png_plus(inserted: bytes) -> bytes:
    scan = png_of(picture())
    return scan[:33] + inserted + scan[33:]


def _png_of_size(width: int, height: int) -> bytes:
    header = pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compressobj(1)
    row = bytes(1 + (width + 7) // 8)
    packed = b"".join(rows.compress(row * 100) for _ in range(min(height, 30_000) // 100)) + rows.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@cache
def _zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(1)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()


def _stream(pdf: pikepdf.Pdf, raw: bytes, filters: list[str], **entries: object) -> pikepdf.Object:
    made = pikepdf.Stream(pdf, raw)
    made.write(raw, filter=Array([Name(each) for each in filters]))
    for key, value in entries.items():
        made[f"/{key}"] = value
    return pdf.make_indirect(made)


def _pdf_stream(raw: bytes, *filters: str, **entries: object) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root["/Extra"] = _stream(pdf, raw, list(filters), **entries)

    kept = pikepdf.StreamDecodeLevel.none
    return pdf_with(change, compress_streams=False, stream_decode_level=kept)


def _resized(body: bytes, width: int, height: int) -> bytes:
    at = body.index(b"\xff\xc0") + 5
    return body[:at] + pack(">HH", height, width) + body[at + 4 :]


def _bombs() -> Iterator[Made]:
    photo = jpeg_of(picture())
    yield "PNG of 30,000 by 30,000", PNG_TYPE, _png_of_size(30_000, 30_000), "image_too_large"
    yield "PNG of two thousand million columns", PNG_TYPE, _png_of_size((1 << 31) - 8, 1), "image_too_large"
    yield "JPEG that says 65,000 by 65,000", JPEG_TYPE, _resized(photo, 65_000, 65_000), "image_too_large"
    yield "JPEG one row of 65,000", JPEG_TYPE, _resized(photo, 65_000, 1), "image_too_large"
    progressive = jpeg_of(picture(), progressive=True)
    last = progressive.rindex(b"\xff\xda")
    yield (
        "JPEG of a thousand scans",
        JPEG_TYPE,
        progressive[:-2] + progressive[last:-2] * 1000 + b"\xff\xd9",
        ("image_too_large"),
    )
    yield "PDF with a stream of zeros", PDF_TYPE, _pdf_stream(_zeros(210), "/FlateDecode"), "pdf_too_large"
    twice = zlib.compress(_zeros(210))
    yield (
        "PDF with a stream packed twice",
        PDF_TYPE,
        _pdf_stream(twice, "/FlateDecode", "/FlateDecode"),
        ("pdf_too_large"),
    )
    chain = zlib.compress(zlib.compress(zlib.compress(b"x" * 99)))
    yield "PDF with a chain of filters", PDF_TYPE, _pdf_stream(chain, *["/FlateDecode"] * 3), "pdf_too_large"
    hexed = _zeros(210).hex().encode() + b">"
    yield (
        "PDF with a bomb in hexadecimal",
        PDF_TYPE,
        _pdf_stream(hexed, "/ASCIIHexDecode", "/FlateDecode"),
        ("pdf_too_large"),
    )
    runs = b"\x81\x00" * 2_000_000
    yield "PDF with a bomb of runs", PDF_TYPE, _pdf_stream(runs, "/RunLengthDecode"), "pdf_too_large"
    yield "PDF with a bomb of objects", PDF_TYPE, _packed_objects(_zeros(210)), "pdf_too_large"
    yield (
        "PDF with a picture of 60,000 by 60,000",
        PDF_TYPE,
        _pdf_stream(b"\x00", "/CCITTFaxDecode", Subtype=Name.Image, Width=60_000, Height=60_000, BitsPerComponent=1),
        "pdf_too_large",
    )
    yield (
        "PDF with a JPEG that says 65,000 by 65,000",
        PDF_TYPE,
        _pdf_stream(_resized(photo, 65_000, 65_000), "/DCTDecode", Subtype=Name.Image, Width=10, Height=10),
        "pdf_too_large",
    )
    yield "PDF of 201 pages", PDF_TYPE, _pages(201), "pdf_too_many_pages"
    yield "PDF that draws a picture a thousand million times", PDF_TYPE, pdf_with(_drawn_over_and_over), "pdf_too_large"
    yield "PDF with a picture of 20,000 by 20,000 inside its text", PDF_TYPE, pdf_with(_drawn_inside), "pdf_too_large"
    yield "JSON with a text of escapes that nothing ends", JSON_TYPE, b'["' + b'\\"' * 1_000_000, "json_unreadable"
    yield "JSON 100,000 deep", JSON_TYPE, b"[" * 100_000 + b"]" * 100_000, "json_too_deep"
    yield "JSON with a million values", JSON_TYPE, b"[" + b"0," * 1_000_000 + b"0]", "json_unreadable"
    yield "JSON with a number of a million digits", JSON_TYPE, b"[" + b"9" * 1_000_000 + b"]", "json_unreadable"
    yield "XML 100,000 deep", XML_TYPE, b"<a>" * 100_000 + b"</a>" * 100_000, "xml_too_deep"
    yield "XML with 300,000 elements", XML_TYPE, b"<a>" + b"<b/>" * 300_000 + b"</a>", "xml_unreadable"
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    yield (
        "XML of a thousand million laughs",
        XML_TYPE,
        (f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><a>&l9;</a>'.encode()),
        "xml_entities",
    )


def _packed_objects(raw: bytes) -> bytes:
    head = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(raw)
    return updated(pdf_of(), 900, head + raw + b"\nendstream")


def _pages(count: int) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        for _ in range(count - 1):
            pdf.add_blank_page()

    return pdf_with(change)


def _drawn_over_and_over(pdf: pikepdf.Pdf) -> None:
    inner: pikepdf.Object | None = None
    for _ in range(9):
        form = pikepdf.Stream(pdf, b"/X Do " * 10 if inner is not None else b"0 0 9 9 re f")
        form["/Type"], form["/Subtype"], form["/BBox"] = Name.XObject, Name.Form, Array([0, 0, 99, 99])
        if inner is not None:
            form["/Resources"] = Dictionary(XObject=Dictionary(X=inner))
        inner = pdf.make_indirect(form)
    page = pdf.pages[0].obj
    page["/Resources"] = Dictionary(XObject=Dictionary(X=inner))
    page["/Contents"] = pikepdf.Stream(pdf, b"/X Do " * 10)


def _drawn_inside(pdf: pikepdf.Pdf) -> None:
    drawn = b"q BI /W 20000 /H 20000 /BPC 8 /CS /RGB /F /Fl ID " + zlib.compress(b"") + b"\nEI Q"
    pdf.pages[0].obj["/Contents"] = pikepdf.Stream(pdf, drawn)


def _wrong_types() -> Iterator[Made]:
    real: dict[MediaType, bytes] = {
        JPEG_TYPE: turned(1),
        PNG_TYPE: png_of(picture()),
        PDF_TYPE: pdf_of(),
        JSON_TYPE: JSON,
        XML_TYPE: XML,
    }
    for declared in real:
        for kind, body in real.items():
            if kind != declared:
                yield f"{kind} that says it is {declared}", declared, body, "type_mismatch"


def _archives() -> Iterator[Made]:
    yield "ZIP", PDF_TYPE, zip_of(), "archive"
    yield "empty ZIP", PDF_TYPE, b"PK\x05\x06" + bytes(18), "archive"
    yield "RAR", JPEG_TYPE, b"Rar!\x1a\x07\x01\x00" + bytes(99), "archive"
    yield "7z", PDF_TYPE, b"7z\xbc\xaf\x27\x1c" + bytes(99), "archive"
    yield "gzip", JSON_TYPE, b"\x1f\x8b\x08" + bytes(20), "archive"
    yield "xz", XML_TYPE, b"\xfd7zXZ\x00" + bytes(20), "archive"
    yield "bzip2", XML_TYPE, b"BZh9" + bytes(20), "archive"
    yield "zstandard", XML_TYPE, b"\x28\xb5\x2f\xfd" + bytes(20), "archive"
    yield "tar", PDF_TYPE, _tar(), "archive"
    yield "cabinet", PDF_TYPE, b"MSCF" + bytes(40), "archive"
    yield "Word document of old", PDF_TYPE, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "archive"
    yield "Word document", PDF_TYPE, zip_of("word/document.xml", b"<w:document/>"), "archive"
    yield "sheet with macros", PDF_TYPE, zip_of("xl/vbaProject.bin"), "archive"


def _foreign() -> Iterator[Made]:
    yield "nothing", JPEG_TYPE, b"", "type_unknown"
    yield "HTML named .jpg", JPEG_TYPE, b"<!DOCTYPE html><html><script>alert(1)</script></html>", "type_unknown"
    yield "XHTML", XML_TYPE, b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "type_unknown"
    yield "SVG", XML_TYPE, b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "type_unknown"
    yield "SVG with a prefix", XML_TYPE, b'<!-- a --><s:svg xmlns:s="http://www.w3.org/2000/svg"/>', "type_unknown"
    yield "GIF", PNG_TYPE, b"GIF89a" + bytes(20), "type_unknown"
    yield "WebP", JPEG_TYPE, b"RIFF\x1a\x00\x00\x00WEBPVP8 " + bytes(20), "type_unknown"
    yield "HEIC", JPEG_TYPE, b"\x00\x00\x00\x18ftypheic" + bytes(20), "type_unknown"
    yield "BMP", PNG_TYPE, b"BM" + bytes(60), "type_unknown"
    yield "TIFF", PNG_TYPE, b"II*\x00" + bytes(60), "type_unknown"
    yield "program of Linux", PDF_TYPE, b"\x7fELF\x02\x01" + bytes(60), "type_unknown"
    yield "program of Windows", PDF_TYPE, b"MZ\x90\x00" + bytes(60), "type_unknown"
    yield "program of a Mac", PDF_TYPE, b"\xcf\xfa\xed\xfe" + bytes(60), "type_unknown"
    yield "class of Java", PDF_TYPE, b"\xca\xfe\xba\xbe\x00\x00\x00\x34", "type_unknown"
    yield "shell script", JSON_TYPE, b"#!/bin/sh\nrm -rf /\n", "type_unknown"
    yield "PHP", XML_TYPE, b"<?php phpinfo(); ?>", "type_unknown"
    yield "text", JSON_TYPE, b"hello", "type_unknown"
    yield "XML in UTF-16", XML_TYPE, '<?xml version="1.0"?><a/>'.encode("utf-16"), "type_unknown"


def _images() -> Iterator[Made]:
    photo, scan = turned(1), png_of(picture())
    frames = [picture(), picture(mode="L").convert("RGB")]
    yield "PNG that moves", PNG_TYPE, png_of(frames[0], save_all=True, append_images=frames[1:]), "image_animated"
    yield "JPEG cut short", JPEG_TYPE, photo[: len(photo) // 2], "image_unreadable"
    yield "PNG cut short", PNG_TYPE, scan[: len(scan) // 2], "image_unreadable"
    yield (
        "PNG with too few rows",
        PNG_TYPE,
        _png_of_size(5_000, 200)[:20] + pack(">I", 900) + bytes(99),
        ("image_unreadable"),
    )
    at = scan.index(b"IDAT") + 50
    yield "PNG with a wrong check sum", PNG_TYPE, scan[:at] + bytes([scan[at] ^ 1]) + scan[at + 1 :], "image_unreadable"
    two = photo.replace(b"\xff\xc0", b"\xff\xc1" + photo[photo.index(b"\xff\xc0") + 2 :][:17] + b"\xff\xc0", 1)
    yield "JPEG with two frames", JPEG_TYPE, two, "image_unreadable"
    yield "JPEG of no rows", JPEG_TYPE, _resized(photo, 10, 0), "image_unreadable"


def _texts() -> Iterator[Made]:
    yield "JSON with a name twice", JSON_TYPE, b'{"a": 1, "a": 2}', "json_unreadable"
    yield "JSON with NaN", JSON_TYPE, b'{"a": NaN}', "json_unreadable"
    yield "JSON with Infinity", JSON_TYPE, b"[-Infinity]", "json_unreadable"
    yield "JSON that goes on", JSON_TYPE, b'{"a": 1} {"b": 2}', "json_unreadable"
    yield "JSON not in UTF-8", JSON_TYPE, b'{"a": "\xe9"}', "json_unreadable"
    yield "JSON cut short", JSON_TYPE, JSON[:-3], "json_unreadable"
    file = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    yield "XML that reads a file", XML_TYPE, file, "xml_entities"
    remote = b'<!-- a --><!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>'
    yield "XML with a DTD elsewhere", XML_TYPE, remote, "xml_entities"
    parameter = b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]><a/>'
    yield "XML with a parameter entity", XML_TYPE, parameter, "xml_entities"
    yield "XML with an entity that nobody declared", XML_TYPE, b"<a>&x;</a>", "xml_unreadable"
    yield "XML cut short", XML_TYPE, XML[:-10], "xml_unreadable"
    yield "XML that goes on", XML_TYPE, b"<a/><b/>", "xml_unreadable"
    seven = b'<?xml version="1.0" encoding="UTF-7"?><a/>'
    yield "XML in UTF-7", XML_TYPE, seven, "xml_unreadable"


def _malware() -> Iterator[Made]:
    yield "virus in a photo", JPEG_TYPE, after_soi(turned(1), segment(0xFE, EICAR)), "malware"
    yield "virus in XML", XML_TYPE, b"<a><![CDATA[" + EICAR + b"]]></a>", "malware"
    yield "virus in a PDF", PDF_TYPE, updated(pdf_of(), 900, b"%" + EICAR + b"\n<< >>"), "malware"
