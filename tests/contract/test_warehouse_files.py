"""Files keep their contract in memory and on both engines."""

import hashlib
from collections.abc import Callable
from typing import Final

import pytest

from chalicelib.kernel.errors import Corrupt, NotFound
from chalicelib.kernel.ids import DocumentId
from chalicelib.warehouse.file_store import S3Files
from chalicelib.warehouse.places import document_key
from chalicelib.warehouse.port import Arrived, Files
from tests.support import engines
from tests.support.aws import Home
from tests.support.calls import counting
from tests.support.clock import VirtualClock
from tests.support.memory_files import MemoryFiles

KEY: Final = "in/01JD9N3Z00VP10AD0000000001/1"
FIRST, SECOND = "tờ khai".encode(), b"something else"
DOCUMENT: Final = DocumentId("01JD9N3Z00VP10AD0000000001")
OTHER: Final = DocumentId("01JD9N3Z00VP10AD0000000002")
Put = Callable[[str, bytes], None]


@pytest.fixture(params=["memory", engines.FIRST, engines.SECOND])
def engine(request: pytest.FixtureRequest) -> Home | None:
    if request.param == "memory":
        return None
    found: Home = request.getfixturevalue({"moto": "simulated", "ministack": "embedded"}[request.param])
    return found


@pytest.fixture
def kept(engine: Home | None, clock: VirtualClock) -> tuple[Files, Put]:
    """The files, and how somebody outside puts one."""
    if engine is None:
        memory = MemoryFiles(clock)
        return memory, lambda key, body: (memory.put(key, body), None)[1]
    settings, s3 = engine.settings, engine.clients.s3
    files = S3Files(engine.clients, settings.uploads_bucket, settings.documents_bucket, clock)
    return files, lambda key, body: (s3.put_object(Bucket=settings.uploads_bucket, Key=key, Body=body), None)[1]


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def arrived(files: Files, key: str = KEY) -> Arrived:
    found = files.arrived(key)
    assert found is not None
    return found


def test_what_arrived_is_pinned_whatever_is_put_over_it(kept: tuple[Files, Put]) -> None:
    files, put = kept
    assert files.arrived(KEY) is None
    put(KEY, FIRST)
    first = arrived(files)
    put(KEY, SECOND)
    second = arrived(files)
    assert (first.size, second.size) == (len(FIRST), len(SECOND))
    assert first.version != second.version
    assert (files.read(first), files.read(second)) == (FIRST, SECOND)
    assert files.arrived(KEY, first.version) == first


def test_the_pinned_version_is_promoted_though_another_is_newer(kept: tuple[Files, Put]) -> None:
    files, put = kept
    put(KEY, FIRST)
    pinned = arrived(files)
    put(KEY, SECOND)
    original = document_key(DOCUMENT, "original")
    for _ in range(2):
        files.promote(pinned, original, sha256(FIRST))
    assert files.kept(original) == FIRST


def test_what_is_not_of_its_digest_is_not_among_the_checked(kept: tuple[Files, Put]) -> None:
    files, put = kept
    put(KEY, SECOND)
    original = document_key(DOCUMENT, "original")
    with pytest.raises(Corrupt):
        files.promote(arrived(files), original, sha256(FIRST))
    with pytest.raises(NotFound):
        files.kept(original)


def test_what_was_discarded_is_gone_and_only_that(kept: tuple[Files, Put]) -> None:
    files, put = kept
    put(KEY, FIRST)
    first = arrived(files)
    put(KEY, SECOND)
    for _ in range(2):
        files.discard(first)
    assert files.arrived(KEY, first.version) is None
    with pytest.raises(NotFound):
        files.read(first)
    with pytest.raises(NotFound):
        files.promote(first, document_key(DOCUMENT, "original"), sha256(FIRST))
    assert files.read(arrived(files)) == SECOND


def test_a_file_of_our_own_is_written_once(kept: tuple[Files, Put]) -> None:
    files, _ = kept
    served = document_key(DOCUMENT, "served")
    files.keep(served, FIRST, "image/jpeg")
    files.keep(served, FIRST, "image/jpeg")
    assert files.kept(served) == FIRST


def test_all_copies_of_a_document_go_and_no_others(kept: tuple[Files, Put]) -> None:
    files, put = kept
    put(KEY, FIRST)
    for document in (DOCUMENT, OTHER):
        for _ in range(2):
            files.promote(arrived(files), document_key(document, "original"), sha256(FIRST))
        files.keep(document_key(document, "thumbnail"), SECOND, "image/jpeg")
    for _ in range(2):
        files.remove(DOCUMENT)
    for copy in ("original", "thumbnail"):
        with pytest.raises(NotFound):
            files.kept(document_key(DOCUMENT, copy))
        assert files.kept(document_key(OTHER, copy))


def test_a_ticket_names_its_key_type_and_digest_and_says_when_it_ends(
    kept: tuple[Files, Put], clock: VirtualClock
) -> None:
    files, _ = kept
    form = files.ticket(KEY, "image/png", 7, "0" * 64, 300)
    assert form.fields["key"] == KEY
    assert form.fields["Content-Type"] == "image/png"
    assert form.fields["x-amz-checksum-sha256"] == "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    assert (form.expires_at - clock.now()).total_seconds() == 300
    _, until = files.link(document_key(DOCUMENT, "served"), "image/png", "giấy tờ.png", 60)
    assert (until - clock.now()).total_seconds() == 60


# Of S3 alone: what it costs.


def test_promoting_is_one_copy_read_back_at_most_once(home: Home, clock: VirtualClock) -> None:
    files = S3Files(home.clients, home.settings.uploads_bucket, home.settings.documents_bucket, clock)
    home.clients.s3.put_object(Bucket=home.settings.uploads_bucket, Key=KEY, Body=FIRST)
    pinned = arrived(files)
    with counting(home.clients.s3) as calls:
        files.promote(pinned, document_key(DOCUMENT, "original"), sha256(FIRST))
    assert calls["CopyObject"] == 1
    assert calls["GetObject"] <= 1
    assert set(calls) <= {"CopyObject", "GetObject"}
