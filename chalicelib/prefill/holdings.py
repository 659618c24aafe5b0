"""What is held of one subject outside registers, item by item: issued papers, dossiers, scans, what was typed. Pure.

Weighs nothing against anything. Of several versions of one standing only the newest counts.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from chalicelib.consent.model import Right
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import ItemId
from chalicelib.prefill.findings import Finding, Ground, is_over, judged, listed, moment, telling
from chalicelib.prefill.model import Held, Outcome, Provenance, Standing
from chalicelib.vocabulary.model import Item

_FALLING: Final[tuple[Standing, ...]] = ("issued", "dossier", "scan", "typed")


class Holdings:
    """What is held of one subject, questioned item by item, the best vouched for first."""

    def __init__(self, held: Iterable[Held], ground: Ground) -> None:
        self._ground = ground
        self._held: dict[ItemId, dict[Standing, Held]] = {}
        for each in held:
            versions = self._held.setdefault(each.item, {})
            known = versions.get(each.assurance)
            if known is None or _age(known) < _age(each):
                versions[each.assurance] = each

    def on(self, item: Item) -> list[Finding]:
        """Return what is held of the item."""
        versions = self._held.get(item.id)
        if not versions:
            return []
        return [each for standing in _FALLING if standing in versions for each in self._said(item, versions[standing])]

    def _said(self, item: Item, held: Held) -> list[Finding]:
        if not telling([held.value]):
            return []
        outcome, provenance = self._standing(item, held), provenance_of(held, self._ground.right)
        if item.type != "list":
            return judged(item, held.value, outcome, provenance, self._ground.units)
        rows = held.value if isinstance(held.value, list) else []
        said = Finding(outcome, provenance=provenance)
        return [listed([_row(item, row) for row in rows], said, self._ground.items)] if rows else []

    def _standing(self, item: Item, held: Held) -> Outcome:
        if self._ground.at is not None and _is_stale(item, held, self._ground.at):
            return "filled_stale"
        return "filled_issued" if held.assurance == "issued" else "filled_declared"


def provenance_of(held: Held, right: Right) -> Provenance:
    """Return where something held is from, and under which right it is used."""
    return Provenance(
        register=None,
        record=held.record,
        path=held.path,
        item=held.item,
        mapping=held.mapping,
        fetched_at=held.read_at,
        as_of=held.as_of,
        legal_basis=held.legal_basis,
        assurance=held.assurance,
        document=held.document,
        basis=right.basis or "own",
        consent=right.consent,
    )


def _age(held: Held) -> tuple[datetime | str, ...]:
    """Order versions of one standing, the newest last; the rest only settles which of two of one moment counts."""
    return held.read_at, held.record, held.path, repr(held.value)


def _row(item: Item, row: Json) -> dict[ItemId, Json]:
    cells = row if isinstance(row, dict) else {}
    known = {column: cells[column] for column in item.columns if telling([cells.get(column)])}
    return known or dict.fromkeys(item.columns)


def _is_stale(item: Item, held: Held, at: datetime) -> bool:
    """Say whether it lost its validity, or is older than its item may be; a date that cannot be read proves nothing."""
    if is_over(held.until, at):
        return True
    if item.freshness_days is None:
        return False
    since = moment(held.as_of or held.read_at)
    return since is None or at - since > timedelta(days=item.freshness_days)
