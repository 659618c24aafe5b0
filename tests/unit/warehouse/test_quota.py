"""Room and tickets: what counts, until when, and what is given back."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from chalicelib.kernel.ids import CatalogueHash, ClientId, PersonalId, UploadId
from chalicelib.warehouse.port import QuotaExceeded, Usage
from chalicelib.warehouse.quota import (
    Limits,
    TooManyOpenUploads,
    TooManyTickets,
    admitted,
    closed,
    has_room,
    opened,
    released,
)
from chalicelib.warehouse.upload import GRACE, Upload, Wish
from tests.support.clock import START

FEW: Final = Limits(bytes=100, documents=4, open=2, tickets_an_hour=3)
UNTIL: Final = START + timedelta(minutes=5)


def an_upload(number: int, size: int = 10) -> Upload:
    wish = Wish("giay-to-khac", "Giấy", "application/pdf", size, "0" * 64)
    who = PersonalId("001090999001"), ClientId("portal")
    return Upload(UploadId(f"U{number}"), *who, wish, CatalogueHash("c"), "opened", START, UNTIL)


def test_an_upload_under_way_holds_its_room_until_its_grace_is_over() -> None:
    usage = opened(Usage(bytes=50), an_upload(1, 50), START, FEW)
    for moment in (START, UNTIL + GRACE - timedelta(seconds=1)):
        with pytest.raises(QuotaExceeded):
            opened(usage, an_upload(2, 1), moment, FEW)
    assert opened(usage, an_upload(2, 50), UNTIL + GRACE, FEW).open.keys() == {UploadId("U2")}


def test_no_more_are_under_way_at_once_than_allowed() -> None:
    usage = opened(opened(Usage(), an_upload(1), START, FEW), an_upload(2), START, FEW)
    with pytest.raises(TooManyOpenUploads):
        opened(usage, an_upload(3), START, FEW)
    assert opened(closed(usage, UploadId("U1")), an_upload(3), START, FEW).open.keys() == {"U2", "U3"}


def test_a_further_ticket_of_an_upload_takes_its_place_and_counts_as_a_ticket() -> None:
    usage = opened(opened(Usage(), an_upload(1, 90), START, FEW), an_upload(1, 90), START, FEW)
    assert (len(usage.open), usage.tickets) == (1, 2)
    last = opened(usage, an_upload(1, 90), START, FEW)
    with pytest.raises(TooManyTickets) as refused:
        opened(last, an_upload(1, 90), START + timedelta(minutes=59), FEW)
    assert refused.value.retry_after == 60
    assert opened(last, an_upload(1, 90), START + timedelta(hours=1), FEW).tickets == 1


def test_a_document_takes_the_room_that_its_upload_held() -> None:
    usage = opened(Usage(documents=3, bytes=50), an_upload(1, 50), START, FEW)
    kept = admitted(usage, UploadId("U1"), 50, FEW)
    assert (kept.documents, kept.bytes, dict(kept.open)) == (4, 100, {})
    assert released(kept, 50) == replace(kept, documents=3, bytes=50)


def test_one_that_holds_no_room_does_not_take_anothers() -> None:
    usage = opened(Usage(bytes=50), an_upload(1, 50), START, FEW)
    assert not has_room(usage, 1, FEW)
    for who in (UploadId("U2"), None):
        with pytest.raises(QuotaExceeded):
            admitted(usage, who, 1, FEW)
    assert admitted(closed(usage, UploadId("U1")), None, 50, FEW).bytes == 100


def test_ten_thousand_documents_of_one_citizen_fit() -> None:
    assert has_room(Usage(documents=10_000, bytes=10_000 * 300_000), 300_000)
