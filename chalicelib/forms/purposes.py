"""What each procedure may ask of whoever plays a role in it: the items that its forms bind, and not one more.

A list is one item: its columns come and go with it.
"""

from collections.abc import Callable, Iterator

from chalicelib.consent.request import Part, Purpose
from chalicelib.definitions.model import Catalogue
from chalicelib.forms.definition import FORMS, PROCEDURES
from chalicelib.forms.model import OURS, Field, Form, Role
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ItemId, ProcedureCode
from chalicelib.vocabulary.service import Live


@dataclass(frozen=True, slots=True)
class FormPurposes:
    """The purposes that the live set of definitions knows."""

    definitions: Live
    private: Callable[[Catalogue], frozenset[ItemId]]
    """The items that registers give to nobody but the person, so that no consent is asked for them."""

    def purpose(self, code: ProcedureCode) -> Purpose | None:
        """Return a procedure by what its forms bind for each person in it, None where there is none."""
        catalogue = self.definitions.current()
        procedure = catalogue.find(PROCEDURES, code)
        if procedure is None:
            return None
        return catalogue.derive(f"purpose {code}", lambda known: _purpose(known, code, self.private(known)))


def bound_items(form: Form, role: Role) -> frozenset[ItemId]:
    """Return the items that can change what is said of a role's fields: those we may fill, and those we may offer."""
    fields = [each for each in form.fields if each.policy in OURS and each.role == role]
    items = {item for each in fields for item in _of_field(each)}
    items |= {offer.item for each in form.fields for offer in each.offers if offer.role == role}
    rule = form.roles[role]
    if items and rule.requires is not None:
        items.add(rule.requires.item)
    return frozenset(items)


def _of_field(field: Field) -> Iterator[ItemId]:
    if field.item is not None:
        yield field.item
    if field.derive is not None:
        yield from field.derive.sources
    if field.applies_when is not None:
        yield field.applies_when.item


def _purpose(catalogue: Catalogue, code: ProcedureCode, private: frozenset[ItemId]) -> Purpose:
    procedure = catalogue.get(PROCEDURES, code)
    parts: dict[Role, Part] = {}
    for form in (catalogue.get(FORMS, each) for each in procedure.forms):
        for role, rule in form.roles.items():
            if rule.kind == "person":
                items = bound_items(form, role) | (parts[role].items if role in parts else frozenset())
                parts[role] = Part(rule.label, items - private)
    return Purpose(code, procedure.name, parts, catalogue.hash)
