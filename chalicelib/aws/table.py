"""The state table and its outbox: commit, read, query. Knows no slice; keys come from each slice's store.

An item is {pk, sk, f: its fields, w: owner token of the write that made it, ttl: expiry in epoch seconds}.
Every read of it is strongly consistent, and expiry is checked at read, for the store deletes late.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.aws.clients import Clients
from chalicelib.aws.codec import Value, decode_map, encode_map
from chalicelib.aws.errors import translated
from chalicelib.aws.outbox import outbox_item
from chalicelib.aws.transaction import OWNER, Transaction, Transactor, Witness
from chalicelib.aws.writes import (
    Check,
    ConditionFailed,
    Delete,
    Expect,
    Idempotency,
    Key,
    Page,
    Put,
    Stored,
    Write,
    idempotency_key,
)
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import StoreUnavailable
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import IdSource

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        KeysAndAttributesOutputTypeDef,
        KeysAndAttributesTypeDef,
        TransactWriteItemTypeDef,
    )

__all__ = [
    "Check",
    "ConditionFailed",
    "Delete",
    "Expect",
    "Idempotency",
    "Key",
    "Page",
    "Put",
    "Stored",
    "Table",
    "Value",
    "Write",
    "idempotency_key",
]

_BATCH = 100
_READ_TRIES = 5
_READ_WAIT_SECONDS = 0.05
_CREATED_ONCE = "attribute_not_exists(pk)"
_CONDITIONS: Mapping[str, str] = {
    "absent": "attribute_not_exists(pk) OR #ttl <= :now",
    "present": "attribute_exists(pk) AND (attribute_not_exists(#ttl) OR #ttl > :now)",
    "unchanged": "#owner = :owner",
}


class Table:
    """State and outbox as one store: what changes and what is said about it are one write.

    `ids` must never repeat across all writers of the tables: each commit takes one as its owner token.
    """

    def __init__(self, clients: Clients, state: str, outbox: str, clock: Clock, ids: IdSource) -> None:
        self._clients = clients
        self._state = state
        self._outbox = outbox
        self._clock = clock
        self._ids = ids
        self._transactor = Transactor(clients, clock)

    def commit(
        self, writes: Sequence[Write], *, event: Event | None = None, idempotency: Idempotency | None = None
    ) -> None:
        """Do all the writes, say the event and keep the answer for repeats, or do nothing.

        Raises ConditionFailed naming the keys whose expectation did not hold, Contention when others kept changing
        the same items, StoreUnavailable when it cannot be told whether the commit stood.
        """
        token = self._ids.new()
        wanted = [*writes, idempotency.put()] if idempotency else list(writes)
        items = [self._item(write, token) for write in wanted]
        keys = [write.key for write in wanted]
        if event is not None:
            said = outbox_item(event, self._clock.now(), token)
            items.append({"Put": {"TableName": self._outbox, "Item": said, "ConditionExpression": _CREATED_ONCE}})
            keys.append(Key(f"outbox#{event.id}", ""))
        self._transactor.run(Transaction(items, tuple(keys), token, self._witness(wanted, event)))

    def read(self, keys: Iterable[Key]) -> dict[Key, Stored]:
        """Return the items that are there and not expired, in one consistent batch per 100 keys.

        Raises StoreUnavailable when some part stays unanswered.
        """
        wanted = list(dict.fromkeys(keys))
        found: dict[Key, Stored] = {}
        for start in range(0, len(wanted), _BATCH):
            for raw in self._batch(wanted[start : start + _BATCH]):
                if not self._expired(raw):
                    stored = _stored(raw)
                    found[stored.key] = stored
        return found

    def query(
        self, pk: str, *, prefix: str = "", start: str | None = None, limit: int = 50, newest_first: bool = False
    ) -> Page:
        """Return one page of a partition in order of `sk`, after `start`, which is an earlier page's `next`.

        A page may hold fewer than `limit` items and still have a next one: expired items are left out after
        the store counted them.
        """
        condition, values = "pk = :pk", {":pk": pk}
        if prefix:
            condition, values = condition + " AND begins_with(sk, :prefix)", {**values, ":prefix": prefix}
        options: dict[str, Any] = {} if start is None else {"ExclusiveStartKey": _address(Key(pk, start))}
        with translated():
            answer = self._clients.dynamodb.query(
                TableName=self._state,
                ConsistentRead=True,
                KeyConditionExpression=condition,
                ExpressionAttributeValues=encode_map(values),
                Limit=limit,
                ScanIndexForward=not newest_first,
                **options,
            )
        last = answer.get("LastEvaluatedKey")
        items = tuple(_stored(raw) for raw in answer["Items"] if not self._expired(raw))
        return Page(items, last["sk"]["S"] if last else None)

    def _batch(self, keys: Sequence[Key]) -> "list[dict[str, AttributeValueTypeDef]]":
        items: list[dict[str, AttributeValueTypeDef]] = []
        pending: Mapping[str, KeysAndAttributesTypeDef | KeysAndAttributesOutputTypeDef] = {
            self._state: {"Keys": [_address(key) for key in keys], "ConsistentRead": True}
        }
        for attempt in range(_READ_TRIES):
            with translated():
                answer = self._clients.dynamodb.batch_get_item(RequestItems=pending)
            items += answer["Responses"].get(self._state, [])
            pending = answer.get("UnprocessedKeys") or {}
            if not pending:
                return items
            self._clock.sleep(_READ_WAIT_SECONDS * 2**attempt)
        raise StoreUnavailable(cause="UnprocessedKeys")

    def _item(self, write: Write, token: str) -> "TransactWriteItemTypeDef":
        entry: Any = {"TableName": self._state, **self._condition(write.expect)}
        match write:
            case Put():
                item = {**_address(write.key), "f": {"M": encode_map(write.fields)}, OWNER: {"S": token}}
                if write.expires_at is not None:
                    item["ttl"] = {"N": str(int(write.expires_at.timestamp()))}
                return {"Put": entry | {"Item": item}}
            case Delete():
                return {"Delete": entry | {"Key": _address(write.key)}}
            case Check():
                return {"ConditionCheck": entry | {"Key": _address(write.key)}}

    def _condition(self, expect: Expect) -> dict[str, Any]:
        if expect == Expect.ANY:
            return {}
        if expect.rule == "unchanged":
            return {
                "ConditionExpression": _CONDITIONS["unchanged"],
                "ExpressionAttributeNames": {"#owner": OWNER},
                "ExpressionAttributeValues": {":owner": {"S": expect.owner}},
            }
        return {
            "ConditionExpression": _CONDITIONS[expect.rule],
            "ExpressionAttributeNames": {"#ttl": "ttl"},
            "ExpressionAttributeValues": {":now": {"N": str(int(self._clock.now().timestamp()))}},
        }

    def _witness(self, writes: Sequence[Write], event: Event | None) -> Witness | None:
        # The event and the idempotency record, last of the puts, are never written over; other items may be.
        if event is not None:
            return Witness(self._outbox, {"pk": {"S": event.id}})
        puts = [write for write in writes if isinstance(write, Put)]
        return Witness(self._state, _address(puts[-1].key)) if puts else None

    def _expired(self, raw: "Mapping[str, AttributeValueTypeDef]") -> bool:
        ttl = raw.get("ttl")
        return ttl is not None and int(ttl["N"]) <= int(self._clock.now().timestamp())


def _address(key: Key) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def _stored(raw: "Mapping[str, AttributeValueTypeDef]") -> Stored:
    return Stored(Key(raw["pk"]["S"], raw["sk"]["S"]), decode_map(raw["f"]["M"]), raw[OWNER]["S"])
