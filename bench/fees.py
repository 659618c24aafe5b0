"""What a quote costs: the amount, the amount with its full trace, 10,000 dossiers; over an if-chain and zen-engine.

One table of 17 rules, written three ways; all three must agree on every case before anything is timed.
"""

import json
import timeit
from collections.abc import Callable
from datetime import date
from itertools import cycle, islice, product
from typing import Any, Final

import zen

from bench.figures import Figure, median, short
from chalicelib.definitions.load import envelope
from chalicelib.fees.definition import FEES
from chalicelib.fees.evaluate import price
from chalicelib.fees.model import Case, Channel, Fact
from chalicelib.fees.plan import Rules, rules_from
from chalicelib.fees.quoting import quote
from chalicelib.fees.trace import traced
from chalicelib.kernel.ids import ProcedureCode

_PROCEDURE: Final = ProcedureCode("9.000001")
_HALVED: Final = date(2025, 7, 1)
_LEVELS: Final = {"change": 30_000, "renew": 50_000, "replace": 70_000}
_ROUNDS: Final = 9
_DOSSIERS: Final = 10_000


def figures() -> list[Figure]:
    """Measure all ways in turns; take medians."""
    rules, cases = _rules(), _cases()
    engine = _zen()
    contexts = [_context(each) for each in cases]
    _agree(rules, cases, engine)
    ways: dict[str, Callable[[], object]] = {
        "amount": lambda: [price(rules, each) for each in cases],
        "trace": lambda: [traced(rules, each, price(rules, each)) for each in cases],
        "quote": lambda: [quote(rules, each) for each in cases[:20]],
        "chain": lambda: [_chain(each) for each in cases],
        "zen": lambda: [engine.evaluate("fees", each) for each in contexts],
        "dossiers": lambda: [price(rules, each) for each in islice(cycle(cases), _DOSSIERS)],
    }
    seen: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(_ROUNDS):
        for name, way in ways.items():
            seen[name].append(timeit.timeit(way, number=1))
    each = {name: median(times) / len(cases) * 1e6 for name, times in seen.items()}
    detail = {"rules": 17, "cases": len(cases), "if_chain_us": short(each["chain"]), "zen_us": short(each["zen"])}
    return [
        Figure("fees: amount", "µs", each["amount"], _ROUNDS, "≤ 5", detail),
        Figure("fees: amount with full trace", "µs", each["trace"], _ROUNDS, "≤ 25"),
        Figure(
            "fees: whole quote, what would change it and its digest", "µs", median(seen["quote"]) / 20 * 1e6, _ROUNDS
        ),
        Figure("fees: amount over a hand-written if-chain", "ratio", each["amount"] / each["chain"], _ROUNDS),
        Figure("fees: amount over zen-engine", "ratio", each["amount"] / each["zen"], _ROUNDS, "≤ 1"),
        Figure("fees: 10,000 dossiers", "ms", median(seen["dossiers"]) * 1000, _ROUNDS, "≤ 100"),
    ]


def _agree(rules: Rules, cases: list[Case], engine: Any) -> None:  # noqa: ANN401 - the engine has no types
    for each in cases:
        ours, chain = price(rules, each).payable.amount, _chain(each)
        theirs = engine.evaluate("fees", _context(each))["result"]["amount"]
        if not ours == chain == theirs:
            raise AssertionError((each, ours, chain, theirs))


def _cases() -> list[Case]:
    ages, flags = (8, 30, 61), (False, True)
    days: tuple[date, ...] = (date(2025, 6, 30), _HALVED)
    places: tuple[tuple[Channel, str], ...] = (("online", "01"), ("online", "79"), ("counter", "01"))
    found = []
    for age, sort, poor, disabled, merit, day, (channel, province) in product(
        ages, _LEVELS, flags, flags, flags, days, places
    ):
        said: dict[str, bool | int | str] = {
            "age": age,
            "sort": sort,
            "poor": poor,
            "disabled": disabled,
            "merit": merit,
        }
        facts = {name: Fact(value, "verified") for name, value in said.items()}
        found.append(Case(_PROCEDURE, day, channel, province, "00004", {}, facts))
    return found


def _chain(case: Case) -> int:
    """Reckon as somebody in a hurry would: no trace, no dates as data, nothing unknown."""
    facts = case.facts
    age: Any = facts["age"].value
    if age >= 60 or age < 16 or facts["poor"].value or facts["disabled"].value:
        return 0
    if case.channel == "online" and case.province == "01":
        return 0
    level = _LEVELS[str(facts["sort"].value)]
    if case.as_of >= _HALVED or facts["merit"].value:
        return level // 2
    return level


def _context(case: Case) -> dict[str, Any]:
    said = {name: fact.value for name, fact in case.facts.items()}
    return {**said, "day": case.as_of.toordinal(), "channel": case.channel, "province": case.province}


def _zen() -> Any:  # noqa: ANN401 - the engine has no types
    """Return the engine in the use that measures best: a static loader, evaluated by key."""
    names = ("age", "poor", "disabled", "merit", "channel", "province", "day", "sort")
    free: list[dict[str, str]] = [
        {"age": ">= 60"},
        {"age": "< 16"},
        {"poor": "true"},
        {"disabled": "true"},
        {"channel": '"online"', "province": '"01"'},
    ]
    rules = [(cells, 0) for cells in free]
    halved = str(_HALVED.toordinal())
    for sort, level in _LEVELS.items():
        rules.append(({"merit": "true", "sort": f'"{sort}"', "day": f"< {halved}"}, level // 2))
    for sort, level in _LEVELS.items():
        rules.append(({"merit": "true", "sort": f'"{sort}"', "day": f">= {halved}"}, level // 2))
    for sort, level in _LEVELS.items():
        rules += [({"sort": f'"{sort}"', "day": f">= {halved}"}, level // 2), ({"sort": f'"{sort}"'}, level)]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in names],
        "outputs": [{"id": "amount", "name": "amount", "field": "amount"}],
        "rules": [
            {"_id": str(number), **{name: cells.get(name, "") for name in names}, "amount": str(amount)}
            for number, (cells, amount) in enumerate(rules)
        ],
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": table},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": "a", "sourceId": "in", "targetId": "table", "type": "edge"},
        {"id": "b", "sourceId": "table", "targetId": "out", "type": "edge"},
    ]
    content = zen.ZenDecisionContent(json.dumps({"nodes": nodes, "edges": edges}))
    return zen.ZenEngine({"loader": lambda _key: content})


def _rules() -> Rules:
    by = {"by": "fact"}
    schedule: dict[str, Any] = {
        "type": "schedule",
        "title": _words("Đo"),
        "procedures": {_PROCEDURE: _words("Đo")},
        "inputs": {
            "age": {"type": "int", "label": _words("Tuổi"), "min": 0, "max": 150, "source": by},
            "sort": {"type": "enum", "label": _words("Loại"), "values": {n: _words(n) for n in _LEVELS}, "source": by},
            **{n: {"type": "bool", "label": _words(n), "source": by} for n in ("poor", "disabled", "merit")},
        },
        "lines": {"le_phi": {"name": _words("Lệ phí"), "kind": "le_phi", "authority": "mof"}},
        "rows": [
            *(
                _row(f"{sort}-{part}", "base", {"sort": {"is": sort}}, level, days)
                for sort, level in _LEVELS.items()
                for part, days in (("early", ("2020-01-01", "2022-12-31")), ("base", ("2023-01-01", None)))
            ),
            _row("old", "benefit", {"age": {"at_least": 60}}, 0),
            _row("young", "benefit", {"age": {"below": 16}}, 0),
            *(_row(name, "benefit", {name: {"is": True}}, 0) for name in ("poor", "disabled")),
            *(
                _row(f"merit-{sort}", "benefit", {"merit": {"is": True}, "sort": {"is": sort}}, level // 2)
                for sort, level in _LEVELS.items()
            ),
            *(
                _row(f"halved-{sort}", "benefit", {"sort": {"is": sort}}, level // 2, (_HALVED.isoformat(), None))
                for sort, level in _LEVELS.items()
            ),
        ],
    }
    policy: dict[str, Any] = {
        "type": "policy",
        "title": _words("Miễn trực tuyến"),
        "lines": {"kinds": ["le_phi"]},
        "places": [{"province": "01"}],
        "channels": ["online"],
        "stacks": False,
        "inputs": {},
        "rows": [{**_row("online", "benefit", {}, 0), "line": None}],
    }
    del policy["rows"][0]["line"]
    files = [FEES.compile(_file(code, body), FEES.parse(body)) for code, body in (("do", schedule), ("ha", policy))]
    return rules_from(files, "measured")


def _file(code: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - an envelope
    head = {"kind": "fees", "code": code, "version": "1", "effective_from": "2020-01-01", "status": "confirmed"}
    return envelope({**head, "sources": ["made up"], "body": body})


def _row(
    name: str, role: str, when: dict[str, Any], amount: int, days: tuple[str, str | None] = ("2020-01-01", None)
) -> dict[str, Any]:
    basis: dict[str, Any] = {
        "document": "TT 1",
        "article": "1",
        "effective_from": days[0],
        "status": "confirmed",
        "source": "made up",
    }
    if days[1] is not None:
        basis["effective_to"] = days[1]
    zero = {"type": "zero", "meaning": "exempt"}
    effect = zero if amount == 0 else {"type": "amount", "amount": amount}
    return {
        "id": name,
        "name": _words(name),
        "line": "le_phi",
        "role": role,
        "when": when,
        "effect": effect,
        "basis": basis,
    }


def _words(text: str) -> dict[str, str]:
    return {"vi": text, "en": text}
