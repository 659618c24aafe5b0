"""The made-up citizens (personas) and organisations: one file each, what every register holds and what they are for.

Data only; knows no HTTP and no fault. Refuses a file that is not marked synthetic or whose id could be somebody's.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chalicelib.kernel.errors import BadDefinition, NotFound
from chalicelib.kernel.ids import PersonalId, is_synthetic, is_synthetic_business

_FOLDER: Final = Path(__file__).parent / "personas"
_ORGANISATIONS: Final = Path(__file__).parent / "organisations"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(_Frozen):
    """What the persona is for, in both languages."""

    vi: str
    en: str


class Holding(_Frozen):
    """What one register holds about its subject; `fails` is the HTTP status it gives instead, always."""

    record: str = ""
    as_of: str = ""
    data: dict[str, Any] = Field(default_factory=dict)
    under_review: tuple[str, ...] = ()
    fails: Literal[403, 409, 500, 503, 504] | None = None


class Persona(_Frozen):
    """One made-up citizen. A register that is not named does not know them.

    `provinces` holds what each province's own registers know, by its two-digit code (34 provinces).
    """

    synthetic: Literal[True]
    personal_id: Annotated[str, Field(pattern=r"^[0-9]{12}$")]
    title: Title
    identity_level: Literal[1, 2]
    engaged_to: str | None = None
    registers: dict[str, Holding]
    provinces: dict[Annotated[str, Field(pattern=r"^[0-9]{2}$")], dict[str, Holding]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _stays_synthetic(self) -> Self:
        if not is_synthetic(PersonalId(self.personal_id)):
            raise ValueError("the id is outside the range kept for made-up citizens")
        return self

    @property
    def name(self) -> str:
        """Return the full name as the population register writes it."""
        return str(self.registers["population"].data["name"]["full"])

    def holding(self, register: str, province: str | None = None) -> Holding | None:
        """Return what a register knows of the person: the province's own one where a province is named."""
        registers = self.registers if province is None else self.provinces.get(province, {})
        return registers.get(register)


class Organisation(_Frozen):
    """One made-up enterprise, known to registers by its code."""

    synthetic: Literal[True]
    organisation_id: str
    title: Title
    registers: dict[str, Holding]

    @model_validator(mode="after")
    def _stays_synthetic(self) -> Self:
        if not is_synthetic_business(self.organisation_id):
            raise ValueError("the code is outside the range kept for made-up organisations, or no code at all")
        return self

    def holding(self, register: str, province: str | None = None) -> Holding | None:
        """Return what a register knows of the organisation; no province's own one knows any."""
        return self.registers.get(register) if province is None else None


class Personas:
    """The personas by id, in the order of their files: the first is a level-2 adult with full data."""

    def __init__(self, people: Iterable[Persona], organisations: Iterable[Organisation] = ()) -> None:
        self._people = {person.personal_id: person for person in people}
        self._organisations = {each.organisation_id: each for each in organisations}

    def __iter__(self) -> Iterator[Persona]:
        return iter(self._people.values())

    def get(self, personal_id: str) -> Persona | None:
        """Return the persona, or None where the id is nobody's."""
        return self._people.get(personal_id)

    def need(self, personal_id: str) -> Persona:
        """Return the persona. Raises NotFound when the id is nobody's."""
        if (found := self._people.get(personal_id)) is None:
            raise NotFound(what="persona")
        return found

    @property
    def organisations(self) -> tuple[Organisation, ...]:
        """Return the made-up organisations, in the order of their files."""
        return tuple(self._organisations.values())

    def organisation(self, code: str) -> Organisation | None:
        """Return the organisation, or None where the code is nobody's."""
        return self._organisations.get(code)

    @classmethod
    def load(cls, folder: Path = _FOLDER, organisations: Path = _ORGANISATIONS) -> Self:
        """Read every file. Raises BadDefinition naming the file that does not hold."""
        return cls(
            [_read(path, Persona) for path in sorted(folder.glob("*.json"))],
            [_read(path, Organisation) for path in sorted(organisations.glob("*.json"))],
        )


_Subject = TypeVar("_Subject", Persona, Organisation)


def _read(path: Path, kind: type[_Subject]) -> _Subject:
    text = path.read_text(encoding="utf-8")
    if not unicodedata.is_normalized("NFC", text):
        raise BadDefinition(file=path.name, reason="text is not NFC")
    try:
        return kind.model_validate_json(text)
    except ValueError as error:
        raise BadDefinition(file=path.name) from error
