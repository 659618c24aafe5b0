"""Parts of the dossier and the measure of sparing, as the API declares them."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.prefill.model import Outcome, Standing
from chalicelib.prefill.provenance_shapes import Answered, ProvenanceShown, Words


class PaperShown(Answered):
    """A paper that is held already, to be attached by its id."""

    id: str
    type: Annotated[str, Field(description="The type of document.")]
    type_name: Words
    assurance: Standing
    mapping: Annotated[str, Field(description="Hash of the definition it was read with.")]
    read_at: Annotated[str, Field(description="When it came in.")]
    as_of: Annotated[str | None, Field(description="When it was issued, as far as is known.")] = None
    until: Annotated[str | None, Field(description="When it loses its validity; absent: it does not.")] = None
    legal_basis: str


class ProofShown(Answered):
    """One piece of the evidence that was chosen: an item, or a document, with where it is from."""

    item: str | None = None
    document: str | None = None
    name: Words
    provenance: ProvenanceShown | None = None
    paper: PaperShown | None = None


class LackShown(Answered):
    """One piece of evidence that is not there, and why."""

    item: str | None = None
    document: str | None = None
    name: Words
    outcome: Outcome | Literal["no_document"]
    detail: str | None = None
    message: Words


class ComponentFound(Answered):
    """A part of the dossier (thành phần hồ sơ): whether nothing has to be attached for it, by what, and why not."""

    code: str
    name: Words
    needed: Annotated[bool | None, Field(description="Its case holds by your answers; absent: they do not say.")] = None
    essential: Annotated[bool, Field(description="Otherwise it helps, and may be left out.")]
    satisfied: bool
    way: Annotated[
        int | None, Field(ge=0, description="Which of the procedure's `any_of` was chosen: the first whole one.")
    ] = None
    proofs: Annotated[list[ProofShown], Field(description="All that the chosen way names.")]
    lacks: Annotated[
        list[list[LackShown]], Field(description="What each way misses, in their order; empty for a whole one.")
    ]
    message: Words
    next_action: Words


class UsageShown(Answered):
    """How sparing the asking was (data minimisation)."""

    fetched: Annotated[int, Field(ge=0, description="Items that came in replies, once for each subject they came of.")]
    unused: Annotated[list[str], Field(description="Those of them that nothing wanted of whom they came.")]
