"""Entries of an access log as they are answered. Must not know whose log it is, or how it was asked for."""

from collections.abc import Callable

from chalicelib.audit.model import Access, Link
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.clock import iso
from chalicelib.kernel.ids import ItemId, ProcedureCode
from chalicelib.vocabulary.model import Text
from chalicelib.vocabulary.service import Vocabulary


def entry(link: Link, access: Access, words: Vocabulary, name_of: Callable[[ProcedureCode], Text | None]) -> JsonObject:
    """Return an entry with what is named in it by its names."""
    client = words.client(access.client)
    grounds = {"basis": access.basis, "representative": access.representative, "consent": access.consent}
    return {
        "number": link.number,
        "at": iso(access.at),
        "client": _named(access.client, None if client is None else client.name),
        "own": access.own,
        "action": access.action,
        "archive": access.archive,
        **_about(access, name_of),
        "decision": access.decision,
        **{name: ground for name, ground in grounds.items() if ground is not None},
        "wave": access.wave,
        "attempt": access.attempt,
        "registers": list(access.registers),
        "items": [_item(each, words) for each in access.items],
        "hash": link.hash.hex(),
    }


def _about(access: Access, name_of: Callable[[ProcedureCode], Text | None]) -> JsonObject:
    about: JsonObject = {"prefill": access.prefill, "document": access.document}
    if access.procedure is not None:
        about["procedure"] = _named(access.procedure, name_of(access.procedure))
    return {name: value for name, value in about.items() if value is not None}


def _item(item: ItemId, words: Vocabulary) -> JsonObject:
    known = words.items.get(item)
    return _named(item, None if known is None else known.label)


def _named(code: str, name: Text | None) -> JsonObject:
    return {"code": code, "vi": code if name is None else name.vi, "en": code if name is None else name.en}
