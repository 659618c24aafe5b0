"""Looking into a warehouse costs the same number of store calls however full it is."""

from collections import Counter

import pytest

from tests.support.calls import counting
from tests.support.full_shelf import fill
from tests.support.library import shelved
from tests.support.service import AN, Answered, Service

LOOKS = {
    "list": "/v1/warehouse/documents?limit=10",
    "by type": "/v1/warehouse/documents?limit=10&type=the-can-cuoc",
    "by words": "/v1/warehouse/document-searches",
    "one": "/v1/warehouse/documents/{id}",
    "link": "/v1/warehouse/documents/{id}/content",
    "usage": "/v1/warehouse",
}
ENTRY = {"BatchGetItem": 1, "TransactWriteItems": 1}
READ = {"BatchGetItem": 1}
COSTS = {
    "list": Counter({"Query": 1}) + Counter(READ) + Counter(ENTRY),
    "by type": Counter({"Query": 1}) + Counter(READ) + Counter(ENTRY),
    "by words": Counter({"Query": 1}) + Counter(READ) + Counter(ENTRY),
    "one": Counter(READ) + Counter(ENTRY),
    "link": Counter(READ) + Counter(ENTRY),
    "usage": Counter(READ),
}


def looked(service: Service, path: str) -> Answered:
    if path.endswith("searches"):
        return service.call("POST", path, {"q": "tuong vi", "limit": 10}, token=service.token(AN))
    return service.call("GET", path, token=service.token(AN))


def costs(service: Service, document: str) -> dict[str, Counter[str]]:
    """Return what each look asks of the store, with the process warm."""
    found = {}
    for look, path in LOOKS.items():
        with counting(service.home.clients.dynamodb) as calls:
            answer = looked(service, path.format(id=document))
        assert answer.status == 200
        assert len(answer.body.get("documents", [])) == 10 or not look.startswith(("list", "by"))
        found[look] = calls
    return found


def grown(service: Service, more: int) -> tuple[dict[str, Counter[str]], dict[str, Counter[str]]]:
    """Return the costs with ten documents, and with so many more."""
    document = shelved(service)
    fill(service, 9)
    before = costs(service, document.id)
    fill(service, more)
    return before, costs(service, document.id)


def test_a_look_costs_the_same_with_ten_documents_and_with_a_thousand(service: Service) -> None:
    assert grown(service, 990) == (COSTS, COSTS)


@pytest.mark.prove
def test_a_look_costs_the_same_with_ten_documents_and_with_ten_thousand(service: Service) -> None:
    assert grown(service, 9_990) == (COSTS, COSTS)
