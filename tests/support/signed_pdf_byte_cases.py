"""Signed PDFs whose bytes were tampered with, and signatures that cover something else than the file."""

import re
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any, Final

import pikepdf
from asn1crypto import x509

from infra.simulators.signing import Manner, signed, stamped, stamper
from tests.support.signed_pdf_cases import by_agency
from tests.support.signed_pdf_changes import (
    CONTENTS,
    cms_of,
    contents,
    flipped,
    paper,
    ranged,
    rewritten,
    tabled,
)
from tests.support.signed_pdf_people import SIGNED, agency, authority, person
from tests.support.signed_pdfs import Case, Verdict, altered, case, extended, unreadable

CASES: Final[dict[str, Case]] = {}


@case(CASES, "scan", Verdict("altered", "trusted", "agency", detail="digest"))
def bit_flipped_in_the_page() -> bytes:
    pdf = by_agency()
    return flipped(pdf, pdf.index(b"1.000.000"))


def _within(pdf: bytes, part: Callable[[Any], bytes]) -> bytes:
    found = part(cms_of(pdf)["content"])
    return contents(pdf, lambda held: flipped(held, held.index(found) + len(found) - 3))


@case(CASES, "scan", altered("signature"))
def bit_flipped_in_the_signature() -> bytes:
    return _within(by_agency(), lambda held: held["signer_infos"][0]["signature"].native)


@case(CASES, "scan", altered("signer"))
def bit_flipped_in_the_certificate() -> bytes:
    return _within(by_agency(), lambda _: agency().der[-40:])


@case(CASES, "scan", altered("signature"))
def bit_flipped_in_the_signed_attributes() -> bytes:
    def digest(held: Any) -> bytes:  # noqa: ANN401 - asn1crypto has no types
        signed_attributes = held["signer_infos"][0]["signed_attrs"]
        return next(bytes(e["values"][0].native) for e in signed_attributes if e["type"].native == "message_digest")

    return _within(by_agency(), digest)


@case(CASES, "scan", altered("signer"))
def certificate_swapped() -> bytes:
    other = x509.Certificate.load(person().der)

    def swap(held: Any) -> None:  # noqa: ANN401 - asn1crypto has no types
        held["certificates"] = [other]
        held["signer_infos"][0]["sid"] = {
            "issuer_and_serial_number": {"issuer": other.issuer, "serial_number": other.serial_number}
        }

    return rewritten(by_agency(), swap)


@case(CASES, "scan", altered("signer"))
def certificate_taken_out() -> bytes:
    def without(held: Any) -> None:  # noqa: ANN401 - as above
        held["certificates"] = []

    return rewritten(by_agency(), without)


def _ranged(numbers: Callable[[list[int], int], Sequence[int]]) -> bytes:
    return ranged(by_agency(), agency(), numbers)


@case(CASES, "certified_copy", Verdict("intact", "trusted", "agency"))
def signed_anew_by_hand() -> bytes:
    return _ranged(lambda at, _: at)


@case(CASES, "scan", altered("byte_range"))
def range_with_a_gap_after_the_signature() -> bytes:
    return _ranged(lambda at, _: [at[0], at[1], at[2] + 10, at[3] - 10])


@case(CASES, "scan", altered("byte_range"))
def range_with_a_gap_before_the_signature() -> bytes:
    return _ranged(lambda at, _: [at[0], at[1] - 10, at[2], at[3]])


@case(CASES, "scan", extended("coverage"))
def range_that_ends_early() -> bytes:
    return _ranged(lambda at, _: [at[0], at[1], at[2], at[3] - 20])


@case(CASES, "scan", altered("byte_range"))
def range_that_overlaps() -> bytes:
    return _ranged(lambda at, _: [at[0], at[1], at[1] - 10, at[3]])


@case(CASES, "scan", altered("byte_range"))
def range_below_zero() -> bytes:
    return _ranged(lambda at, _: [at[0], at[1], at[2], -5])


@case(CASES, "scan", altered("byte_range"))
def range_of_three_numbers() -> bytes:
    return _ranged(lambda at, _: at[:3])


@case(CASES, "scan", altered("byte_range"))
def range_beyond_the_end() -> bytes:
    return _ranged(lambda at, _: [at[0], at[1], at[2], at[3] + 100])


@case(CASES, "scan", altered("byte_range"))
def range_that_does_not_begin_at_the_beginning() -> bytes:
    return _ranged(lambda at, _: [5, at[1] - 5, at[2], at[3]])


@case(CASES, "scan", altered("contents"))
def junk_after_the_signature() -> bytes:
    return contents(by_agency(), lambda held: held[:-8] + b"junkjunk")


@case(CASES, "scan", unreadable("ValueError"))
def empty_signature() -> bytes:
    return contents(by_agency(), lambda _: b"")


@case(CASES, "scan", altered("contents"))
def signature_wrapped() -> bytes:
    """The signed bytes stay, further apart; between them a second signature dictionary says so, and a second page."""
    pdf = by_agency()
    (held,) = CONTENTS.finditer(pdf)
    head, gap, tail = pdf[: held.start(1) - 1], pdf[held.start(1) - 1 : held.end(1) + 1], pdf[held.end(1) + 1 :]
    number = re.findall(rb"(\d+) 0 obj", head)[-1]
    page = re.search(rb"\d+ 0 obj\s*<<[^>]*>>\s*stream.*?endobj", pdf, re.DOTALL)
    assert page is not None
    shown = page[0].replace(b"1.000.000", b"9.000.000")
    before = pdf[pdf.rindex(number + b" 0 obj", 0, held.start()) : held.start()]
    length = len(before) + len(shown) + 2 * len(gap) + 300
    ranges = b"/ByteRange [0 %d %d %d]" % (len(head), len(head) + length, len(tail))
    named = b"" if b"/SubFilter" in before else b"/Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached "
    again = before + b"/Contents " + gap + ranges + named + b">>\nendobj\n"
    between = gap + b">>\nendobj\n" + shown + b"\n" + again
    root = _root(pdf)
    return _last_wins(head + between.ljust(length - 1) + b">" + tail, root, number, len(head) + between.rindex(again))


def _last_wins(pdf: bytes, root: bytes, number: bytes, at: int) -> bytes:
    made = tabled(pdf, root)
    row = re.compile(rb"(?<=\n" + number + rb" 1\n)\d{10}")
    table = made.rindex(b"xref\n0 1\n")
    return made[:table] + row.sub(b"%010d" % at, made[table:])


@case(CASES, "scan", unreadable("AssertionError"))
def two_signatures_in_one_field() -> bytes:
    pdf = by_agency()
    field = re.search(rb"/V (\d+ 0 R)", pdf)
    assert field is not None
    return tabled(pdf.replace(field[0], b"/V [" + field[1] + b" " + field[1] + b"]", 1), _root(pdf))


def _root(pdf: bytes) -> bytes:
    return bytes(re.findall(rb"/Root (\d+ \d+ R)", pdf)[-1])


@case(CASES, "scan")
def signature_of_no_field() -> bytes:
    pdf = by_agency()
    return tabled(re.sub(rb"/V (\d+ 0 R)", rb"/X \1", pdf, count=1), _root(pdf))


@case(CASES, "scan")
def usage_rights_alone() -> bytes:
    pdf = by_agency()
    held = re.search(rb"/V (\d+ 0 R)", pdf)
    assert held is not None
    rights = re.sub(rb"/V \d+ 0 R", b"", pdf, count=1)
    return tabled(rights.replace(b"/Type /Catalog", b"/Type /Catalog /Perms << /UR3 " + held[1] + b" >>"), _root(pdf))


@case(CASES, "scan", unreadable("subfilter"))
def signature_of_an_unknown_sort() -> bytes:
    return by_agency().replace(b"/ETSI.CAdES.detached", b"/ETSI.CAdES.unheard_", 1)


@case(CASES, "scan", extended("trailing"))
def bytes_after_the_end() -> bytes:
    return by_agency() + b"9 0 obj\n<< /Type /Page >>\nendobj\n"


@case(CASES, "scan", extended("trailing"))
def update_without_a_table() -> bytes:
    """Incremental saving attack: objects that only a reader which mends files would find."""
    pdf = by_agency()
    end: bytes = re.findall(rb"startxref\s+\d+\s+%%EOF", pdf)[-1]
    return pdf + b"9 0 obj\n<< /Type /Page >>\nendobj\n" + end + b"\n"


@case(CASES, "scan", extended("changed"))
def hidden_objects_brought_up() -> bytes:
    """Shadow attack: hide and replace. Another text of the page was signed, unseen; a later table calls it up."""
    page = re.search(rb"\d+ 0 obj\s*<<[^>]*>>\s*stream.*?endobj", paper(), re.DOTALL)
    assert page is not None
    shadow = page[0].replace(b"1.000.000", b"9.000.000")
    number = int(shadow.split()[0])
    prepared = paper()
    at = prepared.index(b"xref\n0")
    prepared = prepared[:at] + shadow + b"\n" + prepared[at:]
    start = re.search(rb"startxref\s+(\d+)", prepared)
    assert start is not None
    moved = prepared[: start.start(1)] + b"%d" % (at + len(shadow) + 1) + prepared[start.end(1) :]
    pdf = signed(moved, agency(), Manner(SIGNED))
    previous = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    size = int(re.findall(rb"/Size (\d+)", pdf)[-1])
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, pdf.index(shadow))
    trailer = b"trailer\n<< /Size %d /Root %s /Prev %d >>\n" % (size, _root(pdf), previous)
    return pdf + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(pdf)


@case(CASES, "scan", unreadable("PdfReadError"))
def cut_off() -> bytes:
    pdf = by_agency()
    return pdf[: len(pdf) - 400]


@case(CASES, "scan", unreadable("encrypted"))
def encrypted() -> bytes:
    output = BytesIO()
    with pikepdf.open(BytesIO(by_agency())) as pdf:
        pdf.save(output, encryption=pikepdf.Encryption(owner="a", user="b"))
    return output.getvalue()


@case(CASES, "scan")
def timestamp_of_the_document_alone() -> bytes:
    return stamped(paper(), stamper(authority(), SIGNED))
