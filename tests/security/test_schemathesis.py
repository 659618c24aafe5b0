"""The service keeps to its description for requests that a machine makes up from it, well-formed and malformed.

Each made-up request is sent by a citizen, by a portal of its own and by nobody. The seed is fixed and time is virtual,
so that a run says the same as the one before.
"""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy, one_of
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import AcceptedNegativeData, Failure, FailureGroup, ServerError
from schemathesis.generation import GenerationMode
from schemathesis.generation.case import Case
from schemathesis.openapi.checks import IgnoredAuth, JsonSchemaError, UndefinedContentType, UndefinedStatusCode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from chalicelib.prefill.examples import ANSWER
from tests.support.declared import BY_ID, SAMPLES
from tests.support.service import AN, Service
from tests.support.wsgi import GatewayApp
from tools.openapi import described

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CHECKED: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    ignored_auth,
]
# Who calls is ours to say: a made-up token would only ever be refused. What is malformed may also be too large: that is
# found before the shape is looked at, and the list of refusals that the check knows by itself leaves it out.
REFUSALS: Final = ["400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422", "428", "429", "5xx"]
CONFIG: Final = {
    "generation": {"with-security-parameters": False},
    "checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}},
}
SEED: Final = 20_260_701


def callers(service: Service) -> Iterable[dict[str, str]]:
    """Yield the headers of a citizen, of a portal and of nobody; tokens are of this moment."""
    vneid = service.simulators.vneid
    system = vneid.system_token(vneid.clients["ubnd-demo"])["access_token"]
    yield {"Authorization": f"Bearer {service.token(AN)}"}
    yield {"Authorization": f"Bearer {system}"}
    yield {}


def requests(app: "WSGIApplication", name: str, known: dict[str, Any]) -> SearchStrategy[Case[Any]]:
    """Return requests of an operation: well-formed, well-formed about what is known, malformed where one can be."""
    schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", app, config=SchemathesisConfig.from_dict(CONFIG))
    operation, takes = schema[BY_ID[name].path][BY_ID[name].method], BY_ID[name].operation
    found = [operation.as_strategy(generation_mode=GenerationMode.POSITIVE)]
    if known:
        found.append(operation.as_strategy(generation_mode=GenerationMode.POSITIVE, **known))
    if takes.path or takes.query or takes.body or takes.idempotency != "none":
        found.append(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    return one_of(found)


def known_to(service: Service, name: str) -> dict[str, Any]:
    """Return what a working request holds: its body, and the path of something that is the citizen's own."""
    path, body = dict(SAMPLES[name].path), SAMPLES[name].body
    if BY_ID[name].path.startswith("/v1/prefills/{id}"):
        path["id"] = service.prefill().body["id"]
    return ({"path_parameters": path} if path else {}) | ({} if body is None else {"body": body})


def hold(service: Service, name: str, examples: int) -> None:
    """Hold an operation to its description over so many requests, each sent by every caller."""

    @seed(SEED)
    @settings(
        max_examples=examples,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(case=requests(GatewayApp(service), name, known_to(service, name)))
    def keeps_to_it(case: Case[Any]) -> None:
        for headers in callers(service):
            case.call_and_validate(headers=headers, checks=CHECKED)

    keeps_to_it()


@pytest.mark.parametrize("name", sorted(BY_ID))
def test_an_operation_keeps_to_its_description(standing: Service, name: str) -> None:
    hold(standing, name, 3)


@pytest.mark.prove
@pytest.mark.parametrize("name", sorted(BY_ID))
def test_an_operation_keeps_to_its_description_over_many_requests(standing: Service, name: str) -> None:
    hold(standing, name, 50)


def always(status: str, content_type: str, answer: object) -> "WSGIApplication":
    """Return an app that serves the true description and answers everything else alike."""

    def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        is_description = environ["PATH_INFO"] == "/v1/openapi.json"
        said = ("200 OK", "application/json") if is_description else (status, content_type)
        start_response(said[0], [("Content-Type", said[1])])
        return [json.dumps(described() if is_description else answer).encode()]

    return app


@pytest.mark.parametrize(
    ("status", "content_type", "answer", "mode", "fault"),
    [
        ("500 Oops", "application/problem+json", {}, GenerationMode.POSITIVE, ServerError),
        ("418 Teapot", "application/problem+json", {}, GenerationMode.POSITIVE, UndefinedStatusCode),
        ("200 OK", "text/plain", ANSWER, GenerationMode.POSITIVE, UndefinedContentType),
        ("200 OK", "application/json", {"id": 1}, GenerationMode.POSITIVE, JsonSchemaError),
        ("200 OK", "application/json", ANSWER, GenerationMode.NEGATIVE, AcceptedNegativeData),
        ("200 OK", "application/json", ANSWER, GenerationMode.POSITIVE, IgnoredAuth),
    ],
    ids=lambda each: each.__name__ if isinstance(each, type) else "",
)
def test_an_app_that_breaks_its_description_is_noticed(
    status: str, content_type: str, answer: object, mode: GenerationMode, fault: type[Failure]
) -> None:
    schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", always(status, content_type, answer))
    operation = schema["/v1/prefills/{id}"]["GET"]

    @seed(SEED)
    @settings(max_examples=1, database=None, phases=[Phase.generate])
    @given(case=operation.as_strategy(generation_mode=mode))
    def breaks(case: Case[Any]) -> None:
        case.call_and_validate(headers={"Authorization": "Bearer none"}, checks=CHECKED)

    with pytest.raises(FailureGroup) as noticed:
        breaks()
    assert fault in {type(each) for each in noticed.value.exceptions}
