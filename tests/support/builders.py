"""Definitions and replies for tests, each complete and each overridable in the part a test is about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from chalicelib.consent.model import Right
from chalicelib.forms.model import Condition, Field, Form, Policy, RoleRule, RowList, Via
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.clock import iso
from chalicelib.kernel.ids import FormCode, ItemId, PersonalId, RegisterCode
from chalicelib.prefill.model import Held, Standing, SubjectRight
from chalicelib.sources.model import Attribute, Call, CallOutcome, Column, Register, Reply
from chalicelib.vocabulary.model import Item, ItemType, Normaliser, Text
from chalicelib.vocabulary.paths import Getter
from tests.support.clock import START

AN = PersonalId("001090999001")
BINH = PersonalId("001192999002")
LABEL = Text("nhãn", "label")


def a_getter(path: str) -> Getter:
    """Read a plain dotted path such as `$.name.full`; a list there is several values."""
    steps = path.removeprefix("$.").split(".")

    def read(data: Json) -> list[Json]:
        for step in steps:
            if not isinstance(data, dict) or step not in data:
                return []
            data = data[step]
        return data if isinstance(data, list) else [data]

    return read


def an_attribute(path: str, item: str, **changes: object) -> Attribute:
    """Return an attribute whose field is the path's first step."""
    asks = path.removeprefix("$.").split(".")[0]
    return replace(Attribute(asks, path, ItemId(item), a_getter(path)), **changes)  # type: ignore[arg-type]


def a_register(code: str, attributes: Mapping[str, str] | Iterable[Attribute], *, timeout_ms: int = 2000) -> Register:
    """Return a register on the national bus that supplies, by path, these items."""
    if isinstance(attributes, Mapping):
        attributes = [an_attribute(path, item) for path, item in attributes.items()]
    return Register(
        code=RegisterCode(code),
        name=LABEL,
        owner=LABEL,
        legal_basis=f"law of {code}",
        status="confirmed",
        route="ngsp",
        timeout_ms=timeout_ms,
        attributes=tuple(attributes),
        errors={
            "NOT_FOUND": "not_found",
            "AMBIGUOUS": "ambiguous_match",
            "FORBIDDEN": "no_right",
            "QUOTA": "source_busy",
            "MAINTENANCE": "source_unavailable",
            "INTERNAL": "source_unavailable",
            "http:410": "not_found",
        },
        mapping=f"mapping-{code}",
    )


def an_item(
    code: str,
    type_: ItemType = "text",
    *,
    of: Sequence[str] = ("population",),
    normaliser: Normaliser = "exact",
    codes: Iterable[str] = (),
) -> Item:
    """Return an item with its registers in falling authority."""
    return Item(
        id=ItemId(code),
        type=type_,
        label=LABEL,
        normaliser=normaliser,
        precedence=tuple(RegisterCode(each) for each in of),
        codes=dict.fromkeys(codes, LABEL),
    )


def a_dictionary(*items: Item) -> dict[ItemId, Item]:
    """Return items by id."""
    return {item.id: item for item in items}


def a_field(
    pointer: str,
    item: str | None = None,
    role: str | None = "groom",
    policy: Policy = "auto",
    applies_when: Condition | None = None,
) -> Field:
    """Return a form field."""
    return Field(pointer, LABEL, policy, None if item is None else ItemId(item), role, True, applies_when, "confirmed")


def a_condition(item: str, *values: Json) -> Condition:
    """Return the condition that the item is one of the values."""
    return Condition(ItemId(item), values)


def a_form(*fields: Field, guards: Mapping[str, Condition] | None = None) -> Form:
    """Return a form with the roles that its fields name."""
    rules = guards or {}
    roles = {field.role for field in fields if field.role is not None} | rules.keys()
    return Form(
        code=FormCode("form"),
        version="1",
        title=LABEL,
        status="confirmed",
        schema={},
        layout=(),
        roles={role: RoleRule(role, LABEL, rules.get(role)) for role in sorted(roles)},
        fields=fields,
    )


def a_list_item(code: str, *columns: str, of: Sequence[str] = ("population",)) -> Item:
    """Return an item whose values are rows of these items."""
    return replace(an_item(code, "list", of=of), columns=tuple(ItemId(each) for each in columns))


def an_attribute_of_rows(path: str, item: str, columns: Mapping[str, str], **changes: object) -> Attribute:
    """Return an attribute each of whose values is one row, its cells by path into it."""
    cells = tuple(Column(cell, ItemId(of), a_getter(cell)) for cell, of in columns.items())
    found = an_attribute(path.removesuffix("[*]"), item, columns=cells, several=True, **changes)
    return replace(found, path=path)


def with_rows(form: Form, *lists: RowList) -> Form:
    """Return the form with repeating rows at the fields of these pointers."""
    return replace(form, lists={each.pointer: each for each in lists})


def with_ways(form: Form, role: str, *ways: Via) -> Form:
    """Return the form with ways to whoever plays a role, guarded as it was."""
    rule = form.roles.get(role, RoleRule(role, LABEL, None))
    return replace(form, roles={**form.roles, role: replace(rule, via=ways)})


def held(item: str, value: Json, assurance: Standing = "issued", **changes: object) -> Held:
    """Return an item held outside registers, read an hour ago."""
    read_at = iso(START - timedelta(hours=1))
    known = Held(ItemId(item), value, assurance, "D-1", "$.x", "mapping-held", read_at, "law of papers")
    return replace(known, **changes)  # type: ignore[arg-type]


def a_subject(subject: PersonalId = AN, right: Right | None = None) -> SubjectRight:
    """Return a subject whose data may be had, unless a right says otherwise."""
    return SubjectRight(subject, right or Right())


def a_call(register: Register, subject: PersonalId = AN) -> Call:
    """Return a call for everything the register has."""
    fields = register.fields_for(frozenset(each.item for each in register.attributes))
    return Call(register, subject, fields, "1.000894")


def a_reply(data: Mapping[str, Json] | None = None, *, review: Iterable[str] = (), age_days: int = 0) -> Reply:
    """Return a good reply, from a record so many days old."""
    as_of = (START - timedelta(days=age_days)).isoformat()
    return Reply("answered", 20, START, data or {}, "R-1", as_of, frozenset(review))


def a_failure(outcome: CallOutcome, retry_after: int | None = None) -> Reply:
    """Return how a call that gave nothing ended."""
    return Reply(outcome, 20, START, retry_after=retry_after)
