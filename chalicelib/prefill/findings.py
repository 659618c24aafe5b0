"""What each register said of each item: a value of the item's type with its provenance, or why there is none.

Pure. Reads replies; weighs nothing against anything (that is `resolve`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.kernel.canonical import Json
from chalicelib.kernel.clock import iso
from chalicelib.kernel.errors import InvalidValue
from chalicelib.kernel.ids import ItemId, RegisterCode
from chalicelib.prefill.model import ABSENT, Absent, Outcome, Provenance
from chalicelib.sources.model import Attribute, Register, Reply
from chalicelib.vocabulary.cast import cast
from chalicelib.vocabulary.model import Item

_MOST_VALUES = 20
"""Values of one item that are looked at in one reply; a hostile list is not worth more."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One register's word on one item; provenance is there whenever the register answered."""

    register: RegisterCode
    outcome: Outcome
    value: Json | Absent = ABSENT
    provenance: Provenance | None = None
    retry_after: int | None = None


class Witness:
    """One register's reply about one subject, questioned item by item; no reply is one presumed too late."""

    def __init__(self, register: Register, reply: Reply | None) -> None:
        self._register = register
        self._reply = reply
        self._data: Json = dict(reply.data) if reply else {}
        self._fetched_at = iso(reply.fetched_at) if reply else ""
        self._attributes: dict[ItemId, list[Attribute]] = {}
        for attribute in register.attributes:
            self._attributes.setdefault(attribute.item, []).append(attribute)

    def on(self, item: Item) -> tuple[Finding, ...]:
        """Return what it said of the item: several findings for several values, none if it never has the item."""
        attributes = self._attributes.get(item.id)
        if not attributes:
            return ()
        code, reply = self._register.code, self._reply
        if reply is None:
            return (Finding(code, "timed_out"),)
        if reply.outcome != "answered":
            return (Finding(code, reply.outcome, retry_after=reply.retry_after),)
        for attribute in attributes:
            if values := _telling(attribute.read(self._data)):
                return tuple(self._judge(item, attribute, reply, value) for value in values)
        return (self._absence(attributes[0], reply),)

    def _judge(self, item: Item, attribute: Attribute, reply: Reply, value: Json) -> Finding:
        provenance = self._provenance(attribute, reply)
        try:
            typed = cast(item, _translated(attribute, value))
        except InvalidValue:
            return Finding(self._register.code, "cast_failed", provenance=provenance)
        return Finding(self._register.code, _standing(item, attribute, reply), typed, provenance)

    def _absence(self, attribute: Attribute, reply: Reply) -> Finding:
        outcome: Outcome = attribute.absent_means
        if attribute.asks in reply.under_review:
            outcome = "under_review"
        elif _is_misshapen(attribute, reply.data.get(attribute.asks)):
            outcome = "cast_failed"
        return Finding(self._register.code, outcome, provenance=self._provenance(attribute, reply))

    def _provenance(self, attribute: Attribute, reply: Reply) -> Provenance:
        return Provenance(
            register=self._register.code,
            record=reply.record,
            path=attribute.path,
            item=attribute.item,
            mapping=self._register.mapping,
            fetched_at=self._fetched_at,
            as_of=reply.as_of,
            legal_basis=self._register.legal_basis,
            assurance="register",
        )


def _telling(values: list[Json]) -> list[Json]:
    """Return the values that say something: null and blank text are no answer."""
    return [
        value
        for value in values[:_MOST_VALUES]
        if value is not None and not (isinstance(value, str) and not value.strip())
    ]


def _is_misshapen(attribute: Attribute, given: Json) -> bool:
    """Say whether something stands where the value should be inside: that is not the same as no value."""
    return attribute.path != f"$.{attribute.asks}" and not isinstance(given, dict | list) and bool(_telling([given]))


def _translated(attribute: Attribute, value: Json) -> Json:
    """Put the register's code into the dictionary's; what has no translation is left for the cast to judge."""
    return attribute.codes.get(value, value) if isinstance(value, str) else value


def _standing(item: Item, attribute: Attribute, reply: Reply) -> Outcome:
    if attribute.asks in reply.under_review:
        return "under_review"
    return "filled_stale" if _is_stale(item, reply) else "filled_verified"


def _is_stale(item: Item, reply: Reply) -> bool:
    if item.freshness_days is None or reply.as_of is None:
        return False
    return reply.fetched_at - datetime.fromisoformat(reply.as_of) > timedelta(days=item.freshness_days)
