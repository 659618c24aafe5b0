"""The answer of the list of document types as the API declares it; the description of the API is made from it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.definitions.model import Status
from chalicelib.papers.model import MediaType
from chalicelib.vocabulary.model import ItemType


class Answer(BaseModel):
    """Base of an answer; built when first used."""

    model_config = ConfigDict(frozen=True, defer_build=True)


class TypeText(Answer):
    """A text in both languages."""

    vi: str
    en: str


class SuppliedItem(Answer):
    """An item that such a paper may hold, and which file it is read from."""

    item: str
    label: TypeText
    type: ItemType
    sensitive: bool
    read_from: list[MediaType] = Field(description="Empty: it is typed.")


class ProvedEvidence(Answer):
    """A kind of evidence that components of procedures ask for, and that this paper is."""

    code: str
    name: TypeText


class ValidityAnswer(Answer):
    """How long such a paper holds: months from its issue, or until the day in one of its items; neither: no end."""

    months: int | None = None
    until: str | None = Field(default=None, description="The item that names its last day.")
    basis: str
    status: Status


class DocumentTypeAnswer(Answer):
    """A document type (loại giấy tờ) of the warehouse."""

    code: str
    name: TypeText
    media_types: list[MediaType] = Field(description="Which files it may be; empty: it has none, and is typed.")
    max_bytes: int = Field(description="The largest file, in bytes.")
    supplies: list[SuppliedItem]
    proves: list[ProvedEvidence]
    validity: ValidityAnswer
    owners: list[Literal["person", "organisation"]] = Field(description="Whose warehouse may hold one.")
    issuers: TypeText | None = None
    legal_basis: str
    status: Status
    notice: TypeText | None = None


class DocumentTypeList(Answer):
    """All document types, by code."""

    document_types: list[DocumentTypeAnswer]
