"""A made-up form, and everything that sources may say of two people: for what must hold whatever they say.

The form has of each role every kind of field there is; the registers are asked in two waves, and papers are held.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from hypothesis import strategies as st

from chalicelib.consent.model import Right
from chalicelib.forms.model import Derivation, Field, Form, Offer, OnAnswer, RowList, Via
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.clock import iso
from chalicelib.kernel.ids import ConsentId, ItemId, PersonalId, SubjectId
from chalicelib.prefill.model import Context, Held, Resolution
from chalicelib.prefill.plan import Needs, Plan, plan
from chalicelib.prefill.resolve import resolve
from chalicelib.sources.model import Call, CallId, CallOutcome, Reply
from tests.support.builders import (
    AN,
    BINH,
    a_condition,
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
    held,
    with_rows,
    with_ways,
)
from tests.support.clock import START
from tests.support.units import published_units

_CELLS: Final = {"$.who": "who", "$.born": "born"}
REGISTERS: Final = [
    a_register(
        "one",
        [
            *(an_attribute(f"$.{name}.v", name) for name in ("a", "b", "gender", "friend")),
            an_attribute_of_rows("$.rows[*]", "rows[]", _CELLS),
        ],
    ),
    a_register("two", {"$.a.v": "a", "$.c.v": "c", "$.home.v": "home"}),
    a_register(
        "three",
        [
            *(an_attribute(f"$.{name}.v", name) for name in "abd"),
            an_attribute_of_rows("$.rows[*]", "rows[]", _CELLS),
        ],
    ),
]
ITEMS: Final = a_dictionary(
    an_item("a", of=["two", "one", "three"], normaliser="name"),
    an_item("b", "partial_date", of=["one", "three"], normaliser="date"),
    replace(an_item("c", "code", of=["two"], codes=["x", "y"]), freshness_days=10),
    an_item("d", "boolean", of=["three"]),
    an_item("gender", "code", of=["one"], codes=["male", "female"]),
    an_item("friend", "personal_id", of=["one"]),
    replace(an_item("home", "address", of=["two"]), normaliser="address"),
    a_list_item("rows[]", "who", "born", of=["three", "one"]),
    an_item("who", of=[], normaliser="name"),
    an_item("born", "partial_date", of=[], normaliser="date"),
)
ROLES: Final = ("groom", "bride")


def _fields(role: str) -> tuple[Field, ...]:
    made = Derivation("year_of", (ItemId("b"),))
    return (
        a_field(f"/{role}/a", "a", role),
        a_field(f"/{role}/b", "b", role, "suggest"),
        replace(a_field(f"/{role}/c", "c", role), codes={"x": "1", "y": "2"}),
        a_field(f"/{role}/d", "d", role, applies_when=a_condition("c", "x")),
        replace(a_field(f"/{role}/year", None, role), derive=made),
        a_field(f"/{role}/home", "home", role, "suggest"),
        replace(a_field(f"/{role}/shown", "a", role), visible_when=OnAnswer(f"/{role}/c", ("1",))),
        a_field(f"/{role}/rows", "rows[]", role),
        a_field(f"/{role}/user", None, role, "user"),
        a_field(f"/{role}/box", None, role, "never"),
    )


FIELDS: Final = (
    *(each for role in ROLES for each in _fields(role)),
    replace(a_field("/choice", None, None, "user"), offers=tuple(Offer(role, ItemId("a")) for role in ROLES)),
    a_field("/friend/a", "a", "friend"),
)


def _form(*, guarded: bool) -> Form:
    guards = {"groom": a_condition("gender", "male"), "bride": a_condition("gender", "female")}
    form = with_ways(a_form(*FIELDS, guards=guards if guarded else None), "friend", Via("groom", ItemId("friend")))
    columns = (a_field("/who/name", "who"), a_field("/born", "born"), a_field("/job", policy="user"))
    return with_rows(form, *(RowList(f"/{role}/rows", ItemId("rows[]"), role, columns) for role in ROLES))


FORM: Final = _form(guarded=False)
GUARDED: Final = _form(guarded=True)
SOME: Final = Right(basis="consent", consent=ConsentId("C-1"), items=frozenset(map(ItemId, ("a", "c", "rows[]"))))
FAILURES: Final[list[CallOutcome]] = ["not_found", "ambiguous_match", "source_busy", "timed_out", "source_invalid"]
_LATER: Final = frozenset({"b", "rows", "home"})
"""What is asked only in the second wave."""


@dataclass(frozen=True)
class World:
    """What sources say: registers by call, papers by whom they are about; and what is in the form."""

    replies: Mapping[CallId, Reply]
    papers: Mapping[SubjectId, tuple[Held, ...]] = field(default_factory=dict)
    answers: Mapping[str, Json] = field(default_factory=dict)

    def resolved(self, found: Plan, form: Form = FORM) -> Resolution:
        """Resolve the form in this world."""
        context = Context(dict(self.papers), self.answers, units=published_units(), at=START)
        return resolve(form, ITEMS, found, self.replies, context)

    def without(self, lost: CallId | tuple[PersonalId, str, str]) -> "World":
        """Return the world in which a call fails, or nothing of one standing is held of an item of a person."""
        if isinstance(lost, CallId):
            return replace(self, replies={**self.replies, lost: a_failure("source_unavailable")})
        whose, item, standing = lost
        left = tuple(each for each in self.papers.get(whose, ()) if (each.item, each.assurance) != (item, standing))
        return replace(self, papers={**self.papers, whose: left})


def planned(groom: Right | None = None, bride: Right | None = None, *, guarded: bool = False) -> Plan:
    """Return the plan for both people, in two waves."""
    subjects = {"groom": a_subject(AN, groom), "bride": a_subject(BINH, bride)}
    found = plan(Needs(GUARDED if guarded else FORM, ITEMS, "p"), REGISTERS, subjects)
    return replace(found, calls=tuple(half for call in found.calls for half in _halves(call)))


def _halves(call: Call) -> list[Call]:
    first = tuple(name for name in call.fields if name not in _LATER)
    later = tuple(name for name in call.fields if name in _LATER)
    halves = [replace(call, fields=first), replace(call, fields=later, wave=2)]
    return [each for each in halves if each.fields]


def _home(code: str, name: str) -> Json:
    province: Json = {"code": "01", "name": "Thành phố Hà Nội"}
    return {"country": "VN", "province": province, "commune": {"code": code, "name": name}}


HOMES: Final = [_home("00004", "Phường Ba Đình"), _home("00004", "Phường Trúc Bạch"), _home("00022", "Phường Đội Cấn")]
_JSON: Final[st.SearchStrategy[Any]] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("vw"), inner, max_size=2),
    max_leaves=4,
)
_WORDS: Final = ["An", "AN", "Hòa", "Hoà", "1950", "12/03/1950", "x", "y", "male", "female", True]
_VALUES: Final = st.sampled_from([*_WORDS, *HOMES, ["An", "Hòa"], str(BINH)]) | _JSON
_ROW: Final = st.fixed_dictionaries(
    {}, optional={"who": st.sampled_from(["An", "AN", "Hòa", 7]), "born": st.sampled_from(["1950", "12/03/1950", "x"])}
)
_ROWS: Final = st.lists(_ROW, max_size=3)
_NAMES: Final = ["a", "b", "c", "d", "gender", "friend", "home"]
_DATA: Final = st.fixed_dictionaries(
    {}, optional={"rows": _ROWS | _JSON} | {name: st.fixed_dictionaries({"v": _VALUES}) | _JSON for name in _NAMES}
)
_ANSWERED: Final = st.builds(
    a_reply,
    _DATA,
    review=st.frozensets(st.sampled_from(["a", "b", "c", "d", "rows"]), max_size=2),
    age_days=st.integers(0, 20),
)
_REPLIES: Final = _ANSWERED | st.builds(a_failure, st.sampled_from(FAILURES), st.none() | st.integers(0, 99))
CALLS: Final = [
    CallId(register.code, subject, wave) for register in REGISTERS for subject in (AN, BINH) for wave in (1, 2)
]
STANDINGS: Final = ["issued", "dossier", "scan", "typed"]


@st.composite
def _papers(draw: st.DrawFn) -> tuple[Held, ...]:
    found = []
    for number in range(draw(st.integers(0, 4))):
        item = draw(st.sampled_from(["a", "b", "c", "rows[]"]))
        value = draw(_ROWS if item == "rows[]" else _VALUES)
        hours = draw(st.integers(0, 500))
        until = draw(st.sampled_from([None, iso(START), iso(START + timedelta(days=1))]))
        standing = draw(st.sampled_from(STANDINGS))
        read_at = iso(START - timedelta(hours=hours))
        found.append(held(item, value, standing, read_at=read_at, until=until, record=f"D-{number}"))  # type: ignore[arg-type]
    return tuple(found)


def worlds() -> st.SearchStrategy[World]:
    """Return any world."""
    return st.builds(
        World,
        st.fixed_dictionaries({}, optional=dict.fromkeys(CALLS, _REPLIES)),
        st.fixed_dictionaries({AN: _papers(), BINH: _papers()}),
        st.fixed_dictionaries({}, optional={f"/{role}/c": st.sampled_from(["1", "2"]) for role in ROLES}),
    )


def rights() -> st.SearchStrategy[Right]:
    """Return any right."""
    return st.sampled_from([Right(), Right("no_consent"), Right("no_right", "identity_level"), SOME])
