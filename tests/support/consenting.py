"""Two people consent over HTTP, each in their own session."""

from itertools import cycle
from typing import Final

from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.ids import PersonalId
from tests.support.people import PEOPLE
from tests.support.service import AN, BINH, Answered, Portal

_ASKERS: Final = cycle(
    PersonalId(each.personal_id) for each in PEOPLE if each.identity_level == 2 and each.personal_id not in {AN, BINH}
)
"""Nobody may ask the same person more than three times a week."""


def other(person: PersonalId) -> PersonalId:
    """Return the other of the two."""
    return BINH if person == AN else AN


def wish(person: PersonalId, **changes: object) -> JsonObject:
    """Return the body that asks a person for all that the marriage form needs of them."""
    return {"procedure": "1.000894", "role": "groom" if person == AN else "bride", "personal_id": person, **changes}  # type: ignore[dict-item]


def ask(portal: Portal, person: PersonalId, *, by: PersonalId | None = None, **changes: object) -> Answered:
    """Ask a person, in the name of the other one unless somebody else is named."""
    token, key = portal.token(other(person) if by is None else by), changes.pop("idempotency_key", None)
    headers = {} if key is None else {"Idempotency_Key": str(key)}
    return portal.call("POST", "/v1/consent-requests", wish(person, **changes), token=token, **headers)


def decide(portal: Portal, person: PersonalId, request: str, decision: str = "grant", **choice: object) -> Answered:
    """Decide a request in the person's own session."""
    body = {"decision": decision, **choice}
    return portal.call("POST", f"/v1/consent-requests/{request}/decision", body, token=portal.token(person))


def mine(portal: Portal, person: PersonalId, path: str) -> Answered:
    """Read one of the person's own lists."""
    return portal.call("GET", path, token=portal.token(person))


def consent_request(portal: Portal, person: PersonalId) -> str:
    """Return the id of an open request that the person was asked, by somebody else each time."""
    return str(ask(portal, person, by=next(_ASKERS)).body["id"])


def given_consent(portal: Portal, person: PersonalId) -> str:
    """Return the id of a consent that the person gave."""
    return str(decide(portal, person, consent_request(portal, person)).body["consent"])


def block(portal: Portal, person: PersonalId) -> str:
    """Return the id of a block that the person made."""
    before = _blocks(portal, person)
    decide(portal, person, consent_request(portal, person), "block")
    (made,) = _blocks(portal, person) - before
    return made


def _blocks(portal: Portal, person: PersonalId) -> frozenset[str]:
    return frozenset(each["id"] for each in mine(portal, person, "/v1/consent-blocks").body["blocks"])
