"""How a bad register answers: the true reply bent, or bytes that should never have been sent.

Knows no Flask request and no fault book: takes a reply and a fault, returns what goes on the wire. Waits go through
the clock, so tests do not wait.
"""

import json
import os
import socket
import struct
from collections.abc import Iterator, Mapping
from typing import Any, Final

from werkzeug.wrappers import Response

from chalicelib.kernel.clock import Clock
from infra.simulators.faults import Fault

ELSEWHERE: Final = "redirected"
"""Where redirects point: whoever follows one shows up under this name in the journal."""
_STRANGERS: Final = {"personal_id": "001090999999", "organisation_id": "9999999997"}
"""Whom a reply about somebody else names, by how the question named its subject."""
_GROUPS = 16
_BLOCK = 64 * 1024


def respond(reply: Mapping[str, Any], fault: Fault, clock: Clock, connection: socket.socket | None) -> Response:
    """Send the reply as the fault has it. `connection` is the raw socket, None where there is none to break."""
    if fault.redirect:
        return Response(status=307, headers={"Location": f"/{ELSEWHERE}"})
    content_type, body = _bent(reply, fault)
    if fault.huge_mb:
        return _sized(_huge(body, fault.huge_mb * 1024 * 1024), fault.huge_mb * 1024 * 1024, content_type)
    if fault.reset:
        return _sized(_cut(body, connection), len(body), content_type)
    if fault.drip_seconds:
        return _sized(_dripped(body, fault.drip_seconds, clock), len(body), content_type)
    return Response(body, content_type=content_type)


def _bent(reply: Mapping[str, Any], fault: Fault) -> tuple[str, bytes]:
    document: Any = dict(reply)
    if fault.wrong_person:
        stranger = {kind: _STRANGERS[kind] for kind in reply["record"]["subject"]}
        document["record"] = {**reply["record"], "subject": stranger}
    match fault.wrong:
        case "html":
            return "text/html; charset=utf-8", "<!doctype html><title>Bảo trì</title><p>Hệ thống đang bảo trì.".encode()
        case "shape":
            document = {"ok": True, "result": {"rows": []}}
        case "list":
            document = [document]
        case "types":
            document["data"] = dict.fromkeys(reply["data"], 42)
        case None:
            pass
    return "application/json", json.dumps(document, ensure_ascii=False).encode()


def _sized(chunks: Iterator[bytes], length: int, content_type: str) -> Response:
    return Response(chunks, content_type=content_type, headers={"Content-Length": str(length)})


def _dripped(body: bytes, seconds: float, clock: Clock) -> Iterator[bytes]:
    size = max(1, -(-len(body) // _GROUPS))
    groups = [body[start : start + size] for start in range(0, len(body), size)]
    for group in groups:
        clock.sleep(seconds / len(groups))
        yield group


def _huge(body: bytes, length: int) -> Iterator[bytes]:
    """Yield the reply with spaces after it: valid JSON of that many bytes."""
    left = length - len(body)
    yield body
    while left > 0:
        yield b" " * min(_BLOCK, left)
        left -= _BLOCK


def _cut(body: bytes, connection: socket.socket | None) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close sends RST
        os.close(connection.detach())
    raise ConnectionResetError
