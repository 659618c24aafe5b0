"""What a prefill knows of the caller, out of the one item that was named."""

import pytest

from chalicelib.aws.vault import Vault, key_item
from chalicelib.fees.facts import NoSuchPrefill, PrefillLevel
from chalicelib.fees.port import Known, Named, Who
from chalicelib.kernel.ids import ClientId, PersonalId, PrefillId
from chalicelib.prefill.facts import RevisionFacts
from tests.support.service import AN, BINH, Service

PORTAL = ClientId("motlan-portal")


def read(service: Service, who: Who, named: Named) -> dict[str, Known]:
    built = service.services
    facts, owner = RevisionFacts(built.definitions), built.keys.ref(who.person)
    items = built.table.read([facts.place(named), key_item(owner)])
    key = Vault(built.keys).open_or_create(frozenset({owner}), items).keys[owner]
    return {each.item: each for each in facts.read(who, owner, items.get(facts.place(named)), key)}


def test_what_registers_said_of_the_caller_is_verified_and_what_they_typed_is_declared(service: Service) -> None:
    typed = {"BenNam": {"HoTen": "NGUYỄN VĂN ANH"}}
    body = {"procedure": "1.000894", "subjects": {"groom": {"personal_id": AN}}, "answers": typed}
    opened = service.call("POST", "/v1/prefills", body, token=service.token(AN)).body
    known = read(service, Who(AN, 2, PORTAL), Named(PrefillId(opened["id"]), opened["revision"]))
    born, name = known["person.birth_date"], known["person.full_name"]
    assert (born.value, born.is_verified, born.provenance["register"]) == ("1990-05-17", True, "population")
    assert (name.value, name.is_verified) == ("NGUYỄN VĂN ANH", False)


def test_nothing_of_anybody_else_on_the_form_is_told(service: Service) -> None:
    body = {"procedure": "1.000894", "subjects": {"groom": {"personal_id": AN}, "bride": {"personal_id": BINH}}}
    opened = service.call("POST", "/v1/prefills", body, token=service.token(AN)).body
    known = read(service, Who(AN, 2, PORTAL), Named(PrefillId(opened["id"]), 1))
    assert "079193999002" not in repr(known)
    assert "person.birth_date" in known


@pytest.mark.parametrize(
    ("who", "revision"),
    [
        (Who(BINH, 2, PORTAL), 1),
        (Who(AN, 2, ClientId("ubnd-demo")), 1),
        (Who(AN, 2, PORTAL), 2),
    ],
)
def test_what_is_not_ones_own_through_the_same_client_is_as_if_it_never_was(
    service: Service, who: Who, revision: int
) -> None:
    opened = service.prefill().body
    with pytest.raises(NoSuchPrefill):
        read(service, who, Named(PrefillId(opened["id"]), revision))
    with pytest.raises(NoSuchPrefill):
        read(service, who, Named(PrefillId("01JD9N3Z00NEVERHASBEENZZZZ"), 1))


def test_a_lower_level_gets_nothing_of_what_a_higher_one_opened(service: Service) -> None:
    opened = service.prefill().body
    with pytest.raises(PrefillLevel):
        read(service, Who(PersonalId(AN), 1, PORTAL), Named(PrefillId(opened["id"]), 1))
