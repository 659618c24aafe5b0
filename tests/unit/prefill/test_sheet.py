"""The citizen's hand on what sources say: origins, locks, refreshes, contests, consents."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from chalicelib.kernel.canonical import Json, canonical
from chalicelib.kernel.errors import Corrupt, NotFound
from chalicelib.kernel.ids import ConsentId
from chalicelib.prefill.hand import (
    Claimed,
    Desk,
    FieldLocked,
    Hand,
    NothingToContest,
    contest_of,
    contested,
    edited,
    taken_back,
)
from chalicelib.prefill.model import ABSENT, FieldAnswer, Outcome, Resolution
from chalicelib.prefill.renewal import AlreadyDecided, Decision, NotTheDiff, changes, decided, refreshed, renewed
from chalicelib.prefill.sheet import HIDDEN, UNTOUCHED, Sheet, shown, without_consent
from chalicelib.prefill.sheet_codec import from_json, to_json
from chalicelib.sources.model import CallId, CallOutcome
from tests.support.builders import AN, a_failure, a_register, a_reply
from tests.support.clock import START
from tests.support.sheets import (
    BIRTH,
    CODE,
    FORM,
    ITEMS,
    NAME,
    NOTE,
    ROW_NAME,
    ROW_NOTE,
    ROWS,
    a_desk,
    rows_of,
    said,
    sources,
    the_form,
)

LATER: Final = START + timedelta(hours=1)
HAND: Final = Hand(AN, START)


def typed(desk: Desk, pointer: str, value: Json) -> Desk:
    return replace(desk, sheet=edited(desk, {pointer: value}, HAND))


def cleared(desk: Desk, pointer: str) -> Desk:
    return replace(desk, sheet=edited(desk, {pointer: ABSENT}, HAND))


def asked_again(desk: Desk, after: Resolution) -> Desk:
    return replace(desk, resolution=after, sheet=refreshed(desk, after, "refresh-1", LATER))


def late(desk: Desk, after: Resolution) -> Desk:
    """Let sources' answers change without anybody's asking, as a slow register does."""
    return replace(desk, resolution=after, sheet=replace(desk, resolution=after).settled(desk.sheet))


def decide(desk: Desk, accept: frozenset[str] = frozenset(), refuse: frozenset[str] = frozenset()) -> Desk:
    return replace(desk, sheet=decided(desk, Decision(accept, refuse), LATER))


def kinds(desk: Desk) -> dict[str, str]:
    return {each.pointer: each.kind for each in changes(desk)}


def test_nothing_typed_shows_what_sources_say() -> None:
    resolution = sources(name=said("An"))
    assert shown(FORM, ITEMS, resolution, UNTOUCHED) is resolution


def test_typing_over_our_value_is_override_and_ours_stands_beside_it() -> None:
    answer = typed(a_desk(sources(birth=said("1990", locked=False))), BIRTH, "1991").seen.fields[BIRTH]
    assert (answer.outcome, answer.value, answer.origin, answer.locked) == (
        "filled_declared",
        "1991",
        "override",
        False,
    )
    assert answer.provenance is not None
    assert (answer.provenance.assurance, answer.provenance.register) == ("typed", None)
    assert [each.value for each in answer.candidates] == ["1990"]


def test_typing_into_an_empty_field_is_manual() -> None:
    answer = typed(a_desk(sources()), NOTE, 3).seen.fields[NOTE]
    assert (answer.outcome, answer.value, answer.origin) == ("filled_declared", 3, "manual")


def test_an_override_edited_again_stays_one_even_once_our_value_is_gone() -> None:
    desk = typed(a_desk(sources(birth=said("1990", locked=False))), BIRTH, "1991")
    gone = late(desk, sources())
    assert typed(gone, BIRTH, "1992").seen.fields[BIRTH].origin == "override"


def test_who_typed_and_when_is_kept() -> None:
    entry = typed(a_desk(sources()), NOTE, 3).sheet.entries[NOTE]
    assert (entry.author, entry.at) == (AN, START)


def test_a_locked_field_is_not_typed_over_and_every_one_is_named() -> None:
    desk = a_desk(sources(name=said("An"), code=said("1")))
    with pytest.raises(FieldLocked) as refused:
        edited(desk, {NAME: "Bình", CODE: ABSENT, NOTE: 3}, HAND)
    assert [each.pointer for each in refused.value.problems] == [NAME, CODE]


def test_saying_again_what_stands_there_is_no_edit() -> None:
    desk = a_desk(sources(name=said("Hoà"), birth=said("1990", locked=False)))
    assert edited(desk, {NAME: "Hòa", BIRTH: "1990", NOTE: ABSENT}, HAND) == UNTOUCHED
    again = typed(desk, BIRTH, "1991")
    assert edited(again, {BIRTH: "1991"}, Hand(AN, LATER)) == again.sheet


def test_choosing_our_value_again_takes_the_edit_back() -> None:
    desk = typed(a_desk(sources(birth=said("1990", locked=False))), BIRTH, "1991")
    back = typed(desk, BIRTH, "1990")
    assert back.sheet == UNTOUCHED
    assert back.seen.fields[BIRTH].origin == "auto"


def test_a_cleared_value_of_ours_is_not_filled_again_by_a_late_answer() -> None:
    desk = cleared(a_desk(sources(birth=said("1990", locked=False))), BIRTH)
    for after in (desk, late(desk, sources(birth=said("1991", locked=False)))):
        answer = after.seen.fields[BIRTH]
        assert (answer.outcome, answer.value, answer.origin) == ("user_only", ABSENT, "override")
        assert answer.detail == "cleared"


def test_a_cleared_value_of_ones_own_leaves_the_field_as_if_untouched() -> None:
    assert cleared(typed(a_desk(sources()), BIRTH, "1991"), BIRTH).sheet == UNTOUCHED


def test_a_late_verified_value_never_replaces_a_typed_one() -> None:
    desk = late(typed(a_desk(sources(name=said(outcome="timed_out"))), NAME, "Bình"), sources(name=said("An")))
    answer = desk.seen.fields[NAME]
    assert (answer.value, answer.origin, answer.locked) == ("Bình", "override", False)
    assert [each.value for each in answer.candidates] == ["An"]
    assert typed(desk, NAME, "Cúc").seen.fields[NAME].value == "Cúc"


def test_a_late_value_that_says_the_same_takes_over_with_its_lock() -> None:
    desk = late(typed(a_desk(sources()), NAME, "nguyễn văn  an"), sources(name=said("NGUYỄN VĂN AN")))
    assert desk.sheet == UNTOUCHED
    assert desk.seen.fields[NAME] == said("NGUYỄN VĂN AN")


def test_a_typed_value_in_a_hidden_field_is_kept_and_not_shown() -> None:
    hidden = FieldAnswer("not_applicable", detail=HIDDEN)
    desk = late(typed(a_desk(sources()), BIRTH, "1991"), sources(birth=hidden))
    assert desk.seen.fields[BIRTH] == hidden
    assert late(desk, sources()).seen.fields[BIRTH].value == "1991"


def test_a_list_is_typed_whole_and_shown_by_row() -> None:
    form = the_form(locked_rows=False)
    resolution = sources(form, rows_of("An", "Bình"))
    loose = replace(resolution, fields={**resolution.fields, ROWS: replace(resolution.fields[ROWS], locked=False)})
    desk = typed(a_desk(loose, form=form), ROWS, [{"HoTen": "Cúc", "GhiChu": "2026-01-01"}, {}])
    answer, rows = desk.seen.fields[ROWS], desk.seen.rows[ROWS]
    assert (answer.origin, answer.outcome) == ("override", "filled_declared")
    assert [(row[ROW_NAME].value, row[ROW_NOTE].value) for row in rows] == [("Cúc", "2026-01-01"), (ABSENT, ABSENT)]
    assert [each.value for each in answer.candidates] == [[{"HoTen": "An"}, {"HoTen": "Bình"}]]
    assert typed(desk, ROWS, [{"HoTen": "BÌNH"}, {"HoTen": "An"}]).sheet == UNTOUCHED


# A refresh


def test_a_refresh_proposes_and_changes_nothing_that_stands() -> None:
    before = a_desk(sources(name=said("An"), birth=said("1990"), note=said(outcome="not_found")))
    after = asked_again(before, sources(name=said("Anh"), code=said("1")))
    assert kinds(after) == {NAME: "changed", BIRTH: "deleted", CODE: "added"}
    for pointer in (NAME, BIRTH, CODE):
        assert after.seen.fields[pointer] == before.seen.fields[pointer]


def test_what_is_accepted_comes_and_what_is_refused_stays() -> None:
    before = a_desk(sources(name=said("An"), birth=said("1990")))
    after = asked_again(before, sources(name=said("Anh"), code=said("1")))
    done = decide(after, frozenset({NAME, BIRTH}), frozenset({CODE}))
    seen = done.seen.fields
    assert (seen[NAME].value, seen[BIRTH].value, seen[CODE].value) == ("Anh", ABSENT, ABSENT)
    assert changes(done) == ()
    proposal = done.sheet.proposal
    assert proposal is not None
    assert (proposal.accepted, proposal.refused) == (frozenset({NAME, BIRTH}), frozenset({CODE}))
    assert proposal.decided_at == LATER


def test_what_was_refused_is_proposed_by_the_next_refresh() -> None:
    world = sources(name=said("Anh"))
    refused = decide(asked_again(a_desk(sources(name=said("An"))), world), refuse=frozenset({NAME}))
    assert refused.seen.fields[NAME].value == "An"
    assert kinds(asked_again(refused, world)) == {NAME: "changed"}
    assert kinds(asked_again(refused, sources(name=said("AN")))) == {}


@pytest.mark.parametrize("outcome", ["timed_out", "source_busy", "source_unavailable", "source_invalid", "cast_failed"])
def test_a_register_that_fails_this_time_deletes_nothing(outcome: Outcome) -> None:
    after = asked_again(a_desk(sources(name=said("An"))), sources(name=said(outcome=outcome)))
    assert changes(after) == ()
    assert after.seen.fields[NAME] == said("An")


@pytest.mark.parametrize("outcome", ["no_consent", "no_right"])
def test_a_right_that_is_gone_takes_the_value_at_once(outcome: Outcome) -> None:
    after = asked_again(a_desk(sources(name=said("An"))), sources(name=FieldAnswer(outcome)))
    assert changes(after) == ()
    assert after.seen.fields[NAME] == FieldAnswer(outcome)


def test_the_reason_of_an_empty_field_is_simply_new() -> None:
    after = asked_again(a_desk(sources(name=said(outcome="timed_out"))), sources(name=said(outcome="not_found")))
    assert after.seen.fields[NAME].outcome == "not_found"
    assert changes(after) == ()


def test_an_equal_value_is_taken_with_its_new_provenance() -> None:
    fresh = replace(said("AN"), retry_after=None)
    after = asked_again(a_desk(sources(name=said("An"))), sources(name=fresh))
    assert changes(after) == ()
    assert after.seen.fields[NAME] == fresh


def test_a_refresh_makes_a_manual_value_override_and_proposes_nothing_there() -> None:
    after = asked_again(typed(a_desk(sources()), NAME, "Bình"), sources(name=said("An")))
    assert changes(after) == ()
    assert (after.seen.fields[NAME].value, after.seen.fields[NAME].origin) == ("Bình", "override")


def test_an_edit_in_between_takes_the_field_out_of_the_diff() -> None:
    before = a_desk(sources(birth=said("1990", locked=False), code=said("1")))
    after = asked_again(before, sources(birth=said("1991", locked=False), code=said("2")))
    edited_since = typed(after, BIRTH, "1992")
    assert kinds(edited_since) == {CODE: "changed"}
    assert [each.value for each in edited_since.seen.fields[BIRTH].candidates] == ["1991"]
    taken = typed(after, BIRTH, "1991")
    assert (taken.sheet.entries, taken.seen.fields[BIRTH].origin) == ({}, "auto")


def test_a_second_refresh_takes_the_first_ones_place() -> None:
    first = asked_again(a_desk(sources(name=said("An"))), sources(name=said("Anh")))
    second = replace(first, sheet=refreshed(first, sources(name=said("Ân")), "refresh-2", LATER))
    second = replace(second, resolution=sources(name=said("Ân")))
    assert [(each.before.value, each.after.value) for each in changes(second)] == [("An", "Ân")]
    assert second.sheet.proposal is not None
    assert second.sheet.proposal.id == "refresh-2"


def test_a_hidden_field_is_not_proposed() -> None:
    hidden = FieldAnswer("not_applicable", detail=HIDDEN)
    after = asked_again(a_desk(sources(name=said("An"), birth=hidden)), sources(name=hidden, birth=said("1990")))
    assert changes(after) == ()


def test_decisions_cover_the_diff_and_nothing_else() -> None:
    after = asked_again(a_desk(sources(name=said("An"), code=said("1"))), sources(name=said("Anh"), code=said("2")))
    with pytest.raises(NotTheDiff) as refused:
        decide(after, frozenset({NAME, NOTE}), frozenset({NAME}))
    assert {(each.pointer, each.code) for each in refused.value.problems} == {
        (CODE, "decision_missing"),
        (NOTE, "not_proposed"),
        (NAME, "decided_twice"),
    }
    done = decide(after, frozenset({NAME, CODE}))
    with pytest.raises(AlreadyDecided):
        decide(done)


FAILURES: Final[list[CallOutcome]] = ["source_unavailable", "source_busy", "timed_out", "source_invalid"]


@pytest.mark.parametrize("failed", FAILURES)
def test_a_failed_call_takes_no_answers_place(failed: CallOutcome) -> None:
    call = CallId(a_register("one", {}).code, AN)
    good, bad = a_reply({"a": "x"}), a_failure(failed)
    assert renewed({call: good}, {call: bad}) == {call: good}
    assert renewed({call: bad}, {call: good}) == {call: good}
    assert renewed({}, {call: bad}) == {call: bad}
    assert renewed({call: good}, {}) == {call: good}


def test_a_refresh_makes_no_failure_a_presumption() -> None:
    call = CallId(a_register("one", {}).code, AN)
    presumed, busy = a_failure("timed_out"), a_failure("source_busy", 9)
    assert renewed({call: busy}, {call: presumed}) == {call: busy}
    assert renewed({call: presumed}, {call: busy}) == {call: busy}


# A contest

CLAIMED: Final = Claimed("contest-1", NAME, "Ân", "Giấy khai sinh ghi là Ân")


def test_a_contested_value_stands_locked_with_the_declared_one_beside_it() -> None:
    desk = a_desk(sources(name=said("An")))
    answer = replace(desk, sheet=contested(desk, CLAIMED, START)).seen.fields[NAME]
    assert (answer.outcome, answer.value, answer.locked, answer.detail) == ("filled_verified", "An", True, "contested")
    assert [(each.value, each.provenance.assurance) for each in answer.candidates] == [
        ("An", "register"),
        ("Ân", "typed"),
    ]


def test_a_contest_names_whose_word_it_is_about() -> None:
    desk = a_desk(sources(name=said("An", consent="consent-1")))
    contest = contested(desk, CLAIMED, START).contests[NAME]
    assert (contest.register, contest.record, contest.consent) == ("population", "R-1", "consent-1")


def test_contesting_again_replaces_and_withdrawing_restores() -> None:
    desk = a_desk(sources(name=said("An")))
    once = replace(desk, sheet=contested(desk, CLAIMED, START))
    twice = contested(once, replace(CLAIMED, id="contest-2", value="Ẩn"), LATER)
    assert [each.id for each in twice.contests.values()] == ["contest-2"]
    assert taken_back(twice, "contest-2") == UNTOUCHED
    with pytest.raises(NotFound):
        contest_of(twice, "contest-1")


@pytest.mark.parametrize("value", ["AN", "An"])
def test_what_says_the_same_is_no_contest(value: str) -> None:
    desk = a_desk(sources(name=said("An")))
    with pytest.raises(NothingToContest):
        contested(desk, replace(CLAIMED, value=value), START)


def test_only_a_registers_value_is_contested() -> None:
    for resolution in (sources(), sources(name=FieldAnswer("filled_verified", "An", "auto"))):
        with pytest.raises(NothingToContest):
            contested(a_desk(resolution), CLAIMED, START)


def test_a_contest_ends_when_the_register_agrees() -> None:
    desk = a_desk(sources(name=said("An")))
    contest = replace(desk, sheet=contested(desk, CLAIMED, START))
    after = asked_again(contest, sources(name=said("Ân")))
    assert kinds(after) == {NAME: "changed"}
    assert decide(after, frozenset({NAME})).sheet.contests == {}


# A consent withdrawn


def test_a_withdrawn_consent_takes_what_was_kept_and_contested_under_it() -> None:
    desk = a_desk(sources(name=said("An", consent="c-1"), birth=said("1990", locked=False, consent="c-1")))
    desk = replace(desk, sheet=contested(desk, CLAIMED, START))
    desk = typed(asked_again(desk, sources(name=said("Anh", consent="c-1"))), NOTE, 3)
    after = without_consent(desk.sheet, ConsentId("c-1"))
    assert (after.kept, after.contests) == ({}, {})
    assert after.entries == desk.sheet.entries
    assert without_consent(desk.sheet, ConsentId("c-2")) == desk.sheet


def test_what_was_kept_goes_with_the_right_to_it() -> None:
    kept = asked_again(a_desk(sources(name=said("An"))), sources(name=said("Anh")))
    assert kept.sheet.kept.keys() == {NAME}
    barred = late(kept, sources(name=FieldAnswer("no_consent")))
    assert barred.sheet.kept == {}
    assert late(barred, sources(name=said("Anh"))).seen.fields[NAME].value == "Anh"


# Storage


def everything() -> Sheet:
    desk = typed(a_desk(sources(name=said("An"), birth=said("1990", locked=False), members=rows_of("An"))), NOTE, 3)
    desk = replace(cleared(desk, BIRTH), sheet=contested(cleared(desk, BIRTH), CLAIMED, START))
    return asked_again(desk, sources(name=said("Anh"), code=said("1"), members=rows_of("Bình"))).sheet


def test_a_sheet_survives_storage() -> None:
    sheet = everything()
    assert sheet.kept.keys() == {NAME, CODE, ROWS}
    stored = canonical(to_json(sheet))
    assert from_json(json.loads(stored)) == sheet
    assert canonical(to_json(from_json(json.loads(stored)))) == stored
    assert from_json(to_json(UNTOUCHED)) == UNTOUCHED
    done = decided(
        a_desk(sources(name=said("Anh"), code=said("1"), members=rows_of("Bình")), sheet),
        Decision(frozenset(sheet.kept), frozenset()),
        LATER,
    )
    assert from_json(json.loads(canonical(to_json(done)))) == done


_BROKEN: Final[list[Json]] = [
    None,
    [],
    {},
    {"entries": {}, "contests": {}},
    {"entries": {"/a": {}}, "contests": {}, "kept": {"fields": {}, "sources": []}},
    {"entries": {"/a": 1}, "contests": {}, "kept": {"fields": {}, "sources": []}},
    {"entries": {}, "contests": {"/a": {}}, "kept": {"fields": {}, "sources": []}},
    {"entries": {}, "contests": {}, "kept": {}},
    {"entries": {}, "contests": {}, "kept": {"fields": {}, "sources": []}, "proposal": {}},
    {
        "entries": {"/a": {"origin": "manual", "author": "1", "at": "yesterday"}},
        "contests": {},
        "kept": {"fields": {}, "sources": []},
    },
]


@pytest.mark.parametrize("broken", _BROKEN)
def test_what_is_no_sheet_is_corrupt(broken: Json) -> None:
    with pytest.raises(Corrupt):
        from_json(broken)
