"""The citizen's warehouse: what its size costs a prefill and a list."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from bench.figures import Figure, median, short
from bench.stand import Caller, Citizen, Stand
from bench.stocked import Stocking
from chalicelib.bootstrap import build, world
from chalicelib.kernel.ids import PersonalId
from chalicelib.settings import Settings
from infra.local.children import CannotStart

_FEW, _MANY = 10, 10_000
_LIST: Final = "/v1/warehouse/documents?limit=20"


def growth(stand: Stand, n: int) -> list[Figure]:
    """Measure prefill and list of one citizen with few documents, then with many; and a list's query alone."""
    stand.latency(population=0, civil_status=0)
    citizen = stand.citizens[0]
    stocking = _stocking(stand)
    times: dict[str, list[float]] = {}
    with stand.caller() as caller:
        calls: dict[str, Callable[[], float]] = {
            "prefill": lambda: stand.prefill(caller, citizen).seconds,
            "list": partial(_listed, caller, citizen),
            "bare query": partial(_bare, stand, stocking.shelf_of(PersonalId(citizen.personal_id))),
        }
        kept = 0
        for size in (_FEW, _MANY):
            stocking.stock(PersonalId(citizen.personal_id), size - kept)
            kept = size
            for name, call in calls.items():
                times[f"{name} {size}"] = [call() * 1000 for _ in range(n)]
    stand.heal()
    return [_ratio(name, times[f"{name} {_FEW}"], times[f"{name} {_MANY}"], n) for name in calls]


def _ratio(name: str, few: list[float], many: list[float], n: int) -> Figure:
    detail = {f"p50_ms_{_FEW}": short(median(few)), f"p50_ms_{_MANY}": short(median(many))}
    label = f"warehouse: {name} with {_MANY} documents over {_FEW}, p50"
    # The embedded AWS walks a whole partition for a page of it, which is a list's growth: the bare query tells it.
    aim = "≤ 1.5" if name == "prefill" else None
    return Figure(label, "times", median(many) / median(few), n, aim, detail)


def _stocking(stand: Stand) -> Stocking:
    settings = Settings.from_env(stand.environment)
    around = world(settings)
    services = build(settings, replace(around, clients=stand.clients))
    return Stocking(services, around.clock, around.ids)


def _listed(caller: Caller, citizen: Citizen) -> float:
    answered = caller.call("GET", _LIST, token=citizen.token)
    if answered.status != 200:
        raise CannotStart(f"list answered {answered.status}: {answered.body}")
    return answered.seconds


def _bare(stand: Stand, partition: str) -> float:
    """Return how long the embedded AWS alone takes for the query of a list: it walks the whole partition."""
    start = time.perf_counter()
    stand.clients.dynamodb.query(
        TableName=stand.environment["MOTLAN_STATE_TABLE"],
        KeyConditionExpression="pk = :pk and begins_with(sk, :sk)",
        ExpressionAttributeValues={":pk": {"S": partition}, ":sk": {"S": "D#"}},
        ScanIndexForward=False,
        ConsistentRead=True,
        Limit=20,
    )
    return time.perf_counter() - start
