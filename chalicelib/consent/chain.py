"""A consent (sự đồng ý) and the chain of its revisions. Pure; knows nobody by name.

One consent is of one person, for one purpose, to one named receiver, over listed items, until it expires or is
withdrawn (Luật 91/2025/QH15 Điều 9). Each change is a revision that holds the whole consent as it then stands, and
h_n = SHA-256(h_{n-1} ‖ canonical revision): no revision can be altered, dropped or put in between unnoticed. Parties
are keyed references, so the chain still verifies when nobody can tell any more who they were.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final, Literal, TypeAlias, get_args

from chalicelib.audit.model import GENESIS, Head, Link, extend
from chalicelib.consent.model import Grant
from chalicelib.consent.request import Request, RequestId
from chalicelib.kernel.canonical import Json, JsonObject, canonical
from chalicelib.kernel.clock import from_iso, iso
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import (
    CatalogueHash,
    CitizenRef,
    ClientId,
    ConsentId,
    ItemId,
    PrefillId,
    ProcedureCode,
)

State: TypeAlias = Literal["granted", "withdrawn"]
Shown: TypeAlias = Literal["granted", "withdrawn", "expired"]
_STATES: Final[Mapping[str, State]] = {name: name for name in get_args(State)}


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent as of its revision `number`, made at `at`; what it was asked with is that revision's own.

    `catalogue` is the set of definitions whose words for the purpose and the items the giver was shown.
    """

    id: ConsentId
    number: int
    state: State
    subject: CitizenRef
    asker: CitizenRef
    client: ClientId
    procedure: ProcedureCode
    role: str
    items: tuple[ItemId, ...]
    at: datetime
    expires_at: datetime
    request: RequestId
    catalogue: CatalogueHash
    prefill: PrefillId | None = None

    @property
    def grant(self) -> Grant | None:
        """Return what it allows; None when it was withdrawn. Its expiry is left to whoever asks."""
        return Grant(self.id, frozenset(self.items), self.expires_at) if self.state == "granted" else None

    def status(self, at: datetime) -> Shown:
        """Return what both parties see."""
        return "expired" if self.state == "granted" and at >= self.expires_at else self.state


@dataclass(frozen=True, slots=True)
class Standing:
    """The latest revision of a consent, and the hash that the chain ends with."""

    consent: Consent
    hash: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """What a grant makes: the revision that stands now, and the last one of the consent that it takes the place of."""

    standing: Standing
    closed: Standing | None = None


def granted(before: Standing | None, request: Request, fresh: ConsentId) -> Change:
    """Return what a granted request makes of the consent that stood before it.

    One that still holds goes on, over as many items or more. A grant of fewer ends it and begins another: values go
    with the consent that they were obtained under, so those of the items left out go too.
    """
    answer = request.answer
    if answer is None or answer.expires_at is None:
        raise Corrupt(what="grant")
    live = before if before is not None and before.consent.status(answer.at) == "granted" else None
    goes_on = live is not None and set(live.consent.items) <= set(answer.items)
    follows = live if goes_on else None
    consent = Consent(
        fresh if follows is None else follows.consent.id,
        1 if follows is None else follows.consent.number + 1,
        "granted",
        request.subject,
        request.asker,
        request.client,
        request.procedure,
        request.role,
        answer.items,
        answer.at,
        answer.expires_at,
        request.id,
        request.catalogue,
        request.prefill,
    )
    return Change(_linked(follows, consent), None if live is None or goes_on else withdrawn(live, answer.at))


def withdrawn(before: Standing, at: datetime) -> Standing:
    """Return the revision in which the giver takes the consent back."""
    consent = replace(before.consent, number=before.consent.number + 1, state="withdrawn", at=at)
    return _linked(before, consent)


def written(consent: Consent) -> bytes:
    """Return the bytes of a revision that its hash is over."""
    return canonical(to_json(consent))


def links(chain: Iterable[Standing]) -> list[Link]:
    """Return revisions as links, for `audit.model.first_break` to verify."""
    return [Link(each.consent.number, written(each.consent), each.hash) for each in chain]


def to_json(consent: Consent) -> JsonObject:
    """Write a revision."""
    items: list[Json] = list(consent.items)
    return {
        "id": consent.id,
        "number": consent.number,
        "state": consent.state,
        "subject": consent.subject,
        "asker": consent.asker,
        "client": consent.client,
        "procedure": consent.procedure,
        "role": consent.role,
        "items": items,
        "at": iso(consent.at),
        "expires_at": iso(consent.expires_at),
        "request": consent.request,
        "catalogue": consent.catalogue,
        "prefill": consent.prefill,
    }


def from_json(document: JsonObject) -> Consent:
    """Read what `to_json` wrote. Raises Corrupt when it is not that."""
    match document:
        case {
            "id": str(id_),
            "number": int(number),
            "state": str(state),
            "subject": str(subject),
            "asker": str(asker),
            "client": str(client),
            "procedure": str(procedure),
            "role": str(role),
            "items": list(items),
            "at": str(at),
            "expires_at": str(expires_at),
            "request": str(request),
            "catalogue": str(catalogue),
            "prefill": str() | None as prefill,
        } if state in _STATES:
            return Consent(
                ConsentId(id_),
                number,
                _STATES[state],
                CitizenRef(subject),
                CitizenRef(asker),
                ClientId(client),
                ProcedureCode(procedure),
                role,
                tuple(ItemId(str(each)) for each in items),
                from_iso(at),
                from_iso(expires_at),
                RequestId(request),
                CatalogueHash(catalogue),
                None if prefill is None else PrefillId(prefill),
            )
        case _:
            raise Corrupt(what="consent")


def _linked(before: Standing | None, consent: Consent) -> Standing:
    head = Head(consent.number - 1, GENESIS if before is None else before.hash)
    return Standing(consent, extend(head, written(consent)).hash)
