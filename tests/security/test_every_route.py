"""Every declared operation, for everybody who might call it: generated, so that a new route cannot be forgotten."""

from collections.abc import Mapping
from typing import Final

import pytest

from chalicelib.kernel.ids import PersonalId
from chalicelib.web.operation import Anonymous
from chalicelib.web.route import Declared
from tests.support.consenting import block, consent_request, given_consent
from tests.support.declared import BY_ID, DECLARED, ISSUING, NEVER, SAMPLES, needed, path_of
from tests.support.fees import fee_quote
from tests.support.issuing import import_opened, issue_ended, issue_opened
from tests.support.library import deleted_id, export_id, shelved_id
from tests.support.service import AN, BINH, Answered, Service
from tests.support.untouched import untouched
from tests.support.uploading import opened_upload, sent_upload

ROLES: Final = ("nobody", "level 1", "level 2", "another citizen", "client without the scope", "system")
EVERYBODY: Final = (200,) * 6
TABLE: Final[Mapping[str, tuple[int, ...]]] = {
    "list_procedures": EVERYBODY,
    "get_procedure": EVERYBODY,
    "get_form": EVERYBODY,
    "listDocumentTypes": EVERYBODY,
    # Another citizen may name An: naming grants nothing, and every field says so.
    "openPrefill": (401, 201, 201, 201, 403, 403),
    # An opened it at level 2, so their level-1 sign-in may not read it.
    "getPrefill": (401, 403, 200, 404, 403, 403),
    "getProjection": (401, 403, 200, 404, 403, 403),
    # The citizen's own changes, each on a prefill that An opened at level 2.
    "editAnswers": (401, 403, 200, 404, 403, 403),
    "checkAnswers": (401, 403, 200, 404, 403, 403),
    # What An typed goes into their own warehouse, which takes level 2.
    "saveProfile": (401, 403, 201, 404, 403, 403),
    "refreshPrefill": (401, 403, 201, 404, 403, 403),
    "getRefresh": (401, 403, 200, 404, 403, 403),
    "decideRefresh": (401, 403, 200, 404, 403, 403),
    "contestField": (401, 403, 201, 404, 403, 403),
    "withdrawContest": (401, 403, 200, 404, 403, 403),
    # Without people named it says only what the procedure takes; a token that is sent must hold.
    "getReadiness": EVERYBODY,
    # Anybody may ask what a procedure costs; of a citizen's own token it is kept, and then it takes the scope.
    "quoteFees": (200, 200, 200, 200, 403, 200),
    "getFeeQuote": (401, 403, 200, 404, 403, 403),
    "verifyFeeQuote": (401, 403, 200, 404, 403, 403),
    "getFeeCoverage": EVERYBODY,
    "getFeeRadar": EVERYBODY,
    # Whose fee a new set changes is asked by systems on their own account.
    "compareFees": (401, 403, 403, 403, 403, 200),
    "checkFees": (401, 403, 403, 403, 403, 200),
    "readAccessLog": (401, 200, 200, 200, 403, 403),
    # Both sides of a consent act at level 2, on what is theirs.
    "askConsent": (401, 403, 201, 201, 403, 403),
    "listConsentRequests": (401, 403, 200, 200, 403, 403),
    "decideConsent": (401, 403, 200, 404, 403, 403),
    "listConsents": (401, 403, 200, 200, 403, 403),
    "withdrawConsent": (401, 403, 200, 404, 403, 403),
    "listConsentBlocks": (401, 403, 200, 200, 403, 403),
    "liftConsentBlock": (401, 403, 200, 404, 403, 403),
    # A warehouse is its owner's alone, at level 2; another's upload is no upload.
    "getWarehouse": (401, 403, 200, 200, 403, 403),
    "readWarehouseAccessLog": (401, 403, 200, 200, 403, 403),
    "listDocuments": (401, 403, 200, 200, 403, 403),
    "searchDocuments": (401, 403, 200, 200, 403, 403),
    "getDocument": (401, 403, 200, 404, 403, 403),
    "getDocumentContent": (401, 403, 200, 404, 403, 403),
    "getDocumentThumbnail": (401, 403, 200, 404, 403, 403),
    "deleteDocument": (401, 403, 200, 404, 403, 403),
    "restoreDocument": (401, 403, 200, 404, 403, 403),
    "exportWarehouse": (401, 403, 201, 201, 403, 403),
    "getWarehouseExport": (401, 403, 200, 404, 403, 403),
    # Agencies issue and import on their own account; the last column is the agency whose it is.
    "issueDocument": (401, 403, 403, 403, 403, 201),
    "getIssuedDocument": (401, 403, 403, 403, 403, 200),
    "revokeIssuedDocument": (401, 403, 403, 403, 403, 200),
    "renewIssueTicket": (401, 403, 403, 403, 403, 201),
    "openBackFileImport": (401, 403, 403, 403, 403, 201),
    "getBackFileTickets": (401, 403, 403, 403, 403, 201),
    "startBackFileImport": (401, 403, 403, 403, 403, 200),
    "getBackFileImport": (401, 403, 403, 403, 403, 200),
    "listBackFileRows": (401, 403, 403, 403, 403, 200),
    "openUpload": (401, 403, 201, 201, 403, 403),
    "getUpload": (401, 403, 200, 404, 403, 403),
    "renewUpload": (401, 403, 201, 404, 403, 403),
    "completeUpload": (401, 403, 200, 404, 403, 403),
    "get_openapi": EVERYBODY,
    "get_docs": EVERYBODY,
    "get_problem": EVERYBODY,
}
REFUSALS: Final = {
    "nobody": "unauthenticated",
    "level 1": "identity_level_too_low",
    "another citizen": "not_found",
    "client without the scope": "insufficient_scope",
    "system": "citizen_required",
}
FOR_SYSTEMS: Final = dict.fromkeys(("compareFees", "checkFees", *ISSUING), "client_required")
"""What whoever signs in is told by an operation that is for systems alone."""
WITH_ID: Final = [each.operation.id for each in DECLARED if "{id}" in each.path]


def token(service: Service, role: str) -> str | None:
    vneid = service.simulators.vneid
    match role:
        case "nobody":
            return None
        case "client without the scope":
            person = vneid.people.need(AN)
            issued = vneid.citizen_token(vneid.clients["motlan-portal"], person, 2, scope="openid")
        case "system":
            issued = vneid.system_token(vneid.clients["ubnd-demo"])
        case _:
            return service.token(BINH if role == "another citizen" else AN, level=1 if role == "level 1" else 2)
    return str(issued["access_token"])


def send(service: Service, declared: Declared, role: str, **path: str) -> Answered:
    body = SAMPLES[declared.operation.id].body
    headers = {"if_match": "*", **needed(declared)}
    return service.call(declared.method, path_of(declared, **path), body, token=token(service, role), **headers)


def ones_own(service: Service, operation: str) -> str:
    """Return the id of something of An's that the operation is about: a prefill, unless it is one of these."""
    makers = {
        "saveProfile": typed_prefill,
        "decideConsent": consent_request,
        "withdrawConsent": given_consent,
        "liftConsentBlock": block,
        "getFeeQuote": fee_quote,
        "verifyFeeQuote": fee_quote,
        "getDocument": shelved_id,
        "getDocumentContent": shelved_id,
        "getDocumentThumbnail": shelved_id,
        "deleteDocument": shelved_id,
        "restoreDocument": deleted_id,
        "getWarehouseExport": export_id,
        "getIssuedDocument": issue_opened,
        "revokeIssuedDocument": issue_ended,
        "renewIssueTicket": issue_opened,
        "getBackFileTickets": import_opened,
        "startBackFileImport": import_opened,
        "getBackFileImport": import_opened,
        "listBackFileRows": import_opened,
        "getUpload": opened_upload,
        "renewUpload": opened_upload,
        "completeUpload": sent_upload,
    }
    return makers[operation](service, AN) if operation in makers else str(service.prefill().body["id"])


def typed_prefill(service: Service, person: PersonalId) -> str:
    """Return the id of a prefill into which something was typed that may be kept."""
    subjects = {"applicant": {"personal_id": person}}
    body = {"procedure": "1.004222", "subjects": subjects, "answers": {"Email": "an@example.vn"}}
    return str(service.call("POST", "/v1/prefills", body, token=service.token(person)).body["id"])


def ones_path(service: Service, operation: str) -> dict[str, str]:
    """Return the path of something of An's: where it is part of a prefill, that part made first."""
    mine = {"id": ones_own(service, operation)}
    made = {"refresh": "refreshPrefill", "contest": "contestField"}
    for part, maker in made.items():
        if f"{{{part}}}" in BY_ID[operation].path:
            mine[part] = str(send(service, BY_ID[maker], "level 2", **mine).body["id"])
    return mine


def test_the_table_has_every_operation_and_no_other() -> None:
    assert TABLE.keys() == BY_ID.keys() == SAMPLES.keys()
    assert len(DECLARED) == len(BY_ID)


@pytest.mark.parametrize("operation", sorted(TABLE))
def test_each_role_gets_what_the_table_says(standing: Service, operation: str) -> None:
    declared, mine = BY_ID[operation], ones_path(standing, operation) if operation in WITH_ID else {}
    answers = {role: send(standing, declared, role, **mine) for role in ROLES}
    assert tuple(each.status for each in answers.values()) == TABLE[operation]
    refused = {role: each for role, each in answers.items() if each.status >= 400}
    told = {**REFUSALS, **dict.fromkeys(ROLES[1:], FOR_SYSTEMS[operation])} if operation in FOR_SYSTEMS else REFUSALS
    codes = {role: told[role] for role in refused}
    assert {role: each.body["code"] for role, each in refused.items()} == codes


@pytest.mark.parametrize("operation", sorted(TABLE))
def test_whoever_is_refused_leaves_no_trace(standing: Service, operation: str) -> None:
    for role, status in zip(ROLES, TABLE[operation], strict=True):
        if status >= 400:
            with untouched(standing):
                send(standing, BY_ID[operation], role)


def test_only_public_operations_are_open_to_nobody_and_to_caches() -> None:
    for each in DECLARED:
        public = isinstance(each.operation.auth, Anonymous)
        assert (TABLE[each.operation.id][0] == 200) is public
        # These are open, but with a token they speak of the one who calls.
        personal = each.operation.id in {"getReadiness", "quoteFees"}
        assert each.operation.cache.startswith("public") is (public and not personal)


def _comparable(answer: Answered, asked: str) -> object:
    # The trace is each request's own; the id that was asked for would be an echo.
    body = {name: value for name, value in answer.body.items() if name != "trace_id"}
    headers = {name: value for name, value in answer.headers.items() if name != "X-Trace-Id"}
    assert asked not in str(body) + str(headers)
    return answer.status, body, headers


def client_of(service: Service, client: str, person: PersonalId) -> str:
    return service.token(person, client=client)


@pytest.mark.parametrize("operation", [each for each in WITH_ID if each not in ISSUING])
def test_another_citizens_id_is_as_if_it_never_was(standing: Service, operation: str) -> None:
    declared, theirs = BY_ID[operation], ones_own(standing, operation)
    foreign = _comparable(send(standing, declared, "another citizen", id=theirs), theirs)
    assert foreign == _comparable(send(standing, declared, "another citizen", id=NEVER), NEVER)
    assert foreign[0] == 404  # type: ignore[index]


@pytest.mark.parametrize("operation", WITH_ID)
def test_ones_own_id_through_another_client_is_as_if_it_never_was(standing: Service, operation: str) -> None:
    declared, mine = BY_ID[operation], ones_own(standing, operation)
    other = client_of(standing, "ubnd-demo", AN)
    found = [
        _comparable(standing.call(declared.method, path_of(declared, id=each), token=other), each)
        for each in (mine, NEVER)
    ]
    assert found[0] == found[1]


def test_a_level_one_sign_in_gets_nothing_by_repeating_the_key_of_a_level_two_answer(standing: Service) -> None:
    first = standing.prefill(Idempotency_Key="key-of-level-two")
    body = SAMPLES["openPrefill"].body
    again = standing.call(
        "POST", "/v1/prefills", body, token=standing.token(AN, level=1), Idempotency_Key="key-of-level-two"
    )
    assert first.status == 201
    assert (again.status, again.body["code"]) == (403, "identity_level_too_low")


def test_what_another_citizen_opens_about_an_holds_no_value(standing: Service) -> None:
    answer = send(standing, BY_ID["openPrefill"], "another citizen")
    assert {field["outcome"] for field in answer.fields.values()} <= {"no_consent", "user_only", "skipped"}
    assert not any("value" in field or "provenance" in field for field in answer.fields.values())
    assert answer.body["sources"] == []


def test_a_level_one_citizen_is_told_to_raise_the_level_and_no_register_is_asked(standing: Service) -> None:
    asked = len(standing.simulators.journal.read())
    answer = send(standing, BY_ID["openPrefill"], "level 1")
    assert "no_right" in answer.body["counts"]
    assert not any("value" in field for field in answer.fields.values())
    assert len(standing.simulators.journal.read()) == asked
