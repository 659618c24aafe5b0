"""A document outlives the definitions it was read with: of a type that is gone it is still its owner's."""

from typing import Any

import pytest

from chalicelib.kernel.ids import ItemId
from chalicelib.warehouse.model import ReadItem
from tests.support.definitions import files
from tests.support.library import GRACE, shelved
from tests.support.service import AN, Service
from tests.support.uploading import PAPER, open_upload, send

PLACE = "/v1/warehouse/documents"
GONE = "giay-to-khac"


def take_type_away(service: Service) -> None:
    def issued_no_more(client: Any) -> None:  # noqa: ANN401 - JSON of any shape
        client["version"] = "9"
        client["body"]["issues"].remove(GONE)

    changed = files({"clients/ubnd-demo.json": issued_no_more}, units=True)
    left = [each for each in changed if f"document_types/{GONE}" not in each.file]
    service.services.definitions.publish(left)


@pytest.mark.parametrize("is_published", [True, False])
def test_a_document_of_a_type_that_is_gone_is_seen_found_used_and_put_away(
    service: Service, *, is_published: bool
) -> None:
    if is_published:
        service.services.definitions.publish(files(units=True))
    name = ReadItem(ItemId("person.full_name"), "NGUYỄN VĂN AN", "$.ten")
    pinned = service.services.definitions.current().hash
    document = shelved(service, type=GONE, items=(name,), catalogue=pinned)
    take_type_away(service)
    for path in (PLACE, f"{PLACE}/{document.id}", f"{PLACE}/{document.id}/content"):
        assert service.call("GET", path, token=service.token(AN)).status == 200
    found = service.call("POST", "/v1/warehouse/document-searches", {"q": "tuong"}, token=service.token(AN)).body
    assert [each["id"] for each in found["documents"]] == [document.id]
    assert found["documents"][0]["type"]["code"] == GONE
    assert service.prefill().status == 201
    assert service.call("DELETE", f"{PLACE}/{document.id}", token=service.token(AN)).status == 200
    assert service.call("POST", f"{PLACE}/{document.id}/restoration", token=service.token(AN)).status == 200
    assert service.call("DELETE", f"{PLACE}/{document.id}", token=service.token(AN)).status == 200
    service.clock.advance(GRACE.total_seconds() + 120)
    service.pump.settle()
    assert service.call("GET", f"{PLACE}/{document.id}", token=service.token(AN)).status == 404


def test_an_upload_is_read_by_the_definitions_it_was_opened_with(service: Service) -> None:
    opened = open_upload(service).body
    take_type_away(service)
    assert open_upload(service).status == 422
    send(opened["ticket"], PAPER)
    service.pump.settle()
    answer = service.call("GET", f"/v1/warehouse/uploads/{opened['id']}", token=service.token(AN))
    assert answer.body["state"] == "available"
