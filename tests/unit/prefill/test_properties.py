"""What holds of every resolution, whatever sources said: registers in two waves, and papers that are held."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.consent.model import Right
from chalicelib.kernel.canonical import Json
from chalicelib.prefill.compare import rows_value
from chalicelib.prefill.model import (
    ABSENT,
    FILLED,
    MAY_HOLD_VALUE,
    OUTCOMES,
    Absent,
    Assurance,
    FieldAnswer,
    Provenance,
    Resolution,
)
from chalicelib.prefill.revision import overruled
from chalicelib.sources.model import CallId
from chalicelib.vocabulary.model import Normaliser
from chalicelib.vocabulary.normalise import key
from tests.support.builders import AN, BINH, a_failure, a_reply
from tests.support.worlds import (
    CALLS,
    FIELDS,
    FORM,
    GUARDED,
    REGISTERS,
    SOME,
    STANDINGS,
    World,
    planned,
    rights,
    worlds,
)

_FALLING: Final[list[Assurance]] = ["register", "issued", "dossier", "scan", "typed"]
_LOST: Final = st.sampled_from([each for each in CALLS if each.subject == AN]) | st.tuples(
    st.just(AN), st.sampled_from(["a", "b", "c", "rows[]"]), st.sampled_from(STANDINGS)
)


def answers_of(resolution: Resolution) -> Iterator[FieldAnswer]:
    """Yield what is said of every field and every cell."""
    yield from resolution.fields.values()
    yield from (cell for rows in resolution.rows.values() for row in rows for cell in row.values())


def origins_of(answer: FieldAnswer) -> list[Provenance]:
    """Return where an answer and its candidates are from."""
    own = [] if answer.provenance is None else [answer.provenance]
    return [*own, *(each.provenance for each in answer.candidates)]


@given(worlds(), rights(), rights(), st.booleans())
def test_every_field_has_one_answer_and_every_value_its_provenance(
    world: World, groom: Right, bride: Right, guarded: bool
) -> None:
    resolution = world.resolved(planned(groom, bride, guarded=guarded), GUARDED if guarded else FORM)
    assert list(resolution.fields) == [field.pointer for field in FIELDS]
    assert sum(resolution.counts.values()) == len(FIELDS)
    for answer in answers_of(resolution):
        assert answer.outcome in OUTCOMES
        assert answer.value is not None
        if answer.value is not ABSENT:
            assert answer.provenance is not None
            assert answer.origin == "auto"
            assert answer.outcome in MAY_HOLD_VALUE
        if answer.outcome in FILLED:
            assert answer.value is not ABSENT
        assert answer.locked <= (answer.outcome == "filled_verified")
        assert (answer.policy is not None) == (answer.outcome == "conflict")
        assert bool(answer.candidates) <= (answer.outcome == "conflict" or answer.detail == "choose_one")
        if answer.policy == "citizen_decides" or answer.detail == "choose_one":
            assert answer.value is ABSENT
            assert answer.candidates


@given(worlds())
def test_rows_and_the_value_of_their_list_are_one_and_the_hidden_has_neither(world: World) -> None:
    resolution = world.resolved(planned())
    for pointer in FORM.lists:
        answer = resolution.fields[pointer]
        assert (pointer in resolution.rows) == (answer.value is not ABSENT)
        if pointer in resolution.rows:
            assert rows_value(resolution.rows[pointer]) == answer.value
    for pointer, answer in resolution.fields.items():
        if answer.detail == "hidden_by_answer":
            place = f"/{pointer.split('/')[1]}/c"
            origin = None if place in world.answers else resolution.fields[place].provenance
            assert answer == FieldAnswer("not_applicable", detail="hidden_by_answer", provenance=origin)
            assert world.answers.get(place, resolution.fields[place].value) not in {"1", ABSENT}


@given(worlds(), st.data())
def test_the_order_of_replies_and_papers_never_matters(world: World, data: st.DataObject) -> None:
    replies = dict(data.draw(st.permutations(list(world.replies.items()))))
    papers = {whose: tuple(data.draw(st.permutations(held))) for whose, held in world.papers.items()}
    assert World(replies, papers, world.answers).resolved(planned()) == world.resolved(planned())


@given(worlds(), _LOST)
def test_losing_a_source_only_empties_or_lowers_or_ends_a_conflict_it_was_part_of(
    world: World, lost: CallId | tuple[str, str, str]
) -> None:
    before, after = world.resolved(planned()), world.without(lost).resolved(planned())  # type: ignore[arg-type]
    for pointer, answer in after.fields.items():
        had = before.fields[pointer]
        if pointer.startswith("/bride"):
            assert answer == had
        elif pointer == "/groom/shown" and had.detail == "hidden_by_answer":
            assert answer == had or after.fields["/groom/c"] != before.fields["/groom/c"]
        elif pointer == "/groom/d" and had.value is ABSENT:
            assert answer.value is ABSENT or before.fields["/groom/c"].outcome == "conflict"
        else:
            _assert_no_more(pointer, had, answer)


def _assert_no_more(pointer: str, had: FieldAnswer, has: FieldAnswer) -> None:
    before, after = (list(_values(each)) for each in (had, has))
    assert all(any(same(pointer, known, value) for known in before) for value in after)
    # Where no value is left, the origin tells who had none, and that may be a register.
    if after and has.provenance is not None and had.provenance is not None and not had.candidates:
        assert _FALLING.index(has.provenance.assurance) >= _FALLING.index(had.provenance.assurance)


def _values(answer: FieldAnswer) -> Iterator[Json]:
    yield from (each.value for each in answer.candidates)
    if not answer.candidates and not isinstance(answer.value, Absent):
        yield answer.value


def same(pointer: str, one: Json, other: Json) -> bool:
    """Say whether two values of a field say the same, lists as far as both have their columns."""
    name = pointer.rpartition("/")[2]
    if name == "rows":
        mine, theirs = _rows(one), _rows(other)
        both = {column for row in mine for column in row} & {column for row in theirs for column in row}
        return _cut(mine, both) == _cut(theirs, both)
    rule: Normaliser = "date" if name == "b" else "address" if name == "home" else "text"
    return key(rule, one) == key(rule, other)


def _rows(value: object) -> list[dict[str, str]]:
    assert isinstance(value, list)
    flat = [{**row.get("who", {}), **{name: cell for name, cell in row.items() if name == "born"}} for row in value]
    return [{name: key("date" if name == "born" else "name", cell) for name, cell in row.items()} for row in flat]


def _cut(rows: list[dict[str, str]], columns: set[str]) -> list[list[tuple[str, str]]]:
    return sorted(sorted((name, cell) for name, cell in row.items() if name in columns) for row in rows)


@given(worlds(), st.sampled_from([each for each in CALLS if each.subject == AN]))
def test_a_late_answer_equals_one_in_time(world: World, late: CallId) -> None:
    in_time = {**world.replies, late: world.replies.get(late, a_reply())}
    patched = overruled({**in_time, late: a_failure("timed_out")}, {late: in_time[late]})
    assert replace(world, replies=patched).resolved(planned()) == replace(world, replies=in_time).resolved(planned())
    assert overruled(in_time, {late: a_failure("timed_out")})[late].outcome == in_time[late].outcome


@given(worlds(), rights())
def test_what_is_said_of_one_person_never_depends_on_the_other(world: World, bride: Right) -> None:
    alone = replace(
        world,
        replies={call: reply for call, reply in world.replies.items() if call.subject == AN},
        papers={AN: world.papers[AN]},
    )
    one, both = alone.resolved(planned()).fields, world.resolved(planned(None, bride)).fields
    mine = [each for each in one if each.startswith(("/groom", "/friend"))]
    assert [one[each] for each in mine] == [both[each] for each in mine]


@given(worlds())
def test_a_refused_person_leaves_no_value_and_no_trace(world: World) -> None:
    resolution = world.resolved(planned(bride=Right("no_consent")))
    barred = [answer for pointer, answer in resolution.fields.items() if pointer.startswith("/bride")]
    assert not any(answer.candidates or answer.provenance or answer.value is not ABSENT for answer in barred)
    assert not any(pointer.startswith("/bride") for pointer in resolution.rows)
    assert {each.role for each in resolution.sources} == {"groom"}
    assert BINH not in {each.record for answer in answers_of(resolution) for each in origins_of(answer)}


@given(worlds())
def test_a_consent_gives_the_items_it_names_and_no_other(world: World) -> None:
    resolution = world.resolved(planned(bride=SOME))
    for pointer, answer in resolution.fields.items():
        if pointer.startswith("/bride"):
            for origin in origins_of(answer):
                assert (origin.item in (SOME.items or ()), origin.basis, origin.consent) == (True, "consent", "C-1")
    for name in ("b", "home", "year"):
        answer = resolution.fields[f"/bride/{name}"]
        assert answer == FieldAnswer("no_consent", detail="item_not_granted")


@given(worlds())
def test_a_person_in_the_wrong_role_leaves_no_value_in_it(world: World) -> None:
    wrong = CallId(REGISTERS[0].code, BINH)
    said = world.replies[wrong].data if wrong in world.replies and world.replies[wrong].outcome == "answered" else {}
    replies = {**world.replies, wrong: a_reply({**said, "gender": {"v": "male"}})}
    resolution = replace(world, replies=replies).resolved(planned(guarded=True), GUARDED)
    for pointer, answer in resolution.fields.items():
        if pointer.startswith("/bride") and answer.detail != "hidden_by_answer":
            assert answer == FieldAnswer("no_right", detail="role_mismatch")
    assert not any(pointer.startswith("/bride") for pointer in resolution.rows)
    assert all(each.provenance.consent is None for each in resolution.fields["/choice"].candidates)
