"""Entries of an access log, as the API answers them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.audit.model import Action, Ground


class _Answered(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Named(_Answered):
    """A code with its name in both languages."""

    code: str
    vi: str
    en: str


class EntryShown(_Answered):
    """Who asked for what, or did what, when and what for; names of items, never values."""

    number: int
    at: str
    client: Named
    own: Annotated[bool, Field(description="You asked about yourself.")]
    action: Annotated[Action, Field(description="A prefill, or what was done in a warehouse.")]
    procedure: Annotated[Named | None, Field(description="What for; present where the action is a prefill.")] = None
    prefill: Annotated[str | None, Field(description="Present where the action is a prefill.")] = None
    document: Annotated[str | None, Field(description="The document of the warehouse that it is about.")] = None
    archive: Annotated[bool, Field(description="The warehouse was read for this prefill.")] = False
    decision: Literal["allowed", "no_consent", "no_right"]
    basis: Annotated[Ground | None, Field(description="The ground it was allowed on, if any.")] = None
    representative: Annotated[
        str | None, Field(description="Stands for one of those who act for the organisation, in its log alone.")
    ] = None
    consent: Annotated[str | None, Field(description="Your consent that allowed it.")] = None
    wave: Annotated[int, Field(description="2: asked by what a first reply said.")]
    attempt: Annotated[int, Field(description="The how manieth time registers were asked for this prefill.")]
    registers: list[str]
    items: list[Named]
    hash: Annotated[str, Field(description="h_n = SHA-256(h_{n-1} ‖ sealed entry), in hex.")]


class AccessLogPage(_Answered):
    """Entries, newest first."""

    entries: list[EntryShown]
    next: str | None = None
