"""Who acts for an organisation's warehouse, through the whole service."""

import pytest

from chalicelib.kernel.ids import ClientId, PersonalId
from chalicelib.warehouse.standings import NotRepresentative, StandingUnknown
from infra.simulators.faults import Fault
from tests.support.service import AN, Service

REPRESENTATIVE = PersonalId("079180999028")
CODE = "9900000217"
PORTAL = ClientId("motlan-portal")


def test_a_representative_of_record_acts_and_the_asking_is_in_their_log(service: Service) -> None:
    standings = service.services.warehouse.standings
    assert standings.need(REPRESENTATIVE, PORTAL, CODE) == f"ORG:{CODE}"
    answer = service.call("GET", "/v1/access-log", token=service.token(REPRESENTATIVE))
    assert [each["action"] for each in answer.body["entries"]] == ["represented"]
    assert [each["code"] for each in answer.body["entries"][0]["items"]] == ["business.represented[]"]


def test_the_register_is_asked_once_in_a_quarter_of_an_hour(service: Service) -> None:
    standings = service.services.warehouse.standings
    for code in (CODE, "9900000305"):
        standings.need(REPRESENTATIVE, PORTAL, code)
    assert service.bus.posts == 1
    service.clock.sleep(901)
    standings.need(REPRESENTATIVE, PORTAL, CODE)
    assert service.bus.posts == 2


@pytest.mark.parametrize("code", [CODE, "9900000218", "nothing", ""])
def test_nobody_else_acts_and_whether_it_exists_is_not_told(service: Service, code: str) -> None:
    with pytest.raises(NotRepresentative):
        service.services.warehouse.standings.need(AN, PORTAL, code)


def test_no_answer_is_no_standing_and_no_refusal(service: Service) -> None:
    service.simulators.faults.set(Fault(target="business", maintenance=True, retry_after=7))
    with pytest.raises(StandingUnknown) as refused:
        service.services.warehouse.standings.need(REPRESENTATIVE, PORTAL, CODE)
    assert refused.value.retry_after
    service.simulators.faults.clear()
    service.clock.sleep(60)
    assert service.services.warehouse.standings.need(REPRESENTATIVE, PORTAL, CODE)
