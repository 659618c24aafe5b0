"""What is kept about issued documents beside the shelf: whose they are, and which version is the newest."""

import json

from chalicelib.aws.codec import Value
from chalicelib.aws.keys import Keys
from chalicelib.aws.table import Table
from chalicelib.aws.vault import Vault, key_item
from chalicelib.aws.writes import ConditionFailed, Expect, Put, Stored
from chalicelib.kernel.canonical import JsonObject, canonical
from chalicelib.kernel.clock import from_iso, iso
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.ids import CitizenRef, ClientId, DocumentId, OrganisationId, PersonalId, is_personal_id
from chalicelib.turns import Raced
from chalicelib.warehouse.issuing import Brought, IssueStore
from chalicelib.warehouse.places import brought_item
from chalicelib.warehouse.series import Named, Newest, newest, series_key


class TableIssues(IssueStore):
    """Over the state table; whose a document is stands under the holder's own data key."""

    def __init__(self, table: Table, keys: Keys) -> None:
        self._table = table
        self._keys = keys
        self._vault = Vault(keys)

    def newest(self, series: Named) -> Newest | None:
        """Read the pointer of the series."""
        key = series_key(self._keys, series)
        return newest(self._table.read([key]).get(key))

    def brought(self, document: DocumentId) -> Brought | None:
        """Read the record, and then the key it is sealed with."""
        place = brought_item(document)
        stored = self._table.read([place]).get(place)
        if stored is None:
            return None
        match stored.fields:
            case {"owner": str(owner), "sealed": bytes(sealed)}:
                ref = CitizenRef(owner)
                key = self._vault.open(ref, self._table.read([key_item(ref)]).get(key_item(ref)))
                return _read(stored, json.loads(key.open(sealed, ("issued", document))))
            case _:
                raise Corrupt(what="issued document")

    def remember(self, document: DocumentId, brought: Brought) -> None:
        """Write the record, with the holder's data key where this is the first that is kept of them. Raises Raced."""
        ref = self._keys.ref(brought.owner)
        opened = self._vault.open_or_create(frozenset({ref}), self._table.read([key_item(ref)]))
        sealed = opened.keys[ref].seal(
            canonical({"owner": brought.owner, "number": brought.number}), ("issued", document)
        )
        fields: dict[str, Value] = {
            "owner": ref,
            "issuer": brought.issuer,
            "type": brought.type,
            "at": iso(brought.at),
            "sealed": sealed,
        }
        try:
            self._table.commit([*opened.writes, Put(brought_item(document), fields, Expect.ANY)])
        except ConditionFailed as error:
            raise Raced from error


def _read(stored: Stored, sealed: JsonObject) -> Brought:
    match {**stored.fields, **sealed}:
        case {"issuer": str(issuer), "type": str(type_), "at": str(at), "owner": str(owner), "number": str(number)}:
            subject = PersonalId(owner) if is_personal_id(owner) else OrganisationId(owner)
            return Brought(ClientId(issuer), subject, type_, number, from_iso(at))
        case _:
            raise Corrupt(what="issued document")
