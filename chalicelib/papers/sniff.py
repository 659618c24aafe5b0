"""What kind of file some bytes are, by the bytes alone, and whether they are a second kind as well. Pure.

No name, no declared type is believed. A kind that is not taken here is named in the detail, for operators.
"""

import re
from struct import unpack_from
from typing import Final

from chalicelib.papers import jpeg, png
from chalicelib.papers.model import MediaType, Refused
from chalicelib.papers.trailers import BLANK, ends_well

_ARCHIVES: Final = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08", "zip"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"BZh", "bzip2"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"LZIP", "lzip"),
    (b"MSCF", "cab"),
    (b"!<arch>\n", "ar"),
    (b"070701", "cpio"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
)
_TAKEN: Final[tuple[tuple[bytes, MediaType], ...]] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (png.SIGNATURE, "image/png"),
    (b"%PDF-", "application/pdf"),
)
_FOREIGN: Final = (
    (b"\x7fELF", "elf"),
    (b"MZ", "pe"),
    (b"\xca\xfe\xba\xbe", "class"),
    (b"\xfe\xed\xfa\xce", "mach-o"),
    (b"\xfe\xed\xfa\xcf", "mach-o"),
    (b"\xce\xfa\xed\xfe", "mach-o"),
    (b"\xcf\xfa\xed\xfe", "mach-o"),
    (b"\x00asm", "wasm"),
    (b"#!", "script"),
    (b"<?php", "php"),
    (b"GIF8", "gif"),
    (b"RIFF", "webp"),
    (b"BM", "bmp"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"{\\rtf", "rtf"),
    (b"%!PS", "postscript"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_PAGES: Final = (b"%pdf-", b"<html", b"<script", b"<?php", b"<!doctype", b"<svg", b"<iframe", b"<body")
"""What makes a browser, a PHP or a PDF reader take a picture for its own, in lower case."""
_UNENDED: Final = re.compile(rb"startxref[\s\0]+[0-9]+[\s\0]*")
_PACKED: Final = ((b"Rar!\x1a\x07", "rar"), (b"7z\xbc\xaf\x27\x1c", "7z"))
"""Archives whose readers look for their beginning anywhere in a file, for some unpack themselves."""
_LATE_PDF: Final = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]{0,64}%PDF-")
"""Programs that write pages send blanks or the mark of UTF-8 first, and every reader passes over them."""
_HEAD: Final = 1024
_PROLOG: Final = re.compile(rb"(?:\s++|<\?(?!php).*?\?>|<!--.*?-->)*+", re.DOTALL)
_ROOT: Final = re.compile(rb"<(?:!DOCTYPE\s+)?(?:[\w.-]+:)?([A-Za-z_\x80-\xff][^\s/>:\[]*)", re.IGNORECASE)
_HTML: Final = frozenset({b"html", b"head", b"body", b"script", b"iframe"})
_METHODS: Final = frozenset({0, 1, 6, 8, 9, 12, 14, 93, 95, 98, 99})


def sniff(body: bytes, declared: MediaType) -> MediaType | Refused:
    """Return the type that the bytes are, which is then the declared one, or why they are not taken.

    `archive`: of whatever kind, office documents among them. `polyglot`: two kinds at once, or bytes after the end.
    `type_mismatch`: of another kind that is taken. `type_unknown`: of one that is not.
    """
    archive = _archive(body)
    if archive:
        return Refused("archive", archive)
    if _holds_zip(body):
        return Refused("polyglot", "zip")
    kind, name = _kind(body)
    if kind is None:
        return Refused("polyglot", "pdf") if b"%PDF-" in body[:_HEAD] else Refused("type_unknown", name)
    second = _second(body, kind)
    if second:
        return Refused("polyglot", second)
    return kind if kind == declared else Refused("type_mismatch", kind)


def _archive(body: bytes) -> str | None:
    for magic, name in _ARCHIVES:
        if body.startswith(magic):
            return name
    if body[257:262] == b"ustar":
        return "tar"
    return "iso" if body[0x8001:0x8006] == b"CD001" else None


def _kind(body: bytes) -> tuple[MediaType | None, str]:
    """Return the kind if it is taken, else None and what else it is."""
    if not body:
        return None, "empty"
    for magic, taken in _TAKEN:
        if body.startswith(magic):
            return taken, taken
    if _LATE_PDF.match(body):
        return "application/pdf", "application/pdf"
    for magic, name in _FOREIGN:
        if body.startswith(magic):
            return None, name
    if body[4:8] == b"ftyp":
        return None, "heic" if body[8:12] in {b"heic", b"heix", b"mif1", b"avif"} else "film"
    return _text(body)


def _text(body: bytes) -> tuple[MediaType | None, str]:
    begun = body.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if begun[:1] in {b"{", b"["}:
        return "application/json", "json"
    if not begun.startswith(b"<"):
        return None, "unknown"
    prolog = _PROLOG.match(begun)
    root = _ROOT.match(begun, prolog.end() if prolog else 0)
    if root is None:
        if begun.startswith(b"<?xml"):
            return "application/xml", "xml"
        return None, "php" if b"<?php" in begun else "unknown"
    name = root[1].lower()
    if name in _HTML or name == b"svg":
        return None, "svg" if name == b"svg" else "html"
    return "application/xml", "xml"


def _second(body: bytes, kind: MediaType) -> str | None:
    """Return what else the bytes are, None where they are of their kind alone."""
    for magic, name in _PACKED:
        if magic in body:
            return name
    if kind == "application/pdf":
        return _second_in_pdf(body)
    if kind in {"image/jpeg", "image/png"}:
        lower = body.lower()
        for mark in _PAGES:
            if mark in lower:
                return mark.decode().strip("<%?!-")
        return _after_jpeg(body) if kind == "image/jpeg" else _after_png(body)
    return "pdf" if b"%PDF-" in body[:_HEAD] else None


def _second_in_pdf(body: bytes) -> str | None:
    head = body[:_HEAD].lower()
    for mark in _PAGES[1:]:
        if mark in head:
            return mark.decode().strip("<?!")
    end = body.rfind(b"%%EOF")
    if end >= 0:
        return "trailer" if body[end + 5 :].strip(BLANK) else None
    last = body.rfind(b"startxref")
    return "trailer" if last >= 0 and _UNENDED.fullmatch(body, last) is None else None


def _after_jpeg(body: bytes) -> str | None:
    if body[4:6] == b"/*" and b"*/" in body:  # the length of the first segment opens a comment of JavaScript
        return "javascript"
    picture = jpeg.walk(body)
    if picture is None:
        return None  # not whole: for whoever opens it to say
    if any(each.startswith(b"#!") for each in picture.said(body)):
        return "script"
    return None if ends_well(body, picture) else "trailer"


def _after_png(body: bytes) -> str | None:
    picture = png.walk(body)
    return "trailer" if picture and body[picture.end :].strip(BLANK) else None


def _holds_zip(body: bytes) -> bool:
    """Say whether there is a member or a directory of a zip anywhere: readers look for it from the end of the file."""
    at = body.find(b"PK\x05\x06")
    while at >= 0:
        if _is_directory(body, at):
            return True
        at = body.find(b"PK\x05\x06", at + 4)
    at = body.find(b"PK\x03\x04")
    while at >= 0:
        if _is_member(body, at):
            return True
        at = body.find(b"PK\x03\x04", at + 4)
    return False


def _is_directory(body: bytes, at: int) -> bool:
    if at + 22 > len(body):
        return False
    disk, start, here, all_, size = unpack_from("<HHHHI", body, at + 4)
    if (disk, start) != (0, 0) or here != all_:
        return False
    return (size == 0 and all_ == 0) or (0 < size <= at and body[at - size : at - size + 4] == b"PK\x01\x02")


def _is_member(body: bytes, at: int) -> bool:
    """Say whether a local header has a version, a method and a name that there are (APPNOTE 4.3.7)."""
    if at + 30 > len(body):
        return False
    version, _, method = unpack_from("<HHH", body, at + 4)
    (name,) = unpack_from("<H", body, at + 26)
    return version & 0xFF <= 63 and method in _METHODS and 0 < name <= 512
