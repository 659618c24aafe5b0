"""A planted citizen asks, is asked, decides and blocks: nobody but the two sides ever reads who or what was said."""

import pytest

from tests.support.canaries import PLAIN, VALUES
from tests.support.consenting import wish
from tests.support.service import AN, Answered
from tests.support.sinks import Sinks
from tests.support.spellings import found_in

NOTE = f"{PLAIN.name} mong anh đồng ý"
ASK = "/v1/consent-requests"


def call(sinks: Sinks, method: str, path: str, body: object = None, *, by: str = PLAIN.id, **headers: str) -> Answered:
    token = sinks.service.token(PLAIN.id if by == PLAIN.id else AN)
    return sinks.call(method, path, body, token=token, **headers)


@pytest.mark.parametrize("decision", ["grant", "refuse", "block"])
def test_asked_and_deciding_she_is_named_to_the_other_alone(sinks: Sinks, decision: str) -> None:
    asked = call(sinks, "POST", ASK, wish(PLAIN.id, role="bride"), by=AN, Idempotency_Key=PLAIN.id)
    body = {"decision": decision}
    decided = call(sinks, "POST", f"{ASK}/{asked.body['id']}/decision", body)
    assert (asked.status, decided.status) == (201, 200)
    assert not found_in(PLAIN.id, asked.text.encode())
    sent = call(sinks, "GET", f"{ASK}?direction=sent", by=AN)
    assert found_in(PLAIN.id, sent.text.encode())
    if decision == "grant":
        call(sinks, "DELETE", f"/v1/consents/{decided.body['consent']}")
    sinks.service.pump.settle()
    assert sinks.hits(VALUES) == []


def test_asking_she_and_her_words_are_known_to_the_other_alone(sinks: Sinks) -> None:
    asked = call(sinks, "POST", ASK, wish(AN, note=NOTE), Idempotency_Key=f"{PLAIN.id}")
    received = call(sinks, "GET", ASK, by=AN)
    assert found_in(PLAIN.name, received.text.encode())
    assert found_in(PLAIN.id, received.text.encode())
    call(sinks, "POST", f"{ASK}/{asked.body['id']}/decision", {"decision": "block"}, by=AN)
    blocks = call(sinks, "GET", "/v1/consent-blocks", by=AN)
    call(sinks, "DELETE", f"/v1/consent-blocks/{blocks.body['blocks'][0]['id']}", by=AN)
    call(sinks, "GET", f"{ASK}?direction=sent&limit=1")
    sinks.service.pump.settle()
    assert sinks.hits(VALUES) == []


def test_her_values_in_the_wrong_places_are_not_repeated(sinks: Sinks) -> None:
    good = wish(AN)
    for status, method, path, body in (
        (422, "POST", ASK, {**good, "role": PLAIN.name}),
        (422, "POST", ASK, {**good, "role": PLAIN.id}),
        (422, "POST", ASK, {**good, "items": [PLAIN.id]}),
        (422, "POST", ASK, {**good, "items": [PLAIN.name]}),
        (422, "POST", ASK, {**good, "prefill": PLAIN.id}),
        (422, "POST", ASK, {**good, "personal_id": PLAIN.name}),
        (422, "POST", ASK, {**good, "note": PLAIN.name + "\n"}),
        (400, "POST", ASK, {**good, PLAIN.name: PLAIN.id}),
        (404, "POST", f"{ASK}/{PLAIN.id}/decision", {"decision": "grant"}),
        (422, "POST", f"{ASK}/{PLAIN.id}/decision", {"decision": PLAIN.name}),
        (404, "DELETE", f"/v1/consents/{PLAIN.id}", None),
        (404, "DELETE", f"/v1/consent-blocks/{PLAIN.id}", None),
        (400, "GET", f"{ASK}?direction={PLAIN.id}", None),
        (400, "GET", f"/v1/consents?cursor={PLAIN.id}", None),
    ):
        answer = call(sinks, method, path, body)
        assert (answer.status, path, body) == (status, path, body)
    assert sinks.hits(VALUES) == []
