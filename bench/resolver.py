"""The resolver: time per field over a dictionary look-up, and whether ten times the fields cost ten times the time.

The real marriage form, and made-up ones of 40 and 400 fields over the real dictionary and registers.
"""

import timeit
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import cycle, islice
from typing import Any

from bench.figures import Figure, median, short
from chalicelib.definitions.load import base
from chalicelib.forms.model import Form
from chalicelib.kernel.clock import SystemClock
from chalicelib.kernel.ids import ClientId, ItemId, PersonalId, ProcedureCode
from chalicelib.prefill.job import Job, Order, Who, job_of
from chalicelib.prefill.plan import Needs, plan
from chalicelib.prefill.resolve import resolve
from chalicelib.sources.definition import REGISTERS
from chalicelib.sources.model import CallId, Reply
from infra.simulators.personas import Personas

_AN = PersonalId("001090999001")
_CLIENT = ClientId("motlan-portal")
_ORDER = Order(ProcedureCode("1.000894"), None, {"groom": _AN})
_LOOKS = 10_000
_AIM_40_MS = 0.5


@dataclass(frozen=True, slots=True)
class _Case:
    """One thing to resolve, with its replies loaded."""

    job: Job
    replies: Mapping[CallId, Reply]

    def seconds(self, repeats: int) -> float:
        """Return the time of one call to resolve."""
        job = self.job
        taken = timeit.timeit(lambda: resolve(job.form, job.items, job.plan, self.replies), number=repeats)
        return taken / repeats


def resolver(rounds: int) -> list[Figure]:
    """Measure all cases and the look-up in turns; take medians."""
    real = _real()
    cases = {"marriage form": real, "40 fields": _widened(real, 40), "400 fields": _widened(real, 400)}
    looked: list[float] = []
    seen: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        looked.append(_look(cases["400 fields"].job.form))
        for name, case in cases.items():
            seen[name].append(case.seconds(10 if name == "400 fields" else 50))
    look, times = median(looked), {name: median(each) for name, each in seen.items()}
    detail: dict[str, Any] = {"look_up_ns": short(look * 1e9), "replies": len(real.replies)}
    figures = [
        Figure(
            f"resolver: per field over a dictionary look-up, {name}",
            "ratio",
            times[name] / _size(case) / look,
            rounds,
            None,
            {**detail, "fields": _size(case), "ns_a_field": short(times[name] / _size(case) * 1e9)},
        )
        for name, case in cases.items()
    ]
    growth = times["400 fields"] / times["40 fields"]
    return [
        *figures,
        Figure("resolver: 40 fields", "ms", times["40 fields"] * 1000, rounds, f"≤ {_AIM_40_MS}"),
        Figure("resolver: 400 fields over 40, linear is 10", "ratio", growth, rounds, "≤ 11"),
    ]


def _real() -> _Case:
    job = job_of(base(), Who(_AN, 2, _CLIENT), _ORDER)
    person = Personas.load().need(_AN)
    now = SystemClock().now()
    replies = {}
    for call in job.plan.calls:
        held = person.registers[call.register.code]
        data = {name: value for name, value in held.data.items() if name in call.fields}
        replies[call.id] = Reply("answered", 20, now, data, held.record, held.as_of, frozenset())
    return _Case(job, replies)


def _widened(real: _Case, fields: int) -> _Case:
    """Return a form of so many fields: the real one's fields that a register fills, over and over.

    Each copy has an item of its own, so that nothing is weighed once and used twice.
    """
    job = real.job
    ours = [
        each for each in job.form.fields if each.role == "groom" and each.item and each.policy in {"auto", "suggest"}
    ]
    items = dict(job.items)
    registers = {each.code: each for each in job.catalogue.all(REGISTERS)}
    copies = []
    for number, each in enumerate(islice(cycle(ours), fields)):
        item = items[each.item]  # type: ignore[index]
        copy = replace(item, id=ItemId(f"{item.id}.copy{number}"))
        items[copy.id] = copy
        copies.append(replace(each, pointer=f"/copy/{number}", item=copy.id))
        for code, register in registers.items():
            mapped = [replace(one, item=copy.id) for one in register.attributes if one.item == item.id]
            registers[code] = replace(register, attributes=(*register.attributes, *mapped))
    form: Form = replace(job.form, fields=tuple(copies))
    planned = plan(Needs(form, items, job.procedure.code), tuple(registers.values()), job.subjects, _AN)
    by_register = {call.register: reply for call, reply in real.replies.items()}
    replies = {call.id: by_register[call.register.code] for call in planned.calls}
    return _Case(replace(job, form=form, items=items, plan=planned), replies)


def _size(case: _Case) -> int:
    return len(case.job.form.fields)


def _look(form: Form) -> float:
    """Return the seconds of one look-up by pointer, loop and all."""
    fields = {each.pointer: each for each in form.fields}
    wanted = list(islice(cycle(fields), _LOOKS))

    def look() -> None:
        for pointer in wanted:
            fields[pointer]

    return timeit.timeit(look, number=3) / (3 * _LOOKS)
