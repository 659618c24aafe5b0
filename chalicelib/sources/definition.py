"""The kind `registers`: whose a register is, under which law, how it is asked, and where in a reply an item stands.

Makes the values that slices use from what is written; must not know HTTP, or any register by name.
"""

from collections.abc import Mapping
from typing import Final

from chalicelib.definitions.body import parser
from chalicelib.definitions.model import Envelope, Kind
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import ItemId, RegisterCode
from chalicelib.sources.checks import check_register
from chalicelib.sources.model import Attribute, Register, extracted
from chalicelib.sources.reading import attribute_of
from chalicelib.sources.written import RegisterBody
from chalicelib.vocabulary.definition import text_of


def _compile(envelope: Envelope, body: RegisterBody) -> Register:
    return Register(
        code=RegisterCode(envelope.code),
        name=text_of(body["name"]),
        owner=text_of(body["owner"]),
        legal_basis=body["legal_basis"],
        status=envelope.status,
        route=body["route"],
        timeout_ms=body["timeout_ms"],
        attributes=_attributes(body),
        errors=body["errors"],
        mapping=envelope.hash,
        scope=body["scope"],
        key_item=ItemId(body["key_item"]),
        quota_per_minute=body["quota"]["per_minute"],
        own_data_only=body.get("own_data_only", False),
    )


def _attributes(body: RegisterBody) -> tuple[Attribute, ...]:
    return tuple(attribute_of(each, body["key_item"]) for each in body["attributes"])


def extract(body: RegisterBody, reply: Mapping[str, Json]) -> Mapping[ItemId, Json]:
    """Return what the mappings read from the `data` of a reply, as `model.extracted` does."""
    return extracted(_attributes(body), reply)


REGISTERS: Final[Kind[Register]] = Kind("registers", parser(RegisterBody), _compile, check_register)
KINDS: Final[tuple[Kind[object], ...]] = (REGISTERS,)
