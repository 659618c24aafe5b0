"""Every answer about fees is of the shape that the description of the API gives it."""

from tests.security.test_openapi_conformance import assert_described
from tests.support.fees import a_case, a_comparison, ask
from tests.support.service import AN, Service


def test_quotes_and_their_refusals_are_as_described(service: Service) -> None:
    prefill = service.prefill().body
    seen = {"id": prefill["id"], "revision": 1}
    for person, changes in (
        (AN, {"prefill": seen, "facts": {"person.birth_date": "1950-01-01"}}),
        (AN, {"procedure": "1.000894", "quantities": {}}),
        (AN, {"facts": {"shoe_size": 42}}),
        (AN, {"prefill": {"id": "01JD9N3Z00NEVERHASBEENZZZZ", "revision": 1}}),
        (None, {"channel": "counter"}),
        (None, {"prefill": seen}),
    ):
        assert_described("POST", "/v1/fee-quotes", ask(service, person, **changes))
    quote, token = ask(service).body["id"], service.token(AN)
    for method, path in (("GET", f"/v1/fee-quotes/{quote}"), ("POST", f"/v1/fee-quotes/{quote}/verifications")):
        assert_described(method, path, service.call(method, path, token=token))
        assert_described(method, path, service.call(method, path, token=service.token(AN, level=1)))


def test_reports_on_the_rules_are_as_described(service: Service) -> None:
    for path in ("/v1/fee-coverage", "/v1/fee-coverage?province=79", "/v1/fee-coverage?province=03", "/v1/fee-radar"):
        assert_described("GET", path.partition("?")[0], service.call("GET", path))
    vneid = service.simulators.vneid
    token = str(vneid.system_token(vneid.clients["ubnd-demo"])["access_token"])
    for body in (
        a_comparison(),
        {**a_comparison(), "before": "f" * 64},
        {**a_comparison(), "cases": [a_case(facts=1)]},
    ):
        assert_described("POST", "/v1/fee-diffs", service.call("POST", "/v1/fee-diffs", body, token=token))
