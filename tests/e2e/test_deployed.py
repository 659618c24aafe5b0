"""The deployed package: one prefill through its API, and each kind of event seen to fire by what it leaves behind."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.kernel.clock import SystemClock, iso
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import EventId, RandomIds
from infra.package import Package
from infra.simulators.faults import Fault, Latency
from infra.simulators.server import Running
from tests.e2e.conftest import Deployed
from tests.support.cards import CARD_HOLDERS, Shot, citizen_payload, photo
from tests.support.deploy import deploy, eventually
from tests.support.ministack import Ministack
from tests.support.uploading import an_upload, send

PERSON = "001090999001"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
BODY = {"procedure": "1.000894", "subjects": {"groom": {"personal_id": PERSON}}}
SOON = 20.0
NEXT_MINUTE = 90.0


@pytest.fixture(scope="module")
def unswept(deployed: Deployed) -> str:
    """Leave an old event pending in a way that the stream does not tell of; return its id.

    The relay takes inserts only. It is marked pending once the relay has done with it, so that the sweep alone can
    clear the mark.
    """
    event = Event(EventId(RandomIds(SystemClock()).new()), "prefill.opened", "nobody", LONG_AGO)
    table, key = deployed.stack.names["OutboxTable"], {"pk": {"S": event.id}}
    dynamodb = deployed.stack.client("dynamodb")
    text = json.dumps(event.to_json())
    dynamodb.put_item(TableName=table, Item={**key, "event": {"S": text}, "at": {"S": iso(LONG_AGO)}})
    eventually(lambda: _logged_as(deployed, event.id) or None, SOON)
    dynamodb.update_item(
        TableName=table,
        Key=key,
        UpdateExpression="SET pending = :shard",
        ExpressionAttributeValues={":shard": {"S": "p0"}},
    )
    dynamodb.close()
    return event.id


@pytest.fixture
def slow_civil_status(outside: Running) -> Iterator[None]:
    faults = outside.simulators.faults
    faults.set(Fault(target="civil_status", latency=Latency.parse("1500")))
    yield
    faults.clear()


def _outbox(deployed: Deployed) -> list[Mapping[str, Any]]:
    dynamodb = deployed.stack.client("dynamodb")
    items: list[Mapping[str, Any]] = dynamodb.scan(TableName=deployed.stack.names["OutboxTable"])["Items"]
    dynamodb.close()
    return items


def _told_of(deployed: Deployed, prefill: str) -> dict[str, list[Mapping[str, Any]]]:
    """Return the outbox items of a prefill, by the type of their event."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for item in _outbox(deployed):
        event = json.loads(item["event"]["S"])
        if event["subject"] == prefill:
            found.setdefault(event["type"], []).append(item)
    return found


def _logged(deployed: Deployed) -> list[str]:
    """Return the keys of the event log."""
    s3 = deployed.stack.client("s3")
    answer = s3.list_objects_v2(Bucket=deployed.stack.names["EventsBucket"])
    s3.close()
    return [each["Key"] for each in answer.get("Contents", [])]


def _logged_as(deployed: Deployed, event: str) -> list[str]:
    return [key for key in _logged(deployed) if key.endswith(f"/{event}.json")]


def _opened(deployed: Deployed, key: str, **more: object) -> dict[str, Any]:
    token = deployed.token(PERSON)
    answer = deployed.ask(
        "POST", "/v1/prefills", token, json={**BODY, **more}, headers={"Idempotency-Key": f"e2e-{key}"}
    )
    assert answer.status == 201, answer.data
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.usefixtures("unswept")  # its minute runs while the others work
def test_one_prefill_comes_through_the_deployed_api_with_values_and_their_sources(deployed: Deployed) -> None:
    prefill = _opened(deployed, "one")
    name = prefill["fields"]["/BenNam/HoTen"]
    assert (name["value"], name["outcome"]) == ("NGUYỄN VĂN AN", "filled_verified")
    assert name["provenance"]
    again = deployed.ask("GET", f"/v1/prefills/{prefill['id']}", deployed.token(PERSON))
    assert again.json()["fields"]["/BenNam/HoTen"]["value"] == "NGUYỄN VĂN AN"


def test_a_photo_of_a_card_goes_through_the_bucket_its_event_and_the_workers_package_and_is_read(
    deployed: Deployed,
) -> None:
    holder = next(each for each in CARD_HOLDERS if each.personal_id == PERSON)
    body = photo(citizen_payload(holder), Shot(rotate=7))
    wish = an_upload(body, type="the-can-cuoc", media_type="image/jpeg")
    token = deployed.token(PERSON)
    opened = deployed.ask("POST", "/v1/warehouse/uploads", token, json=wish)
    assert opened.status == 201, opened.data
    assert send(opened.json()["ticket"], body).status < 300
    place = f"/v1/warehouse/uploads/{opened.json()['id']}"

    def settled() -> str | None:
        state = str(deployed.ask("GET", place, token).json()["state"])
        return state if state in {"available", "rejected", "expired"} else None

    assert eventually(settled, SOON * 2) == "available"
    read = deployed.ask("GET", f"/v1/warehouse/documents/{opened.json()['id']}", token).json()
    found = {each["item"]["code"]: each["value"] for each in read["items"]}
    assert found["person.full_name"] == "NGUYỄN VĂN AN"
    link = deployed.ask("GET", f"/v1/warehouse/documents/{opened.json()['id']}/thumbnail", token).json()
    assert deployed.http.request("GET", link["url"]).data.startswith(b"\xff\xd8")


def test_an_unknown_path_is_a_problem_of_the_gateways_own(deployed: Deployed) -> None:
    answer = deployed.ask("GET", "/v1/nowhere", deployed.token(PERSON))
    assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert (answer.json()["status"], answer.json()["code"]) == (404, "unknown_route")


def test_no_token_no_prefill(deployed: Deployed) -> None:
    assert deployed.ask("POST", "/v1/prefills", "none", json=BODY).status == 401


@pytest.mark.usefixtures("slow_civil_status")
def test_the_stream_the_bus_and_the_queue_fire_for_a_prefill_that_a_slow_register_left_open(
    deployed: Deployed,
) -> None:
    prefill = _opened(deployed, "slow", deadline_ms=600)
    assert (prefill["revision"], prefill["status"], prefill["pending"]) == (1, "open", ["civil_status"])

    def published() -> dict[str, list[Mapping[str, Any]]] | None:
        told = _told_of(deployed, prefill["id"])
        waits = [item for items in told.values() for item in items if "pending" in item]
        complete = {"vn.motlan.prefill.incomplete.v1", "vn.motlan.prefill.completed.v1"} <= told.keys()
        return told if complete and not waits else None

    # Stream: only the relay clears a mark this young. Queue: the completed event and the second revision are its work.
    told = eventually(published, SOON)
    assert {kind: len(items) for kind, items in told.items()} == dict.fromkeys(told, 1)
    second = deployed.ask("GET", f"/v1/prefills/{prefill['id']}", deployed.token(PERSON)).json()
    assert (second["revision"], second["status"], second["pending"]) == (2, "final", [])

    # Bus: each event is in the log, once.
    for items in told.values():
        event = items[0]["pk"]["S"]
        assert len(eventually(lambda event=event: _logged_as(deployed, event) or None, SOON)) == 1  # type: ignore[misc]


def test_the_schedule_fires_and_its_sweep_clears_what_the_stream_never_told_of(
    deployed: Deployed, unswept: str
) -> None:
    def swept() -> bool | None:
        (item,) = [each for each in _outbox(deployed) if each["pk"]["S"] == unswept]
        return True if "pending" not in item else None

    assert eventually(swept, NEXT_MINUTE)
    assert len(_logged_as(deployed, unswept)) == 1  # published twice, kept once


def test_nothing_ended_in_the_failure_queue(deployed: Deployed) -> None:
    sqs = deployed.stack.client("sqs")
    url = deployed.stack.names["Failures"]
    waiting = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    sqs.close()
    assert waiting == {"ApproximateNumberOfMessages": "0"}


def test_deploying_the_same_again_changes_nothing_and_succeeds(
    deployed: Deployed, ministack: Ministack, package: Package, parameters: dict[str, str]
) -> None:
    assert deploy(ministack.url, package, parameters).names == deployed.stack.names
