"""The words of the house: items of information, bilingual texts, clients. Pure; knows no register and no form."""

from collections.abc import Mapping
from dataclasses import field
from typing import Literal, TypeAlias

from chalicelib.definitions.model import Status
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ClientId, ItemId, RegisterCode

Language: TypeAlias = Literal["vi", "en"]
ItemType: TypeAlias = Literal[
    "text", "date", "partial_date", "code", "boolean", "integer", "decimal", "dong", "address", "personal_id", "list"
]
Normaliser: TypeAlias = Literal["exact", "text", "name", "date", "phone", "address"]


@dataclass(frozen=True, slots=True)
class Text:
    """One citizen-facing text in both languages."""

    vi: str
    en: str

    def in_(self, language: Language) -> str:
        """Return it in one language."""
        return self.vi if language == "vi" else self.en


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of information, named once: what its values look like, and whose word counts for it.

    `precedence` lists registers in falling authority, the master first; `sensitive` items (NĐ 13/2023 Đ2.4) are
    asked for only where a form binds them; `freshness_days` bounds the age of a value, None for no bound. The value
    of a `list` (household.members[]) is rows, each holding values of the items named in `columns`.
    """

    id: ItemId
    type: ItemType
    label: Text
    normaliser: Normaliser
    sensitive: bool = False
    precedence: tuple[RegisterCode, ...] = ()
    freshness_days: int | None = None
    codes: Mapping[str, Text] = field(default_factory=dict)
    columns: tuple[ItemId, ...] = ()
    status: Status = "confirmed"

    @property
    def master(self) -> RegisterCode | None:
        """Return the register whose word decides (dữ liệu chủ), if there is one."""
        return self.precedence[0] if self.precedence else None


@dataclass(frozen=True, slots=True)
class Client:
    """A portal or an agency that calls us, as citizens see it in their access log."""

    id: ClientId
    name: Text
    confidential: bool
    redirect_uris: tuple[str, ...]
    scopes: frozenset[str]
    issues: frozenset[str] = frozenset()
    """Types of documents that an agency issues into warehouses."""
