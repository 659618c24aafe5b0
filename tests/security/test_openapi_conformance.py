"""Every answer is what the description says it is, and so is every example in it."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from chalicelib.kernel.ids import PersonalId
from chalicelib.prefill.examples import ANSWER, REQUEST
from infra.simulators.faults import Fault, Latency
from tests.support.bad_input import Bad, with_token
from tests.support.declared import DECLARED, NEVER, SAMPLES, path_of
from tests.support.people import PEOPLE, role_of
from tests.support.service import AN, BINH, Answered, Service, order
from tools.openapi import described

DOCUMENT: Final = described()
SLOW: Final = Fault(target="population", latency=Latency(kind="uniform", low=20_000, high=20_000))


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """Return what holds a value against a schema of the document; formats are held too."""
    whole = {**schema, "components": DOCUMENT["components"]}
    return Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)


def operation_of(method: str, path: str) -> dict[str, Any]:
    """Return the described operation that serves a path; of two, the one without a parameter."""
    parts = path.partition("?")[0].split("/")
    for declared in sorted(DECLARED, key=lambda each: each.path.count("{")):
        wanted = declared.path.split("/")
        fits = len(parts) == len(wanted) and all(
            w == p or w.startswith("{") for p, w in zip(parts, wanted, strict=True)
        )
        if fits and declared.method == method:
            found: dict[str, Any] = DOCUMENT["paths"][declared.path][method.lower()]
            return found
    raise LookupError(method, path)


def assert_described(method: str, path: str, answer: Answered) -> None:
    """Hold an answer against the operation's own schema for its status and content type."""
    described_answers = operation_of(method, path)["responses"]
    assert str(answer.status) in described_answers
    said = described_answers[str(answer.status)]
    content = said["content"][answer.headers["Content-Type"]]
    is_json = "json" in answer.headers["Content-Type"]
    validator(content["schema"]).validate(answer.body if is_json else answer.text)
    assert {name.lower() for name in said["headers"]} <= {name.lower() for name in answer.headers} | {"retry-after"}
    if answer.status >= 400:
        assert answer.body["code"] in said["x-codes"]


def test_the_description_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_the_description_is_what_is_served(standing: Service) -> None:
    assert standing.call("GET", "/v1/openapi.json").body == DOCUMENT


def calls(standing: Service) -> Iterator[tuple[str, str, object, str | None]]:
    """Yield calls of many kinds: every operation, every persona, every time of a prefill's life."""
    token = standing.token(AN)
    for declared in DECLARED:
        path = path_of(declared)
        yield declared.method, path, SAMPLES[declared.operation.id].body, token
        yield declared.method, path, SAMPLES[declared.operation.id].body, None
        yield declared.method, path + "?unknown=1", SAMPLES[declared.operation.id].body, token
    for person in PEOPLE:
        role = role_of(person.personal_id)
        yield "POST", "/v1/prefills", order(person.personal_id, role), standing.token(PersonalId(person.personal_id))
    prefill = standing.prefill().body["id"]
    for query in ("", "?since=1", "?since=99"):
        yield "GET", f"/v1/prefills/{prefill}{query}", None, token
    yield "GET", f"/v1/prefills/{prefill}", None, standing.token(BINH)
    yield "GET", f"/v1/prefills/{NEVER}", None, token
    yield "GET", "/v1/access-log?limit=2", None, token
    for path in ("/v1/procedures?q=ket+hon", "/v1/procedures?limit=1", "/docs?lang=en", "/problems/not_found?lang=en"):
        yield "GET", path, None, None


def test_every_answer_is_as_described(standing: Service) -> None:
    statuses = set()
    for method, path, body, token in calls(standing):
        answer = standing.call(method, path, body, token=token)
        assert_described(method, path, answer)
        statuses.add(answer.status)
    assert statuses >= {200, 201, 400, 401, 404}


@pytest.mark.parametrize("bad", [each for each in with_token() if each.status != 405], ids=lambda each: each.name)
def test_every_refusal_is_as_described(standing: Service, bad: Bad) -> None:
    headers = {"Authorization": f"Bearer {standing.token(AN)}", **bad.headers}
    answer = standing.gateway.handle_request(bad.method, bad.path, headers, bad.body)
    assert_described(bad.method, bad.path, Answered(answer["statusCode"], answer["headers"], answer["body"]))


def test_an_open_prefill_and_its_second_revision_are_as_described(service: Service) -> None:
    service.simulators.faults.set(SLOW)
    opened = service.prefill()
    assert opened.body["status"] == "open"
    assert_described("POST", "/v1/prefills", opened)
    service.simulators.faults.clear()
    service.pump.settle()
    shown = service.show(opened.body["id"], AN, "?since=1")
    assert shown.body["revision"] == 2
    assert shown.body["changed"]
    assert_described("GET", f"/v1/prefills/{opened.body['id']}", shown)


def test_a_key_used_for_something_else_is_as_described(service: Service) -> None:
    service.prefill(Idempotency_Key="k")
    other = service.prefill(AN, "bride", Idempotency_Key="k")
    assert (other.status, other.body["code"]) == (422, "idempotency_key_reused")
    assert_described("POST", "/v1/prefills", other)


def test_an_issuer_that_is_down_is_as_described(service: Service) -> None:
    service.issuer.down = True
    answer = service.prefill()
    assert answer.status == 503
    assert_described("POST", "/v1/prefills", answer)


def examples() -> Iterator[tuple[str, dict[str, Any], object]]:
    """Yield every example of the document with the schema that it stands for."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            parts = [operation["requestBody"]] if "requestBody" in operation else []
            for part in [*parts, *operation["responses"].values()]:
                for content in part["content"].values():
                    for each in content.get("examples", {}).values():
                        yield f"{method} {path}", content["schema"], each["value"]


def test_every_example_fits_its_schema() -> None:
    found = list(examples())
    assert {where for where, *_ in found} >= {"post /v1/prefills", "get /v1/prefills/{id}"}
    for _, schema, value in found:
        assert value
        validator(schema).validate(value)


def test_a_wrong_answer_is_noticed() -> None:
    schema = next(schema for _, schema, value in examples() if value == ANSWER)
    for spoilt in (
        {**ANSWER, "status": "done"},
        {**ANSWER, "extra": 1},
        {k: v for k, v in ANSWER.items() if k != "id"},
    ):
        assert list(validator(schema).iter_errors(spoilt))


def test_the_example_is_what_its_request_is_answered_with(standing: Service) -> None:
    answer = standing.call("POST", "/v1/prefills", REQUEST, token=standing.token(AN)).body
    example: Any = ANSWER
    assert answer.keys() == example.keys()
    for pointer, field in example["fields"].items():
        shown = answer["fields"][pointer]
        assert _but_for_hashes(shown) == _but_for_hashes(field)
    told = [{**each, "ms": 0} for each in example["sources"]]
    assert [{**each, "ms": 0} for each in answer["sources"]] == told
    assert sum(example["counts"].values()) == len(example["fields"])


def _but_for_hashes(field: dict[str, Any]) -> dict[str, Any]:
    provenance = {**field.get("provenance", {}), "mapping": "", "fetched_at": ""}
    return {**field, "provenance": provenance}
