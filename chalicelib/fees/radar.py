"""What runs out, and what nobody has looked at for long: legal bases by their dates. Knows no case and no amount."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple, TypeAlias

from chalicelib.definitions.model import Status
from chalicelib.fees.model import Basis, FeeFile, Row, RowRef
from chalicelib.kernel.frozen import dataclass

Held: TypeAlias = tuple[RowRef, Basis, bool]
"""Where a basis stands, the basis, and whether something of the same file follows it without a gap."""


class Ending(NamedTuple):
    """A basis whose last day is near: `days` left after the day asked about, 0 on the last day itself.

    `rows` rest on it; `unfollowed` are those after which the same file has nothing for the same line: what they said
    is over, and what then holds is the base rate, or unknown.
    """

    document: str
    article: str
    until: date
    days: int
    status: Status
    rows: tuple[RowRef, ...]
    unfollowed: tuple[RowRef, ...]


class Aged(NamedTuple):
    """A basis in force that was last held against its document so many days ago; None: nobody noted when."""

    document: str
    article: str
    last_verified_on: date | None
    days: int | None
    status: Status
    rows: tuple[RowRef, ...]


@dataclass(frozen=True, slots=True)
class Radar:
    """What the radar shows on a day: the soonest end first, the longest unseen first."""

    on: date
    days: int
    ending: tuple[Ending, ...]
    aged: tuple[Aged, ...]


def radar(files: Iterable[FeeFile], on: date, days: int, stale_days: int) -> Radar:
    """Return the bases in force on the day that end within `days`, and those not verified within `stale_days`."""
    held = [each for file in files for each in _held(file) if each[1].is_in_force(on)]
    return Radar(on, days, tuple(_ending(held, on, days)), tuple(_aged(held, on, stale_days)))


def _held(file: FeeFile) -> Iterator[Held]:
    for row in file.rows:
        yield RowRef(file.code, row.id), row.basis, _is_followed(row, file.rows)
    for name, parameter in file.parameters.items():
        bases = [basis for _, basis in parameter.values]
        for basis in bases:
            yield RowRef(file.code, f"parameters/{name}"), basis, any(_follows(basis, each) for each in bases)


def _is_followed(row: Row, rows: Sequence[Row]) -> bool:
    return any(_follows(row.basis, each.basis) for each in rows if (each.line, each.role) == (row.line, row.role))


def _follows(basis: Basis, other: Basis) -> bool:
    """Say whether the other begins after this one and is in force on the day after its last."""
    if basis.until is None or basis.until == date.max or other.since <= basis.since:
        return False
    return other.is_in_force(basis.until + timedelta(days=1))


def _ending(held: Sequence[Held], on: date, days: int) -> list[Ending]:
    found: dict[tuple[date, str, str, Status], list[Held]] = {}
    for each in held:
        basis = each[1]
        if basis.until is not None and (basis.until - on).days <= days:
            found.setdefault((basis.until, basis.document, basis.article, basis.status), []).append(each)
    return [
        Ending(
            document,
            article,
            until,
            (until - on).days,
            status,
            tuple(ref for ref, _, _ in rows),
            tuple(ref for ref, _, followed in rows if not followed),
        )
        for (until, document, article, status), rows in sorted(found.items())
    ]


def _aged(held: Sequence[Held], on: date, stale_days: int) -> list[Aged]:
    found: dict[tuple[date, str, str, Status], list[RowRef]] = {}
    for ref, basis, _ in held:
        seen = basis.last_verified_on
        if seen is None or (on - seen).days > stale_days:
            # What was never seen stands first, as if longest ago.
            found.setdefault((seen or date.min, basis.document, basis.article, basis.status), []).append(ref)
    return [
        Aged(document, article, _seen(seen), None if seen == date.min else (on - seen).days, status, tuple(rows))
        for (seen, document, article, status), rows in sorted(found.items())
    ]


def _seen(day: date) -> date | None:
    return None if day == date.min else day
