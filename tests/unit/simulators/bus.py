"""How tests ask a register."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

AN, HUONG, THO, NGAN, HUY, LAN, KHOI, HANH, PHUC, TUAN, HUNG = (
    "001090999001",
    "046184999004",
    "008048999005",
    "079188999006",
    "052086999007",
    "001179999008",
    "001204999009",
    "079195999010",
    "024062999011",
    "074078999020",
    "079080999026",
)
COMPANY = "9900000104"


def question(subject: str = AN, *fields: str) -> dict[str, Any]:
    return {
        "request_id": "01JD0000000000000000000001",
        "subject": {"personal_id": subject},
        "fields": list(fields or ("name", "birth")),
        "purpose": "1.000894",
        "receiver": "motlan",
    }


def ask(web: FlaskClient, register: str = "population", subject: str = AN, *fields: str) -> TestResponse:
    return web.post(f"/ngsp/registers/{register}/query", json=question(subject, *fields))
