"""What the answers hide: no value, no rows, and what hangs on it hidden with it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pytest

from chalicelib.forms.model import Field, OnAnswer, RowList
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import ItemId
from chalicelib.prefill.model import Context, FieldAnswer, Resolution
from chalicelib.prefill.plan import Needs, plan
from chalicelib.prefill.resolve import resolve
from chalicelib.prefill.visible import hidden_of
from tests.support.builders import (
    a_dictionary,
    a_failure,
    a_field,
    a_form,
    a_list_item,
    a_register,
    a_reply,
    a_subject,
    an_attribute,
    an_attribute_of_rows,
    an_item,
    with_rows,
)

REGISTER: Final = a_register(
    "population",
    [
        an_attribute("$.marital.code", "marital"),
        an_attribute("$.court.name", "court"),
        an_attribute_of_rows("$.people[*]", "people[]", {"$.name": "person"}),
    ],
)
ITEMS: Final = a_dictionary(
    an_item("marital", "code", codes="123"), an_item("court"), a_list_item("people[]", "person"), an_item("person")
)
HIDDEN: Final = FieldAnswer("not_applicable", detail="hidden_by_answer")


def is_hidden(resolution: Resolution, *places: str) -> bool:
    """Say whether these fields are hidden, by what a register said."""
    answers = [resolution.fields[place] for place in places]
    assert all(each.provenance is not None and each.provenance.item == "marital" for each in answers)
    return all(replace(each, provenance=None) == HIDDEN for each in answers)


def on(field: Field, pointer: str, *values: Json) -> Field:
    return replace(field, visible_when=OnAnswer(pointer, values))


MARITAL: Final = a_field("/marital", "marital", policy="suggest")
COURT: Final = on(a_field("/court", "court"), "/marital", "3")
MORE: Final = on(a_field("/more", policy="user"), "/court", "TAND")
PEOPLE: Final = on(a_field("/people", "people[]", policy="suggest"), "/marital", "3")
FORM: Final = with_rows(
    a_form(MARITAL, COURT, MORE, PEOPLE),
    RowList("/people", ItemId("people[]"), "groom", (a_field("/name", "person", policy="suggest"),)),
)


def resolved(code: str | None, **answers: Json) -> Resolution:
    found = plan(Needs(FORM, ITEMS, "p"), [REGISTER], {"groom": a_subject()})
    said: dict[str, Json] = {"court": {"name": "TAND"}, "people": [{"name": "An"}]}
    reply = a_failure("timed_out") if code is None else a_reply({**said, "marital": {"code": code}})
    context = Context(answers={f"/{name}": value for name, value in answers.items()})
    return resolve(FORM, ITEMS, found, {call.id: reply for call in found.calls}, context)


def test_a_value_just_filled_shows_and_hides() -> None:
    shown, hidden = resolved("3"), resolved("1")

    assert (shown.fields["/court"].value, shown.fields["/more"].outcome) == ("TAND", "user_only")
    assert is_hidden(hidden, "/court", "/more")


def test_a_hidden_list_has_no_rows() -> None:
    assert [row["/name"].value for row in resolved("3").rows["/people"]] == ["An"]
    assert is_hidden(resolved("1"), "/people")
    assert dict(resolved("1").rows) == {}


def test_what_is_in_the_form_decides_before_what_was_filled() -> None:
    assert resolved("3", marital="1").fields["/court"] == HIDDEN
    assert resolved("1", marital="3").fields["/court"].value == "TAND"


def test_what_is_not_known_hides_nothing() -> None:
    found = resolved(None)

    assert [found.fields[place].outcome for place in ("/marital", "/court", "/more")] == [
        "timed_out",
        "timed_out",
        "user_only",
    ]


def test_what_hangs_on_a_hidden_field_is_hidden_whatever_that_one_held() -> None:
    assert is_hidden(resolved("1", court="TAND"), "/more")


def test_true_is_not_one() -> None:
    field = on(a_field("/x", policy="user"), "/marital", 1)
    assert hidden_of(a_form(MARITAL, field), {}, {"/marital": True}) == {"/x": HIDDEN}
    assert hidden_of(a_form(MARITAL, field), {}, {"/marital": 1}) == {}


@pytest.mark.parametrize("backwards", [False, True])
def test_a_long_chain_is_followed_to_its_end_from_either_side(backwards: bool) -> None:
    chain = [on(a_field(f"/{number}"), f"/{number - 1}", "x") for number in range(1, 2_000)]
    form = a_form(*(reversed(chain) if backwards else chain))
    answers: Mapping[str, Json] = {f"/{number}": "x" for number in range(2_000)}

    assert hidden_of(form, {}, answers) == {}
    assert len(hidden_of(form, {}, {**answers, "/0": "y"})) == 1_999


def test_a_circle_ends() -> None:
    form = a_form(on(a_field("/a"), "/b", "x"), on(a_field("/b"), "/a", "x"))
    assert hidden_of(form, {}, {"/a": "y", "/b": "y"}) == {"/a": HIDDEN, "/b": HIDDEN}
    assert hidden_of(form, {}, {}) == {}
