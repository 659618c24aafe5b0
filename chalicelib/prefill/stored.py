"""Where each part of a prefill stands in the table, and its header as the fields of an item.

The only place that builds their keys.
"""

from typing import Final

from chalicelib.aws.codec import Value
from chalicelib.aws.writes import Key, Stored
from chalicelib.kernel.clock import from_iso, iso
from chalicelib.kernel.ids import (
    CatalogueHash,
    CitizenRef,
    ClientId,
    ConsentId,
    FormCode,
    PrefillId,
    ProcedureCode,
)
from chalicelib.prefill.revision import Header

REVISION: Final = "R#"
CLAIM: Final = 0
"""The number before the first revision's."""


def partition(prefill: PrefillId) -> str:
    """Return where all of a prefill stands."""
    return f"P#{prefill}"


def revision_item(prefill: PrefillId, number: int) -> Key:
    """Return where a revision stands; the claim is number 0."""
    return Key(partition(prefill), f"{REVISION}{number:06d}")


def place_of(prefill: PrefillId, number: int) -> tuple[str, ...]:
    """Return what a revision's seal is bound to."""
    return ("prefill", prefill, str(number))


def prefill_of(stored: Stored) -> PrefillId:
    """Return whose revision an item is."""
    return PrefillId(stored.key.pk.removeprefix("P#"))


def number_of(stored: Stored) -> int:
    """Return the number of the revision that an item is."""
    return int(stored.key.sk.removeprefix(REVISION))


def scope_of(owner: CitizenRef, client: ClientId, about: str) -> str:
    """Return in which the idempotency keys of one caller are told apart: by what is asked with them."""
    return f"prefill#{client}#{owner}{about}"


def uses(consent: ConsentId) -> str:
    """Return where the prefills that stand on a consent are noted."""
    return f"U#{consent}"


def use_item(consent: ConsentId, prefill: PrefillId) -> Key:
    """Return where it is noted that a prefill stands on a consent."""
    return Key(uses(consent), f"P#{prefill}")


def used_by(stored: Stored) -> PrefillId:
    """Return the prefill of a note."""
    return PrefillId(stored.key.sk.removeprefix("P#"))


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
        CitizenRef(stored.text("owner")),
        ClientId(stored.text("client")),
        ProcedureCode(stored.text("procedure")),
        FormCode(stored.text("form")),
        CatalogueHash(stored.text("catalogue")),
        from_iso(stored.text("opened_at")),
    )
