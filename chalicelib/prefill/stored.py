"""A prefill's header as the fields of an item, and fields read back as their types. Knows no key and no table."""

from chalicelib.aws.codec import Value
from chalicelib.aws.writes import Stored
from chalicelib.kernel.clock import from_iso, iso
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.ids import CatalogueHash, CitizenRef, ClientId, FormCode, PrefillId, ProcedureCode
from chalicelib.prefill.revision import Header


def header_fields(header: Header) -> dict[str, Value]:
    """Write a header; its id is in the item's key."""
    return {
        "owner": header.owner,
        "client": header.client,
        "procedure": header.procedure,
        "form": header.form,
        "catalogue": header.catalogue,
        "opened_at": iso(header.opened_at),
    }


def read_header(prefill: PrefillId, stored: Stored) -> Header:
    """Read what `header_fields` wrote. Raises Corrupt when it is not that."""
    return Header(
        prefill,
        CitizenRef(read_text(stored, "owner")),
        ClientId(read_text(stored, "client")),
        ProcedureCode(read_text(stored, "procedure")),
        FormCode(read_text(stored, "form")),
        CatalogueHash(read_text(stored, "catalogue")),
        from_iso(read_text(stored, "opened_at")),
    )


def read_text(stored: Stored, name: str) -> str:
    """Return a text field. Raises Corrupt when there is none."""
    value = stored.fields.get(name)
    if not isinstance(value, str):
        raise Corrupt(what=name)
    return value


def read_bytes(stored: Stored, name: str) -> bytes:
    """Return a bytes field. Raises Corrupt when there is none."""
    value = stored.fields.get(name)
    if not isinstance(value, bytes):
        raise Corrupt(what=name)
    return value
