"""The citizen's hand against a model of the origin rules that is written another way: one small machine a field.

The sheet keeps entries, kept answers and contests apart and lays them over what sources say. The model keeps, for each
field, what the citizen sees and why, and moves it by the rules of HL7 DTR as they are told in prose.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final, Literal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chalicelib.kernel.canonical import canonical
from chalicelib.kernel.ids import ConsentId
from chalicelib.prefill.answers import nested
from chalicelib.prefill.check import differences
from chalicelib.prefill.hand import Claimed, Desk, FieldLocked, Hand, NothingToContest, contested, edited, taken_back
from chalicelib.prefill.model import ABSENT, Absent, FieldAnswer, Resolution
from chalicelib.prefill.renewal import Decision, changes, decided, refreshed
from chalicelib.prefill.revision import LIFE
from chalicelib.prefill.sheet import UNTOUCHED, without_consent
from chalicelib.prefill.sheet_codec import from_json, to_json
from tests.support.builders import AN, a_dictionary, a_field, a_form, an_item
from tests.support.clock import START
from tests.support.sheets import said

CONSENT: Final = "consent-1"
AUTO, SUGGEST, SPOUSE = "/a", "/s", "/v"
"""Locked when verified · never locked · of a person who consented, locked when verified."""
PLACES: Final = (AUTO, SUGGEST, SPOUSE)
FORM: Final = a_form(a_field(AUTO, "a"), a_field(SUGGEST, "s", policy="suggest"), a_field(SPOUSE, "v", role="bride"))
ITEMS: Final = a_dictionary(*(an_item(each, normaliser="name") for each in "asv"))
WORDS: Final = ("An", "AN", "Bình", "Cúc")
REASONS: Final = ("not_found", "timed_out", "source_unavailable", "source_busy", "source_invalid", "cast_failed")
PASSING: Final = frozenset(REASONS) - {"not_found"}

STEPS: Final = {"made": 0}
"""Changes made in all runs, so that a proof can say how long it was."""

_places = st.sampled_from(PLACES)
_words = st.sampled_from(WORDS)
_told = st.sampled_from((*WORDS, *REASONS))
_world = st.fixed_dictionaries(dict.fromkeys(PLACES, _told))


def alike(one: str | None, other: str | None) -> bool:
    return one == other or (one is not None and other is not None and one.casefold() == other.casefold())


@dataclass
class Cell:
    """One field as the model has it.

    `source` is what sources say now: a word, or the reason why there is none. `mine` is the citizen's own value, None
    where they cleared ours; it counts while `whose` is not auto. `held` is what a refresh must not replace.
    """

    source: str = "not_found"
    whose: Literal["auto", "manual", "override"] = "auto"
    mine: str | None = None
    held: str | None = None
    is_held: bool = False
    is_proposed: bool = False
    claim: str | None = None

    @property
    def ours(self) -> str | None:
        """What would stand without the citizen's own hand."""
        standing = self.held if self.is_held else self.source
        return standing if standing in WORDS else None

    @property
    def value(self) -> str | None:
        return self.ours if self.whose == "auto" else self.mine

    def meet(self) -> None:
        """Sources said something new, or what was held was let go: the citizen's own value meets ours."""
        if self.is_held and (self.barred or alike(self.held_word, self.source_word)):
            self.is_held = self.is_proposed = False
        if self.whose != "auto" and self.ours is not None:
            self.whose = "override"
            if self.mine is not None and alike(self.mine, self.ours):
                self.whose, self.mine = "auto", None
        if self.claim is not None and alike(self.claim, self.ours):
            self.claim = None

    @property
    def barred(self) -> bool:
        return self.source == "no_consent"

    @property
    def held_word(self) -> str | None:
        return self.held if self.held in WORDS else None

    @property
    def source_word(self) -> str | None:
        return self.source if self.source in WORDS else None


@dataclass
class Model:
    """All fields, and whether the spouse's consent still stands."""

    cells: dict[str, Cell] = field(default_factory=lambda: {place: Cell() for place in PLACES})
    consented: bool = True

    def locked(self, place: str) -> bool:
        cell = self.cells[place]
        return place != SUGGEST and cell.whose == "auto" and cell.ours is not None

    def type(self, place: str, word: str | None) -> None:
        cell = self.cells[place]
        if alike(cell.value, word):
            return
        had = cell.ours is not None
        cell.is_held = cell.is_proposed = False
        if word is None and not had and cell.whose != "override":
            cell.whose, cell.mine = "auto", None
        else:
            cell.whose = "override" if had or cell.whose == "override" else "manual"
            cell.mine = word
        cell.meet()

    def hear(self, place: str, said: str) -> None:
        self.cells[place].source = said
        self.cells[place].meet()

    def refresh(self, place: str, said: str) -> None:
        cell = self.cells[place]
        stood = cell.held if cell.is_held else cell.source
        before, cell.source = cell.ours, said
        cell.is_held = cell.is_proposed = False
        if cell.whose == "auto" and not cell.barred and not alike(before, cell.source_word):
            cell.is_held, cell.held = True, stood
            cell.is_proposed = said not in PASSING
        cell.meet()

    def proposed(self) -> set[str]:
        return {place for place, cell in self.cells.items() if cell.is_proposed and cell.is_held}

    def decide(self, accepted: set[str]) -> None:
        for place, cell in self.cells.items():
            if place in accepted:
                cell.is_held = False
            cell.is_proposed = False
            cell.meet()


class Sheets(RuleBasedStateMachine):
    """Drive both, and hold them equal after every step."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.desk = Desk(FORM, ITEMS, self.said({}), UNTOUCHED)
        self.at = START
        self.made = 0

    def said(self, world: dict[str, str]) -> Resolution:
        """Return sources' answers as a resolution."""
        return Resolution({place: self._answer(place, world.get(place, "not_found")) for place in PLACES})

    def _answer(self, place: str, told: str) -> FieldAnswer:
        if place == SPOUSE and not self.model.consented:
            return FieldAnswer("no_consent")
        consent = CONSENT if place == SPOUSE else None
        if told in WORDS:
            return said(told, locked=place != SUGGEST, consent=consent)
        return replace(said(consent=consent), outcome=told)  # type: ignore[arg-type]

    def told(self, place: str, told: str) -> str:
        return "no_consent" if place == SPOUSE and not self.model.consented else told

    def put(self, **changes: object) -> None:
        self.desk = replace(self.desk, **changes)  # type: ignore[arg-type]
        self.at += timedelta(minutes=1)
        self.made += 1
        STEPS["made"] += 1

    @initialize(world=_world)
    def open(self, world: dict[str, str]) -> None:
        self.put(resolution=self.said(world))
        for place in PLACES:
            self.model.hear(place, self.told(place, world[place]))

    @rule(place=_places, word=_words)
    def type(self, place: str, word: str) -> None:
        self._write(place, word)

    @rule(place=_places)
    def clear(self, place: str) -> None:
        self._write(place, None)

    def _write(self, place: str, word: str | None) -> None:
        refused = self.model.locked(place) and not alike(self.model.cells[place].value, word)
        try:
            sheet = edited(self.desk, {place: ABSENT if word is None else word}, Hand(AN, self.at))
        except FieldLocked:
            assert refused
            return
        assert not refused
        self.put(sheet=sheet)
        self.model.type(place, word)

    @rule(place=_places, word=_words)
    def a_late_answer_comes(self, place: str, word: str) -> None:
        if self.model.cells[place].source not in PASSING:
            return
        fields = {**self.desk.resolution.fields, place: self._answer(place, word)}
        after = replace(self.desk, resolution=Resolution(fields))
        self.put(resolution=after.resolution, sheet=after.settled(self.desk.sheet))
        self.model.hear(place, self.told(place, word))

    @rule(world=_world)
    def refresh(self, world: dict[str, str]) -> None:
        after = self.said(world)
        self.put(sheet=refreshed(self.desk, after, f"r-{self.made}", self.at), resolution=after)
        for place in PLACES:
            self.model.refresh(place, self.told(place, world[place]))

    @precondition(lambda self: self.model.proposed())
    @rule(data=st.data())
    def decide(self, data: st.DataObject) -> None:
        diff = frozenset(self.model.proposed())
        accepted = frozenset(each for each in sorted(diff) if data.draw(st.booleans()))
        self.put(sheet=decided(self.desk, Decision(accepted, diff - accepted), self.at))
        self.model.decide(set(accepted))

    @rule(place=_places, word=_words)
    def contest(self, place: str, word: str) -> None:
        cell = self.model.cells[place]
        possible = cell.ours is not None and not alike(cell.ours, word)
        try:
            sheet = contested(self.desk, Claimed(f"c-{self.made}", place, word, None), self.at)
        except NothingToContest:
            assert not possible
            return
        assert possible
        self.put(sheet=sheet)
        cell.claim = word

    @precondition(lambda self: self.desk.sheet.contests)
    @rule(data=st.data())
    def take_the_contest_back(self, data: st.DataObject) -> None:
        place = data.draw(st.sampled_from(sorted(self.desk.sheet.contests)))
        self.put(sheet=taken_back(self.desk.sheet, self.desk.sheet.contests[place].id))
        self.model.cells[place].claim = None

    @precondition(lambda self: self.model.consented)
    @rule()
    def the_spouse_withdraws(self) -> None:
        self.model.consented = False
        fields = {**self.desk.resolution.fields, SPOUSE: FieldAnswer("no_consent")}
        after = replace(self.desk, resolution=Resolution(fields))
        self.put(resolution=after.resolution, sheet=after.settled(without_consent(self.desk.sheet, ConsentId(CONSENT))))
        cell = self.model.cells[SPOUSE]
        cell.is_held, cell.claim = False, None
        self.model.hear(SPOUSE, "no_consent")

    @rule()
    def time_passes_and_it_may_expire(self) -> None:
        self.at += LIFE / 6
        if self.at >= START + LIFE:
            # Its time is over: what follows is another prefill, and nothing of this one is in it.
            self.model, self.at = Model(), START
            self.desk = Desk(FORM, ITEMS, self.said({}), UNTOUCHED)

    @invariant()
    def what_is_seen_is_what_the_rules_say(self) -> None:
        seen = self.desk.seen.fields
        for place, cell in self.model.cells.items():
            answer = seen[place]
            assert (None if isinstance(answer.value, Absent) else answer.value) == cell.value
            assert answer.locked == self.model.locked(place)
            assert answer.origin == (None if cell.whose == "auto" and cell.ours is None else cell.whose)
            assert (answer.detail == "contested") == (
                cell.claim is not None and cell.whose == "auto" and cell.ours is not None
            )
            if cell.whose == "auto" and cell.ours is None:
                assert answer.outcome == (cell.held if cell.is_held else cell.source)

    @invariant()
    def what_is_proposed_is_what_the_rules_say(self) -> None:
        assert {each.pointer for each in changes(self.desk)} == self.model.proposed()

    @invariant()
    def a_withdrawn_consent_leaves_no_trace(self) -> None:
        if not self.model.consented:
            assert CONSENT.encode() not in canonical(to_json(self.desk.sheet))

    @invariant()
    def the_sheet_is_settled_and_survives_storage(self) -> None:
        assert self.desk.settled(self.desk.sheet) == self.desk.sheet
        assert from_json(to_json(self.desk.sheet)) == self.desk.sheet

    @invariant()
    def what_is_seen_passes_the_check(self) -> None:
        seen = self.desk.seen
        sent = nested({place: answer.value for place, answer in seen.fields.items()})
        assert differences(FORM, ITEMS, seen, sent) == ()


def test_the_origin_rules_hold_under_any_sequence() -> None:
    run_state_machine_as_test(Sheets, settings=settings(max_examples=15, stateful_step_count=20, deadline=None))


@pytest.mark.prove
def test_the_origin_rules_hold_for_ten_thousand_steps() -> None:
    before = STEPS["made"]
    run_state_machine_as_test(Sheets, settings=settings(max_examples=500, stateful_step_count=50, deadline=None))
    assert STEPS["made"] - before >= 10_000
