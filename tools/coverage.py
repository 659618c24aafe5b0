"""`coverage`: which items nobody supplies, which nothing uses, and by whom each form's fields are filled."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from chalicelib.definitions.model import Catalogue
from chalicelib.forms.definition import FORMS, PROCEDURES
from chalicelib.forms.model import OURS, Field, Form, Policy, Role
from chalicelib.kernel.ids import ItemId
from chalicelib.sources.definition import REGISTERS
from chalicelib.vocabulary.service import vocabulary

_NO_SOURCE: Final = "no source"
_BY_POLICY: Final[Mapping[Policy, str]] = {"user": "citizen", "never": "not ours"}


def coverage(catalogue: Catalogue) -> str:
    """Return the report, one section after the other."""
    supplied = {item for register in catalogue.all(REGISTERS) for item in register.items}
    forms = catalogue.all(FORMS)
    used = {item for form in forms for item in form.items} | set(_proving(catalogue))
    known = vocabulary(catalogue).items.keys()
    sections = [
        _section("items that are used and nobody supplies", used - supplied),
        _section("items that nobody supplies and nothing uses", known - supplied - used),
        *(
            _section(f"items that {register.code} supplies and no form or procedure uses", register.items - used)
            for register in catalogue.all(REGISTERS)
        ),
        *(_form(form, supplied) for form in forms),
        _statuses(catalogue),
    ]
    return "\n".join(line for section in sections for line in section)


def _proving(catalogue: Catalogue) -> Iterator[ItemId]:
    for procedure in catalogue.all(PROCEDURES):
        ways = (way for component in procedure.components for way in component.any_of)
        yield from (item for way in ways for evidence in way for item in evidence.items)


def _section(title: str, found: Iterable[ItemId]) -> list[str]:
    items = sorted(found)
    return [f"{title}: {len(items)}", *(f"  {item}" for item in items)]


def _form(form: Form, supplied: set[ItemId]) -> list[str]:
    fields = _all_fields(form)
    sums = Counter(_filled_by(form, each, supplied) for each in fields)
    without = [each.pointer for each in fields if _filled_by(form, each, supplied) == _NO_SOURCE]
    told = ", ".join(f"{who} {number}" for who, number in sorted(sums.items()))
    return [f"{form.code}: {len(fields)} fields: {told}", *(f"  no source: {place}" for place in without)]


def _all_fields(form: Form) -> list[Field]:
    columns = (column for rows in form.lists.values() for column in rows.columns)
    return [*form.fields, *columns]


def _filled_by(form: Form, field: Field, supplied: set[ItemId]) -> str:
    if field.policy not in OURS:
        offered = field.policy == "user" and any(offer.item in supplied for offer in field.offers)
        return "citizen's choice" if offered else _BY_POLICY.get(field.policy, field.policy)
    items = field.derive.sources if field.derive else () if field.item is None else (field.item,)
    if not items:
        return "default" if field.policy == "suggest" else _NO_SOURCE
    if not all(item in supplied for item in items):
        return _NO_SOURCE
    return "second wave" if _is_reached(form, field.role) else "one wave"


def _is_reached(form: Form, role: Role | None) -> bool:
    """Say whether whoever plays the role is named by another's record: asked about in a second wave."""
    rule = form.roles.get(role or "")
    return rule is not None and any(way.item is not None for way in rule.via)


def _statuses(catalogue: Catalogue) -> list[str]:
    entries = catalogue.envelopes.entries
    by_kind = Counter((each.kind, each.status) for each in entries)
    return ["definitions by status:", *_rows(by_kind)]


def _rows(found: Counter[tuple[str, str]]) -> Iterator[str]:
    return (f"  {kind} {status}: {number}" for (kind, status), number in sorted(found.items()))
