"""What tests upload, and how somebody with a ticket sends it."""

import hashlib
from collections.abc import Mapping
from typing import Final

import urllib3

from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.ids import PersonalId
from tests.support.service import AN, Answered, Service

PAPER: Final = b'{"to":"khai"}'
"""A file of the type that takes everything."""


def an_upload(body: bytes = PAPER, **changes: object) -> JsonObject:
    """Return a request for a ticket of this file."""
    asked: dict[str, object] = {
        "type": "giay-to-khac",
        "media_type": "application/json",
        "size": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    return {**asked, **changes}  # type: ignore[dict-item]


def open_upload(service: Service, person: PersonalId = AN, body: bytes = PAPER, **changes: object) -> Answered:
    """Ask for a ticket."""
    return service.call("POST", "/v1/warehouse/uploads", an_upload(body, **changes), token=service.token(person))


def opened_upload(service: Service, person: PersonalId) -> str:
    """Return the id of an upload whose file has not come."""
    return str(open_upload(service, person).body["id"])


def sent_upload(service: Service, person: PersonalId) -> str:
    """Return the id of an upload whose file was sent, and nobody said so."""
    opened = open_upload(service, person).body
    send(opened["ticket"], PAPER)
    return str(opened["id"])


def send(ticket: Mapping[str, object], body: bytes, **instead: str | None) -> urllib3.BaseHTTPResponse:
    """Post the form of a ticket; a field put in as None is left out."""
    fields = dict(ticket["fields"]) | instead  # type: ignore[call-overload]
    parts = [(name, value) for name, value in fields.items() if value is not None]
    return urllib3.request("POST", str(ticket["url"]), fields=[*parts, ("file", ("anh.jpg", body))], timeout=10)
