"""What an agency issues and imports in tests, and how it sends it."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from chalicelib.kernel.ids import PersonalId
from infra.simulators import ca
from tests.support.clock import START
from tests.support.honest_files import pdf_of
from tests.support.issue_requests import an_import, an_issue
from tests.support.service import Answered, Service
from tests.support.uploading import send


def agency(service: Service, client: str = "ubnd-demo") -> str:
    """Return a token of a system on its own account."""
    vneid = service.simulators.vneid
    return str(vneid.system_token(vneid.clients[client])["access_token"])


@cache
def signed_pdf(pages: int = 1) -> bytes:
    """Return a PDF with the signature of an agency: a certified copy."""
    return ca.sign_pdf(pdf_of(pages), "agency", START)


def issue(service: Service, file: bytes, key: str = "k1", **changes: object) -> Answered:
    """Open the issue of a file."""
    body = an_issue(file, **changes)
    return service.call("POST", "/v1/issued-documents", body, token=agency(service), Idempotency_Key=key)


def issued(service: Service, file: bytes, key: str = "k1", **changes: object) -> str:
    """Issue a document to its end; return its id."""
    opened = issue(service, file, key, **changes)
    assert opened.status == 201, opened.text
    send(opened.body["ticket"], file)
    service.pump.settle()
    return str(opened.body["id"])


def looked_at(service: Service, document: str) -> Any:  # noqa: ANN401 - tests look into JSON freely
    """Return what its issuer sees of a document."""
    return service.call("GET", f"/v1/issued-documents/{document}", token=agency(service)).body


def open_import(service: Service, manifest: bytes, media_type: str = "text/csv") -> Any:  # noqa: ANN401 - as above
    """Open an import, send its manifest, and return the answer."""
    answer = service.call("POST", "/v1/back-file-imports", an_import(manifest, media_type), token=agency(service))
    assert answer.status == 201, answer.text
    send(answer.body["ticket"], manifest)
    return answer.body


def send_files(service: Service, import_: str, files: Mapping[str, tuple[str, bytes]]) -> None:
    """Announce files and send them, by name: media type and bytes."""
    wishes = [
        {"name": name, "media_type": kind, "size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        for name, (kind, body) in files.items()
    ]
    path = f"/v1/back-file-imports/{import_}/tickets"
    answer = service.call("POST", path, {"files": wishes}, token=agency(service))
    assert answer.status == 201, answer.text
    for each in answer.body["tickets"]:
        send(each["ticket"], files[each["name"]][1])


def started(service: Service, import_: str) -> Answered:
    """Start an import."""
    return service.call("POST", f"/v1/back-file-imports/{import_}/start", token=agency(service))


def imported(service: Service, import_: str) -> Any:  # noqa: ANN401 - as above
    """Return how far an import is."""
    return service.call("GET", f"/v1/back-file-imports/{import_}", token=agency(service)).body


def rows_of(service: Service, import_: str, query: str = "") -> list[dict[str, Any]]:
    """Return what came of all rows, page by page."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        path = f"/v1/back-file-imports/{import_}/rows?limit=100{query}{cursor}"
        page = service.call("GET", path, token=agency(service)).body
        found += page["rows"]
        if page.get("next") is None:
            return found
        cursor = f"&cursor={page['next']}"


def lines_of(rows: list[dict[str, object]]) -> bytes:
    """Write rows as JSON Lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def issue_opened(service: Service, _person: PersonalId) -> str:
    """Return the id of an issue whose file has not come."""
    return str(issue(service, signed_pdf()).body["id"])


def issue_ended(service: Service, _person: PersonalId) -> str:
    """Return the id of a document that was issued."""
    return issued(service, signed_pdf(), key="ended")


def import_opened(service: Service, _person: PersonalId) -> str:
    """Return the id of an import whose manifest is there."""
    return str(open_import(service, b"type,number,issued_on\n")["id"])
