"""What is done to signed PDFs: honest updates, and the attacks that readers of PDFs fell for."""

import asyncio
import hashlib
import re
from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from typing import Any, Final

from asn1crypto import cms
from asn1crypto import crl as asn1_crl
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from infra.simulators.certificates import Holder
from infra.simulators.signing import signer

CONTENTS: Final = re.compile(rb"/Contents <([0-9a-fA-F]*)>")
RANGE: Final = re.compile(rb"/ByteRange ?\[([^\]]*)\]")
_OBJECT: Final = re.compile(rb"(?:^|(?<=[\r\n]))(\d+) 0 obj")


@cache
def paper(with_field: bool = False) -> bytes:
    """Return a page with a sentence, and with a form field where one is wanted."""
    output = BytesIO()
    canvas = Canvas(output, pagesize=A4, invariant=True, pageCompression=0)
    canvas.drawString(72, 760, "Giay chung nhan: 1.000.000 dong")
    if with_field:
        canvas.acroForm.textfield(name="GhiChu", x=72, y=600, width=200, height=20, value="")
    canvas.showPage()
    canvas.save()
    return output.getvalue()


def updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Return the file with an incremental update."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    change(writer)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def page_of(writer: IncrementalPdfFileWriter) -> Any:  # noqa: ANN401 - a PDF dictionary
    """Return the first page."""
    return writer.root["/Pages"]["/Kids"][0]


def more_text(writer: IncrementalPdfFileWriter) -> None:
    """Draw a line over the page."""
    stream = generic.StreamObject(stream_data=b"BT /F1 12 Tf 72 700 Td (9.000.000 dong) Tj ET")
    page = page_of(writer)
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), writer.add_object(stream)])
    writer.update_container(page)


def more_pages(writer: IncrementalPdfFileWriter) -> None:
    """Add a page."""
    pages = writer.root["/Pages"]
    page = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/Parent"): writer.root.raw_get("/Pages"),
            pdf_name("/MediaBox"): generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 595, 842)]),
        }
    )
    pages["/Kids"].append(writer.add_object(page))
    pages["/Count"] = generic.NumberObject(2)
    writer.update_container(pages)


def annotated(writer: IncrementalPdfFileWriter) -> None:
    """Lay a note over the page."""
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(n) for n in (72, 740, 400, 780)]),
            pdf_name("/Contents"): pdf_string("9.000.000 dong"),
            pdf_name("/DA"): pdf_string("/Helv 12 Tf"),
        }
    )
    page = page_of(writer)
    kept = page.get("/Annots", generic.ArrayObject())
    page["/Annots"] = generic.ArrayObject([*kept, writer.add_object(note)])
    writer.update_container(page)


def _note(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    fields = (each.get_object() for each in writer.root["/AcroForm"]["/Fields"])
    found: generic.DictionaryObject = next(each for each in fields if each["/T"] == "GhiChu")
    return found


def filled(writer: IncrementalPdfFileWriter) -> None:
    """Fill the form field."""
    field = _note(writer)
    field["/V"] = pdf_string("them vao sau")
    writer.update_container(field)


def picture_written_anew(writer: IncrementalPdfFileWriter) -> None:
    """Write the picture of the form field anew, and leave the field as it is."""
    picture = _note(writer)["/AP"]["/N"]
    picture._data = b"1 0 0 rg 0 0 600 800 re f"
    picture._encoded_data = None
    writer.update_container(picture)


def font_of_picture_written_anew(writer: IncrementalPdfFileWriter) -> None:
    """Write the font that the form field's picture is drawn with anew, and leave field and picture as they are."""
    font = _note(writer)["/AP"]["/N"]["/Resources"]["/Font"]["/Helv"]
    font["/BaseFont"] = pdf_name("/ZapfDingbats")
    writer.update_container(font)


def drawn_anew(writer: IncrementalPdfFileWriter) -> None:
    """Have all form fields drawn with another font."""
    font = {pdf_name("/Type"): pdf_name("/Font"), pdf_name("/Subtype"): pdf_name("/Type3")}
    fonts = generic.DictionaryObject({pdf_name("/Helv"): writer.add_object(generic.DictionaryObject(font))})
    form = writer.root["/AcroForm"]
    form["/DR"] = generic.DictionaryObject({pdf_name("/Font"): fonts})
    form["/NeedAppearances"] = generic.BooleanObject(True)
    writer.update_container(form)


def described(writer: IncrementalPdfFileWriter) -> None:
    """Change the title in the metadata."""
    writer.set_info(writer.add_object(generic.DictionaryObject({pdf_name("/Title"): pdf_string("Giay")})))


def opened_with_action(writer: IncrementalPdfFileWriter) -> None:
    """Have something done when the file is opened."""
    action = generic.DictionaryObject(
        {pdf_name("/S"): pdf_name("/URI"), pdf_name("/URI"): pdf_string("https://x.test")}
    )
    writer.root["/OpenAction"] = action
    writer.update_root()


def room_for_another(writer: IncrementalPdfFileWriter) -> None:
    """Add an empty signature field that covers the page with a picture of its own."""
    append_signature_field(writer, SigFieldSpec("Trong", box=(50, 700, 500, 800)))


def stamped_visibly(pdf: bytes, stamps: TimeStamper) -> bytes:
    """Add a timestamp in a field that shows a picture over the page."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    append_signature_field(writer, SigFieldSpec("Dau", box=(50, 700, 500, 800)))
    output: BytesIO = PdfTimeStamper(stamps, field_name="Dau").timestamp_pdf(writer, "sha256", output=BytesIO())
    return output.getvalue()


def two_tables(pdf: bytes) -> bytes:
    """Add what Word ends its files with: an empty table that names a second one (ISO 32000-2 §7.5.8.4)."""
    size, previous = (int(re.findall(rb"%s\s+(\d+)" % key, pdf)[-1]) for key in (b"/Size", b"startxref"))
    root = re.findall(rb"/Root (\d+ 0 R)", pdf)[-1]
    held = b"%d 0 <</Type /StructElem /S /P>>" % (size + 2)
    first = len(b"%d 0 " % (size + 2))
    packed = b"%d 0 obj\n<</Type /ObjStm /N 1 /First %d /Length %d>>\nstream\n%s\nendstream\nendobj\n"
    pdf, at = pdf + packed % (size, first, len(held), held), len(pdf)
    rows = b"".join(
        bytes([kind]) + place.to_bytes(4, "big") + b"\x00\x00" for kind, place in ((1, at), (1, len(pdf)), (2, size))
    )
    second = b"%d 0 obj\n<</Type /XRef /Size %d /W [1 4 2] /Index [%d 3] /Root %s /Length %d>>\nstream\n%s"
    pdf, at = pdf + second % (size + 1, size + 3, size, root, len(rows), rows) + b"\nendstream\nendobj\n", len(pdf)
    trailer = b"xref\n0 0\ntrailer\n<</Size %d /Root %s /Prev %d /XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n"
    return pdf + trailer % (size + 3, root, previous, at, len(pdf))


def replaced(writer: IncrementalPdfFileWriter) -> None:
    """Put another stream in the place of the page's (shadow attack: replace)."""
    page = page_of(writer)
    stream = generic.StreamObject(stream_data=b"BT /F1 12 Tf 72 760 Td (Giay chung nhan: 9.000.000 dong) Tj ET")
    page["/Contents"] = writer.add_object(stream)
    writer.update_container(page)


def uncovered(writer: IncrementalPdfFileWriter) -> None:
    """Take away what lay over the page when it was signed (shadow attack: hide)."""
    page = page_of(writer)
    del page["/Annots"]
    writer.update_container(page)


def flipped(pdf: bytes, at: int) -> bytes:
    """Flip the lowest bit of a byte."""
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def contents(pdf: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Change what the last signature holds, within the room there is."""
    found = [*CONTENTS.finditer(pdf)][-1]
    start, end = found.span(1)
    new = change(bytes.fromhex(found[1].decode())).hex().encode()
    return pdf[:start] + new.ljust(end - start, b"0") + pdf[end:]


def cms_of(pdf: bytes) -> Any:  # noqa: ANN401 - asn1crypto has no types
    """Return the CMS of the last signature."""
    return cms.ContentInfo.load(bytes.fromhex([*CONTENTS.finditer(pdf)][-1][1].decode()))


def rewritten(pdf: bytes, change: Callable[[Any], None]) -> bytes:
    """Change the CMS of the last signature."""

    def changed(_: bytes) -> bytes:
        held = cms_of(pdf)
        change(held["content"])
        return bytes(held.dump(force=True))

    return contents(pdf, changed)


def ranged(pdf: bytes, by: Holder, numbers: Callable[[list[int], int], Sequence[int]]) -> bytes:
    """Sign the last signature anew, over other ranges: a signer who cheats, whose key is good."""
    spot = [*RANGE.finditer(pdf)][-1]
    wanted = list(numbers([int(each) for each in spot[1].split()], len(pdf)))
    text = b" ".join(str(each).encode() for each in wanted).ljust(spot.end(1) - spot.start(1))
    pdf = pdf[: spot.start(1)] + text + pdf[spot.end(1) :]
    return resigned(pdf, by, wanted)


def resigned(pdf: bytes, by: Holder, ranges: Sequence[int]) -> bytes:
    """Put a signature over the bytes of these ranges into the last signature's place."""
    pairs = zip(ranges[::2], ranges[1::2], strict=False)
    covered = b"".join(pdf[max(at, 0) :][: max(length, 0)] for at, length in pairs)
    made = asyncio.run(signer(by).async_sign(hashlib.sha256(covered).digest(), "sha256", use_pades=True))
    return contents(pdf, lambda _: bytes(made.dump()))


def with_store(pdf: bytes, crls: Sequence[bytes] = (), certificates: Sequence[Any] = ()) -> bytes:
    """Add validation data (DSS)."""
    output = BytesIO(pdf)
    parsed = [asn1_crl.CertificateList.load(each) for each in crls]
    DocumentSecurityStore.add_dss(output, None, certs=certificates, crls=parsed)
    return output.getvalue()


def tabled(pdf: bytes, root: bytes) -> bytes:
    """Give the file a new table of all objects as they stand, the last of each number: nothing before it counts."""
    at = {int(each[1]): each.start(1) for each in _OBJECT.finditer(pdf)}
    rows = b"".join(b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in sorted(at.items()))
    trailer = b"trailer\n<< /Size %d /Root %s >>\nstartxref\n%d\n%%%%EOF\n" % (max(at) + 1, root, len(pdf))
    return pdf + b"xref\n0 1\n0000000000 65535 f \n" + rows + trailer
