"""Which moves an upload makes from which state, and which it does not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final, get_args

import pytest

from chalicelib.warehouse.upload import (
    GRACE,
    LATE_FILE,
    LEAVES_COPIES,
    LOOKS,
    IllegalMove,
    Rejection,
    Upload,
    UploadState,
    UploadUnderWay,
    attempt_of,
    available,
    checking,
    expired,
    is_hopeless,
    look_again_at,
    looked_at,
    object_key,
    received,
    rejected,
    renewed,
    upload_of,
)
from tests.support.clock import START
from tests.unit.warehouse.test_quota import UNTIL, an_upload

LATE: Final = UNTIL + GRACE
STATES: Final[tuple[UploadState, ...]] = get_args(UploadState)
MOVES: Final[dict[str, tuple[Callable[[Upload], Upload], dict[str, str]]]] = {
    "received": (
        lambda upload: received(upload, object_key(upload.id, 1), "v1", LATE),
        {"opened": "received", "expired": "received"},
    ),
    "checking": (lambda upload: checking(upload, LATE), {"received": "checking", "checking": "checking"}),
    "available": (lambda upload: available(upload, LATE), {"checking": "available"}),
    "rejected": (
        lambda upload: rejected(upload, "malware", LATE),
        {"received": "rejected", "checking": "rejected"},
    ),
    "expired": (lambda upload: expired(upload, LATE), {"opened": "expired"}),
    "renewed": (lambda upload: renewed(upload, LATE, LATE), {"opened": "opened", "expired": "opened"}),
}
QUIET: Final = frozenset({"received", "expired"})
"""What the world tells: where it comes too late, nothing changes."""


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("move", sorted(MOVES))
def test_a_move_is_made_from_its_states_alone(move: str, state: UploadState) -> None:
    make, legal = MOVES[move]
    upload = replace(an_upload(1), state=state)
    if state in legal:
        assert make(upload).state == legal[state]
        assert make(upload).changed_at == LATE
    elif move in QUIET:
        assert make(upload) is upload
    else:
        with pytest.raises((IllegalMove, UploadUnderWay)):
            make(upload)


def test_only_an_object_under_a_key_that_a_ticket_had_is_taken() -> None:
    upload = replace(an_upload(1), attempt=2)
    strange = ["in/U1/0", "in/U1/3", "in/U2/1", "in/U1/x", "in/U1/1/2", "documents/U1/original", "in/U1/", ""]
    assert all(received(upload, key, "v1", START) is upload for key in strange)
    for attempt in (1, 2):
        taken = received(upload, object_key(upload.id, attempt), "v1", START)
        assert (taken.key, taken.version) == (f"in/U1/{attempt}", "v1")
        assert (upload_of(taken.key or ""), attempt_of(taken.key or "")) == (upload.id, attempt)


def test_nothing_expires_before_its_grace_is_over() -> None:
    upload = an_upload(1)
    assert expired(upload, LATE - timedelta(milliseconds=1)) is upload
    assert expired(upload, LATE).state == "expired"


def test_somebody_looks_again_until_it_ends() -> None:
    upload = an_upload(1)
    assert look_again_at(upload) == LATE
    seen = received(upload, object_key(upload.id, 1), "v1", START)
    assert look_again_at(seen) == START + GRACE
    assert look_again_at(checking(seen, UNTIL)) == UNTIL + GRACE
    assert look_again_at(available(checking(seen, UNTIL), UNTIL)) is None
    over = expired(upload, LATE)
    assert look_again_at(over) == LATE + LATE_FILE
    assert look_again_at(looked_at(over, LATE + LATE_FILE)) is None
    assert renewed(looked_at(over, LATE + LATE_FILE), LATE + LATE_FILE, LATE).looks == 0


def test_a_check_that_never_ends_is_looked_at_ever_later_and_then_no_more() -> None:
    upload = checking(received(an_upload(1), object_key(an_upload(1).id, 1), "v1", START), START)
    waits = []
    while not is_hopeless(upload):
        again = look_again_at(upload)
        assert again is not None
        assert looked_at(upload, again - timedelta(milliseconds=1)) is upload
        waits.append(again - START)
        upload = looked_at(upload, again)
    assert waits == [GRACE * 2**each for each in range(LOOKS + 1)]
    assert timedelta(hours=8) < waits[-1] < timedelta(hours=9)
    ended = available(upload, LATE)
    assert look_again_at(ended) is None
    assert ended.looks == 0


@pytest.mark.parametrize("reason", sorted({str(each) for each in LEAVES_COPIES} | {"pdf_script"}))
def test_a_rejection_that_may_leave_copies_is_looked_at_once_more(reason: Rejection) -> None:
    upload = rejected(replace(an_upload(1), state="checking", looks=3), reason, LATE)
    if reason == "pdf_script":
        assert look_again_at(upload) is None
        return
    assert look_again_at(upload) == LATE + GRACE
    assert looked_at(upload, LATE) is upload
    assert look_again_at(looked_at(upload, LATE + GRACE)) is None
