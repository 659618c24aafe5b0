"""PDFs that must not be taken: for what they do, for what they carry, or because nobody can tell what they are."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Final, TypeAlias

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from chalicelib.papers.model import MediaType, Reason
from tests.support.honest_files import pdf_of, pdf_with, updated

PDF_TYPE: Final[MediaType] = "application/pdf"
SCRIPT: Final = "app.alert('here')"
Made: TypeAlias = tuple[str, MediaType, bytes, Reason]
"""What it is called, what it says it is, its bytes, and why it is refused."""


def attack_pdfs() -> Iterator[Made]:
    """Yield them all."""
    for kind in (scripts, actions, embedded, encrypted, broken_pdfs):
        yield from kind()


def _put(key: str, value: object) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root[key] = value

    return change


def _script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String(SCRIPT))


def _page_note(action: Dictionary) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
        pdf.pages[0].obj["/Annots"] = Array([pdf.make_indirect(note)])

    return change


def _xfa(text: str) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        packet = pdf.make_indirect(pikepdf.Stream(pdf, text.encode("utf-16")))
        pdf.Root["/AcroForm"] = Dictionary(Fields=Array(), XFA=Array([String("template"), packet]))

    return change


def _unreachable(pdf: pikepdf.Pdf) -> None:
    pdf.make_indirect(_script())


def scripts() -> Iterator[Made]:
    places: dict[str, Callable[[pikepdf.Pdf], None]] = {
        "when it opens": _put("/OpenAction", _script()),
        "in the tree of names": _put(
            "/Names", Dictionary(JavaScript=Dictionary(Names=Array([String("a"), _script()])))
        ),
        "when it closes": _put("/AA", Dictionary(WC=_script())),
        "when a page opens": lambda pdf: pdf.pages[0].obj.__setitem__("/AA", Dictionary(O=_script())),
        "in a link": _page_note(_script()),
        "in a form's field": _put(
            "/AcroForm", Dictionary(Fields=Array([Dictionary(FT=Name.Tx, AA=Dictionary(K=_script()))]))
        ),
        "after another action": _page_note(Dictionary(S=Name.URI, URI=String("https://a/"), Next=Array([_script()]))),
        "in a stream": lambda pdf: pdf.Root.__setitem__(
            "/OpenAction", Dictionary(S=Name.JavaScript, JS=pdf.make_stream(SCRIPT.encode()))
        ),
        "in an outline": _put("/Outlines", Dictionary(First=Dictionary(Title=String("a"), A=_script()))),
        "in a form of the XFA kind": _xfa("<template><event><script>a()</script></event></template>"),
        "in a model of three dimensions": _put("/Model", Dictionary(Type=Name("/3D"), OnInstantiate=String(SCRIPT))),
    }
    for place, change in places.items():
        yield f"script in PDF {place}", PDF_TYPE, pdf_with(change), "pdf_script"
    packed = pdf_with(places["when it opens"], object_stream_mode=pikepdf.ObjectStreamMode.generate)
    yield "script in PDF in an object stream", PDF_TYPE, packed, "pdf_script"
    plain = pdf_of()
    yield (
        "script in PDF that nothing leads to",
        PDF_TYPE,
        (updated(plain, 900, b"<< /S /JavaScript /JS (a) >>")),
        "pdf_script",
    )
    spelled = updated(plain, 900, b"<< /S /J#61vaScrip#74 /J#53 (a) >>")
    yield "script in PDF with its name in numbers", PDF_TYPE, spelled, "pdf_script"
    earlier = updated(updated(plain, 900, b"<< /S /JavaScript /JS (a) >>"), 900, b"<< >>")
    yield "script in PDF in an earlier version", PDF_TYPE, earlier, "pdf_script"
    yield "script in PDF in an earlier version, packed", PDF_TYPE, _covered_up(packed), "pdf_script"


def _covered_up(pdf: bytes) -> bytes:
    """Put something harmless in the place of a script that is packed with other objects."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    opened = writer.root["/OpenAction"]
    del opened["/JS"]
    opened[generic.pdf_name("/S")] = generic.pdf_name("/Named")
    writer.update_container(opened)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def actions() -> Iterator[Made]:
    for name in ("Launch", "GoToR", "GoToE", "ImportData", "SubmitForm", "Rendition"):
        action = Dictionary(S=Name(f"/{name}"), F=String("a.exe"))
        yield f"PDF with the action {name}", PDF_TYPE, pdf_with(_page_note(action)), "pdf_action"
        earlier = updated(updated(pdf_of(), 900, b"<< /S /%s /F (a.exe) >>" % name.encode()), 900, b"<< >>")
        yield f"PDF with the action {name} in an earlier version", PDF_TYPE, earlier, "pdf_action"
    link = Dictionary(S=Name.URI, URI=String(" java\tScript:alert(1)"))
    yield "PDF with a link that is a script", PDF_TYPE, pdf_with(_page_note(link)), "pdf_action"
    film = Dictionary(Type=Name.Annot, Subtype=Name.RichMedia)
    yield "PDF with a player", PDF_TYPE, pdf_with(_put("/Extra", Array([film]))), "pdf_action"
    sent = _xfa("<template><event><submit target='https://a/'/></event></template>")
    yield "PDF with a form of the XFA kind that sends", PDF_TYPE, pdf_with(sent), "pdf_action"


def embedded() -> Iterator[Made]:
    def attached(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["a.exe"] = b"MZ"

    def pinned(pdf: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]))
        pdf.pages[0].obj["/Annots"] = Array([pdf.make_indirect(note)])

    def associated(pdf: pikepdf.Pdf) -> None:
        kept = Dictionary(F=pikepdf.Stream(pdf, b"MZ"))
        pdf.Root["/AF"] = Array([Dictionary(Type=Name.Filespec, F=String("a.exe"), EF=kept)])

    yield "PDF with a file attached", PDF_TYPE, pdf_with(attached), "pdf_embedded_file"
    yield "PDF with a file pinned to a page", PDF_TYPE, pdf_with(pinned), "pdf_embedded_file"
    yield "PDF with a file beside it", PDF_TYPE, pdf_with(associated), "pdf_embedded_file"
    yield "portfolio", PDF_TYPE, pdf_with(_put("/Collection", Dictionary(View=Name.D))), "pdf_embedded_file"


def _nothing(pdf: pikepdf.Pdf) -> None:
    """Change nothing."""


def encrypted() -> Iterator[Made]:
    for revision in (4, 6):
        for user in ("secret", ""):
            rule = pikepdf.Encryption(owner="owner", user=user, R=revision)
            name = f"PDF encrypted, revision {revision}, {'with a password' if user else 'for everybody'}"
            yield name, PDF_TYPE, pdf_with(_nothing, encryption=rule), "pdf_encrypted"


def broken_pdfs() -> Iterator[Made]:
    plain = pdf_of()
    yield "PDF cut short", PDF_TYPE, plain[: len(plain) // 2], "pdf_unreadable"
    yield "PDF of one line", PDF_TYPE, b"%PDF-1.7\n%%EOF\n", "pdf_unreadable"
    wrong = plain[: plain.rindex(b"startxref")] + b"startxref\n7\n%%EOF\n"
    yield "PDF whose table is elsewhere", PDF_TYPE, wrong, "pdf_unreadable"

    def emptied(pdf: pikepdf.Pdf) -> None:
        del pdf.pages[0]

    yield "PDF without a page", PDF_TYPE, pdf_with(emptied), "pdf_unreadable"
