"""A warehouse with very many documents, put into the table by the side: documents and the pointers that lists use."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from chalicelib.aws.codec import Value, encode_map
from chalicelib.aws.keys import DataKey
from chalicelib.aws.vault import Vault, key_item
from chalicelib.aws.writes import Key
from chalicelib.kernel.ids import CitizenRef
from chalicelib.warehouse.definition import DOCUMENT_TYPES
from chalicelib.warehouse.model import Document
from chalicelib.warehouse.places import document_item, typed_item, word_item
from chalicelib.warehouse.stored import document_fields
from chalicelib.warehouse.words import PURPOSE, blinded, document_words
from tests.support.library import own
from tests.support.service import AN, Portal

_BATCH: Final = 25


def fill(portal: Portal, count: int) -> None:
    """Put so many documents into An's warehouse, where at least one stands already; their files are not there."""
    services = portal.services
    ref = services.keys.ref(AN)
    key = Vault(services.keys).open(ref, services.table.read([key_item(ref)]).get(key_item(ref)))
    requests = ({"PutRequest": {"Item": item}} for item in _items(portal, ref, key, count))
    while batch := list(islice(requests, _BATCH)):
        left: dict[str, Any] = {portal.home.settings.state_table: batch}
        while left:
            left = portal.home.clients.dynamodb.batch_write_item(RequestItems=left).get("UnprocessedItems", {})


def _items(portal: Portal, ref: CitizenRef, key: DataKey, count: int) -> Iterator[dict[str, Any]]:
    secret = portal.services.keys.derive(PURPOSE)
    for _ in range(count):
        document = own(portal)
        place = document_item(ref, document.id)
        yield _item(place, document_fields(document, key, place))
        yield _item(typed_item(ref, document.type, document.id), {})
        for word in _words(portal, document):
            yield _item(word_item(ref, blinded(secret, ref, word), document.id), {})


def _words(portal: Portal, document: Document) -> tuple[str, ...]:
    return document_words(document, portal.services.definitions.current().get(DOCUMENT_TYPES, document.type))


def _item(key: Key, fields: dict[str, Value]) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}, "f": {"M": encode_map(fields)}, "w": {"S": "filled"}}
