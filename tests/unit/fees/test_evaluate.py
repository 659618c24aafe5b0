"""What is due and what is not known: best benefit, declared and absent facts, doubt, conflict, caps, years, totals."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.fees.answer import Missing, Priced
from chalicelib.fees.evaluate import price
from chalicelib.fees.model import Case, Fact, RowRef, Span, Used
from chalicelib.fees.plan import Rules
from chalicelib.fees.quoting import problems, quote
from chalicelib.kernel.errors import InvalidValue
from chalicelib.kernel.ids import ProcedureCode
from tests.support.fee_rules import case, checked, declared, rules_of
from tests.support.fee_tables import basis, row, schedule, words

_FREE = {"type": "zero", "meaning": "exempt"}


def _amount(amount: int) -> dict[str, Any]:
    return {"type": "amount", "amount": amount}


def _one(rules: Rules, asked: Case) -> Priced:
    (line,) = price(rules, asked).lines
    return line


def _input(type_: str, by: str = "fact", **bounds: int) -> dict[str, Any]:
    return {"type": type_, "label": words(type_), **bounds, "source": {"by": by}}


def _table(*benefits: dict[str, Any], base: dict[str, Any] | None = None) -> dict[str, Any]:
    return schedule([row("base", "base", {}, base or _amount(200_000)), *benefits])


def _policy(*rows: dict[str, Any], **said: Any) -> dict[str, Any]:  # noqa: ANN401 - parts of a policy
    for each in rows:
        each.pop("line", None)
    body: dict[str, Any] = {
        "type": "policy",
        "title": words("Nghị quyết thử"),
        "lines": {"kinds": ["phi", "le_phi"]},
        "places": "everywhere",
        "stacks": False,
        "inputs": {},
        "rows": list(rows),
    }
    return {**body, **said}


POOR = row("poor", "benefit", {"flag": {"is": True}}, _FREE)


def test_an_absent_fact_is_not_false_and_is_named() -> None:
    line = _one(rules_of(thu=_table(POOR)), case())
    assert (line.status, line.amount, line.low, line.high) == ("unknown", None, 0, 200_000)
    assert line.missing == (Missing("fact", "flag", RowRef("thu", "poor")),)


def test_a_fact_that_cannot_lower_the_amount_is_not_asked_for() -> None:
    dearer = row("dearer", "benefit", {"flag": {"is": True}}, _amount(300_000))
    assert _one(rules_of(thu=_table(dearer)), case()).amount == 200_000


def test_a_declared_fact_counts_and_asks_for_review() -> None:
    line = _one(rules_of(thu=_table(POOR)), case(flag=declared(True)))
    assert (line.status, line.amount, line.zero, line.high) == ("needs_review", 0, "exempt", 200_000)
    assert line.declared == ("flag",)


def test_a_declared_denial_is_no_review() -> None:
    assert _one(rules_of(thu=_table(POOR)), case(flag=declared(False))).status == "amount"


def test_the_single_best_benefit_counts_and_the_rest_stay_in_the_trace() -> None:
    rules = rules_of(
        thu=_table(
            row("half", "benefit", {}, {"type": "off", "share": "50%"}),
            row("tenth", "benefit", {"flag": {"is": True}}, {"type": "pay", "share": "90%"}),
        )
    )
    told = quote(rules, case(flag=True))
    assert told.pricing.payable.amount == 100_000
    assert {each.row.row: (each.verdict, each.due) for each in told.trace} == {
        "base": ("applied", 200_000),
        "half": ("applied", 100_000),
        "tenth": ("worse", 180_000),
    }


def test_a_stacking_policy_comes_on_top_of_the_best_and_no_other_does() -> None:
    half = row("half", "benefit", {}, {"type": "off", "share": "50%"})
    fifth = row("fifth", "benefit", {}, {"type": "off", "share": "20%"})
    alone = rules_of(thu=_table(half), tinh=_policy(dict(fifth)))
    on_top = rules_of(thu=_table(half), tinh=_policy(dict(fifth), stacks=True))
    assert _one(alone, case()).amount == 100_000
    assert _one(on_top, case()).amount == 80_000


def test_what_is_in_doubt_lowers_nothing_and_asks_for_review() -> None:
    doubt = {**row("doubt", "benefit", {}, _FREE), "review": words("Luật không nói rõ")}
    line = _one(rules_of(thu=_table(doubt)), case())
    assert (line.status, line.amount, line.low) == ("needs_review", 200_000, 0)
    assert line.reviews == (RowRef("thu", "doubt"),)


def test_an_unverified_rate_is_unknown_and_named() -> None:
    body = _table()
    body["rows"][0]["basis"]["status"] = "unverified"
    line = _one(rules_of(thu=body), case())
    assert (line.status, line.amount) == ("unknown", None)
    assert line.missing == (Missing("rate", "base", RowRef("thu", "base")),)


def test_an_unverified_benefit_makes_the_amount_unknown() -> None:
    benefit = row("benefit", "benefit", {}, _amount(1))
    benefit["basis"] = {**benefit["basis"], "status": "unverified"}
    assert _one(rules_of(thu=_table(benefit)), case()).status == "unknown"


def test_an_exemption_holds_whatever_the_unknown_rate_is() -> None:
    unknown = {"type": "unknown", "rate": words("Mức của tỉnh")}
    rules = rules_of(thu=_table(POOR, base=unknown))
    assert _one(rules, case(flag=True)).status == "zero"
    assert _one(rules, case(flag=False)).status == "unknown"


def test_two_resolutions_that_set_different_amounts_are_a_conflict_naming_both() -> None:
    one = _policy(row("set", "base", {}, _amount(10_000)))
    two = _policy(row("set", "base", {}, _amount(20_000)))
    line = _one(rules_of(thu=_table(), mot=one, hai=two), case())
    assert (line.status, line.amount, line.low, line.high) == ("conflict", None, 10_000, 20_000)
    assert set(line.rows) == {RowRef("mot", "set"), RowRef("hai", "set")}


def test_a_province_that_sets_its_own_amount_overrides_the_schedule() -> None:
    own = _policy(row("set", "base", {}, _amount(8_000)), places=[{"province": "79"}])
    rules = rules_of(thu=_table(base={"type": "unknown", "rate": words("Mức của tỉnh")}), tinh=own)
    assert _one(rules, case(province="79")).amount == 8_000
    assert _one(rules, case(province="01")).status == "unknown"


@pytest.mark.parametrize(("day", "amount"), [(1, 200_000), (2, 100_000), (3, 100_000), (4, 200_000)])
def test_a_basis_counts_from_its_first_day_to_its_last(day: int, amount: int) -> None:
    half = row("half", "benefit", {}, {"type": "off", "share": "50%"})
    half["basis"] = basis(1, 2)
    assert _one(rules_of(thu=_table(half)), case(as_of=date(2026, 1, day))).amount == amount


def test_a_day_before_every_basis_is_unknown() -> None:
    told = price(rules_of(thu=_table()), case(as_of=date(2025, 12, 31)))
    assert (told.state.status, told.state.amount) == ("unknown", None)
    assert told.missing == (Missing("rate", "thu/phi"),)


def test_a_procedure_that_no_schedule_names_is_unknown_never_free() -> None:
    told = price(rules_of(thu=_table()), case(procedure=ProcedureCode("9.999999")))
    assert (told.lines, told.state.status, told.payable.status) == ((), "unknown", "unknown")
    assert told.missing == (Missing("schedule", "9.999999"),)


def test_tiers_count_from_their_unit_and_stop_at_the_cap_of_each_copy() -> None:
    body = _table(
        base={
            "type": "amount",
            "per": "pages",
            "tiers": [{"since": 1, "amount": 2_000}, {"since": 3, "amount": 1_000}],
            "most": 200_000,
            "times": "copies",
        }
    )
    body["inputs"] = {name: _input("int", "quantity", min=1, max=1_000) for name in ("pages", "copies")}
    assert checked(thu=body) == []
    rules = rules_of(thu=body)
    for pages, copies, amount in ((1, 1, 2_000), (2, 1, 4_000), (3, 1, 5_000), (3, 4, 20_000), (500, 2, 400_000)):
        assert _one(rules, case(quantities={"pages": pages, "copies": copies})).amount == amount
    assert _one(rules, case(quantities={"pages": 3})).missing[0].name == "copies"


def test_half_of_25000_is_12500_and_stays_so() -> None:
    half = row("half", "benefit", {}, {"type": "off", "share": "50%"})
    assert _one(rules_of(thu=_table(half, base=_amount(25_000))), case()).amount == 12_500


def test_what_is_no_whole_number_is_unknown_unless_the_row_rounds() -> None:
    body = _table(base={"type": "share", "share": "0.5%", "of": "value"})
    body["inputs"] = {"value": _input("money", "quantity", min=0, max=10**12)}
    rules = rules_of(thu=body)
    assert _one(rules, case(quantities={"value": 2_000_000})).amount == 10_000
    line = _one(rules, case(quantities={"value": 2_000_001}))
    assert (line.status, line.missing[0].what) == ("unknown", "rounding")
    body["rows"][0]["effect"]["round"] = {"to": 1_000, "mode": "half_up"}
    assert _one(rules_of(thu=body), case(quantities={"value": 2_100_000})).amount == 11_000


def _yearly(**limit: Any) -> Rules:  # noqa: ANN401 - parts of a limit
    off = {**row("off", "benefit", {}, {"type": "off", "share": "50%"}), "yearly": "once"}
    return rules_of(thu=_table(), cs=_policy(off, yearly={"once": {"name": words("Mỗi năm"), **limit}}))


def test_a_yearly_benefit_counts_until_it_is_used_up() -> None:
    rules = _yearly(times=1)
    first = _one(rules, case())
    assert (first.amount, first.uses) == (100_000, (("cs.once", 100_000),))
    assert _one(rules, case(used={"cs.once": Used(1, 100_000)})).amount == 200_000
    assert _one(rules, case(used=None)).missing == (Missing("history", "cs.once", RowRef("cs", "off")),)


def test_a_yearly_amount_is_shared_out() -> None:
    rules = _yearly(amount=30_000)
    assert _one(rules, case()).amount == 170_000
    assert _one(rules, case(used={"cs.once": Used(3, 25_000)})).amount == 195_000
    assert _one(rules, case(used={"cs.once": Used(3, 30_000)})).amount == 200_000


def test_a_limit_in_multiples_of_an_unverified_parameter_is_unknown() -> None:
    wage = {"name": words("Lương cơ sở"), "values": [{"amount": 10_000, "basis": basis(0, 5)}]}
    off = row("off", "benefit", {}, {"type": "off", "share": "50%", "most_off": {"times": 5, "of": "wage"}})
    body = {**_table(off), "parameters": {"wage": wage}}
    assert _one(rules_of(thu=body), case()).amount == 150_000
    wage["values"][0]["basis"]["status"] = "unverified"  # type: ignore[index]
    assert _one(rules_of(thu=body), case()).status == "unknown"


def test_an_age_known_to_the_year_counts_where_every_day_of_it_agrees() -> None:
    body = _table(row("old", "benefit", {"age": {"at_least": 60}}, _FREE))
    body["inputs"] = {"age": _input("int", min=0, max=150)}
    rules = rules_of(thu=body)
    assert _one(rules, case(age=Span(75, 76))).status == "zero"
    assert _one(rules, case(age=Span(40, 41))).status == "amount"
    line = _one(rules, case(age=Span(59, 60)))
    assert (line.status, line.missing[0].name) == ("unknown", "age")


def test_third_party_costs_stand_outside_the_total_due_to_the_state() -> None:
    body = _table()
    body["lines"]["transfer"] = {"name": words("Chuyển khoản"), "kind": "third_party", "authority": "provider"}
    body["rows"].append({**row("transfer", "base", {}, _amount(5_500)), "line": "transfer"})
    free = _policy(row("free", "benefit", {}, _FREE))
    told = price(rules_of(thu=body, cs=free), case())
    assert (told.state.amount, told.payable.amount) == (0, 5_500)


def test_a_line_that_does_not_arise_is_left_out() -> None:
    post = row("post", "base", {"channel": {"is": "post"}}, _amount(26_000))
    other = row("other", "base", {"channel": {"is_not": "post"}}, {"type": "not_due"})
    rules = rules_of(thu=schedule([post, other]))
    assert price(rules, case(channel="post")).payable.amount == 26_000
    assert price(rules, case(channel="online")).lines == ()


def test_the_cheapest_channel_and_what_would_change_the_amount_are_told() -> None:
    online = _policy(row("online", "benefit", {}, {"type": "off", "share": "50%"}), channels=["online"])
    told = quote(rules_of(thu=_table(POOR), cs=online), case(flag=False))
    assert told.cheapest is not None
    assert (told.cheapest.channel, told.cheapest.payable) == ("online", 100_000)
    assert [(each.what, each.value, each.payable) for each in told.changes if each.what != "as_of"] == [
        ("channel", "online", 100_000),
        ("fact", True, 0),
    ]


def test_every_row_is_traced_with_each_condition_passed_failed_or_unknown() -> None:
    online = _policy(row("online", "benefit", {}, _FREE), channels=["online"], places=[{"province": "79"}])
    told = quote(rules_of(thu=_table(POOR), cs=online), case(province="79"))
    found = {each.row.row: [(one.condition.input, one.passed) for one in each.conditions] for each in told.trace}
    assert found == {
        "base": [("as_of", True)],
        "poor": [("as_of", True), ("flag", None)],
        "online": [("as_of", True), ("channel", False), ("place", True)],
    }


def test_the_digest_is_the_same_on_every_machine() -> None:
    told = quote(rules_of(thu=_table(POOR)), case(flag=True))
    assert told.digest == "b0dd5dd6f03707b9b0a8cc27ed52f0abb03f3c426d9ade11207cc32bedfd4c23"


def test_the_digest_is_the_same_however_often_and_another_for_another_case() -> None:
    one, other = rules_of(thu=_table(POOR)), rules_of(thu=_table(POOR))
    assert quote(one, case(flag=True)).digest == quote(other, case(flag=True)).digest
    assert quote(one, case(flag=True)).digest != quote(one, case(flag=False)).digest


def test_values_outside_their_domain_are_refused_by_name() -> None:
    rules = rules_of(thu=_table(POOR))
    asked = case(flag="yes", nothing=1, quantities={"copies": 2})
    assert {each.pointer: each.code for each in problems(rules, asked)} == {
        "/quantities/copies": "unknown_quantity",
        "/facts/flag": "bad_fact",
        "/facts/nothing": "unknown_fact",
    }
    with pytest.raises(InvalidValue):
        quote(rules, asked)


@given(st.integers(0, 10**9), st.integers(1, 100), st.integers(0, 100))
def test_no_benefit_ever_costs_more_than_the_base(base: int, under: int, over: int) -> None:
    share = f"{max(over, 1)}/{max(over, under)}"
    off = row("off", "benefit", {}, {"type": "off", "share": share, "round": {"to": 1_000, "mode": "up"}})
    found = _one(rules_of(thu=_table(off, base=_amount(base))), case()).amount
    assert found is not None
    assert 0 <= found <= base


@given(st.sampled_from(["verified", "declared", None]), st.booleans())
def test_the_amount_always_lies_within_its_bounds(assurance: Any, value: bool) -> None:  # noqa: ANN401
    facts = {} if assurance is None else {"flag": Fact(value, assurance)}
    line = _one(rules_of(thu=_table(POOR)), case(facts=facts))
    assert line.high is not None
    assert line.low <= (line.amount if line.amount is not None else line.low) <= line.high
