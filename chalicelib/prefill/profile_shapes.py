"""What is kept of typed answers, as the API declares it."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.prefill.edit_shapes import Pointer
from chalicelib.prefill.provenance_shapes import Answered, Words
from chalicelib.web.shape import Shape, told


class Agreement(Shape):
    """The citizen's explicit agreement (sự đồng ý) to what is kept; without it nothing is."""

    purpose: Annotated[Literal["profile"], Field(**told("Lưu vào hồ sơ của tôi.", "To be kept in my profile."))]
    accepted: Annotated[Literal[True], Field(**told("Tôi đồng ý.", "I agree."))]


class ProfileRequest(Shape):
    """Which typed answers to keep."""

    fields: Annotated[
        list[Pointer], Field(min_length=1, max_length=50, **told("Các mục cần lưu.", "Fields whose answers to keep."))
    ]
    consent: Agreement


class SavedItem(Answered):
    """An answer that was kept, and the item it was kept as."""

    pointer: str
    item: str
    name: Words


class ProfileAnswer(Answered):
    """What was kept: the document that holds it, and of which revision it was."""

    document: str
    type: str
    prefill: str
    revision: Annotated[int, Field(ge=1)]
    at: Annotated[str, Field(description="When it was kept, and agreed to.")]
    saved: list[SavedItem]
