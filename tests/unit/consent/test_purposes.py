"""What may be asked of each role is what the forms bind for it: all that a plan wants, and nothing else."""

import pytest

from chalicelib.bootstrap import KINDS
from chalicelib.definitions.load import base
from chalicelib.definitions.model import Catalogue
from chalicelib.forms.definition import FORMS, PROCEDURES
from chalicelib.forms.purposes import FormPurposes, bound_items
from chalicelib.kernel.ids import ItemId, ProcedureCode
from chalicelib.prefill.wanted import wanted_of
from chalicelib.sources.definition import REGISTERS
from chalicelib.sources.model import own_only
from chalicelib.vocabulary.service import Live, vocabulary

PACKAGED = base(KINDS)
CODES = PACKAGED.codes(PROCEDURES)


PRIVATE = own_only(PACKAGED.all(REGISTERS))


def private(_known: Catalogue) -> frozenset[ItemId]:
    return PRIVATE


class Packaged(Live):
    def current(self) -> Catalogue:
        return PACKAGED


@pytest.mark.parametrize("code", CODES)
def test_a_whole_consent_covers_what_a_plan_wants_of_the_role(code: str) -> None:
    purpose = FormPurposes(Packaged(), private).purpose(ProcedureCode(code))
    assert purpose is not None
    words = vocabulary(PACKAGED)
    for form in (PACKAGED.get(FORMS, each) for each in PACKAGED.get(PROCEDURES, code).forms):
        people = {role for role, rule in form.roles.items() if rule.kind == "person"}
        assert people <= purpose.parts.keys()
        for role in people:
            bound = bound_items(form, role)
            assert wanted_of(form, role, form.roles, {}) <= bound
            assert bound - PRIVATE <= purpose.parts[role].items
            assert bound <= form.items
            assert bound <= words.items.keys()


def test_what_only_the_citizen_may_fill_is_asked_of_nobody() -> None:
    purpose = FormPurposes(Packaged(), private).purpose(ProcedureCode("1.000894"))
    assert purpose is not None
    assert not {item for part in purpose.parts.values() for item in part.items if "contact" in item}
    assert purpose.catalogue == PACKAGED.hash


def test_no_organisation_is_asked_for_consent() -> None:
    purpose = FormPurposes(Packaged(), private).purpose(ProcedureCode("1.001612"))
    form = PACKAGED.get(FORMS, PACKAGED.get(PROCEDURES, "1.001612").forms[0])
    assert purpose is not None
    assert {form.roles[role].kind for role in purpose.parts} == {"person"}


def test_there_is_no_purpose_without_a_procedure() -> None:
    assert FormPurposes(Packaged(), private).purpose(ProcedureCode("9.999999")) is None


def test_what_a_register_gives_to_nobody_but_the_person_is_asked_of_nobody() -> None:
    purpose = FormPurposes(Packaged(), private).purpose(ProcedureCode("1.001193"))
    assert purpose is not None
    assert not [item for item in purpose.parts["mother"].items if item.startswith("newborn.")]
    assert "person.full_name" in purpose.parts["mother"].items
