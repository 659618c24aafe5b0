"""Who is meant by a name, a day of birth and an old number: what is asked of the population register, and its answer.

Pure but for the port. An answer that is not to this very question, or names what is no personal id, is none.
"""

import json
from typing import Final, Protocol

from chalicelib.kernel.canonical import JsonObject, canonical
from chalicelib.kernel.errors import SourceError
from chalicelib.kernel.ids import PersonalId, is_personal_id
from chalicelib.warehouse.import_rows import Described

POPULATION: Final = "population"
PURPOSE: Final = "back_file"
MOST: Final = 20
"""People that one answer may name: more is no answer to work with, and is as ambiguous as two."""


class MatchUnavailable(SourceError):
    """The population register gave no answer that can be used: ask again later."""

    code = "source_unavailable"


class People(Protocol):
    """The register's matching of people."""

    def find(self, described: Described) -> tuple[PersonalId, ...]:
        """Return everybody who may be meant: nobody, one, or several. Raises MatchUnavailable."""
        ...


def question(described: Described, request_id: str, receiver: str) -> bytes:
    """Return the body to send."""
    asked: JsonObject = {
        "request_id": request_id,
        "full_name": described.name,
        "birth_date": described.birth,
        "purpose": PURPOSE,
        "receiver": receiver,
    }
    if described.old_number is not None:
        asked["old_number"] = described.old_number
    return canonical(asked)


def matches(body: bytes, request_id: str) -> tuple[PersonalId, ...]:
    """Read the answer. Raises MatchUnavailable for one that cannot be believed."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MatchUnavailable from error
    match answer:
        case {"request_id": str(echo), "matches": list(found)} if echo == request_id and len(found) <= MOST:
            return tuple(dict.fromkeys(_person(each) for each in found))
        case _:
            raise MatchUnavailable


def _person(found: object) -> PersonalId:
    match found:
        case {"personal_id": str(number)} if is_personal_id(number):
            return PersonalId(number)
        case _:
            raise MatchUnavailable
