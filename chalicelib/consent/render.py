"""Requests, consents and blocks in the words of an answer. Pure; decides nothing."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.consent.chain import Consent
from chalicelib.consent.port import Blocked, Direction, Found, Held
from chalicelib.consent.request import Purpose, Request
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.clock import iso
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ClientId, ItemId, ProcedureCode
from chalicelib.vocabulary.model import Text
from chalicelib.vocabulary.service import Vocabulary


@dataclass(frozen=True, slots=True)
class Names:
    """What codes are called now."""

    words: Vocabulary
    purpose: Callable[[ProcedureCode], Purpose | None]

    def client(self, code: ClientId) -> JsonObject:
        """Return a client with its name."""
        client = self.words.client(code)
        return named(code, None if client is None else client.name)

    def purpose_and_part(self, code: ProcedureCode, role: str) -> JsonObject:
        """Return a procedure and a role in it, with their names."""
        purpose = self.purpose(code)
        part = None if purpose is None else purpose.parts.get(role)
        return {
            "procedure": named(code, None if purpose is None else purpose.name),
            "role": named(role, None if part is None else part.label),
        }

    def items(self, codes: tuple[ItemId, ...]) -> list[Json]:
        """Return items with their names, and whether they are sensitive."""
        return [self._item(each) for each in codes]

    def _item(self, code: ItemId) -> JsonObject:
        item = self.words.items.get(code)
        if item is None:
            return {**named(code, None), "sensitive": False}
        columns: list[Json] = [self._column(each) for each in item.columns]
        return {**named(code, item.label), "sensitive": item.sensitive} | ({"columns": columns} if columns else {})

    def _column(self, code: ItemId) -> JsonObject:
        item = self.words.items.get(code)
        return named(code, None if item is None else item.label)


def named(code: str, name: Text | None) -> JsonObject:
    """Return a code with its name; without one it goes by itself."""
    return {"code": code, "vi": code if name is None else name.vi, "en": code if name is None else name.en}


def asked(request: Request) -> JsonObject:
    """Return the answer to asking: the same shape whoever was asked."""
    items: list[Json] = list(request.items)
    return {
        "id": request.id,
        "procedure": request.procedure,
        "role": request.role,
        "items": items,
        "status": "open",
        "expires_at": iso(request.expires_at),
    }


def listed(found: Found, direction: Direction, at: datetime, names: Names) -> JsonObject:
    """Return a request as its side sees it."""
    request, private = found.request, found.private
    received = direction == "received"
    status = request.status(at) if received else request.status_for_asker(at)
    consent = None if request.answer is None else request.answer.consent
    return {
        "id": request.id,
        "status": status,
        "personal_id": private.asker if received else private.subject,
        "client": names.client(request.client),
        **names.purpose_and_part(request.procedure, request.role),
        "items": names.items(request.items),
        **({} if private.note is None else {"note": private.note}),
        "asked_at": iso(request.asked_at),
        "expires_at": iso(request.expires_at),
        **({} if consent is None else {"consent": consent}),
    }


def decided(request: Request, at: datetime) -> JsonObject:
    """Return what a request was answered."""
    answer = request.answer
    told: JsonObject = {
        "id": request.id,
        "procedure": request.procedure,
        "role": request.role,
        "status": request.status(at),
    }
    if answer is not None:
        told["decided_at"] = iso(answer.at)
        if answer.consent is not None and answer.expires_at is not None:
            told |= {"consent": answer.consent, "revision": answer.revision, "items": list(answer.items)}
            told["expires_at"] = iso(answer.expires_at)
    return told


def held(held_: Held, at: datetime, names: Names) -> JsonObject:
    """Return a consent as either party sees it."""
    consent = held_.consent
    return {
        "id": consent.id,
        "revision": consent.number,
        "status": consent.status(at),
        "personal_id": held_.other,
        "client": names.client(consent.client),
        **names.purpose_and_part(consent.procedure, consent.role),
        "items": names.items(consent.items),
        "changed_at": iso(consent.at),
        "expires_at": iso(consent.expires_at),
        "hash": held_.standing.hash.hex(),
    }


def ended(consent: Consent, at: datetime) -> JsonObject:
    """Return a consent that holds no more."""
    return {
        "id": consent.id,
        "revision": consent.number,
        "procedure": consent.procedure,
        "status": consent.status(at),
        "changed_at": iso(consent.at),
    }


def blocked(blocked_: Blocked) -> JsonObject:
    """Return whom one blocks."""
    return {"id": blocked_.block.id, "personal_id": blocked_.asker, "blocked_at": iso(blocked_.block.at)}
