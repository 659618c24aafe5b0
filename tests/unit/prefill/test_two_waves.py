"""One register asked twice about one subject: each field is judged by the reply to the call that asked for it."""

from dataclasses import replace
from typing import Final

import pytest

from chalicelib.kernel.canonical import Json
from chalicelib.prefill.model import FieldAnswer, SourceSummary
from chalicelib.prefill.plan import Needs, Plan, plan
from chalicelib.prefill.resolve import resolve
from chalicelib.sources.model import CallId, CallOutcome, Reply
from tests.support.builders import (
    AN,
    a_dictionary,
    a_failure,
    a_field,
    a_form,
    a_register,
    a_reply,
    a_subject,
    an_attribute,
    an_item,
)

REGISTER: Final = a_register("population", {"$.name.full": "name", "$.birth.date": "birth"})
ITEMS: Final = a_dictionary(an_item("name"), an_item("birth"))
FORM: Final = a_form(a_field("/name", "name"), a_field("/birth", "birth"))
FIRST, SECOND = (CallId(REGISTER.code, AN, wave) for wave in (1, 2))


def planned() -> Plan:
    """Return the plan that asks for the name first and for the birth in the second wave."""
    found = plan(Needs(FORM, ITEMS, "p"), [REGISTER], {"groom": a_subject()})
    (call,) = found.calls
    return replace(found, calls=(replace(call, fields=("name",)), replace(call, fields=("birth",), wave=2)))


def fields(replies: dict[CallId, Reply]) -> dict[str, FieldAnswer]:
    return dict(resolve(FORM, ITEMS, planned(), replies).fields)


BOTH: Final[dict[str, Json]] = {"name": {"full": "AN"}, "birth": {"date": "1990"}}


def test_both_replies_fill_the_form() -> None:
    found = fields({FIRST: a_reply({"name": {"full": "AN"}}), SECOND: a_reply({"birth": {"date": "1990"}})})
    assert (found["/name"].value, found["/birth"].value) == ("AN", "1990")


def test_what_a_reply_holds_besides_what_its_call_asked_for_is_not_used() -> None:
    found = fields({FIRST: a_reply(BOTH), SECOND: a_reply()})
    assert (found["/name"].value, found["/birth"].outcome) == ("AN", "not_found")


@pytest.mark.parametrize("failure", ["timed_out", "source_busy", "no_right", "source_invalid"])
def test_a_failed_second_call_costs_only_what_it_asked_for(failure: CallOutcome) -> None:
    found = fields({FIRST: a_reply({"name": {"full": "AN"}}), SECOND: a_failure(failure)})
    assert (found["/name"].outcome, found["/birth"]) == ("filled_verified", FieldAnswer(failure))  # type: ignore[arg-type]


def test_a_second_call_without_a_reply_is_presumed_too_late() -> None:
    assert fields({FIRST: a_reply({"name": {"full": "AN"}})})["/birth"] == FieldAnswer("timed_out")


def test_of_what_was_never_asked_nothing_is_said() -> None:
    found = replace(planned(), calls=planned().calls[:1])
    assert resolve(FORM, ITEMS, found, {FIRST: a_reply(BOTH)}).fields["/birth"].detail == "no_supplier"


def test_a_second_path_is_no_way_round_the_failure_of_the_first() -> None:
    register = a_register("population", [an_attribute("$.name.full", "name"), an_attribute("$.birth.name", "name")])
    found = replace(planned(), calls=tuple(replace(call, register=register) for call in planned().calls))
    second = a_reply({"birth": {"name": "AN"}})
    lost = resolve(FORM, ITEMS, found, {FIRST: a_failure("timed_out"), SECOND: second}).fields["/name"]
    assert lost == FieldAnswer("timed_out")
    assert resolve(FORM, ITEMS, found, {FIRST: a_reply(), SECOND: second}).fields["/name"].value == "AN"


def test_each_call_is_summed_up_with_its_wave() -> None:
    sources = resolve(FORM, ITEMS, planned(), {FIRST: a_reply(BOTH)}).sources
    assert sources == (
        SourceSummary(REGISTER.code, "groom", "answered", 20, 1),
        SourceSummary(REGISTER.code, "groom", "timed_out", 0, 2),
    )
