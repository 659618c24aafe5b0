"""Definitions and replies for tests, each complete and each overridable in the part a test is about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from chalicelib.consent.model import Right
from chalicelib.forms.model import Condition, Field, Form, Policy, RoleRule
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import FormCode, ItemId, PersonalId, RegisterCode
from chalicelib.prefill.model import SubjectRight
from chalicelib.sources.model import Attribute, Call, CallOutcome, Getter, Register, Reply
from chalicelib.vocabulary.model import Item, ItemType, Normaliser, Text
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
