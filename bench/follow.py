"""What follows a prefill, and what it stands on: event log, completion, access log, and the store's own floor."""

import json
import secrets
import threading
import time
from collections.abc import Callable
from functools import partial
from itertools import cycle, islice, product
from typing import Any

from bench.figures import Figure, median, short, spread
from bench.stand import PROCEDURE, Caller, Citizen, Stand
from infra.local.children import CannotStart

_LOOK_SECONDS = 0.01
_PATIENCE_SECONDS = 20.0
_LATE_MS, _HURRY_MS = 1_500, 300
_ITEM_BYTES = 3_000
_LOG_AIM_S = 2
_CONSENT_AIM_S = 3


class NeverCame(RuntimeError):
    """What was waited for did not happen."""


def event_log(stand: Stand, n: int) -> list[Figure]:
    """Measure from the prefill's answer to its event object in S3, through outbox, stream, bus and consumer."""
    bucket = stand.environment["MOTLAN_EVENTS_BUCKET"]
    stand.latency(population=0, civil_status=0)
    seen: list[float] = []
    with stand.caller() as caller:
        last = _await(partial(_newest, stand, bucket))
        for citizen in islice(cycle(stand.citizens), n):
            answered = stand.prefill(caller, citizen)
            start, wanted = time.perf_counter(), str(answered.body["id"])
            last = _await(partial(_event_of, stand, bucket, last, wanted))
            seen.append((time.perf_counter() - start) * 1000)
    return [Figure("event: from answer to event log, p50", "ms", median(seen), n, None, {"ms": spread(seen)})]


def completion(stand: Stand, n: int) -> list[Figure]:
    """Measure from an incomplete answer to the final revision, less the register's own latency."""
    stand.latency(population=0, civil_status=_LATE_MS)
    seen: list[float] = []
    with stand.caller() as caller:
        for citizen in islice(cycle(stand.citizens), n):
            answered = stand.prefill(caller, citizen, _HURRY_MS)
            start, prefill = time.perf_counter(), str(answered.body["id"])
            _await(partial(_final, caller, prefill, citizen))
            seen.append((time.perf_counter() - start) * 1000 - _LATE_MS)
    stand.heal()
    detail = {"ms": spread(seen), "register_ms": _LATE_MS, "deadline_ms": _HURRY_MS}
    return [Figure("completion: over the late register's latency, p50", "ms", median(seen), n, None, detail)]


def access_log(stand: Stand, n: int) -> list[Figure]:
    """Measure from sending a prefill to its entry being readable, while its registers are still at work."""
    stand.latency(population=_LATE_MS, civil_status=_LATE_MS)
    seen: list[float] = []
    with stand.caller() as reader, stand.caller() as asker:
        for citizen in islice(cycle(stand.citizens), n):
            before = _entries(reader, citizen)
            asking = threading.Thread(target=stand.prefill, args=(asker, citizen))
            start = time.perf_counter()
            asking.start()
            _await(partial(_grown, reader, citizen, before))
            seen.append((time.perf_counter() - start) * 1000)
            asking.join()
    stand.heal()
    detail = {"ms": spread(seen), "visible_before_the_registers_answered": max(seen) < _LATE_MS}
    name = "access log: from request to entry readable, p50"
    return [Figure(name, "ms", median(seen), n, f"≤ {_LOG_AIM_S * 1000}", detail)]


def consented(stand: Stand, n: int) -> list[Figure]:
    """Measure from the other party's consent to their side of the form being filled, each pair for the first time."""
    stand.latency(population=0, civil_status=0)
    grooms, brides = ([each for each in stand.citizens if each.role == role] for role in ("groom", "bride"))
    seen: list[float] = []
    with stand.caller() as caller:
        for groom, bride in islice(product(grooms, brides), n):
            sides = {each.role: {"personal_id": each.personal_id} for each in (groom, bride)}
            prefill = stand.open(caller, {"procedure": PROCEDURE, "subjects": sides}, groom.token).body["id"]
            request = _request(caller, groom, bride, prefill)
            start = time.perf_counter()
            _done(caller, f"/v1/consent-requests/{request}/decision", {"decision": "grant"}, bride)
            _await(partial(_has, caller, prefill, groom, "/BenNu/HoTen"))
            seen.append((time.perf_counter() - start) * 1000)
    detail = {"ms": spread(seen), "registers_ms": 0}
    aim = f"≤ {_CONSENT_AIM_S * 1000}"
    return [Figure("consent: from the grant to the other side filled, p50", "ms", median(seen), len(seen), aim, detail)]


def store_floor(stand: Stand, n: int) -> list[Figure]:
    """Measure what the embedded AWS takes for the calls of one prefill, made bare: our own time stands on these."""
    table = stand.environment["MOTLAN_STATE_TABLE"]
    calls: dict[str, Callable[[], Any]] = {
        "put": lambda: stand.clients.dynamodb.put_item(TableName=table, Item=_item()),
        "batch_get_4": lambda: stand.clients.dynamodb.batch_get_item(
            RequestItems={table: {"Keys": [_key() for _ in range(4)], "ConsistentRead": True}}
        ),
        "transaction_4": lambda: stand.clients.dynamodb.transact_write_items(TransactItems=_puts(table, 4)),
        "transaction_2": lambda: stand.clients.dynamodb.transact_write_items(TransactItems=_puts(table, 2)),
    }
    seen: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(n):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            seen[name].append((time.perf_counter() - start) * 1000)
    parts = {name: short(median(each)) for name, each in seen.items()}
    floor = sum(parts.values()) - parts["put"]
    detail = {"p50_ms": parts, "made_of": "one batch read and two transactions, the store calls of a prefill"}
    return [Figure("store: floor of one prefill on the embedded AWS", "ms", floor, n, None, detail)]


def _await(look: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever is looked for
    until = time.perf_counter() + _PATIENCE_SECONDS
    while (found := look()) is None:
        if time.perf_counter() > until:
            raise NeverCame
        time.sleep(_LOOK_SECONDS)
    return found


def _newest(stand: Stand, bucket: str) -> str | None:
    keys = _keys(stand, bucket, "")
    return keys[-1] if keys else None


def _event_of(stand: Stand, bucket: str, after: str, prefill: str) -> str | None:
    """Return the key of the event about that prefill; keys are in order of time."""
    for key in _keys(stand, bucket, after):
        document = json.loads(stand.clients.s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        if document["subject"] == prefill:
            return key
    return None


def _keys(stand: Stand, bucket: str, after: str) -> list[str]:
    found = stand.clients.s3.list_objects_v2(Bucket=bucket, StartAfter=after).get("Contents", [])
    return [each["Key"] for each in found]


def _final(caller: Caller, prefill: str, citizen: Citizen) -> bool | None:
    return caller.call("GET", f"/v1/prefills/{prefill}", token=citizen.token).body["status"] == "final" or None


def _request(caller: Caller, asker: Citizen, asked: Citizen, prefill: str) -> str:
    wish = {"procedure": PROCEDURE, "role": asked.role, "personal_id": asked.personal_id, "prefill": prefill}
    return str(_done(caller, "/v1/consent-requests", wish, asker)["id"])


def _done(caller: Caller, path: str, body: dict[str, Any], citizen: Citizen) -> dict[str, Any]:
    answered = caller.call("POST", path, body, citizen.token)
    if answered.status not in {200, 201}:
        raise CannotStart(f"{path} answered {answered.status}: {answered.body}")
    said: dict[str, Any] = answered.body
    return said


def _has(caller: Caller, prefill: str, citizen: Citizen, pointer: str) -> bool | None:
    fields = caller.call("GET", f"/v1/prefills/{prefill}", token=citizen.token).body["fields"]
    return "value" in fields[pointer] or None


def _grown(caller: Caller, citizen: Citizen, before: int) -> bool | None:
    return _entries(caller, citizen) > before or None


def _entries(caller: Caller, citizen: Citizen) -> int:
    entries = caller.call("GET", "/v1/access-log?limit=1", token=citizen.token).body["entries"]
    return int(entries[0]["number"]) if entries else 0


def _key() -> dict[str, Any]:
    return {"pk": {"S": f"BENCH#{secrets.token_hex(8)}"}, "sk": {"S": "1"}}


def _item() -> dict[str, Any]:
    return {**_key(), "f": {"M": {"sealed": {"B": secrets.token_bytes(_ITEM_BYTES)}}}}


def _puts(table: str, count: int) -> list[Any]:
    condition = "attribute_not_exists(pk)"
    return [{"Put": {"TableName": table, "Item": _item(), "ConditionExpression": condition}} for _ in range(count)]
