"""The table of attacks on the warehouse: each goes the whole way, by a ticket, as a real upload, and none is taken.

Each ends `rejected` with its named reason in both languages; nothing of it is kept, listed or counted.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from chalicelib.bootstrap import services
from chalicelib.kernel.ids import DocumentId
from chalicelib.papers.malware import ScanPending
from chalicelib.papers.model import Scan
from chalicelib.warehouse.port import Arrived, Malware
from tests.support.attack_files import Attack, attack_files
from tests.support.attack_scene import Scene
from tests.support.cards import CARD_HOLDERS, Shot, citizen_payload, photo
from tests.support.clamd import OURS, clamd_in
from tests.support.clock import VirtualClock
from tests.support.honest_files import after_soi, segment, turned
from tests.support.malware import EICAR, EicarScanner
from tests.support.ministack import Ministack
from tests.support.service import AN, BINH, Service, running
from tests.support.uploading import PAPER, open_upload, send

ATTACKS: Final = attack_files()
_FIRST: Final = {each.reason: each.name for each in reversed(ATTACKS)}
"""The name of the first attack of each reason."""
_ALWAYS: Final = frozenset({*_FIRST.values(), *(each.name for each in ATTACKS[::3])})
CLEAN: Final = turned(1)


def tried(attack: Attack) -> Any:  # noqa: ANN401 - what pytest calls a parameter
    marks = () if attack.name in _ALWAYS else (pytest.mark.prove,)
    return pytest.param(attack, id=attack.name, marks=marks)


@pytest.fixture(scope="module")
def guarded(ministack: Ministack) -> Iterator[Service]:
    """The service with a scanner, one for the whole table."""
    with running(ministack.url, VirtualClock(), malware=EicarScanner()) as service:
        yield service


@pytest.fixture
def scene(guarded: Service) -> Scene:
    services.put(guarded.services)  # others here run the same app on services of their own
    guarded.clock.advance(3600)
    return Scene(guarded)


@pytest.fixture
def unguarded(service: Service) -> Scene:
    return Scene(service)


def test_the_table_is_long_and_most_of_it_is_always_tried() -> None:
    assert len(ATTACKS) >= 150
    assert len(_ALWAYS) >= 60
    assert {each.reason for each in ATTACKS if each.name in _ALWAYS} == {each.reason for each in ATTACKS}


@pytest.mark.parametrize("attack", [tried(each) for each in ATTACKS if each.body])
def test_an_attack_that_is_uploaded_is_rejected_by_name_and_leaves_nothing(scene: Scene, attack: Attack) -> None:
    id_ = scene.upload(attack.body, attack.declared)
    scene.worked()
    scene.assert_rejected(id_, attack.reason)
    scene.assert_nothing_is_left_of(id_)
    usage = scene.service.services.warehouse.shelf.usage(AN)
    assert (usage.documents, usage.bytes, scene.listed()) == (0, 0, [])
    assert scene.service.services.failures.listed() == ()


@pytest.mark.parametrize("attack", [each for each in ATTACKS if not each.body], ids=lambda each: each.name)
def test_for_a_file_of_nothing_there_is_no_ticket(scene: Scene, attack: Attack) -> None:
    answer = open_upload(scene.service, AN, attack.body, media_type=attack.declared)
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, "/size")


@pytest.mark.parametrize("honest", [b'{"to":"khai"}', CLEAN], ids=["JSON", "photo"])
def test_the_same_way_takes_an_honest_file(unguarded: Scene, honest: bytes) -> None:
    """Otherwise the table would prove nothing."""
    kind = "image/jpeg" if honest == CLEAN else "application/json"
    id_ = unguarded.upload(honest, kind)
    unguarded.worked()
    assert unguarded.shown(id_)["state"] == "available"
    assert unguarded.listed() == [id_]
    assert unguarded.original(id_) == honest


def test_other_bytes_of_the_same_size_are_rejected_by_their_digest(scene: Scene) -> None:
    id_ = scene.upload(PAPER, "application/json", PAPER[::-1])
    scene.worked()
    scene.assert_rejected(id_, "digest_mismatch")
    scene.assert_nothing_is_left_of(id_)


@pytest.mark.parametrize("body", [PAPER + b" ", PAPER[:-1], PAPER * 1000, b""], ids=["more", "less", "much", "none"])
def test_a_file_of_another_size_that_came_past_the_form_is_rejected_by_its_size(scene: Scene, body: bytes) -> None:
    """The form itself takes no such file; ingest does not rely on it."""
    id_ = str(open_upload(scene.service).body["id"])
    bucket = scene.service.home.settings.uploads_bucket
    scene.service.home.clients.s3.put_object(Bucket=bucket, Key=f"in/{id_}/1", Body=body)
    scene.worked()
    scene.assert_rejected(id_, "size_mismatch")
    scene.assert_nothing_is_left_of(id_)


@pytest.mark.parametrize("body", [PAPER[::-1], PAPER], ids=["other bytes", "the same again"])
def test_a_ticket_that_is_used_again_later_changes_nothing(unguarded: Scene, body: bytes) -> None:
    opened = open_upload(unguarded.service).body
    id_ = str(opened["id"])
    assert send(opened["ticket"], PAPER).status == 204
    unguarded.worked()
    before = unguarded.service.services.warehouse.shelf.find(AN, DocumentId(id_))
    assert send(opened["ticket"], body).status == 204
    unguarded.worked()
    done = unguarded.service.call("POST", f"/v1/warehouse/uploads/{id_}/completion", token=unguarded.service.token(AN))
    unguarded.service.pump.settle()
    assert (done.body["state"], unguarded.shown(id_)["state"]) == ("available", "available")
    assert unguarded.original(id_) == PAPER
    assert unguarded.service.services.warehouse.shelf.find(AN, DocumentId(id_)) == before
    assert unguarded.service.services.warehouse.shelf.usage(AN).documents == 1


@pytest.mark.parametrize("names_versions", [True, False], ids=["S3 names the version", "S3 names none"])
def test_what_is_put_over_a_file_before_anybody_looks_is_never_what_is_kept(
    unguarded: Scene, *, names_versions: bool
) -> None:
    """AWS's event names the version, and the first is kept; where a store names none the newest is, by its digest, no
    file that was declared: then nothing is.
    """  # noqa: D205
    opened = open_upload(unguarded.service).body
    id_, home = str(opened["id"]), unguarded.service.home
    assert send(opened["ticket"], PAPER).status == 204
    first = home.clients.s3.head_object(Bucket=home.settings.uploads_bucket, Key=f"in/{id_}/1")["VersionId"]
    assert send(opened["ticket"], PAPER[::-1]).status == 204
    if names_versions:
        home.clients.sqs.purge_queue(QueueUrl=home.wiring.queues["ingest_upload"])
        unguarded.announce(id_, first)
    unguarded.worked()
    if names_versions:
        assert unguarded.shown(id_)["state"] == "available"
        assert unguarded.original(id_) == PAPER
    else:
        unguarded.assert_rejected(id_, "digest_mismatch")
        assert (unguarded.listed(), unguarded.versions(home.settings.documents_bucket)) == ([], [])


def test_another_citizens_ticket_and_upload_are_nobody_elses(scene: Scene) -> None:
    """Whoever holds the form may send the file, as with any form; what comes of it is the owner's alone."""
    opened = open_upload(scene.service, BINH).body
    id_, token = opened["id"], scene.service.token(AN)
    for method, what in (("GET", ""), ("POST", "/tickets"), ("POST", "/completion")):
        answer = scene.service.call(method, f"/v1/warehouse/uploads/{id_}{what}", token=token)
        assert (answer.status, answer.body["code"]) == (404, "not_found")
    assert send(opened["ticket"], PAPER).status == 204
    scene.worked()
    for method, path in (
        ("GET", f"/v1/warehouse/uploads/{id_}"),
        ("GET", f"/v1/warehouse/documents/{id_}"),
        ("GET", f"/v1/warehouse/documents/{id_}/content"),
        ("GET", f"/v1/warehouse/documents/{id_}/thumbnail"),
        ("DELETE", f"/v1/warehouse/documents/{id_}"),
        ("POST", f"/v1/warehouse/documents/{id_}/restoration"),
    ):
        answer = scene.service.call(method, path, token=token)
        assert (answer.status, answer.body["code"]) == (404, "not_found"), path
    assert (scene.listed(), Scene(scene.service, BINH).listed()) == ([], [id_])


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\boot.ini", "/etc/passwd", "a/b.jpg", ".."])
def test_a_file_name_that_leads_somewhere_gets_no_ticket(scene: Scene, name: str) -> None:
    before = scene.service.services.warehouse.shelf.usage(AN)
    answer = open_upload(scene.service, file_name=name)
    assert (answer.status, answer.body["code"]) == (422, "bad_file_name")
    assert [each["pointer"] for each in answer.body["errors"]] == ["/file_name"]
    assert scene.service.services.warehouse.shelf.usage(AN) == before


def test_where_no_scanner_is_on_a_document_says_that_nobody_scanned_it(unguarded: Scene) -> None:
    id_ = unguarded.upload(CLEAN, "image/jpeg")
    infected = unguarded.upload(with_comment(EICAR), "image/jpeg")
    unguarded.worked()
    token = unguarded.service.token(AN)
    for each in (id_, infected):
        shown = unguarded.service.call("GET", f"/v1/warehouse/documents/{each}", token=token).body
        assert shown["file"]["scan"] == "not_scanned"


def test_clamd_itself_stops_what_its_signatures_describe_and_lets_the_rest_pass(
    ministack: Ministack, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("clamd")
    with (
        clamd_in(home) as port,
        running(ministack.url, VirtualClock(), malware=f"clamd:127.0.0.1:{port}") as service,
    ):
        scene = Scene(service)
        infected = [scene.upload(with_comment(virus), "image/jpeg") for virus in (EICAR, OURS)]
        photograph = photo(citizen_payload(CARD_HOLDERS[0]), Shot(scale=0.5))
        honest = [scene.upload(body, "image/jpeg") for body in (CLEAN, photograph)]
        scene.worked()
        for each in infected:
            scene.assert_rejected(each, "malware")
            assert not [key for key in scene.versions(service.home.settings.documents_bucket) if each in key]
        assert sorted(scene.listed()) == sorted(honest)
        for each in honest:
            shown = service.call("GET", f"/v1/warehouse/documents/{each}", token=service.token(AN)).body
            assert shown["file"]["scan"] == "clean"


def test_while_the_scanner_is_down_nothing_is_taken_and_afterwards_it_is(ministack: Ministack) -> None:
    scanner = Sleeping()
    with running(ministack.url, VirtualClock(), malware=scanner) as service:
        scene = Scene(service)
        id_ = scene.upload(CLEAN, "image/jpeg")
        service.pump.step("ingest_upload")
        assert (scene.shown(id_)["state"], scene.listed()) == ("checking", [])
        assert scene.versions(service.home.settings.documents_bucket) == []
        scanner.is_awake = True
        scene.worked()
        assert (scene.shown(id_)["state"], scene.listed()) == ("available", [id_])


class Sleeping(Malware):
    """A scanner that does not answer until it is awake."""

    is_awake = False

    def scan(self, arrived: Arrived, body: bytes) -> Scan:  # noqa: ARG002 - the port's
        if not self.is_awake:
            raise ScanPending(scanner="sleeping")
        return "clean"


def with_comment(content: bytes) -> bytes:
    return after_soi(CLEAN, segment(0xFE, content))
