"""Fees over HTTP: a case, a quote of one's own, a comparison of the live set with itself."""

from typing import Any, Final

from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.ids import PersonalId
from tests.support.definitions import packaged
from tests.support.service import AN, Answered, Portal

RECORD = "3.000333"
"""Cấp Phiếu lý lịch tư pháp."""
BA_DINH = "00004"


ORDINARY: Final[dict[str, Any]] = {
    "age": 29,
    **dict.fromkeys(("student", "merit_person", "martyr_relative", "disabled", "poor_household", "hard_area"), False),
}
"""What makes nobody's fee another: 200,000 đ, and 5,000 đ for the third certificate (TT 244/2016/TT-BTC Điều 4)."""
DUE: Final = 205_000


def a_case(**changes: object) -> JsonObject:
    """Return the body that asks what a judicial record certificate costs in Hà Nội, of an old day with fixed rates."""
    body: dict[str, Any] = {
        "procedure": RECORD,
        "channel": "counter",
        "commune": BA_DINH,
        "as_of": "2020-03-02",
        "quantities": {"copies": 3, "returns_by_post": 0},
    }
    return {**body, **changes}


def a_comparison() -> JsonObject:
    """Return the body that holds the packaged set against itself."""
    return {"before": packaged().hash, "after": packaged().hash, "cases": [a_case()]}


def ask(portal: Portal, person: PersonalId | None = AN, *, key: str | None = None, **changes: object) -> Answered:
    """Ask for a quote, in a citizen's name or in nobody's."""
    headers = {} if key is None else {"Idempotency_Key": key}
    token = None if person is None else portal.token(person)
    return portal.call("POST", "/v1/fee-quotes", a_case(**changes), token=token, **headers)


def fee_quote(portal: Portal, person: PersonalId = AN) -> str:
    """Return the id of a quote of the person's."""
    return str(ask(portal, person).body["id"])
