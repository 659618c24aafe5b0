"""How soon a photo that is sent is a document, under `make run` itself: its own front, its pump, its limit on requests.

A set of its own beside the one that the rest is measured on: started for this, on free ports, in a folder of its own,
and ended by its handle.
"""

import hashlib
import io
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import urllib3
from PIL import Image

from bench.figures import Figure, median, quantile, short, spread
from bench.stand import Caller, three_free_ports
from infra.local.children import CannotStart, Child
from infra.local.home import Home

_AIM_MS: Final = 2_000
_LOOK_SECONDS: Final = 0.04
"""Looked for no oftener: a citizen may ask forty times a second."""
_PATIENCE_SECONDS: Final = 20.0
_CITIZEN: Final = "001090999001"
_GONE: Final = ("AWS_", "MOTLAN_")


def available(n: int) -> list[Figure]:
    """Measure from the file being sent, and from the ticket being asked for, to the document: post, event, checks."""
    sent, asked = list[float](), list[float]()
    photos = [_photo(nth) for nth in range(n)]
    with _make_run() as home, Caller(home.port) as caller:
        token = _token(home)
        for photo in photos:
            start = time.perf_counter()
            opened = _opened(caller, token, photo)
            middle = time.perf_counter()
            _post(opened["ticket"], photo)
            _available(caller, token, str(opened["id"]))
            end = time.perf_counter()
            sent.append((end - middle) * 1000)
            asked.append((end - start) * 1000)
    detail = {
        "ms": spread(sent),
        "from_the_ticket_p50_ms": short(median(asked)),
        "from_the_ticket_p95_ms": short(quantile(asked, 0.95)),
        "bytes": round(median([float(len(each)) for each in photos])),
        "grain_ms": _LOOK_SECONDS * 1000,
    }
    name = "warehouse: make run, from sending 1 MB to available"
    return [
        Figure(f"{name}, p50", "ms", median(sent), n, f"≤ {_AIM_MS}", detail),
        Figure(f"{name}, p95", "ms", quantile(sent, 0.95), n),
    ]


@contextmanager
def _make_run() -> Iterator[Home]:
    with tempfile.TemporaryDirectory(prefix="motlan-bench-run-") as folder:
        home = Home(three_free_ports(), Path(folder))
        env = {name: value for name, value in os.environ.items() if not name.startswith(_GONE)}
        env |= {"PORT": str(home.port), "STATE": str(home.state)}
        child = Child("make run", ["infra.local", "run"], env, home.state / "run.log")
        try:
            child.await_answer(f"{home.api}/v1/procedures", threading.Event().wait, tries=1_000)
            yield home
        finally:
            child.end()


def _token(home: Home) -> str:
    with Caller(home.port + 1) as admin:
        return str(admin.call("POST", "/admin/token", {"personal_id": _CITIZEN}).body["access_token"])


def _photo(nth: int) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((1600, 1200), 40 + nth).convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def _opened(caller: Caller, token: str, body: bytes) -> dict[str, Any]:
    asked = {
        "type": "giay-to-khac",
        "media_type": "image/jpeg",
        "size": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    answered = caller.call("POST", "/v1/warehouse/uploads", asked, token)
    if answered.status != 201:
        raise CannotStart(f"upload answered {answered.status}: {answered.body}")
    opened: dict[str, Any] = answered.body
    return opened


def _post(ticket: dict[str, Any], body: bytes) -> None:
    fields = [*ticket["fields"].items(), ("file", ("anh.jpg", body))]
    answered = urllib3.request("POST", ticket["url"], fields=fields, timeout=10)
    if answered.status != 204:
        raise CannotStart(f"the store of files answered {answered.status}")


def _available(caller: Caller, token: str, upload: str) -> None:
    until = time.perf_counter() + _PATIENCE_SECONDS
    while time.perf_counter() < until:
        answered = caller.call("GET", f"/v1/warehouse/uploads/{upload}", token=token)
        state = answered.body.get("state")
        if state == "available":
            return
        if answered.status != 200 or state in {"rejected", "expired"}:
            raise CannotStart(f"the upload ended as {answered.body}")
        time.sleep(_LOOK_SECONDS)
    raise CannotStart("the upload did not become available")
