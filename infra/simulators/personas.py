"""The made-up citizens (personas): one file each, what every register holds about them and what they are for.

Data only; knows no HTTP and no fault. Refuses a file that is not marked synthetic or whose id could be somebody's.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chalicelib.kernel.errors import BadDefinition, NotFound
from chalicelib.kernel.ids import PersonalId, is_synthetic

_FOLDER = Path(__file__).parent / "personas"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(_Frozen):
    """What the persona is for, in both languages."""

    vi: str
    en: str


class Holding(_Frozen):
    """What one register holds about the person; `fails` is the HTTP status it gives instead, always."""

    record: str = ""
    as_of: str = ""
    data: dict[str, Any] = Field(default_factory=dict)
    under_review: tuple[str, ...] = ()
    fails: Literal[503] | None = None


class Persona(_Frozen):
    """One made-up citizen. A register that is not named does not know them."""

    synthetic: Literal[True]
    personal_id: Annotated[str, Field(pattern=r"^[0-9]{12}$")]
    title: Title
    identity_level: Literal[1, 2]
    engaged_to: str | None = None
    registers: dict[str, Holding]

    @model_validator(mode="after")
    def _stays_synthetic(self) -> Self:
        if not is_synthetic(PersonalId(self.personal_id)):
            raise ValueError("the id is outside the range kept for made-up citizens")
        return self

    @property
    def name(self) -> str:
        """Return the full name as the population register writes it."""
        return str(self.registers["population"].data["name"]["full"])


class Personas:
    """The personas by id, in the order of their files: the first is a level-2 adult with full data."""

    def __init__(self, people: Iterable[Persona]) -> None:
        self._people = {person.personal_id: person for person in people}

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

    @classmethod
    def load(cls, folder: Path = _FOLDER) -> Self:
        """Read every persona file. Raises BadDefinition naming the file that does not hold."""
        return cls(_read(path) for path in sorted(folder.glob("*.json")))


def _read(path: Path) -> Persona:
    text = path.read_text(encoding="utf-8")
    if not unicodedata.is_normalized("NFC", text):
        raise BadDefinition(file=path.name, reason="text is not NFC")
    try:
        return Persona.model_validate_json(text)
    except ValueError as error:
        raise BadDefinition(file=path.name) from error
