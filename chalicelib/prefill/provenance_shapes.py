"""Where something is from, as the API declares it: what answers of prefill and of components have in common."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.consent.model import Basis
from chalicelib.forms.model import DeriveRule
from chalicelib.prefill.model import Assurance


class Answered(BaseModel):
    """Base of what is answered."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Words(Answered):
    """A text in both languages."""

    vi: str
    en: str


class ProvenanceShown(Answered):
    """Where a value, or a register's no, is from: a register, or what is held outside registers."""

    register_: Annotated[str | None, Field(alias="register")] = None
    register_name: Words | None = None
    record: str | None = None
    path: str
    item: str
    mapping: Annotated[str, Field(description="Hash of the definition it was read with.")]
    fetched_at: str
    as_of: str | None = None
    legal_basis: str
    assurance: Assurance
    document: Annotated[str | None, Field(description="The type of paper, where it is one.")] = None
    document_name: Words | None = None
    basis: Annotated[Basis, Field(description="The ground of the right it was asked under.")]
    consent: Annotated[str | None, Field(description="Id of the consent, where that was the ground.")] = None
    rule: Annotated[DeriveRule | None, Field(description="Made from the item by this rule.")] = None
    original: Annotated[
        Any, Field(description="What the source wrote, where units of before were put into today's.")
    ] = None
