"""What holds of every resolution, whatever the registers said."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.consent.model import Right
from chalicelib.kernel.canonical import Json, canonical
from chalicelib.kernel.errors import Corrupt
from chalicelib.prefill.codec import from_json, to_json
from chalicelib.prefill.model import ABSENT, FILLED, MAY_HOLD_VALUE, OUTCOMES, FieldAnswer, Resolution
from chalicelib.prefill.plan import Plan, plan
from chalicelib.prefill.resolve import resolve
from chalicelib.prefill.revision import overruled
from chalicelib.sources.model import CallId, CallOutcome, Reply
from tests.support.builders import (
    AN,
    BINH,
    a_condition,
    a_dictionary,
    a_failure,
    a_field,
    a_form,
    a_register,
    a_reply,
    a_subject,
    an_item,
)

REGISTERS: Final = [
    a_register("one", {"$.a.v": "a", "$.b.v": "b", "$.gender.v": "gender"}),
    a_register("two", {"$.a.v": "a", "$.c.v": "c"}),
    a_register("three", {"$.a.v": "a", "$.b.v": "b", "$.d.v": "d"}),
]
ITEMS: Final = a_dictionary(
    an_item("a", of=["two", "one", "three"], normaliser="name"),
    an_item("b", "partial_date", of=["one", "three"], normaliser="date"),
    replace(an_item("c", "code", of=["two"], codes=["x", "y"]), freshness_days=10),
    an_item("d", "boolean", of=["three"]),
    an_item("gender", "code", of=["one"], codes=["male", "female"]),
)
FIELDS: Final = tuple(
    field
    for role in ("groom", "bride")
    for field in (
        a_field(f"/{role}/a", "a", role),
        a_field(f"/{role}/b", "b", role, "suggest"),
        a_field(f"/{role}/c", "c", role),
        a_field(f"/{role}/d", "d", role, applies_when=a_condition("c", "x")),
        a_field(f"/{role}/user", None, role, "user"),
        a_field(f"/{role}/box", None, role, "never"),
    )
)
FORM: Final = a_form(*FIELDS)
GUARDED: Final = a_form(
    *FIELDS, guards={"groom": a_condition("gender", "male"), "bride": a_condition("gender", "female")}
)
RIGHTS: Final = [Right(), Right("no_consent"), Right("no_right", "identity_level")]
FAILURES: Final[list[CallOutcome]] = ["not_found", "ambiguous_match", "source_busy", "timed_out", "source_invalid"]

_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("vw"), inner, max_size=2),
    max_leaves=4,
)
_VALUES = st.sampled_from(["An", "AN", "Hòa", "Hoà", "1950", "12/03/1950", "x", "y", "male", "female", True]) | _JSON
_DATA = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d", "gender"]), st.fixed_dictionaries({"v": _VALUES}) | _JSON, max_size=5
)
_ANSWERED = st.builds(
    a_reply,
    _DATA,
    review=st.frozensets(st.sampled_from("abcd"), max_size=2),
    age_days=st.integers(0, 20),
)
_REPLIES = _ANSWERED | st.builds(a_failure, st.sampled_from(FAILURES), st.none() | st.integers(0, 99))
_WORLDS = st.fixed_dictionaries(
    {CallId(register.code, subject): _REPLIES for register in REGISTERS for subject in (AN, BINH)}
)
_RIGHTS = st.sampled_from(RIGHTS)


def planned(groom: Right | None = None, bride: Right | None = None, *, guarded: bool = False) -> Plan:
    subjects = {"groom": a_subject(AN, groom), "bride": a_subject(BINH, bride)}
    return plan(GUARDED if guarded else FORM, ITEMS, REGISTERS, subjects, "p")


def values(answer: FieldAnswer | None) -> set[bytes]:
    """Return the chosen value and the candidates of an answer, comparably."""
    if answer is None:
        return set()
    held = [each.value for each in answer.candidates]
    return {canonical(each) for each in [*held, answer.value] if each is not ABSENT}


@given(_WORLDS, _RIGHTS, _RIGHTS, st.booleans())
def test_every_field_has_one_answer_and_every_value_its_provenance(
    world: Mapping[CallId, Reply], groom: Right, bride: Right, guarded: bool
) -> None:
    form = GUARDED if guarded else FORM
    resolution = resolve(form, ITEMS, planned(groom, bride, guarded=guarded), world)
    assert list(resolution.fields) == [field.pointer for field in FIELDS]
    assert sum(resolution.counts.values()) == len(FIELDS)
    for answer in resolution.fields.values():
        assert answer.outcome in OUTCOMES
        assert answer.value is not None
        if answer.value is not ABSENT:
            assert answer.provenance is not None
            assert answer.origin == "auto"
            assert answer.outcome in MAY_HOLD_VALUE
        if answer.outcome in FILLED:
            assert answer.value is not ABSENT
        assert answer.locked <= (answer.outcome == "filled_verified")
        assert bool(answer.candidates) == (answer.outcome == "conflict") == (answer.policy is not None)


@given(_WORLDS, st.data())
def test_the_order_of_replies_never_matters(world: Mapping[CallId, Reply], data: st.DataObject) -> None:
    shuffled = dict(data.draw(st.permutations(list(world.items()))))
    assert resolve(FORM, ITEMS, planned(), shuffled) == resolve(FORM, ITEMS, planned(), world)


@given(_WORLDS, st.sampled_from([CallId(register.code, AN) for register in REGISTERS]))
def test_losing_a_source_brings_no_value_that_was_not_there(world: Mapping[CallId, Reply], lost: CallId) -> None:
    found = planned()
    before = resolve(FORM, ITEMS, found, world)
    after = resolve(FORM, ITEMS, found, {**world, lost: a_failure("source_unavailable")})
    for pointer, answer in after.fields.items():
        assert values(answer) <= values(before.fields[pointer])
        if pointer.startswith("/bride"):
            assert answer == before.fields[pointer]


@given(_WORLDS, st.sampled_from([CallId(register.code, AN) for register in REGISTERS]))
def test_a_late_answer_equals_one_in_time(world: Mapping[CallId, Reply], late: CallId) -> None:
    found = planned()
    at_the_deadline = {**world, late: a_failure("timed_out")}
    patched = overruled(at_the_deadline, {late: world[late]})
    assert resolve(FORM, ITEMS, found, patched) == resolve(FORM, ITEMS, found, world)
    assert overruled(world, {late: a_failure("timed_out")})[late].outcome == world[late].outcome


@given(_WORLDS, _RIGHTS)
def test_what_is_said_of_one_person_never_depends_on_the_other(world: Mapping[CallId, Reply], bride: Right) -> None:
    without = {call: reply for call, reply in world.items() if call.subject == AN}
    alone = resolve(FORM, ITEMS, planned(), without).fields
    together = resolve(FORM, ITEMS, planned(None, bride), world).fields
    assert {p: a for p, a in together.items() if p.startswith("/groom")} == {
        p: a for p, a in alone.items() if p.startswith("/groom")
    }


@given(_WORLDS)
def test_a_refused_person_leaves_no_value_and_no_trace(world: Mapping[CallId, Reply]) -> None:
    resolution = resolve(FORM, ITEMS, planned(bride=Right("no_consent")), world)
    barred = [answer for pointer, answer in resolution.fields.items() if pointer.startswith("/bride")]
    assert not any(values(answer) or answer.provenance for answer in barred)
    assert {each.role for each in resolution.sources} == {"groom"}


@given(_WORLDS)
def test_a_person_in_the_wrong_role_leaves_no_value_in_it(world: Mapping[CallId, Reply]) -> None:
    wrong = CallId(REGISTERS[0].code, BINH)
    said = world[wrong].data if world[wrong].outcome == "answered" else {}
    world = {**world, wrong: a_reply({**said, "gender": {"v": "male"}})}
    resolution = resolve(GUARDED, ITEMS, planned(guarded=True), world)
    for pointer, answer in resolution.fields.items():
        if pointer.startswith("/bride"):
            assert answer == FieldAnswer("no_right", detail="role_mismatch")


@given(_WORLDS, _RIGHTS, _RIGHTS)
def test_a_resolution_survives_storage(world: Mapping[CallId, Reply], groom: Right, bride: Right) -> None:
    resolution = resolve(FORM, ITEMS, planned(groom, bride), world)
    stored = canonical(to_json(resolution))
    assert from_json(json.loads(stored)) == resolution
    assert canonical(to_json(from_json(json.loads(stored)))) == stored


def test_false_zero_and_absent_are_three_things_in_storage() -> None:
    provenance = resolve(FORM, ITEMS, planned(), {}).fields["/groom/a"].provenance
    for value in (False, 0, "", ABSENT):
        resolution = Resolution({"/x": FieldAnswer("filled_verified", value, "auto", provenance=provenance)})
        assert from_json(to_json(resolution)).fields["/x"].value is value


_BROKEN: Final[list[Json]] = [
    None,
    [],
    {},
    {"fields": {}},
    {"fields": [], "sources": []},
    {"fields": {"/a": {}}, "sources": []},
    {"fields": {"/a": {"outcome": "perhaps"}}, "sources": []},
    {"fields": {"/a": {"outcome": 7}}, "sources": []},
    {"fields": {"/a": {"outcome": "skipped", "retry_after": "9"}}, "sources": []},
    {"fields": {"/a": {"outcome": "skipped", "provenance": {}}}, "sources": []},
    {"fields": {}, "sources": [{"register": "r"}]},
]


@pytest.mark.parametrize("document", _BROKEN)
def test_what_was_not_written_by_us_is_corrupt(document: Json) -> None:
    with pytest.raises(Corrupt):
        from_json(document)
