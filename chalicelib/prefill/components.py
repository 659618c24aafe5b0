"""Which parts of the dossier (thành phần hồ sơ) nothing has to be attached for, by which evidence, and why not others.

Pure. Nobody may ask for papers whose data a register has (sources.md §1.9: NĐ 216/2026/NĐ-CP, for the population's).
A part is satisfied by the first of its ways that is whole: by every item and every document that the way names.

An item proves with a value that a register vouches for, an issued document or an accepted dossier. What is stale, under
review, in conflict, read from a scan or typed does not prove; nor does a value that says something else than the way
needs (`where`). Nothing of somebody whose data may not be had proves anything.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, NamedTuple, Protocol

from chalicelib.consent.model import Right
from chalicelib.forms.model import Component, Condition, Evidence, OnAnswer, Role
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ItemId, SubjectId
from chalicelib.prefill.findings import is_over
from chalicelib.prefill.holdings import provenance_of
from chalicelib.prefill.model import (
    NOTHING_ELSE,
    Absent,
    ComponentAnswer,
    Context,
    FieldAnswer,
    HeldPaper,
    Lack,
    Proof,
    Resolution,
)
from chalicelib.prefill.plan import Plan
from chalicelib.prefill.wanted import holds

_PROVING: Final = frozenset({"register", "issued", "dossier"})
"""Assurances that an item proves with; a scan proves as a paper, not by what was read from it."""
_REFUSED: Final = frozenset({"no_consent", "no_right"})
_FROM_BEST: Final = ("issued", "dossier", "scan")
_OWN: Final = Right(basis="own")
_NO_SUBJECT: Final = FieldAnswer("skipped", detail="no_subject")
_NOT_ASKED: Final = FieldAnswer("skipped", detail="not_asked_sensitive")
_NOT_COVERED: Final = FieldAnswer("no_consent", detail="item_not_granted")


class Known(Protocol):
    """What is known of a subject."""

    def answer(self, item: ItemId) -> FieldAnswer:
        """Return what is said of an item."""
        ...


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays the roles: what is known of each, and why nothing of some may be used (`bars`)."""

    plan: Plan
    known: Mapping[Role, Known]
    bars: Mapping[Role, FieldAnswer]


def components_of(cast: Cast, fields: Mapping[str, FieldAnswer], context: Context) -> tuple[ComponentAnswer, ...]:
    """Answer every component of the context.

    `fields` is what is said of each field now; a condition on one reads the context's answer to it first.
    """
    return tuple(_component(each, cast, fields, context) for each in context.components)


def needed(when: OnAnswer | None, fields: Mapping[str, FieldAnswer], context: Context) -> bool | None:
    """Say whether the case that calls for something holds; None where the answers do not say, False where hidden."""
    if when is None:
        return True
    said = fields.get(when.pointer)
    if said is not None and said.outcome == "not_applicable":
        return False
    if when.pointer in context.answers:
        return holds(when, context.answers)
    if said is None or isinstance(said.value, Absent):
        return None
    return holds(when, {when.pointer: said.value})


def as_shown(resolution: Resolution, components: Iterable[Component]) -> Resolution:
    """Return the resolution with each component's case decided by the fields as they stand in it now."""
    cases = {each.code: each.when for each in components}
    return replace(
        resolution,
        components=tuple(
            replace(each, needed=needed(cases[each.code], resolution.fields, NOTHING_ELSE))
            for each in resolution.components
        ),
    )


def _component(
    component: Component, cast: Cast, fields: Mapping[str, FieldAnswer], context: Context
) -> ComponentAnswer:
    judge = _Judge(component.role, cast, context)
    judged = [[found for each in way for found in judge.evidence(each)] for way in component.any_of]
    lacks = tuple(tuple(each for each in way if isinstance(each, Lack)) for way in judged)
    whole = (at for at, missing in enumerate(lacks) if judged[at] and not missing)
    chosen = next(whole, None)
    proofs = () if chosen is None else tuple(each for each in judged[chosen] if isinstance(each, Proof))
    return ComponentAnswer(component.code, needed(component.when, fields, context), chosen, proofs, lacks)


class _Paper(NamedTuple):
    """A paper that may prove, as it would be shown; `rank` orders them, the best first."""

    rank: tuple[int, int, str, str, str]
    until: str | None
    proof: Proof


class _Judge:
    """Holds evidence against what is known of whoever has to prove a component."""

    def __init__(self, role: Role | None, cast: Cast, context: Context) -> None:
        self._role = role
        self._cast = cast
        self._context = context
        self._named = None if role is None else cast.plan.subjects.get(role)

    def evidence(self, evidence: Evidence) -> Iterator[Proof | Lack]:
        for item in evidence.items:
            said = self._barred(item) or self._said(item)
            yield _judged(item, said, [each for each in evidence.where if each.item == item])
        if evidence.document is not None:
            yield self._document(evidence.document)

    def _said(self, item: ItemId) -> FieldAnswer:
        role = self._role or ""
        if item not in self._cast.plan.wanted.get(role, ()):
            covered = self._named is not None and self._named.right.covers(item)
            return _NOT_ASKED if covered else _NOT_COVERED
        return self._cast.known[role].answer(item)

    def _barred(self, item: ItemId | None = None) -> FieldAnswer | None:
        """Return why nothing of the role's subject may be used, or None."""
        if self._role is None:
            return None if item is None else _NO_SUBJECT
        if self._named is None:
            return self._cast.bars.get(self._role, _NO_SUBJECT)
        right = self._named.right
        if right.refusal is not None:
            return FieldAnswer(right.refusal, detail=right.reason)
        return self._cast.bars.get(self._role)

    def _document(self, code: str) -> Proof | Lack:
        papers = [each for subject, right in self._whose().items() for each in self._found(code, subject, right)]
        at = self._context.at
        valid = [each for each in papers if at is None or not is_over(each.until, at)]
        if valid:
            return min(valid, key=lambda each: each.rank).proof
        if papers:
            return Lack(None, code, "no_document", "expired")
        barred = self._barred()
        if barred is not None and barred.outcome in _REFUSED:
            return Lack(None, code, barred.outcome, barred.detail)
        return Lack(None, code, "no_document")

    def _found(self, code: str, subject: SubjectId, right: Right) -> Iterator[_Paper]:
        """Yield the papers of a subject that are this evidence: held as such, or known by an item read from one.

        A consent opens the items that it names, and no paper: only what came with such an item is known of.
        """
        for paper in self._context.papers.get(subject, ()) if right.allowed and right.items is None else ():
            if paper.evidence == code and paper.assurance in _FROM_BEST:
                yield _shown(paper, Proof(None, code, None, paper))
        for held in self._context.held.get(subject, ()):
            if held.document == code and held.assurance in _FROM_BEST and right.covers(held.item):
                rank = (_FROM_BEST.index(held.assurance), 1, held.record, held.item, held.path)
                yield _Paper(rank, held.until, Proof(None, code, provenance_of(held, right)))

    def _whose(self) -> dict[SubjectId, Right]:
        """Return those whose papers count: the role's subject, where no role is named everybody of whom any were read.

        Who plays no role is the caller, whose own papers were read.
        """
        if self._role is None:
            rights = {each.subject: each.right for each in self._cast.plan.subjects.values()}
            return {subject: rights.get(subject, _OWN) for subject in {**self._context.held, **self._context.papers}}
        return {} if self._named is None or self._barred() else {self._named.subject: self._named.right}


def _judged(item: ItemId, said: FieldAnswer, where: list[Condition]) -> Proof | Lack:
    origin = said.provenance
    if not said.outcome.startswith("filled_") or isinstance(said.value, Absent) or origin is None:
        return Lack(item, None, said.outcome, said.detail)
    if said.outcome == "filled_stale":
        return Lack(item, None, said.outcome)
    if origin.assurance not in _PROVING:
        return Lack(item, None, said.outcome, origin.assurance)
    if not all(_is_one_of(each, said) for each in where):
        return Lack(item, None, "not_applicable", "other_value")
    return Proof(item, None, origin)


def _is_one_of(condition: Condition, said: FieldAnswer) -> bool:
    return any(type(each) is type(said.value) and each == said.value for each in condition.one_of)


def _shown(paper: HeldPaper, proof: Proof) -> _Paper:
    return _Paper((_FROM_BEST.index(paper.assurance), 0, paper.record, "", ""), paper.until, proof)
