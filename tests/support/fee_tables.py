"""Small made-up schedules whose every case can be counted out, and what a reader without geometry finds in them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, product
from random import Random
from typing import Any, Final

FIRST: Final = date(2026, 1, 1)
DAYS: Final = 6
SIZES: Final = range(6)
KINDS: Final = ("a", "b", "c")
Point = dict[str, Any]


def table(seed: int) -> dict[str, Any]:
    """Return the body of a schedule of one line, with one to five base rows and up to three benefits."""
    random = Random(seed)  # noqa: S311 - made-up tables
    rows = [_row(random, f"base-{number}", "base") for number in range(random.randint(1, 5))]
    rows += [_row(random, f"benefit-{number}", "benefit") for number in range(random.randint(0, 3))]
    return schedule(rows)


def schedule(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a schedule of one line over three small inputs."""
    inputs = {
        "size": {"type": "int", "label": words("Cỡ"), "min": 0, "max": SIZES[-1], "source": {"by": "fact"}},
        "sort": {
            "type": "enum",
            "label": words("Loại"),
            "values": {kind: words(kind) for kind in KINDS},
            "source": {"by": "fact"},
        },
        "flag": {"type": "bool", "label": words("Cờ"), "source": {"by": "fact"}},
    }
    used = {name for row in rows for name in row["when"]}
    return {
        "type": "schedule",
        "title": words("Bảng phí thử"),
        "procedures": {"9.000001": words("Thủ tục thử")},
        "inputs": {name: each for name, each in inputs.items() if name in used},
        "lines": {"phi": {"name": words("Phí thử"), "kind": "phi", "authority": "mof"}},
        "rows": rows,
    }


def words(text: str) -> dict[str, str]:
    return {"vi": text, "en": text}


def row(name: str, role: str, when: dict[str, Any], effect: dict[str, Any]) -> dict[str, Any]:
    """Return a row in force on all the days there are."""
    return {
        "id": name,
        "name": words(name),
        "line": "phi",
        "role": role,
        "when": when,
        "effect": effect,
        "basis": basis(0, DAYS - 1),
    }


def basis(low: int, high: int) -> dict[str, Any]:
    return {
        "document": "TT 1/2026/TT-BTC",
        "article": "Điều 1",
        "effective_from": (FIRST + timedelta(low)).isoformat(),
        "effective_to": (FIRST + timedelta(high)).isoformat(),
        "status": "confirmed",
        "source": "Made up for tests",
    }


def envelope(body: dict[str, Any], code: str = "thu") -> dict[str, Any]:
    """Return the whole file."""
    return {
        "kind": "fees",
        "code": code,
        "version": "1",
        "effective_from": "2026-01-01",
        "status": "confirmed",
        "sources": ["Made up for tests"],
        "body": body,
    }


def _row(random: Random, name: str, role: str) -> dict[str, Any]:
    when = {}
    for column in ("size", "sort", "flag"):
        if random.random() < 0.6:
            when[column] = _CELLS[column](random)
    amount = random.choice((0, 10, 20, 30))
    effect: dict[str, Any] = {"type": "amount", "amount": amount}
    if role == "benefit":
        effect = random.choice((effect, {"type": "off", "share": "50%"}, {"type": "zero", "meaning": "exempt"}))
    found = row(name, role, when, effect)
    low = random.randint(0, DAYS - 1)
    found["basis"] = basis(low, random.randint(low, DAYS - 1)) if random.random() < 0.5 else found["basis"]
    return found


def _size(random: Random) -> dict[str, Any]:
    low = random.choice(SIZES)
    high = random.randint(low, SIZES[-1])
    return random.choice(
        (
            {"is": low},
            {"at_least": low},
            {"at_most": high},
            {"between": [low, high]},
            {"at_least": low, "at_most": high},
        )
    )


def _sort(random: Random) -> dict[str, Any]:
    some = random.sample(KINDS, random.randint(1, 2))
    return random.choice(({"is": some[0]}, {"is_not": some[0]}, {"one_of": some}, {"none_of": some}))


_CELLS: Final[Mapping[str, Callable[[Random], dict[str, Any]]]] = {
    "size": _size,
    "sort": _sort,
    "flag": lambda random: {"is": random.random() < 0.5},
}


def points() -> Iterator[Point]:
    """Yield every case there can be."""
    for day, size, sort, flag in product(range(DAYS), SIZES, KINDS, (True, False)):
        yield {"as_of": FIRST + timedelta(day), "size": size, "sort": sort, "flag": flag}


def holds(found: Mapping[str, Any], point: Mapping[str, Any]) -> bool:
    """Say whether a written row holds at a point, read word by word."""
    since, until = found["basis"]["effective_from"], found["basis"]["effective_to"]
    return since <= point["as_of"].isoformat() <= until and all(
        _is(how, value, point[name]) for name, cell in found["when"].items() for how, value in cell.items()
    )


def _is(how: str, value: Any, seen: Any) -> bool:  # noqa: ANN401, PLR0911 - values of any input, each its own way
    match how:
        case "is":
            return bool(seen == value)
        case "is_not":
            return bool(seen != value)
        case "one_of":
            return seen in value
        case "none_of":
            return seen not in value
        case "at_least":
            return bool(seen >= value)
        case "at_most":
            return bool(seen <= value)
        case _:
            return bool(value[0] <= seen <= value[1])


@dataclass(frozen=True, slots=True)
class Counted:
    """What counting out every case finds: pairs of base rows that contradict, and whether a case is left open."""

    contradictions: frozenset[tuple[str, str]]
    is_open: bool


def counted(body: Mapping[str, Any]) -> Counted:
    """Count out every case of a schedule."""
    bases = [each for each in body["rows"] if each["role"] == "base"]
    since = min(each["basis"]["effective_from"] for each in bases)
    until = max(each["basis"]["effective_to"] for each in bases)
    pairs, is_open = set(), False
    for point in points():
        held = [each for each in bases if holds(each, point)]
        is_open |= not held and since <= point["as_of"].isoformat() <= until
        for one, other in combinations(held, 2):
            if one["effect"] != other["effect"]:
                pairs.add((one["id"], other["id"]))
    return Counted(frozenset(pairs), is_open)


def due(body: Mapping[str, Any], point: Mapping[str, Any]) -> int | None:
    """Return what is due where all facts are verified; None where no base holds, or two differ and nothing is free."""
    held = [each for each in body["rows"] if holds(each, point)]
    bases = {each["effect"]["amount"] for each in held if each["role"] == "base"}
    benefits = [each["effect"] for each in held if each["role"] == "benefit"]
    if not bases:
        return None
    if len(bases) > 1:
        return 0 if any(_benefit(each, None) == 0 for each in benefits) else None
    (base,) = bases
    lefts = [base, *(left for left in (_benefit(each, base) for each in benefits) if left is not None)]
    return int(min(lefts))


def _benefit(effect: Mapping[str, Any], base: int | None) -> int | None:
    match effect["type"]:
        case "zero":
            return 0
        case "off":
            return None if base is None else base // 2
        case _:
            return int(effect["amount"])
