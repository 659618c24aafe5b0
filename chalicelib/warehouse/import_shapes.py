"""What agencies send and are answered about back-file imports; the description of the API is made from these."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.warehouse.import_model import ImportState, Outcome
from chalicelib.warehouse.issue_shapes import MOST_BYTES, FormShown, Sha256
from chalicelib.warehouse.manifest import MOST_BYTES as MOST_MANIFEST
from chalicelib.warehouse.upload_shapes import Words
from chalicelib.web.paging import PageQuery
from chalicelib.web.shape import Shape, told

MOST_FILES = 100


class ImportPath(Shape):
    """The id of an import."""

    id: Annotated[str, Field(max_length=64, **told("Mã lần nhập.", "The id of the import."))]


class RowsQuery(PageQuery):
    """Which rows."""

    outcome: Annotated[Outcome | None, Field(**told("Chỉ các dòng có kết quả này.", "Only rows that came out so."))] = (
        None
    )


class ManifestAsked(Shape):
    """The manifest, as it will be sent."""

    media_type: Annotated[
        Literal["text/csv", "application/x-ndjson"], Field(**told("CSV hoặc JSON từng dòng.", "CSV or JSON Lines."))
    ]
    size: Annotated[int, Field(ge=1, le=MOST_MANIFEST, **told("Số byte, đúng từng byte.", "Bytes, exactly."))]
    sha256: Annotated[Sha256, Field(**told("SHA-256 của tệp, dạng hex.", "SHA-256 of the file, in hex."))]


class ImportRequest(Shape):
    """An import of old results."""

    manifest: Annotated[ManifestAsked, Field(**told("Danh mục kết quả cũ.", "The list of old results."))]
    note: Annotated[
        str | None,
        Field(min_length=1, max_length=500, **told("Ghi chú của cơ quan.", "The agency's own note.")),
    ] = None


class FileAsked(Shape):
    """A file that rows of the manifest name."""

    name: Annotated[
        str, Field(min_length=1, max_length=200, **told("Tên như trong danh mục.", "Its name as in the manifest."))
    ]
    media_type: Annotated[
        Literal["image/jpeg", "image/png", "application/pdf"], Field(**told("Loại tệp.", "What kind of file."))
    ]
    size: Annotated[int, Field(ge=1, le=MOST_BYTES, **told("Số byte, đúng từng byte.", "Bytes, exactly."))]
    sha256: Annotated[Sha256, Field(**told("SHA-256 của tệp, dạng hex.", "SHA-256 of the file, in hex."))]


class TicketsRequest(Shape):
    """Files that will be sent; none named, the manifest's own ticket is given anew."""

    files: Annotated[
        list[FileAsked], Field(max_length=MOST_FILES, **told("Tối đa 100 tệp mỗi lần.", "At most 100 at once."))
    ]


class _Answered(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class ImportShown(_Answered):
    """How far an import is; `rows` is known once its manifest was looked through."""

    id: str
    state: ImportState
    opened_at: str
    started_at: str | None = None
    finished_at: str | None = None
    rows: int | None = None
    done: int
    counts: dict[Outcome, int]
    reason: Annotated[str | None, Field(description="Why the manifest as a whole could not be used, a code.")] = None
    message: Annotated[Words | None, Field(description="The reason in words.")] = None
    note: str | None = None


class ImportOpened(ImportShown):
    """A new import, with the ticket for its manifest."""

    ticket: FormShown


class FileTicket(_Answered):
    """The ticket for one file, by its name; the manifest's has none."""

    name: str | None = None
    ticket: FormShown


class TicketsShown(_Answered):
    """Tickets in the order that files were named in."""

    tickets: list[FileTicket]


class RowShown(_Answered):
    """What came of a row; never a value out of it."""

    row: Annotated[int, Field(description="From 1, the header not counted.")]
    outcome: Outcome
    reason: str | None = None
    column: str | None = None
    message: Annotated[
        Words | None, Field(description="Why it brought nothing, and what to do; none where it did.")
    ] = None
    document: Annotated[str | None, Field(description="The id to look at it, or revoke it, by.")] = None


class RowsShown(_Answered):
    """Rows in the order of the manifest."""

    rows: list[RowShown]
    next: str | None = None
