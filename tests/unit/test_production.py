"""Production fails closed: no made-up issuer, nothing in the clear."""

import json
from typing import Final

import pytest

from chalicelib.kernel.errors import Misconfigured
from chalicelib.settings import Settings

ISSUER: Final = {"iss": "https://id.gov.example", "jwks_uri": "https://id.gov.example/jwks", "algs": ["RS256"]}
GOOD: Final = {
    **{
        f"MOTLAN_{name}": "x"
        for name in (
            "STATE_TABLE",
            "OUTBOX_TABLE",
            "BUS",
            "EVENTS_BUCKET",
            "DEFINITIONS_BUCKET",
            "UPLOADS_BUCKET",
            "DOCUMENTS_BUCKET",
            "FAILURE_QUEUE_URL",
            "DATA_KEY",
            "MAC_KEY",
        )
    },
    "MOTLAN_STAGE": "production",
    "MOTLAN_ISSUERS": json.dumps([{**ISSUER, "kind": "citizen"}]),
    "MOTLAN_NGSP_URL": "https://ngsp.gov.example",
    "MOTLAN_LGSP_URL": "https://lgsp.gov.example",
}


def issuers(**changes: object) -> dict[str, str]:
    return {"MOTLAN_ISSUERS": json.dumps([{**ISSUER, "kind": "citizen", **changes}])}


def test_production_with_real_addresses_is_accepted_and_knows_no_made_up_citizen() -> None:
    assert Settings.from_env(GOOD).allows_synthetic is False


@pytest.mark.parametrize(
    "change",
    [
        {"MOTLAN_ISSUERS": "[]"},
        {"MOTLAN_ISSUERS": "{}"},
        {"MOTLAN_ISSUERS": "not json"},
        issuers(iss="http://id.gov.example"),
        issuers(jwks_uri="http://id.gov.example/jwks"),
        issuers(algs=["none"]),
        issuers(algs=["HS256"]),
        issuers(algs="RS256"),
        issuers(kind="anybody"),
        {"MOTLAN_NGSP_URL": "http://ngsp.gov.example"},
        {"MOTLAN_LGSP_URL": "https://lgsp.invalid"},
        {"MOTLAN_STAGE": "prod"},
        {"MOTLAN_DATA_KEY": ""},
    ],
)
def test_production_refuses_what_cannot_be_trusted(change: dict[str, str]) -> None:
    with pytest.raises(Misconfigured):
        Settings.from_env({**GOOD, **change})
