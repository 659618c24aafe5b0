"""What a stream comes to is counted as a reader would unpack it, and never beyond the budget."""

import zlib

import pytest

from chalicelib.papers.pdf_streams import Budget, TooMuch, survey, unpacked


def codes(*numbers: int) -> bytes:
    """Return LZW codes of nine bits."""
    bits = "".join(f"{each:09b}" for each in numbers)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))


def comes_to(raw: bytes, *filters: str) -> int:
    budget = Budget(1 << 30)
    unpacked(raw, list(filters), budget)
    return (1 << 30) - budget.left


@pytest.mark.parametrize(
    ("raw", "filters", "size"),
    [
        (zlib.compress(bytes(5000)), ["/FlateDecode"], 5000),
        (zlib.compress(zlib.compress(bytes(5000))), ["/Fl", "/Fl"], 5000 + len(zlib.compress(bytes(5000)))),
        (zlib.compress(bytes(5000)).hex().encode() + b">", ["/ASCIIHexDecode", "/FlateDecode"], 5000),
        (b"\x02abc\xf7x\x80", ["/RunLengthDecode"], 3 + 10),
        (codes(256, 65, 66, 258, 260, 257), ["/LZWDecode"], 1 + 1 + 2 + 3),
        (codes(256, 65, 256, 65, 258, 257), ["/LZW"], 1 + 1 + 2),
        (b"anything", [], 0),
        (b"\xff\xd8anything", ["/DCTDecode"], 0),
        (b"no zlib at all", ["/FlateDecode"], 0),
    ],
)
def test_a_stream_comes_to_what_its_filters_say(raw: bytes, filters: list[str], size: int) -> None:
    assert comes_to(raw, *filters) == size


@pytest.mark.parametrize("filters", [["/LZWDecode", "/FlateDecode"], ["/Crypt"], ["/FlateDecode"] * 3])
def test_what_nobody_honest_chains_is_too_much(filters: list[str]) -> None:
    with pytest.raises(TooMuch):
        comes_to(zlib.compress(zlib.compress(zlib.compress(b"x"))), *filters)


def test_the_survey_counts_every_place_where_a_stream_may_begin() -> None:
    packed = zlib.compress(bytes(600))
    body = b"%PDF-1.7\n" + b"1 0 obj << >> stream\r\n" + packed + b"\nendstream\n2 0 obj << >> stream\n" + packed

    survey(body, 1200)
    with pytest.raises(TooMuch):
        survey(body, 1199)


@pytest.mark.parametrize(
    "packing", [b"/Filter /LZWDecode", b"/Filter [/ASCIIHexDecode /FlateDecode]", b"/Filter 7 0 R"]
)
def test_structure_is_packed_by_one_flate_or_refused(packing: bytes) -> None:
    with pytest.raises(TooMuch):
        survey(b"%PDF-1.7\n1 0 obj << /Type /Obj#53tm " + packing + b" >> stream\nx\nendstream", 1000)
