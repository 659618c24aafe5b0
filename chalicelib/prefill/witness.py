"""What a register said of one subject, item by item. Pure; reads replies, and weighs nothing against anything."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from chalicelib.kernel.canonical import Json
from chalicelib.kernel.clock import iso
from chalicelib.kernel.ids import ItemId
from chalicelib.prefill.findings import MOST_ROWS, Finding, Ground, judged, listed, telling
from chalicelib.prefill.model import Outcome, Provenance
from chalicelib.sources.model import Attribute, Call, Column, Register, Reply
from chalicelib.vocabulary.model import Item

_MOST_VALUES: Final = 20
"""Values of one item that are looked at in one reply; a hostile list is not worth more."""


class Witness:
    """One register about one subject: each of its fields is judged by the reply to the call that asked for it.

    A register that was asked in both waves has two replies. No reply is one presumed too late; of what was not asked
    nothing is said.
    """

    def __init__(self, register: Register, ground: Ground) -> None:
        self._register = register
        self._ground = ground
        self._replies: dict[str, Reply | None] = {}
        self._data: dict[str, Json] = {}
        self._fetched_at: dict[str, str] = {}
        self._attributes: dict[ItemId, list[Attribute]] = {}
        for attribute in register.attributes:
            self._attributes.setdefault(attribute.item, []).append(attribute)

    def hear(self, call: Call, reply: Reply | None) -> None:
        """Take in how a call ended."""
        data = reply.data if reply is not None and reply.outcome == "answered" else {}
        fetched_at = "" if reply is None else iso(reply.fetched_at)
        for name in call.fields:
            if reply is not None and reply.asked is not None and name not in reply.asked:
                continue
            self._replies[name] = reply
            self._fetched_at[name] = fetched_at
            if name in data:
                self._data[name] = data[name]

    def on(self, item: Item) -> list[Finding]:
        """Return what it said of the item: several findings for several values, none where it was not asked."""
        absence: Finding | None = None
        for attribute in self._attributes.get(item.id, ()):
            if attribute.asks not in self._replies:
                continue
            reply = self._replies[attribute.asks]
            if reply is None:
                return [Finding("timed_out")]
            if reply.outcome != "answered":
                return [Finding(reply.outcome, retry_after=reply.retry_after)]
            if found := self._said(item, attribute, reply):
                return found
            absence = absence or self._absence(attribute, reply)
        return [] if absence is None else [absence]

    def _said(self, item: Item, attribute: Attribute, reply: Reply) -> list[Finding]:
        values = attribute.read(self._data)
        told = telling(values[:_MOST_VALUES])
        if not told:
            return []
        outcome, provenance = _standing(item, attribute, reply), self._provenance(attribute, reply)
        if attribute.columns:
            paths = {column.item: column.path for column in attribute.columns}
            rows = [_row(attribute.columns, each) for each in values[: MOST_ROWS + 1]]
            return [listed(rows, Finding(outcome, provenance=provenance, paths=paths), self._ground.items)]
        found: list[Finding] = []
        for value in told:
            found += judged(item, _ours(attribute.codes, value), outcome, provenance, self._ground.units)
        return found

    def _absence(self, attribute: Attribute, reply: Reply) -> Finding:
        outcome: Outcome = attribute.absent_means
        if attribute.asks in reply.under_review:
            outcome = "under_review"
        elif _is_misshapen(attribute, self._data.get(attribute.asks)):
            outcome = "cast_failed"
        return Finding(outcome, provenance=self._provenance(attribute, reply))

    def _provenance(self, attribute: Attribute, reply: Reply) -> Provenance:
        right = self._ground.right
        return Provenance(
            register=self._register.code,
            record=reply.record,
            path=attribute.path,
            item=attribute.item,
            mapping=self._register.mapping,
            fetched_at=self._fetched_at[attribute.asks],
            as_of=reply.as_of,
            legal_basis=self._register.legal_basis,
            assurance="register",
            basis=right.basis or "own",
            consent=right.consent,
        )


def _row(columns: tuple[Column, ...], element: Json) -> dict[ItemId, Json]:
    """Return what the cells hold in the dictionary's codes; an element that holds none of them has only bad cells."""
    row: dict[ItemId, Json] = {}
    for column in columns:
        if told := telling(column.read(element)[:1]):
            row[column.item] = _ours(column.codes, told[0])
    return row or {column.item: None for column in columns}


def _is_misshapen(attribute: Attribute, given: Json) -> bool:
    """Say whether something stands where the value should be inside: that is not the same as no value."""
    return attribute.path != f"$.{attribute.asks}" and not isinstance(given, dict | list) and bool(telling([given]))


def _ours(codes: Mapping[str, str], value: Json) -> Json:
    """Put the register's code into the dictionary's; what has no translation is left for the cast to judge."""
    return codes.get(value, value) if isinstance(value, str) else value


def _standing(item: Item, attribute: Attribute, reply: Reply) -> Outcome:
    if attribute.asks in reply.under_review:
        return "under_review"
    return "filled_stale" if _is_stale(item, reply) else "filled_verified"


def _is_stale(item: Item, reply: Reply) -> bool:
    if item.freshness_days is None or reply.as_of is None:
        return False
    return reply.fetched_at - datetime.fromisoformat(reply.as_of) > timedelta(days=item.freshness_days)
