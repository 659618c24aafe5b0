"""Entries of the access log (nhật ký truy cập) and the chain that holds them.

Pure. An entry names items, never values. The chain is fixed from the first day:
h_n = SHA-256(h_{n-1} ‖ sealed entry), one chain per citizen, over ciphertext, so it still verifies after a
citizen's key is destroyed.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias, get_args

from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.clock import from_iso, iso
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ClientId, ConsentId, DocumentId, ItemId, PrefillId, ProcedureCode, RegisterCode

Decision: TypeAlias = Literal["allowed", "no_consent", "no_right"]
Ground: TypeAlias = Literal["own", "consent", "guardian", "representative"]
"""On what ground it was allowed: one's own data · a consent · as guardian · as an organisation's representative."""
Action: TypeAlias = Literal[
    "prefill",
    "listed",
    "shown",
    "linked",
    "thumbnail",
    "exported",
    "deleted",
    "restored",
    "saved",
    "issued",
    "revoked",
    "imported",
    "represented",
    "matched",
]
"""What was done: data were asked for a prefill · documents of the warehouse were listed, one of them shown, a link to
it or to its small picture given, everything taken out as an archive, one put away or brought back, the citizen's own
answers kept · an agency issued one, revoked it, or brought in an old result."""
GENESIS = bytes(32)
ACTIONS: Final[Mapping[str, Action]] = {name: name for name in get_args(Action)}
_GROUNDS: Final[Mapping[str, Ground]] = {name: name for name in get_args(Ground)}


@dataclass(frozen=True, slots=True)
class Access:
    """One asking: for which items of a citizen, from which registers, by whom, for what, and whether it was allowed.

    `own` says whether the citizen asked about themselves; who else asked is not told by name of person but by the
    client they used, so that the log of one person does not report the acts of another. `attempt` counts the times
    that registers were asked for this prefill, `consent` is the one it was allowed by. `prefill` and `procedure` are
    named where the action is a prefill, `document` where it is about one document of the warehouse; `archive` says that
    the warehouse was read for the prefill. `representative` tells those apart who act for one organisation, and names
    none of them.
    """

    at: datetime
    prefill: PrefillId | None
    procedure: ProcedureCode | None
    client: ClientId
    own: bool
    wave: int
    decision: Decision
    registers: tuple[RegisterCode, ...]
    items: tuple[ItemId, ...]
    basis: Ground | None = None
    consent: ConsentId | None = None
    attempt: int = 1
    action: Action = "prefill"
    document: DocumentId | None = None
    archive: bool = False
    representative: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """Where a citizen's chain ends: how many entries, and the last hash."""

    count: int = 0
    hash: bytes = GENESIS


@dataclass(frozen=True, slots=True)
class Link:
    """One sealed entry in its place in the chain."""

    number: int
    sealed: bytes
    hash: bytes


def extend(head: Head, sealed: bytes) -> Link:
    """Return the link that follows the head."""
    return Link(head.count + 1, sealed, hashlib.sha256(head.hash + sealed).digest())


def first_break(links: Iterable[Link], start: Head) -> int | None:
    """Return the number of the first link that does not follow from the one before it, or None if all hold."""
    head = start
    for link in links:
        if link != extend(head, link.sealed):
            return head.count + 1
        head = Head(link.number, link.hash)
    return None


def of_warehouse(
    action: Action, at: datetime, client: ClientId, basis: Ground | None, document: DocumentId | None = None
) -> Access:
    """Return the entry of something done in a warehouse: by its owner, a representative, or (no basis) an agency."""
    return Access(
        at,
        prefill=None,
        procedure=None,
        client=client,
        own=basis == "own",
        wave=1,
        decision="allowed",
        registers=(),
        items=(),
        basis=basis,
        action=action,
        document=document,
    )


def to_json(access: Access) -> JsonObject:
    """Write an entry as it is sealed: what an entry does not have is left out, as it was before it could be had."""
    registers: list[Json] = list(access.registers)
    items: list[Json] = list(access.items)
    written: JsonObject = {
        "at": iso(access.at),
        "client": access.client,
        "own": access.own,
        "wave": access.wave,
        "decision": access.decision,
        "registers": registers,
        "items": items,
        "basis": access.basis,
        "consent": access.consent,
        "attempt": access.attempt,
    }
    optional: JsonObject = {
        "prefill": access.prefill,
        "procedure": access.procedure,
        "action": None if access.action == "prefill" else access.action,
        "document": access.document,
        "archive": access.archive or None,
        "representative": access.representative,
    }
    return written | {name: value for name, value in optional.items() if value is not None}


def from_json(document: JsonObject) -> Access:
    """Read what `to_json` wrote, now or before. Raises Corrupt when it is not that."""
    match document:
        case {
            "at": str(at),
            "client": str(client),
            "own": bool(own),
            "wave": int(wave),
            "decision": ("allowed" | "no_consent" | "no_right") as decision,
            "registers": list(registers),
            "items": list(items),
        }:
            return Access(
                from_iso(at),
                _prefill(document),
                _procedure(document),
                ClientId(client),
                own,
                wave,
                decision,
                tuple(RegisterCode(str(each)) for each in registers),
                tuple(ItemId(str(each)) for each in items),
                _GROUNDS.get(str(document.get("basis"))),
                None if document.get("consent") is None else ConsentId(str(document["consent"])),
                attempt if isinstance(attempt := document.get("attempt"), int) else 1,
                _action(document),
                None if document.get("document") is None else DocumentId(str(document["document"])),
                document.get("archive") is True,
                representative if isinstance(representative := document.get("representative"), str) else None,
            )
        case _:
            raise Corrupt(what="access log entry")


def _prefill(document: JsonObject) -> PrefillId | None:
    found = document.get("prefill")
    return PrefillId(found) if isinstance(found, str) else None


def _procedure(document: JsonObject) -> ProcedureCode | None:
    found = document.get("procedure")
    return ProcedureCode(found) if isinstance(found, str) else None


def _action(document: JsonObject) -> Action:
    action = ACTIONS.get(str(document.get("action", "prefill")))
    if action is None or (action == "prefill" and None in (_prefill(document), _procedure(document))):
        raise Corrupt(what="access log entry")
    return action
