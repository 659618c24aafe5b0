"""What the simulated registers hold is what the published mappings read, for every persona."""

import pytest

from chalicelib.kernel.ids import ItemId
from chalicelib.sources.definition import REGISTERS, extract
from chalicelib.vocabulary.cast import cast
from chalicelib.vocabulary.service import vocabulary
from infra.simulators.personas import Persona, Personas
from infra.simulators.registers import FIELDS
from tests.support.definitions import packaged


@pytest.mark.parametrize("persona", list(Personas.load()), ids=lambda persona: persona.personal_id)
def test_every_value_a_persona_has_is_read_into_an_item_of_its_type(persona: Persona) -> None:
    words = vocabulary(packaged())
    for code, holding in persona.registers.items():
        body = REGISTERS.parse(packaged().envelopes["registers", code].body)
        read = extract(body, holding.data)
        for item, value in read.items():
            cast(words.item(ItemId(item)), value)

        asked = {attribute["asks"] for attribute in body["attributes"] if attribute["item"] in read}
        assert asked == set(holding.data)


def test_registers_are_asked_only_for_fields_that_they_serve() -> None:
    for register in packaged().all(REGISTERS):
        assert {attribute.asks for attribute in register.attributes} <= FIELDS[register.code]
