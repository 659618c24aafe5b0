"""The citizen's warehouse: what its size costs a prefill and a list, and how soon an uploaded photo is available."""

import hashlib
import io
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

import urllib3
from PIL import Image

from bench.figures import Figure, median, short, spread
from bench.stand import Caller, Citizen, Stand
from bench.stocked import Stocking
from chalicelib.bootstrap import build, world
from chalicelib.kernel.ids import PersonalId
from chalicelib.settings import Settings
from infra.local.children import CannotStart

_FEW, _MANY = 10, 10_000
_AIM_MS: Final = 2_000
_LOOK_SECONDS: Final = 0.02
_PATIENCE_SECONDS: Final = 20.0
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


def upload(stand: Stand, n: int) -> list[Figure]:
    """Measure from the request for a ticket to the document being available: ticket, post, event, checks."""
    citizen = stand.citizens[1]
    seen: list[float] = []
    with stand.caller() as caller:
        for nth in range(n):
            body, start = _photo(nth), time.perf_counter()
            opened = _opened(caller, citizen, body)
            _post(opened["ticket"], body)
            _available(caller, citizen, str(opened["id"]))
            seen.append((time.perf_counter() - start) * 1000)
    detail = {"ms": spread(seen), "size": len(_photo(0))}
    return [Figure("warehouse: from ticket to available, p50", "ms", median(seen), n, f"≤ {_AIM_MS}", detail)]


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


def _photo(nth: int) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((1600, 1200), 40 + nth).convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def _opened(caller: Caller, citizen: Citizen, body: bytes) -> dict[str, Any]:
    asked = {
        "type": "giay-to-khac",
        "media_type": "image/jpeg",
        "size": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    answered = caller.call("POST", "/v1/warehouse/uploads", asked, citizen.token)
    if answered.status != 201:
        raise CannotStart(f"upload answered {answered.status}: {answered.body}")
    opened: dict[str, Any] = answered.body
    return opened


def _post(ticket: dict[str, Any], body: bytes) -> None:
    fields = [*ticket["fields"].items(), ("file", ("anh.jpg", body))]
    answered = urllib3.request("POST", ticket["url"], fields=fields, timeout=10)
    if answered.status != 204:
        raise CannotStart(f"the store of files answered {answered.status}")


def _available(caller: Caller, citizen: Citizen, upload_: str) -> None:
    until = time.perf_counter() + _PATIENCE_SECONDS
    while time.perf_counter() < until:
        state = caller.call("GET", f"/v1/warehouse/uploads/{upload_}", token=citizen.token).body["state"]
        if state == "available":
            return
        if state in {"rejected", "expired"}:
            raise CannotStart(f"the upload ended as {state}")
        time.sleep(_LOOK_SECONDS)
    raise CannotStart("the upload did not become available")
