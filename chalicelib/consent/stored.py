"""Requests, consents and blocks as the fields of items, and read back as their types. Knows no key and no table."""

import json
from typing import Final, Literal

from chalicelib.aws.codec import Value
from chalicelib.aws.keys import DataKey
from chalicelib.aws.writes import Stored
from chalicelib.consent.chain import Standing, from_json, written
from chalicelib.consent.request import Answer, Block, Decision, Private, Request, RequestId
from chalicelib.kernel.canonical import canonical
from chalicelib.kernel.clock import from_iso, iso
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.ids import (
    CatalogueHash,
    CitizenRef,
    ClientId,
    ConsentId,
    ItemId,
    PersonalId,
    PrefillId,
    ProcedureCode,
)

_DECISIONS: Final[dict[str, Decision]] = {"grant": "grant", "refuse": "refuse", "block": "block"}
_Sealed = Literal["request", "given", "received", "block"]


def request_fields(request: Request) -> dict[str, Value]:
    """Write a request; its id and the person asked are in the item's key."""
    return {
        "asker": request.asker,
        "client": request.client,
        "procedure": request.procedure,
        "role": request.role,
        "items": list(request.items),
        "asked_at": iso(request.asked_at),
        "place": request.place,
        "catalogue": request.catalogue,
        "prefill": request.prefill,
        "answer": None if request.answer is None else _answer(request.answer),
    }


def read_request(id_: RequestId, subject: CitizenRef, stored: Stored) -> Request:
    """Read what `request_fields` wrote. Raises Corrupt when it is not that."""
    match stored.fields:
        case {
            "asker": str(asker),
            "client": str(client),
            "procedure": str(procedure),
            "role": str(role),
            "items": list(items),
            "asked_at": str(asked_at),
            "place": int(place),
            "catalogue": str(catalogue),
            "prefill": str() | None as prefill,
            "answer": answer,
        }:
            return Request(
                id_,
                CitizenRef(asker),
                subject,
                ClientId(client),
                ProcedureCode(procedure),
                role,
                tuple(ItemId(str(each)) for each in items),
                from_iso(asked_at),
                place,
                CatalogueHash(catalogue),
                None if prefill is None else PrefillId(prefill),
                None if answer is None else _read_answer(answer),
            )
        case _:
            raise Corrupt(what="consent request")


def standing_fields(standing: Standing) -> dict[str, Value]:
    """Write a revision of a consent."""
    return {"revision": written(standing.consent), "hash": standing.hash}


def read_standing(stored: Stored) -> Standing:
    """Read what `standing_fields` wrote. Raises Corrupt when it is not that."""
    match stored.fields:
        case {"revision": bytes(revision), "hash": bytes(hash_)}:
            document = json.loads(revision)
            if isinstance(document, dict):
                return Standing(from_json(document), hash_)
    raise Corrupt(what="consent")


def block_fields(block: Block) -> dict[str, Value]:
    """Write a block; its id is in the item's key."""
    return {"at": iso(block.at), "lifted_at": None if block.lifted_at is None else iso(block.lifted_at)}


def read_block(stored: Stored) -> Block:
    """Read what `block_fields` wrote. Raises Corrupt when it is not that."""
    match stored.fields:
        case {"at": str(at), "lifted_at": str() | None as lifted_at}:
            return Block(stored.key.sk, from_iso(at), None if lifted_at is None else from_iso(lifted_at))
        case _:
            raise Corrupt(what="consent block")


def seal(key: DataKey, what: _Sealed, id_: str, private: Private) -> bytes:
    """Seal who is meant, and the note, for one place."""
    words = {"asker": private.asker, "subject": private.subject, "note": private.note}
    return key.seal(canonical(words), (f"consent-{what}", id_))


def unseal(key: DataKey, what: _Sealed, id_: str, stored: Stored) -> Private:
    """Open what `seal` made for the same place. Raises Corrupt when it is not that."""
    sealed = stored.fields.get("sealed")
    if isinstance(sealed, bytes):
        match json.loads(key.open(sealed, (f"consent-{what}", id_))):
            case {"asker": str(asker), "subject": str(subject), "note": str() | None as note}:
                return Private(PersonalId(asker), PersonalId(subject), note)
    raise Corrupt(what="consent")


def _answer(answer: Answer) -> dict[str, Value]:
    return {
        "decision": answer.decision,
        "at": iso(answer.at),
        "items": list(answer.items),
        "expires_at": None if answer.expires_at is None else iso(answer.expires_at),
        "consent": answer.consent,
        "revision": answer.revision,
    }


def _read_answer(written_: Value) -> Answer:
    match written_:
        case {
            "decision": str(decision),
            "at": str(at),
            "items": list(items),
            "expires_at": str() | None as expires_at,
            "consent": str() | None as consent,
            "revision": int(revision),
        } if decision in _DECISIONS:
            return Answer(
                _DECISIONS[decision],
                from_iso(at),
                tuple(ItemId(str(each)) for each in items),
                None if expires_at is None else from_iso(expires_at),
                None if consent is None else ConsentId(consent),
                revision,
            )
        case _:
            raise Corrupt(what="consent request")
