"""Everything of somebody's as one archive: asked for, made by the worker, fetched by link, gone in a week."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import get_args

import pytest
import urllib3

from chalicelib.kernel.clock import from_iso, iso, spoken
from chalicelib.warehouse.exports import Archives, Export
from chalicelib.warehouse.model import State
from tests.support.library import ORIGINAL, THUMBNAIL, TITLE, shelved
from tests.support.looks import entries, said
from tests.support.service import AN, BINH, Answered, Service

PLACE = "/v1/warehouse/exports"
HOUR = 3_600
WEEK = 7 * 24 * HOUR


def ask(service: Service, person: str = AN, **headers: str) -> Answered:
    return service.call("POST", PLACE, token=service.token(person), **headers)  # type: ignore[arg-type]


def show(service: Service, export: str, person: str = AN) -> Answered:
    return service.call("GET", f"{PLACE}/{export}", token=service.token(person))  # type: ignore[arg-type]


def archive(service: Service, export: str) -> zipfile.ZipFile:
    link = show(service, export).body["link"]["url"]
    return zipfile.ZipFile(io.BytesIO(urllib3.request("GET", link, timeout=10).data))


def stored(service: Service) -> list[str]:
    bucket = service.home.settings.documents_bucket
    return list(service.services.warehouse.around.objects.keys(bucket, "exports/"))


def made(service: Service) -> str:
    export = str(ask(service).body["id"])
    service.pump.settle()
    return export


def test_an_archive_holds_every_file_and_every_item(service: Service) -> None:
    card = shelved(service, body=ORIGINAL)
    paper = shelved(service, body=THUMBNAIL, type="giay-to-khac", title="Giấy khác")
    typed = shelved(service, type="thong-tin-tu-khai", file=None, origin="typed", assurance="typed")
    export = made(service)
    shown = show(service, export).body
    assert (shown["state"], shown["documents"]) == ("ready", 3)
    with archive(service, export) as found:
        assert found.testzip() is None
        manifest = json.loads(found.read("manifest.json"))
        by_id = {each["id"]: each for each in manifest["documents"]}
        assert by_id.keys() == {card.id, paper.id, typed.id}
        assert found.read(by_id[card.id]["file_name"]) == ORIGINAL
        assert found.read(by_id[paper.id]["file_name"]) == THUMBNAIL
        assert by_id[typed.id]["file_name"] is None
        assert by_id[card.id]["title"] == TITLE
        assert [each["value"] for each in by_id[card.id]["items"]] == [each.value for each in card.items]
        assert "Kho dữ liệu điện tử" in found.read("README.txt").decode()
        _, *lines = found.read("danh-sach.txt").decode("utf-8-sig").splitlines()
        listed = {tuple(line.split("\t")[at] for at in (0, 1, 6)) for line in lines}
        assert listed == {(each["type"]["vi"], each["title"], each["file_name"] or "") for each in by_id.values()}
        log = json.loads(found.read("access-log.json"))["entries"]
        assert [each["action"] for each in log] == ["exported"]


def test_an_archive_is_of_its_owner_alone(service: Service) -> None:
    shelved(service)
    theirs = shelved(service, BINH)
    export = made(service)
    assert show(service, export, BINH).status == 404
    with archive(service, export) as found:
        assert theirs.id not in str(found.namelist())


def test_texts_for_people_have_local_time_and_words_and_data_have_neither(service: Service) -> None:
    shelved(service, number="KS-7", issued_on="2020-05-04")
    vi, en = spoken(service.clock.now())
    with archive(service, made(service)) as found:
        about = found.read("README.txt").decode()
        assert vi in about
        assert en in about
        assert iso(service.clock.now())[:10] not in about
        assert "\tKS-7\t2020-05-04\t\tĐang có trong kho\tdocuments/" in found.read("danh-sach.txt").decode()
        assert from_iso(json.loads(found.read("manifest.json"))["made_for"]) <= service.clock.now()


def test_every_state_of_a_document_has_its_words(service: Service) -> None:
    assert not [each for each in get_args(State) if f"document.state.{each}" not in service.services.words.texts]


def test_a_title_is_no_formula_to_a_spreadsheet(service: Service) -> None:
    shelved(service, title="=HYPERLINK(1)")
    with archive(service, made(service)) as found:
        assert "\t'=HYPERLINK(1)\t" in found.read("danh-sach.txt").decode()


def test_names_in_an_archive_are_plain_and_hold_no_title(service: Service) -> None:
    shelved(service, title="../../etc/Bí mật")
    with archive(service, made(service)) as found:
        assert all(".." not in name and not name.startswith("/") for name in found.namelist())
        assert "mật" not in str(found.namelist())


def test_the_same_work_twice_leaves_one_archive_and_says_so_once(service: Service) -> None:
    shelved(service)
    export = made(service)
    exports = service.services.warehouse.exports
    before = stored(service)
    exports.run(export)
    assert stored(service) == before == [f"exports/{export}"]
    assert [each.kind for each in said(service)].count("warehouse.export_ready") == 1


def test_an_archive_made_again_after_a_crash_is_the_same(service: Service) -> None:
    """The worker died after the archive stood and before it was said to be ready."""
    shelved(service)
    export = str(ask(service).body["id"])
    warehouse = service.services.warehouse
    kept = warehouse.exports.store.find(export)
    assert kept is not None
    bucket = service.home.settings.documents_bucket
    warehouse.exports.archives.make(kept.export)
    first = warehouse.around.objects.get(bucket, f"exports/{export}")
    service.clock.advance(60)
    shelved(service)
    service.pump.settle()
    assert warehouse.around.objects.get(bucket, f"exports/{export}") == first
    assert show(service, export).body["documents"] == 1


def test_while_one_is_made_asking_again_answers_that_one(service: Service) -> None:
    first, second = ask(service), ask(service)
    assert (first.status, second.status) == (201, 201)
    assert first.body["id"] == second.body["id"]
    assert [each.kind for each in said(service)] == ["warehouse.export_requested"]


def test_an_hour_has_one_archive(service: Service) -> None:
    export = made(service)
    again = ask(service)
    assert (again.status, again.body["id"], again.body["state"]) == (201, export, "ready")
    assert again.headers["Location"] == f"/v1/warehouse/exports/{export}"
    assert len([each for each in said(service) if each.kind == "warehouse.export_requested"]) == 1
    service.clock.advance(HOUR)
    assert ask(service).body["id"] != export


def test_the_same_key_answers_the_same_archive(service: Service) -> None:
    first = ask(service, Idempotency_Key="key-1").body["id"]
    service.pump.settle()
    assert ask(service, Idempotency_Key="key-1").body["id"] == first
    assert ask(service, Idempotency_Key="key-2").body["id"] == first


def test_after_a_week_it_is_gone(service: Service) -> None:
    export = made(service)
    service.clock.advance(WEEK)
    assert (show(service, export).status, show(service, export).body["code"]) == (410, "export_expired")
    service.services.warehouse.sweep.run()
    assert stored(service) == []
    assert show(service, export).status == 410
    assert service.services.warehouse.sweep.run() == 0


def test_a_lost_event_is_said_again_by_the_sweep(service: Service) -> None:
    export = str(ask(service).body["id"])
    service.clock.advance(HOUR)
    service.services.warehouse.sweep.run()
    assert [each.data["attempt"] for each in said(service)] == [1, 2]
    service.pump.settle()
    assert show(service, export).body["state"] == "ready"


def test_asking_and_fetching_are_in_the_log(service: Service) -> None:
    export = made(service)
    show(service, export)
    assert [each.action for each in entries(service, AN)] == ["exported", "exported"]


@pytest.mark.parametrize("secret", ["Tường", "739158260", AN])
def test_nothing_personal_is_in_events_keys_links_or_lines(service: Service, secret: str) -> None:
    shelved(service)
    export = made(service)
    link = show(service, export).body["link"]["url"]
    told = str([each.to_json() for each in said(service)])
    assert secret not in link + told + str(stored(service)) + "".join(service.lines)


def given_up(service: Service) -> None:
    for _ in range(5):
        service.clock.advance(HOUR)
        service.services.warehouse.sweep.run()


class Slow(Archives):
    """Archives that are so long in making that something else happens before they are done."""

    def __init__(self, real: Archives, meanwhile: Callable[[], None]) -> None:
        self.real, self.meanwhile = real, meanwhile

    def make(self, export: Export) -> tuple[int, int]:
        done = self.real.make(export)
        self.meanwhile()
        return done

    def link(self, export: Export, file_name: str, seconds: int) -> tuple[str, datetime]:
        return self.real.link(export, file_name, seconds)

    def remove(self, export: Export) -> None:
        self.real.remove(export)


def test_what_a_worker_left_of_an_archive_that_is_given_up_goes_with_it(service: Service) -> None:
    shelved(service)
    exports, export = service.services.warehouse.exports, str(ask(service).body["id"])
    kept = exports.store.find(export)
    assert kept is not None
    exports.archives.make(kept.export)
    assert stored(service)
    given_up(service)
    assert (show(service, export).body["state"], stored(service)) == ("failed", [])


def test_an_archive_that_is_done_after_it_was_given_up_goes(service: Service) -> None:
    shelved(service)
    exports, export = service.services.warehouse.exports, str(ask(service).body["id"])
    replace(exports, archives=Slow(exports.archives, lambda: given_up(service))).run(export)
    assert (show(service, export).body["state"], stored(service)) == ("failed", [])


def test_an_archive_that_two_workers_made_stays(service: Service) -> None:
    shelved(service)
    exports, export = service.services.warehouse.exports, str(ask(service).body["id"])
    replace(exports, archives=Slow(exports.archives, lambda: exports.run(export))).run(export)
    assert (show(service, export).body["state"], len(stored(service))) == ("ready", 1)


def test_an_archive_that_cannot_be_made_is_given_up_and_may_be_asked_for_again(service: Service) -> None:
    export = str(ask(service).body["id"])
    given_up(service)
    assert show(service, export).body["state"] == "failed"
    assert [each.data["attempt"] for each in said(service)] == [1, 2, 3, 4, 5]
    assert service.services.warehouse.sweep.run() == 0
    assert ask(service).body["id"] != export
