"""A prefill that asks eight registers: what we add to the slowest, and the tail when registers are slow and fail.

No form of the catalogue asks that many about one person, so one is made up and published beside the others.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain, cycle, islice
from typing import Any, Final

from bench.figures import Figure, median, quantile, short, spread
from bench.serve import in_this_process
from bench.stand import Answered, Caller, Citizen, Stand
from chalicelib.definitions.load import Document, documents

_CODE: Final = "9.999999"
_FORM: Final = "to-khai-do-dac"
_PROVINCE: Final = "01"
_PAPER: Final = "giay-khai-sinh"
_LIFE_EVENT: Final = "lost_papers"
_ITEMS: Final[Mapping[str, str]] = {
    "population": "person.full_name",
    "civil_status": "civil_status.birth.number",
    "business": "household_business.code",
    "insurance": "insurance.social.number",
    "driving_licence": "licence.number",
    "education": "education.degree",
    "health": "health.certificate.number",
    "social_protection": "social.poor_household.status",
}
"""One item of each register."""
_FASTEST_MS, _SLOWEST_MS = 100, 400
_AIM_OWN_MS = 40
_TAIL: Final[Mapping[str, Any]] = {
    "latency": {"kind": "lognormal", "low": 200, "high": 1_000},
    "errors": [{"status": 500, "probability": 0.05}],
}
_DEADLINE_MS, _AIM_TAIL_MS = 1_500, 1_600
_CLIENTS = 4
_VISIBLE_SECONDS = 45.0


class NeverSeen(RuntimeError):
    """The made-up form was published, and the app does not know it."""


def published(stand: Stand) -> list[Figure]:
    """Publish the made-up form; the app sees it within half a minute, while other things are measured."""
    _, services = in_this_process(stand.home)
    services.definitions.publish(chain(documents(), _made_up()))
    return []


def own_time(stand: Stand, n: int) -> list[Figure]:
    """Measure the wall over the slowest of eight registers, whose latencies are fixed and evenly apart."""
    step = (_SLOWEST_MS - _FASTEST_MS) / (len(_ITEMS) - 1)
    latencies = {register: _FASTEST_MS + step * at for at, register in enumerate(_ITEMS)}
    stand.heal()
    stand.latency(**latencies)
    with stand.caller() as caller:
        _await(caller)
        seen = [stand.open(caller, _order(each), each.token) for each in islice(cycle(stand.citizens), n)]
    stand.heal()
    over = [each.seconds * 1000 - _SLOWEST_MS for each in seen]
    detail = {
        "own_ms": spread(over),
        "registers_ms": {name: short(each) for name, each in latencies.items()},
        "asked": sorted({len(each.body["sources"]) for each in seen}),
    }
    return [
        Figure("prefill: own time over the slowest of 8, p50", "ms", median(over), n, f"≤ {_AIM_OWN_MS}", detail),
        Figure("prefill: own time over the slowest of 8, p95", "ms", quantile(over, 0.95), n),
    ]


def tail(stand: Stand, n: int) -> list[Figure]:
    """Measure the wall while every register is slow now and then, and fails one time in twenty."""
    stand.heal()
    for seed, register in enumerate(_ITEMS):
        stand.fault(register, **_TAIL, seed=seed)
    with stand.caller() as caller:
        _await(caller)
    seen: list[Answered] = []
    shares = [islice(cycle(stand.citizens[at::_CLIENTS]), n // _CLIENTS) for at in range(_CLIENTS)]
    threads = [threading.Thread(target=_ask_all, args=(stand, share, seen)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stand.heal()
    walls = [each.seconds * 1000 for each in seen]
    in_full = sum(_says_all(each) for each in seen) / (n // _CLIENTS * _CLIENTS)
    ways = Counter(source["outcome"] for each in seen for source in each.body.get("sources", ()))
    detail = {
        "wall_ms": spread(walls),
        "registers": _TAIL,
        "deadline_ms": _DEADLINE_MS,
        "clients": _CLIENTS,
        "calls": dict(ways),
    }
    aim = f"≤ {_AIM_TAIL_MS}"
    return [
        Figure("prefill: wall, 8 unsteady registers, p99", "ms", quantile(walls, 0.99), len(seen), aim, detail),
        Figure("prefill: answered in full, 8 unsteady registers", "ratio", in_full, len(seen), "≥ 1"),
    ]


def _ask_all(stand: Stand, share: Iterator[Citizen], seen: list[Answered]) -> None:
    with stand.caller() as caller:
        seen.extend(caller.call("POST", "/v1/prefills", _order(each), each.token) for each in share)


def _order(citizen: Citizen) -> dict[str, Any]:
    subjects = {"person": {"personal_id": citizen.personal_id}}
    return {"procedure": _CODE, "subjects": subjects, "province": _PROVINCE, "deadline_ms": _DEADLINE_MS}


def _says_all(answered: Answered) -> bool:
    """Say whether it was answered, with a value or a named reason for every field."""
    fields = answered.body.get("fields", {})
    return answered.status == 201 and len(fields) == len(_ITEMS) and all(each["outcome"] for each in fields.values())


def _await(caller: Caller) -> None:
    until = time.perf_counter() + _VISIBLE_SECONDS
    while caller.call("GET", f"/v1/procedures/{_CODE}").status != 200:
        if time.perf_counter() > until:
            raise NeverSeen
        time.sleep(0.2)


def _made_up() -> Iterator[Document]:
    for kind, code, body in (("forms", _FORM, _form()), ("procedures", _CODE, _procedure())):
        definition = {
            "kind": kind,
            "code": code,
            "version": "1",
            "effective_from": "2026-11-22",
            "status": "unverified",
            "sources": ["made up to be measured"],
            "body": body,
        }
        yield Document(f"{kind}/{code}.json", json.dumps(definition, ensure_ascii=False))


def _form() -> dict[str, Any]:
    said = {"vi": "Đo đạc", "en": "Measured"}
    field = {"label": said, "policy": "suggest", "necessity": "optional", "role": "person", "status": "unverified"}
    return {
        "title": said,
        "schema": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "additionalProperties": False,
            "properties": {register: {"type": "string", "maxLength": 200} for register in _ITEMS},
        },
        "layout": [{"title": said, "fields": [f"/{register}" for register in _ITEMS]}],
        "roles": {"person": {"label": said}},
        "fields": {f"/{register}": {**field, "item": item} for register, item in _ITEMS.items()},
    }


def _procedure() -> dict[str, Any]:
    said = {"vi": "Đo đạc", "en": "Measured"}
    paper = {"any_of": [{"all_of": [{"document": _PAPER}]}]}
    component = {"code": "giay-to", "name": said, "needed": "helpful", "evidence": paper, "status": "unverified"}
    return {
        "name": said,
        "authority": said,
        "level": "full",
        "mechanism": "one_stop",
        "forms": [_FORM],
        "life_events": [_LIFE_EVENT],
        "components": [component],
        "deadline": None,
        "fee_schedule": None,
        "survey": None,
        "result": {"document": _PAPER},
        "agency_rule": {"by": "residence", "items": ["person.residence.permanent"]},
    }
