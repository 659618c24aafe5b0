"""One item, several voices: whose word stands, when it is a conflict, and which reason is told where there is none.

Pure. Knows nothing of forms; the order of authority is the dictionary's.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from chalicelib.kernel.canonical import Json, canonical
from chalicelib.kernel.ids import ItemId
from chalicelib.prefill.findings import Finding
from chalicelib.prefill.model import ABSENT, MAY_STILL_COME, Absent, Candidate, FieldAnswer
from chalicelib.prefill.reasons import ADDRESS_SPLIT, NO_SUPPLIER
from chalicelib.vocabulary.model import Item
from chalicelib.vocabulary.normalise import key


def weigh(item: Item, findings: Sequence[Finding], items: Mapping[ItemId, Item]) -> FieldAnswer:
    """Settle one item from what sources said of it, the highest authority first; never locked.

    Values equal after the item's normaliser agree, and the highest authority's stands, so a lower one fills in when
    the master failed. A real difference is a `conflict`: the master register's value stands if it gave just one, else
    none. A paper past its validity, or older than its item may be, is heard only where nothing else has a value. A unit
    that was divided is one of these, with a detail of its own where nothing else is in dispute. Without any value, an
    answer that may still come is told before a final no.
    """
    valued = [each for each in findings if each.value is not ABSENT]
    if not valued:
        return _without_value(findings)
    valued = [each for each in valued if not _is_over(each)] or valued
    first = valued[0]
    if len(valued) == 1 or _agree(item, [*_values(valued)], items):
        return FieldAnswer(first.outcome, first.value, "auto", provenance=first.provenance)
    return _conflict(item, valued, items)


def _is_over(finding: Finding) -> bool:
    """Say whether it is the word of a paper past its validity or its item's freshness; a register's still stands."""
    origin = finding.provenance
    return finding.outcome == "filled_stale" and origin is not None and origin.register is None


def _without_value(findings: Sequence[Finding]) -> FieldAnswer:
    if not findings:
        return NO_SUPPLIER
    told = next((each for each in findings if each.outcome in MAY_STILL_COME), findings[0])
    return FieldAnswer(told.outcome, provenance=told.provenance, retry_after=told.retry_after)


def _conflict(item: Item, valued: Sequence[Finding], items: Mapping[ItemId, Item]) -> FieldAnswer:
    candidates = tuple(
        Candidate(each.value, each.provenance)
        for each in valued
        if not isinstance(each.value, Absent) and each.provenance is not None
    )
    masters = [each for each in candidates if item.master is not None and each.provenance.register == item.master]
    if masters and _agree(item, [each.value for each in masters], items):
        master = masters[0]
        return FieldAnswer("conflict", master.value, "auto", False, master.provenance, candidates, "master_decides")
    detail = ADDRESS_SPLIT if all(each.split for each in valued) and _is_one(candidates) else None
    return FieldAnswer("conflict", candidates=candidates, policy="citizen_decides", detail=detail)


def _is_one(candidates: tuple[Candidate, ...]) -> bool:
    """Say whether they are what one source wrote, once."""
    return all(each.provenance == candidates[0].provenance for each in candidates)


def _values(valued: Sequence[Finding]) -> Iterator[Json]:
    return (each.value for each in valued if not isinstance(each.value, Absent))


def _agree(item: Item, values: Sequence[Json], items: Mapping[ItemId, Item]) -> bool:
    if all(type(each) is type(values[0]) and each == values[0] for each in values):
        return True
    if item.type == "list":
        return all(_same_rows(one, other, items) for one, other in combinations(values, 2))
    return len({key(item.normaliser, each) for each in values}) == 1


def _same_rows(one: Json, other: Json, items: Mapping[ItemId, Item]) -> bool:
    """Say whether two lists have the same rows, in any order, as far as both have their columns."""
    both = _columns(one) & _columns(other)
    return bool(both) and _canonical(one, both, items) == _canonical(other, both, items)


def _columns(rows: Json) -> set[str]:
    return {id_ for row in _rows(rows) for id_ in row}


def _canonical(rows: Json, columns: set[str], items: Mapping[ItemId, Item]) -> list[bytes]:
    return sorted(
        canonical({id_: _key(items.get(ItemId(id_)), cell) for id_, cell in row.items() if id_ in columns})
        for row in _rows(rows)
    )


def _key(item: Item | None, cell: Json) -> str:
    return key("exact" if item is None else item.normaliser, cell)


def _rows(rows: Json) -> list[dict[str, Json]]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
