"""What the citizen has under way on a prefill, as the API declares it."""

from typing import Annotated

from pydantic import Field

from chalicelib.prefill.provenance_shapes import Answered


class ContestNoted(Answered):
    """A contest that stands: its declared value is among the field's candidates."""

    id: str
    pointer: str
    at: str


class RefreshNoted(Answered):
    """The last refresh, and the fields that wait for the citizen's decision."""

    id: str
    at: str
    proposed: Annotated[list[str], Field(description="What it would change is told by the refresh itself.")]
