"""Citizen references and data keys, against KMS."""

import pytest

from chalicelib.aws.keys import DataKey, Keys
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.ids import CitizenRef, PersonalId
from tests.support.aws import Home
from tests.support.calls import counting
from tests.support.clock import VirtualClock

_AN = PersonalId("001190999001")
_BINH = PersonalId("001190999002")
_PLACE = ("prefill", "P1", "1")


@pytest.fixture
def keys(home: Home, clock: VirtualClock) -> Keys:
    return _keys(home, clock)


def _keys(home: Home, clock: VirtualClock) -> Keys:
    return Keys(home.clients, home.settings.data_key, home.settings.mac_key, clock)


def test_a_reference_is_the_same_in_every_process_and_hides_the_id(home: Home, clock: VirtualClock) -> None:
    first, second = _keys(home, clock).ref(_AN), _keys(home, clock).ref(_AN)
    assert first == second
    assert _AN not in first
    assert first != _keys(home, clock).ref(_BINH)


def test_the_pepper_is_asked_for_once_per_process(home: Home, keys: Keys) -> None:
    with counting(home.clients.kms) as calls:
        for _ in range(3):
            keys.ref(_AN)
    assert calls == {"GenerateMac": 1}


def test_what_is_sealed_opens_with_the_key_unwrapped_elsewhere(home: Home, keys: Keys, clock: VirtualClock) -> None:
    ref = keys.ref(_AN)
    wrapped, key = keys.create(ref)
    sealed = key.seal("Nguyễn Văn An".encode(), _PLACE)
    assert _keys(home, clock).unwrap(ref, wrapped).open(sealed, _PLACE) == "Nguyễn Văn An".encode()


def test_a_wrapped_key_does_not_open_for_another_citizen(home: Home, keys: Keys, clock: VirtualClock) -> None:
    wrapped, _ = keys.create(keys.ref(_AN))
    with pytest.raises(Corrupt):
        _keys(home, clock).unwrap(keys.ref(_BINH), wrapped)


def test_a_wrapped_key_that_was_changed_opens_nothing(home: Home, keys: Keys, clock: VirtualClock) -> None:
    ref = keys.ref(_AN)
    wrapped, key = keys.create(ref)
    sealed = key.seal(b"value", _PLACE)
    for at in (40, len(wrapped) - 1):
        changed = wrapped[:at] + bytes([wrapped[at] ^ 1]) + wrapped[at + 1 :]
        with pytest.raises(Corrupt):
            _keys(home, clock).unwrap(ref, changed).open(sealed, _PLACE)


def test_ciphertext_that_was_moved_changed_or_cut_is_refused(keys: Keys) -> None:
    _, key = keys.create(keys.ref(_AN))
    sealed = key.seal(b"value", _PLACE)
    for place in (("prefill", "P2", "1"), ("prefill", "P1", "2"), ("audit", "P1", "1"), ("prefill", "P1")):
        with pytest.raises(Corrupt):
            key.open(sealed, place)
    for wrong in (sealed[:-1], sealed[:5], b"", b"\x02" + sealed[1:], sealed[:-1] + bytes([sealed[-1] ^ 1])):
        with pytest.raises(Corrupt):
            key.open(wrong, _PLACE)


def test_places_that_read_alike_when_joined_are_different_places(keys: Keys) -> None:
    _, key = keys.create(keys.ref(_AN))
    with pytest.raises(Corrupt):
        key.open(key.seal(b"value", ("a,b", "c")), ("a", "b,c"))


def test_the_same_value_is_never_sealed_to_the_same_bytes(keys: Keys) -> None:
    _, key = keys.create(keys.ref(_AN))
    assert len({key.seal(b"value", _PLACE) for _ in range(50)}) == 50


def test_an_unwrapped_key_is_kept_for_five_minutes_and_no_longer(home: Home, keys: Keys, clock: VirtualClock) -> None:
    ref = keys.ref(_AN)
    wrapped, _ = keys.create(ref)
    with counting(home.clients.kms) as calls:
        clock.advance(300)
        keys.unwrap(ref, wrapped)
        assert calls["Decrypt"] == 0
        clock.advance(1)
        keys.unwrap(ref, wrapped)
        keys.unwrap(ref, wrapped)
    assert calls["Decrypt"] == 1


def test_an_unwrapped_key_is_used_a_thousand_times_and_no_more(home: Home, keys: Keys) -> None:
    ref = keys.ref(_AN)
    wrapped, _ = keys.create(ref)
    with counting(home.clients.kms) as calls:
        for _ in range(1_000):
            keys.unwrap(ref, wrapped)
    assert calls["Decrypt"] == 1


def test_a_key_opened_a_short_while_ago_is_at_hand_for_its_citizen_alone(
    home: Home, keys: Keys, clock: VirtualClock
) -> None:
    ref = keys.ref(_AN)
    assert keys.recent(ref) is None
    wrapped, key = keys.create(ref)
    sealed = key.seal(b"x", _PLACE)
    recent = keys.recent(ref)
    assert recent is not None
    assert recent.open(sealed, _PLACE) == b"x"
    assert keys.recent(keys.ref(_BINH)) is None
    assert _keys(home, clock).recent(ref) is None
    clock.advance(301)
    assert keys.recent(ref) is None
    assert keys.unwrap(ref, wrapped).open(sealed, _PLACE) == b"x"


def test_a_data_key_does_not_show_its_secret() -> None:
    assert "secret" not in repr(DataKey(b"secret" * 6))
    assert CitizenRef("x") not in repr(DataKey(b"k" * 32))
