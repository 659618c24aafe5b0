"""One fan-out on virtual time, and every way we know for a register to misbehave in it."""

import json
from collections.abc import Callable, Mapping
from typing import Final

from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.sources.model import Call, CallOutcome, Reply
from chalicelib.sources.service import LARGEST_BODY, Sources
from tests.support.builders import BINH, a_call, a_register
from tests.support.buses import JSON_TYPE, Script, ScriptedTransport, Sent, answers, good_reply, refuses
from tests.support.clock import VirtualClock
from tests.support.ids import CountedIds
from tests.support.pool import CALM, VirtualPool

POPULATION: Final = a_register("population", {"$.name.full": "person.full_name", "$.birth.date": "person.birth_date"})
CIVIL: Final = a_register("civil_status", {"$.marital_status.code": "person.marital_status"})
HEALTHY: Final = answers({"marital_status": {"code": "2"}}, delay=0.1)
NAME: Final[JsonObject] = {"name": {"full": "NGUYỄN VĂN AN"}, "birth": {"date": "1990-05-17"}}
DEADLINE: Final = 2.5


class Run:
    """One fan-out over the scripts given, and what could be seen of it."""

    def __init__(self, calls: list[Call], scripts: Mapping[str, Script], deadline: float = DEADLINE) -> None:
        self.clock = VirtualClock()
        self.transport = ScriptedTransport(self.clock, scripts)
        self.pool = VirtualPool(self.clock)
        sources = Sources(self.transport, self.pool, self.clock, CountedIds(), CALM)
        self.replies = sources.fetch(calls, deadline)

    def of(self, call: Call) -> Reply:
        return self.replies[call.id]


def population_does(script: Script) -> Run:
    return Run([a_call(POPULATION), a_call(CIVIL)], {"population": script, "civil_status": HEALTHY})


def says(change: Callable[[JsonObject], object]) -> Script:
    """Return the script of a register that changes one thing in a good reply."""

    def body(sent: Sent) -> bytes:
        reply = good_reply(sent, dict(NAME))
        change(reply)
        return json.dumps(reply).encode()

    return Script(body)


def record_says(**changes: Json) -> Script:
    def change(reply: JsonObject) -> None:
        assert isinstance(reply["record"], dict)
        reply["record"].update(changes)

    return says(change)


def raw(body: bytes, content_type: str = "application/json", **headers: str) -> Script:
    return Script(lambda _sent: body, headers={"content-type": content_type, **headers})


SLOW: Final[Mapping[str, Script]] = {
    "no head in time": answers(NAME, delay=60),
    "just too late": answers(NAME, delay=2.001),
    "a body that drips": Script(says(lambda _: None).body, gap=0.5, piece=10),
    "a huge body that drips": Script(lambda _sent: b" " * 10_000_000, gap=0.7, piece=10),
    "a last piece that comes too late": Script(says(lambda _: None).body, gap=2.1),
}


UNUSABLE: Final[Mapping[str, tuple[Script, str]]] = {
    "not json": (raw(b"<html>"), "not_json"),
    "cut off": (raw(b'{"request_id": "1'), "not_json"),
    "empty": (raw(b""), "not_json"),
    "not utf-8": (raw(b'{"a": "\xff\xfe"}'), "not_json"),
    "not a number": (raw(b'{"a": NaN}'), "not_json"),
    "a number of twenty thousand digits": (raw(b'{"a": ' + b"9" * 20_000 + b"}"), "not_json"),
    "brackets without end": (raw(b"[" * 30_000), "not_json"),
    "an array": (raw(b"[]"), "not_an_object"),
    "html": (raw(b"{}", "text/html"), "content_type"),
    "no content type": (Script(lambda _sent: b"{}", headers={}), "content_type"),
    "packed": (raw(b"{}", **{"content-encoding": "gzip"}), "content_encoding"),
    "too big": (raw(b" " * (LARGEST_BODY + 1)), "too_big"),
    "endless": (raw(b" " * LARGEST_BODY * 40), "too_big"),
    "another's record": (record_says(subject={"personal_id": BINH}), "wrong_subject"),
    "nobody's record": (record_says(subject=None), "subject"),
    "another's reply": (says(lambda reply: reply.update(request_id="other")), "request_id"),
    "another register": (says(lambda reply: reply.update(register="civil_status")), "register"),
    "no record": (says(lambda reply: reply.pop("record")), "record"),
    "no data": (says(lambda reply: reply.pop("data")), "data"),
    "data in a list": (says(lambda reply: reply.update(data=[])), "data"),
    "a record without id": (record_says(id=""), "record"),
    "an id with control characters": (record_says(id="R\n1"), "record"),
    "an instant that is none": (record_says(as_of="yesterday"), "as_of"),
    "an instant without zone": (record_says(as_of="2026-11-01T00:00:00"), "as_of"),
    "review flags in a text": (says(lambda reply: reply.update(under_review="name")), "under_review"),
    "half a surrogate pair": (says(lambda reply: reply.update(data={"name": "\ud800"})), "not_utf8"),
    "a tower of brackets": (
        says(lambda reply: reply.update(data={"name": json.loads("[" * 40 + "]" * 40)})),
        "too_deep",
    ),
    "a redirect": (Script(lambda _sent: b"{}", status=302, headers={**JSON_TYPE, "location": "http://x/"}), "status"),
    "another success": (Script(lambda _sent: b"{}", status=202), "status"),
    "a redirect that says not found": (refuses(307, "NOT_FOUND"), "status"),
}


ERRORS: Final[list[tuple[int, str | None, CallOutcome]]] = [
    (404, "NOT_FOUND", "not_found"),
    (409, "AMBIGUOUS", "ambiguous_match"),
    (403, "FORBIDDEN", "no_right"),
    (400, "BAD_REQUEST", "source_invalid"),
    (401, "WHO", "source_invalid"),
    (429, "QUOTA", "source_busy"),
    (503, "MAINTENANCE", "source_unavailable"),
    (500, "INTERNAL", "source_unavailable"),
    (504, "UPSTREAM_TIMEOUT", "source_unavailable"),
    (404, "UNKNOWN_REGISTER", "source_invalid"),
    (409, "OTHER_WORD", "source_invalid"),
    (500, "NOT_FOUND", "not_found"),
    (404, None, "source_invalid"),
    (403, None, "source_invalid"),
    (410, None, "not_found"),
    (429, None, "source_busy"),
    (500, None, "source_unavailable"),
    (502, None, "source_unavailable"),
]


EVERY_FAULT: Final[Mapping[str, Script]] = {
    **SLOW,
    **{name: script for name, (script, _) in UNUSABLE.items()},
    **{f"{status} {code}": refuses(status, code) for status, code, _ in ERRORS},
    "broken": Script(lambda _sent: b"", breaks=True),
}
