"""Parts of the dossier: satisfied by the first whole way, by evidence that proves, of people whose data may be had."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.consent.model import Right
from chalicelib.forms.model import Component, Condition, Evidence, OnAnswer
from chalicelib.kernel.ids import ConsentId, ItemId, RegisterCode
from chalicelib.prefill.components import Cast, as_shown, components_of, needed
from chalicelib.prefill.model import (
    ABSENT,
    OUTCOMES,
    Assurance,
    ComponentAnswer,
    Context,
    FieldAnswer,
    Held,
    HeldPaper,
    Lack,
    Outcome,
    Provenance,
    Resolution,
    SubjectRight,
)
from chalicelib.prefill.plan import Plan
from tests.support.builders import AN, BINH, LABEL
from tests.support.clock import START

A, B, C = ItemId("a"), ItemId("b"), ItemId("c")
OWN: Final = Right(basis="own")


@dataclass
class Said:
    """What is known of a subject, as a test writes it; of the rest, nobody has it."""

    answers: Mapping[ItemId, FieldAnswer] = field(default_factory=dict)

    def answer(self, item: ItemId) -> FieldAnswer:
        return self.answers.get(item, FieldAnswer("skipped", detail="no_supplier"))


def origin(assurance: Assurance = "register") -> Provenance:
    return Provenance(RegisterCode("population"), "R-1", "$.x", A, "m", "t", None, "law", assurance)


def value(outcome: Outcome = "filled_verified", assurance: Assurance = "register", is_: str = "x") -> FieldAnswer:
    return FieldAnswer(outcome, is_, "auto", provenance=origin(assurance))


def paper(document: str = "paper", **changes: object) -> Held:
    held = Held(A, "x", "scan", "D-1", "$.x", "m", "t", "law", document=document)
    return replace(held, **changes)  # type: ignore[arg-type]


def items(*names: ItemId, where: tuple[Condition, ...] = ()) -> Evidence:
    return Evidence(names, None, where)


def document(code: str = "paper") -> Evidence:
    return Evidence((), code)


def component(*ways: tuple[Evidence, ...], role: str | None = "groom", when: OnAnswer | None = None) -> Component:
    return Component("part", LABEL, when, ways, True, "confirmed", role)


def cast(
    said: Mapping[ItemId, FieldAnswer] | None = None,
    right: Right = OWN,
    wanted: frozenset[ItemId] = frozenset({A, B, C}),
    bars: Mapping[str, FieldAnswer] | None = None,
) -> Cast:
    asked = frozenset(each for each in wanted if right.covers(each))
    plan = Plan((), {"groom": SubjectRight(AN, right)}, {"groom": asked}, {})
    return Cast(plan, {"groom": Said(said or {})}, bars or {})


def answered(what: Component, of: Cast, *held: Held, at: datetime | None = None) -> ComponentAnswer:
    context = Context({AN: held} if held else {}, components=(what,), at=at)
    return components_of(of, {}, context)[0]


def lacks(found: ComponentAnswer) -> list[tuple[str, str | None]]:
    return [(each.outcome, each.detail) for way in found.lacks for each in way]


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("assurance", ["register", "issued", "dossier", "scan", "typed"])
def test_an_item_proves_only_with_what_an_agency_vouches_for(outcome: Outcome, assurance: Assurance) -> None:
    found = answered(component((items(A),)), cast({A: value(outcome, assurance)}))

    proves = outcome in {"filled_verified", "filled_issued", "filled_declared"} and assurance not in {"scan", "typed"}
    assert found.is_satisfied == proves
    if proves:
        assert [(each.item, each.provenance) for each in found.proofs] == [(A, origin(assurance))]
    else:
        assert found.lacks[0][0].outcome == outcome


def test_a_value_without_a_source_and_a_source_without_a_value_prove_nothing() -> None:
    for said in (replace(value(), provenance=None), replace(value(), value=ABSENT)):
        assert not answered(component((items(A),)), cast({A: said})).is_satisfied


@pytest.mark.parametrize(("said", "way"), [("poor", 0), ("not", None), (True, None)])
def test_a_value_that_says_otherwise_is_no_proof(said: str, way: int | None) -> None:
    only = (Condition(A, ("poor", 1)), Condition(A, ("poor",)))
    found = answered(component((items(A, where=only),)), cast({A: value(is_=said)}))

    assert found.way == way
    assert lacks(found) == ([] if way == 0 else [("not_applicable", "other_value")])


def test_the_first_whole_way_is_chosen_and_every_other_says_what_it_misses() -> None:
    what = component((items(A, B),), (items(A), document()), (items(A),), (items(C),))
    found = answered(what, cast({A: value(), B: value("not_found")}))

    assert (found.way, [each.item for each in found.proofs]) == (2, [A])
    assert found.lacks == (
        (Lack(B, None, "not_found"),),
        (Lack(None, "paper", "no_document"),),
        (),
        (Lack(C, None, "skipped", "no_supplier"),),
    )


@pytest.mark.parametrize(
    ("right", "reason"),
    [
        (Right("no_consent"), ("no_consent", None)),
        (Right("no_right", "identity_level"), ("no_right", "identity_level")),
    ],
)
def test_nothing_of_somebody_whose_data_may_not_be_had_proves(right: Right, reason: tuple[str, str | None]) -> None:
    found = answered(component((items(A),), (document(),)), cast({A: value()}, right), paper())

    assert (found.way, lacks(found)) == (None, [reason, reason])


def test_who_may_not_play_the_role_or_was_not_reached_proves_nothing() -> None:
    bar = FieldAnswer("no_right", detail="role_mismatch")
    found = answered(component((items(A),), (document(),)), cast({A: value()}, bars={"groom": bar}), paper())
    assert lacks(found) == [("no_right", "role_mismatch")] * 2

    late = {"bride": FieldAnswer("timed_out")}
    assert lacks(answered(component((items(A),), role="bride"), cast(bars=late))) == [("timed_out", None)]
    assert lacks(answered(component((items(A),), role="bride"), cast())) == [("skipped", "no_subject")]


def test_a_sensitive_item_that_no_field_binds_was_not_asked_for_and_is_not_used() -> None:
    found = answered(component((items(A),)), cast({A: value()}, wanted=frozenset({B})))

    assert lacks(found) == [("skipped", "not_asked_sensitive")]


def test_a_consent_proves_with_the_items_that_it_names() -> None:
    right = Right(basis="consent", consent=ConsentId("c-1"), items=frozenset({A}))
    found = answered(component((items(A, B),), (document(),)), cast({A: value(), B: value()}, right), paper())

    assert lacks(found) == [("no_consent", "item_not_granted")]
    kept = found.proofs[0].provenance
    assert kept is not None
    assert (found.way, kept.basis, kept.consent) == (1, "consent", "c-1")
    other = answered(component((document(),)), cast({}, right), paper(item=B))
    assert lacks(other) == [("no_document", None)]


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        ((), "none"),
        ((paper("other"),), "none"),
        ((paper(assurance="typed"),), "none"),
        ((paper(),), None),
        ((paper(assurance="dossier"),), None),
        ((paper(until=(START + timedelta(seconds=1)).isoformat()),), None),
        ((paper(until=START.isoformat()),), "expired"),
        ((paper(until=START.isoformat()), paper(record="D-2")), None),
    ],
)
def test_a_paper_counts_while_it_is_valid(held: tuple[Held, ...], reason: str | None) -> None:
    found = answered(component((document(),)), cast(), *held, at=START)

    assert found.is_satisfied == (reason is None)
    if reason is not None:
        assert lacks(found) == [("no_document", None if reason == "none" else reason)]


def test_the_best_vouched_paper_is_named_in_whatever_order_they_are_held() -> None:
    papers = [paper(record="D-1"), paper(record="D-3", assurance="issued"), paper(record="D-2", assurance="issued")]
    for order in (papers, papers[::-1]):
        proof = answered(component((document(),)), cast(), *order).proofs[0]
        assert (proof.document, proof.provenance and proof.provenance.record) == ("paper", "D-2")


def held_paper(**changes: object) -> HeldPaper:
    found = HeldPaper("paper", "scan", "D-9", "kind", "m", "t", "law")
    return replace(found, **changes)  # type: ignore[arg-type]


def with_papers(what: Component, of: Cast, *papers: HeldPaper, at: datetime | None = START) -> ComponentAnswer:
    return components_of(of, {}, Context(components=(what,), at=at, papers={AN: papers}))[0]


def test_a_paper_proves_though_no_item_was_read_from_it_and_is_named_to_be_attached() -> None:
    found = with_papers(component((document(),)), cast(), held_paper())
    assert found.is_satisfied
    assert (found.proofs[0].document, found.proofs[0].provenance, found.proofs[0].paper) == (
        "paper",
        None,
        held_paper(),
    )


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        (held_paper(evidence="other"), None),
        (held_paper(assurance="typed"), None),
        (held_paper(until="2020-01-31"), "expired"),
        (held_paper(until="one day"), "expired"),
    ],
)
def test_a_paper_that_is_other_evidence_typed_or_past_its_validity_proves_nothing(
    held: HeldPaper, reason: str | None
) -> None:
    found = with_papers(component((document(),)), cast(), held)
    assert (found.is_satisfied, lacks(found)) == (False, [("no_document", reason)])


@pytest.mark.parametrize("role", ["groom", None])
@pytest.mark.parametrize(
    "right",
    [
        Right("no_right", "identity_level"),
        Right("no_consent"),
        Right(basis="consent", consent=ConsentId("c-1"), items=frozenset({A})),
    ],
)
def test_a_paper_is_nothing_to_those_without_the_right_to_all_of_it(right: Right, role: str | None) -> None:
    found = with_papers(component((document(),), role=role), cast({}, right), held_paper())
    assert (found.is_satisfied, found.proofs) == (False, ())


def test_of_papers_the_best_vouched_one_is_attached_in_whatever_order_they_are_held() -> None:
    papers = [held_paper(record="D-1"), held_paper(record="D-2", assurance="issued")]
    expired = held_paper(record="D-0", assurance="issued", until="2020")
    for order in ([expired, *papers], [*papers[::-1], expired]):
        proof = with_papers(component((document(),)), cast(), *order).proofs[0]
        assert proof.paper is not None
        assert proof.paper.record == "D-2"


def test_where_no_role_is_named_anybodys_papers_count_but_those_that_may_not_be_had() -> None:
    of_anybody = component((document(),), role=None)
    refused = cast(right=Right("no_consent"))

    assert answered(of_anybody, cast(), paper()).is_satisfied
    assert not answered(of_anybody, refused, paper()).is_satisfied
    caller = Context({BINH: (paper(),)}, components=(of_anybody,))
    assert components_of(refused, {}, caller)[0].is_satisfied


@pytest.mark.parametrize(
    ("typed", "said", "is_needed"),
    [
        ({}, None, None),
        ({}, FieldAnswer("user_only"), None),
        ({}, value(is_="3"), True),
        ({}, value(is_="1"), False),
        ({}, FieldAnswer("not_applicable", detail="hidden_by_answer"), False),
        ({"/x": "3"}, None, True),
        ({"/x": "3"}, value(is_="1"), True),
        ({"/x": "1"}, value(is_="3"), False),
        ({"/x": "3"}, FieldAnswer("not_applicable"), False),
    ],
)
def test_a_case_holds_by_what_is_in_the_form(
    typed: dict[str, str], said: FieldAnswer | None, is_needed: bool | None
) -> None:
    fields = {} if said is None else {"/x": said}
    assert needed(OnAnswer("/x", ("3",)), fields, Context(answers=typed)) is is_needed
    assert needed(None, fields, Context(answers=typed)) is True


NAMES: Final = st.sampled_from([A, B, C])
PAPERS: Final = st.sampled_from(["p", "q"])
ONE: Final = st.builds(lambda names: items(*sorted(names)), st.sets(NAMES, min_size=1)) | st.builds(document, PAPERS)
WAYS: Final = st.lists(st.lists(ONE, min_size=1, max_size=3).map(tuple), min_size=1, max_size=4).map(tuple)
SAYS: Final = st.dictionaries(NAMES, st.sampled_from([value(), value("not_found"), value("filled_declared", "typed")]))
HELD: Final = st.sets(PAPERS)


def tried(
    ways: tuple[tuple[Evidence, ...], ...], said: Mapping[ItemId, FieldAnswer], held: set[str]
) -> ComponentAnswer:
    return answered(component(*ways), cast(said), *(paper(code) for code in sorted(held)))


@given(WAYS, SAYS, HELD)
def test_the_way_chosen_is_the_first_whose_evidence_is_all_there(
    ways: tuple[tuple[Evidence, ...], ...], said: dict[ItemId, FieldAnswer], held: set[str]
) -> None:
    found = tried(ways, said, held)

    there = {item for item, each in said.items() if each == value()}
    whole = [there.issuperset(item for each in way for item in each.items)
             and held.issuperset(each.document for each in way if each.document) for way in ways]  # fmt: skip
    assert found.way == (whole.index(True) if any(whole) else None)
    assert [not each for each in found.lacks] == whole
    if found.way is not None:
        named = [
            name for each in ways[found.way] for name in (*each.items, *([each.document] if each.document else []))
        ]
        assert [each.item or each.document for each in found.proofs] == named


@given(WAYS, SAYS, HELD, NAMES, PAPERS)
def test_more_evidence_never_takes_away_what_is_satisfied(
    ways: tuple[tuple[Evidence, ...], ...], said: dict[ItemId, FieldAnswer], held: set[str], item: ItemId, more: str
) -> None:
    before = tried(ways, said, held)
    for after in (tried(ways, said | {item: value()}, held), tried(ways, said, held | {more})):
        assert after.is_satisfied or not before.is_satisfied
        assert before.way is None or (after.way is not None and after.way <= before.way)


def test_the_moment_is_compared_across_zones() -> None:
    hanoi = paper(until="2026-11-22T09:00:00+07:00")
    at = datetime(2026, 11, 22, 1, 59, tzinfo=UTC)

    assert answered(component((document(),)), cast(), hanoi, at=at).is_satisfied
    assert not answered(component((document(),)), cast(), hanoi, at=at + timedelta(minutes=1)).is_satisfied


def test_a_cleared_answer_leaves_the_case_open_again() -> None:
    what = component((items(A),), when=OnAnswer("/x", ("3",)))
    context = Context(components=(what,))
    found = Resolution({"/x": value(is_="3")}, components=components_of(cast(), {"/x": value(is_="3")}, context))
    assert [each.needed for each in found.components] == [True]

    cleared = as_shown(replace(found, fields={"/x": FieldAnswer("user_only")}), [what])
    assert [each.needed for each in cleared.components] == [None]
