"""An agency brings in old results in bulk, through the whole service."""

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final, get_args
from unicodedata import normalize

import pytest

from chalicelib.kernel.errors import StoreUnavailable
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import DocumentId, EventId
from chalicelib.warehouse import told_imports
from chalicelib.warehouse.import_model import FileWish, Import, ImportId, Outcome, RowResult
from chalicelib.warehouse.import_port import ImportStore, KeptImport, RowsPage, RowWork
from chalicelib.warehouse.import_row import Rows
from chalicelib.warehouse.issuing import Brought, IssueStore
from chalicelib.warehouse.manifest import ManifestFault, Raw, RowFault
from chalicelib.warehouse.places import manifest_key
from chalicelib.warehouse.port import Due
from chalicelib.warehouse.series import Named, Newest
from infra.simulators.faults import Fault
from tests.support.clock import START
from tests.support.honest_files import pdf_of
from tests.support.issuing import (
    agency,
    imported,
    issued,
    lines_of,
    open_import,
    rows_of,
    send_files,
    signed_pdf,
    started,
)
from tests.support.service import AN, BINH, Service
from tests.support.spellings import found_in

GOOD: Final[dict[str, object]] = {
    "type": "giay-khai-sinh",
    "number": "77/1990",
    "issued_on": "1990-06",
    "personal_id": AN,
    "person.full_name": "NGUYỄN VĂN AN",
}
DESCRIBED: Final[dict[str, object]] = {
    "type": "giay-khai-sinh",
    "issued_on": "1990",
    "full_name": "Nguyễn Văn An",
    "birth_date": "17/05/1990",
}
POOR: Final[dict[str, object]] = {
    "type": "giay-xac-nhan-ho-ngheo",
    "number": "HN-1",
    "issued_on": "2020",
    "personal_id": AN,
}
WRONG: Final[list[tuple[dict[str, object], str, str | None]]] = [
    ({**GOOD, "type": "khong-co"}, "no_such_type", "type"),
    ({**GOOD, "type": "phieu-ly-lich-tu-phap"}, "not_issuer", "type"),
    ({name: value for name, value in GOOD.items() if name != "number"}, "missing", "number"),
    ({**GOOD, "issued_on": "31/02/1990"}, "bad_date", "issued_on"),
    ({**GOOD, "issued_on": "2030"}, "in_future", "issued_on"),
    ({**GOOD, "personal_id": "12345"}, "bad_personal_id", "personal_id"),
    ({name: value for name, value in GOOD.items() if name != "personal_id"}, "no_holder", "full_name"),
    ({**GOOD, "vehicle.plate": "29A"}, "not_of_type", "vehicle.plate"),
    ({**GOOD, "person.birth_date": "hôm qua"}, "bad_value", "person.birth_date"),
    ({**GOOD, "number": "F1", "file": "khong-bao.pdf"}, "file_not_announced", "file"),
    ({**GOOD, "number": "F2", "file": "hong.pdf"}, "pdf_unreadable", "file"),
    ({**GOOD, "valid_until": "1980"}, "bad_value", "valid_until"),
    ({**GOOD, "Nguyễn.Văn An": "x"}, "unknown_column", None),
    ({**GOOD, "number": "F3", "person.personal_id": BINH}, "holder_mismatch", "person.personal_id"),
    ({**GOOD, "civil_status.birth.number": "78"}, "contradicts", "civil_status.birth.number"),
    ({**DESCRIBED, "number": "F4", "person.personal_id": BINH}, "holder_mismatch", "person.personal_id"),
]


def run(service: Service, rows: list[dict[str, object]], **files: tuple[str, bytes]) -> str:
    """Import rows to the end; return the import's id."""
    import_ = str(open_import(service, lines_of(rows), "application/x-ndjson")["id"])
    if files:
        send_files(service, import_, {name.replace("__", "."): each for name, each in files.items()})
    assert started(service, import_).status == 200
    service.pump.settle(2_000)
    return import_


def mine(service: Service) -> list[dict[str, Any]]:
    answer = service.call("GET", "/v1/warehouse/documents?limit=50", token=service.token(AN))
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = answer.body["documents"]
    return found


def test_an_unsigned_scan_comes_in_as_a_scan(service: Service) -> None:
    rows = [{**GOOD, "file": "ks.pdf"}, {**GOOD, "number": "78/1990"}]
    import_ = run(service, rows, ks__pdf=("application/pdf", pdf_of()))
    seen = imported(service, import_)
    assert (seen["state"], seen["rows"], seen["done"], seen["counts"]) == ("finished", 2, 2, {"imported": 2}), seen
    assert {(each["origin"], each["assurance"]) for each in mine(service)} == {("back_file", "scan")}
    document = rows_of(service, import_)[0]["document"]
    looked = service.call("GET", f"/v1/issued-documents/{document}", token=agency(service))
    assert (looked.status, looked.body["state"]) == (200, "available")


def test_each_row_that_is_wrong_costs_itself_alone(service: Service) -> None:
    rows = [row for row, _, _ in WRONG]
    import_ = run(service, [*rows, GOOD], hong__pdf=("application/pdf", b"%PDF-1.4 nothing"))
    told = [(each["outcome"], each.get("reason"), each.get("column")) for each in rows_of(service, import_)]
    assert told == [*(("failed", reason, column) for _, reason, column in WRONG), ("imported", None, None)]
    assert [each["row"] for each in rows_of(service, import_, "&outcome=imported")] == [len(WRONG) + 1]


def test_every_reason_and_every_outcome_has_its_words(service: Service) -> None:
    words = service.services.words.texts
    brought_nothing = {*get_args(Outcome)} - {"imported", "failed"}
    codes = {*get_args(RowFault), *get_args(ManifestFault), *brought_nothing}
    assert not [each for each in codes if f"import.{each}" not in words and f"upload.rejected.{each}" not in words]
    rows = [{**GOOD, "issued_on": "2030"}, GOOD, GOOD, {**GOOD, "number": "9", "file": "hong.pdf"}]
    import_ = run(service, rows, hong__pdf=("application/pdf", b"%PDF-1.4 nothing"))
    told = [each.get("message", {}).get("vi") for each in rows_of(service, import_)]
    codes_told = ["import.in_future", None, "import.skipped_duplicate", "upload.rejected.pdf_unreadable"]
    assert told == [each and words[each].vi for each in codes_told]


def test_what_its_issuer_has_there_already_is_skipped(service: Service) -> None:
    import_ = run(service, [GOOD, GOOD, {**GOOD, "number": " 77/1990 "}])
    assert imported(service, import_)["counts"] == {"imported": 1, "skipped_duplicate": 2}
    again = run(service, [GOOD])
    assert imported(service, again)["counts"] == {"skipped_duplicate": 1}


def test_somebody_described_is_found_or_the_row_waits_for_a_person(service: Service) -> None:
    twins = [{**DESCRIBED, "number": "1", "full_name": "TRẦN THỊ KHÔNG CÓ"}, {**DESCRIBED, "number": "2"}]
    import_ = run(service, twins)
    assert [each["outcome"] for each in rows_of(service, import_)] == ["no_match", "imported"]
    entries = service.call("GET", "/v1/access-log", token=service.token(AN)).body["entries"]
    assert [each["action"] for each in entries if each["client"]["code"] == "ubnd-demo"] == ["imported", "matched"]


def test_two_who_fit_are_nobody(service: Service) -> None:
    people = service.simulators.people
    an = people.need(AN)
    twin = an.model_copy(update={"personal_id": "001090999777"})
    people._people[twin.personal_id] = twin  # a second of the same name and day, for this test alone
    import_ = run(service, [{**DESCRIBED, "number": "2"}])
    (row,) = rows_of(service, import_)
    assert row["outcome"] == "ambiguous_match"
    assert mine(service) == []


def test_while_the_register_is_down_the_rows_wait(service: Service) -> None:
    service.simulators.faults.set(Fault(target="population", maintenance=True))
    import_ = run(service, [GOOD, {**DESCRIBED, "number": "2"}])
    assert imported(service, import_)["done"] == 0
    service.simulators.faults.clear()
    service.clock.sleep(900)
    service.pump.settle(500)
    assert imported(service, import_)["counts"] == {"imported": 2}


def test_a_manifest_that_goes_away_meanwhile_ends_the_import_with_what_was_worked(service: Service) -> None:
    service.simulators.faults.set(Fault(target="population", maintenance=True))
    good = [{**GOOD, "number": f"{each}/1990"} for each in range(20)]
    import_ = run(service, [*good, {**DESCRIBED, "number": "2"}])
    assert imported(service, import_)["done"] == 20
    s3, bucket, key = service.home.clients.s3, service.home.settings.uploads_bucket, manifest_key(ImportId(import_))
    (version,) = s3.list_object_versions(Bucket=bucket, Prefix=key)["Versions"]
    s3.delete_object(Bucket=bucket, Key=key, VersionId=version["VersionId"])
    service.simulators.faults.clear()
    service.clock.sleep(900)
    service.pump.settle(500)
    seen = imported(service, import_)
    assert (seen["state"], seen["reason"], seen["done"]) == ("failed", "manifest_gone", 20)
    assert seen["counts"] == {"imported": 20}
    service.clock.sleep(900)
    assert not list(service.services.warehouse.sweep.notes.due(service.clock.now()))


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        (b"type,number\nx,y\n", "missing_column"),
        (b"type,number,issued_on,type\n", "repeated_column"),
        (b"type,number,issued_on,color\n", "unknown_column"),
        (b"\xff\xfe\n", "header_unreadable"),
    ],
)
def test_a_manifest_that_cannot_be_used_ends_the_import(service: Service, manifest: bytes, reason: str) -> None:
    import_ = open_import(service, manifest)["id"]
    started(service, import_)
    service.pump.settle()
    seen = imported(service, import_)
    assert (seen["state"], seen["reason"], seen["done"]) == ("failed", reason, 0)


def test_an_import_without_its_manifest_does_not_start(service: Service) -> None:
    wish = {"media_type": "text/csv", "size": 10, "sha256": "0" * 64}
    opened = service.call("POST", "/v1/back-file-imports", {"manifest": wish}, token=agency(service))
    answer = started(service, opened.body["id"])
    assert (answer.status, answer.body["code"]) == (409, "manifest_missing")


class Dying(ImportStore):
    """A store whose process is killed at every write of a chunk, the first time."""

    def __init__(self, real: ImportStore) -> None:
        self._real = real
        self._died: set[int] = set()

    def create(self, import_: Import) -> None:
        self._real.create(import_)

    def find(self, import_: ImportId) -> KeptImport | None:
        return self._real.find(import_)

    def change(self, kept: KeptImport, after: Import, results: Sequence[RowResult], event: Event) -> None:
        if results and kept.import_.done not in self._died:
            self._died.add(kept.import_.done)
            raise StoreUnavailable
        self._real.change(kept, after, results, event)

    def announce(self, kept: KeptImport, files: Sequence[FileWish]) -> None:
        self._real.announce(kept, files)

    def announced(self, import_: Import, name: str) -> FileWish | None:
        return self._real.announced(import_, name)

    def rows(self, import_: ImportId, outcome: Outcome | None, start: str | None, limit: int) -> RowsPage:
        return self._real.rows(import_, outcome, start, limit)


def test_killed_at_every_chunk_and_delivered_again_it_ends_the_same(service: Service) -> None:
    rows: list[dict[str, object]] = [{**GOOD, "number": f"{each}/1990"} for each in range(45)]
    import_ = ImportId(str(open_import(service, lines_of(rows), "application/x-ndjson")["id"]))
    started(service, import_)
    imports = service.services.warehouse.imports
    dying = replace(imports, store=Dying(imports.store))
    for done in (0, 0, 20, 40):
        event = Event(EventId(service.ids.new()), "warehouse.import_advanced", import_, START, {"done": done})
        for _ in range(3):
            try:
                dying.run(event)
            except StoreUnavailable:
                continue
    assert imported(service, import_)["counts"] == {"imported": 45}
    service.pump.settle(1_000)
    assert imported(service, import_)["counts"] == {"imported": 45}
    assert len(mine(service)) == 45


class Unaware(IssueStore):
    """A store that does not know yet what somebody else issued just now."""

    def __init__(self, real: IssueStore) -> None:
        self._real = real

    def newest(self, series: Named) -> Newest | None:  # noqa: ARG002 - the port's
        return None

    def brought(self, document: DocumentId) -> Brought | None:
        return self._real.brought(document)

    def remember(self, document: DocumentId, brought: Brought) -> None:
        self._real.remember(document, brought)


def test_a_row_whose_number_is_issued_meanwhile_is_skipped_and_leaves_no_file(service: Service) -> None:
    id_ = issued(service, signed_pdf())
    row: dict[str, object] = {**GOOD, "type": "giay-xac-nhan-ho-ngheo", "number": "hn-999001", "file": "hn.pdf"}
    import_ = ImportId(str(open_import(service, lines_of([row]), "application/x-ndjson")["id"]))
    send_files(service, import_, {"hn.pdf": ("application/pdf", pdf_of())})
    started(service, import_)
    imports = service.services.warehouse.imports
    assert isinstance(imports.row, Rows)
    bench = replace(imports.row.bench, issues=Unaware(imports.row.bench.issues))
    racing = replace(imports, row=replace(imports.row, bench=bench))
    event = Event(EventId(service.ids.new()), "warehouse.import_advanced", import_, START, {"done": 0})
    for _ in range(2):
        racing.run(event)
    assert imported(service, import_)["counts"] == {"skipped_duplicate": 1}
    bucket = service.home.settings.documents_bucket
    found = service.home.clients.s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert {each["Key"].split("/")[1] for each in found} == {id_}


@pytest.mark.parametrize("hundreds", [1, pytest.param(10, marks=pytest.mark.prove)])
def test_many_rows_come_out_as_they_must(service: Service, hundreds: int) -> None:
    rows: list[dict[str, object]] = []
    for each in range(100 * hundreds):
        kind = each % 10
        if kind == 0:
            rows.append(WRONG[each // 10 % 8][0])
        elif kind == 1:
            rows.append({**DESCRIBED, "number": f"{each}", "full_name": "KHÔNG AI CẢ"})
        elif kind == 2:
            rows.append({**GOOD, "number": "một số"})
        else:
            rows.append({**GOOD, "number": f"{each}/1990", "personal_id": AN if each % 2 else BINH})
    import_ = run(service, rows)
    tens = 10 * hundreds
    expected = {"failed": tens, "no_match": tens, "skipped_duplicate": tens - 1, "imported": 7 * tens + 1}
    assert imported(service, import_)["counts"] == expected
    assert Counter(each["outcome"] for each in rows_of(service, import_)) == expected


def test_no_name_number_or_note_stands_in_keys_events_or_logs(service: Service) -> None:
    rows = [{**GOOD, "file": "nguyen-van-an.pdf"}]
    run(service, rows, **{"nguyen-van-an__pdf": ("application/pdf", pdf_of())})
    settings, tables = service.home.settings, service.home.client("dynamodb")
    stored = [tables.scan(TableName=each)["Items"] for each in (settings.state_table, settings.outbox_table)]
    keys = [each["Key"] for each in service.home.clients.s3.list_objects_v2(Bucket=settings.uploads_bucket)["Contents"]]
    text = repr(stored) + repr(keys) + "".join(service.lines)
    assert not found_in(AN, text.encode())
    assert "nguyen-van-an" not in text
    assert "77/1990" not in text


def test_a_back_file_does_not_take_the_place_of_what_was_issued(service: Service) -> None:
    issued(service, signed_pdf())
    row: dict[str, object] = {**GOOD, "type": "giay-xac-nhan-ho-ngheo", "number": "hn-999001", "issued_on": "2020"}
    assert imported(service, run(service, [row]))["counts"] == {"skipped_duplicate": 1}


def test_a_number_too_long_for_json_does_not_make_a_document_unreadable(service: Service) -> None:
    run(service, [{**GOOD, "type": "giay-xac-nhan-ho-ngheo", "social.poor_household.year": 10**30}])
    for each in mine(service):
        answer = service.call("GET", f"/v1/warehouse/documents/{each['id']}", token=service.token(AN))
        assert answer.status == 200, answer.text


def test_a_column_that_cannot_be_written_costs_its_row_alone(service: Service) -> None:
    row = json.dumps({**GOOD, "\ud800.x": "\ufffd"}) + "\n" + json.dumps(GOOD) + "\n"
    import_ = str(open_import(service, row.encode(), "application/x-ndjson")["id"])
    started(service, import_)
    service.pump.settle(2_000)
    assert imported(service, import_)["state"] == "finished"


def test_a_name_that_is_another_persons_stops_the_row(service: Service) -> None:
    import_ = run(service, [{**DESCRIBED, "number": "5", "personal_id": BINH}])
    (row,) = rows_of(service, import_)
    assert (row["outcome"], row["reason"], row["column"]) == ("failed", "holder_mismatch", "personal_id")
    assert imported(service, run(service, [{**DESCRIBED, "number": "5", "personal_id": AN}]))["counts"] == {
        "imported": 1
    }


def test_a_row_ends_on_the_day_that_it_names(service: Service) -> None:
    licence = {"type": "giay-phep-lai-xe", "personal_id": AN, "issued_on": "2005-04-10", "number": "L-1"}
    run(service, [{**licence, "licence.expires_on": "2015-04-10"}])
    assert [each["valid_until"] for each in mine(service)] == ["2015-04-10"]


def test_what_was_revoked_may_be_brought_again_and_what_stands_may_not(service: Service) -> None:
    document = rows_of(service, run(service, [GOOD]))[0]["document"]
    path, why = f"/v1/issued-documents/{document}/revocation", {"reason": "issued_in_error"}
    assert service.call("POST", path, why, token=agency(service)).status == 200
    mended = {**GOOD, "person.full_name": "NGUYỄN VĂN AN NHIÊN"}
    assert imported(service, run(service, [mended, GOOD]))["counts"] == {"imported": 1, "skipped_duplicate": 1}
    assert sorted(each["state"] for each in mine(service)) == ["available", "revoked"]


def test_bytes_that_are_no_text_are_named_by_their_column(service: Service) -> None:
    cells = {**GOOD, "person.full_name": "NGUY\ufffdN"}
    (row,) = rows_of(service, run(service, [cells]))
    assert (row["reason"], row["column"]) == ("not_utf8", "person.full_name")
    (row,) = rows_of(service, run(service, [{**GOOD, "number": "\ufffd"}]))
    assert (row["reason"], row["column"]) == ("not_utf8", "number")
    (row,) = rows_of(service, run(service, [{**GOOD, "Nguyễn.Văn An": "\ufffd"}]))
    assert (row["reason"], row.get("column")) == ("unknown_column", None)


def test_a_row_that_kills_is_given_up_and_keeps_no_other_waiting(service: Service) -> None:
    rows = [{**GOOD, "number": str(at)} for at in range(5)]
    import_ = str(open_import(service, lines_of(rows), "application/x-ndjson")["id"])
    assert started(service, import_).status == 200
    service.pump.step("relay")
    imports = service.services.warehouse.imports
    deadly = replace(imports, row=Deadly(imports.row, number=3))
    for _ in range(400):
        service.clock.advance(600)
        kept = imports.store.find(ImportId(import_))
        assert kept is not None
        if kept.import_.state != "running":
            break
        with suppress(Died):
            deadly.run(told_imports.advanced(kept.import_, EventId("E"), START))
        if kept.import_.look_at is not None and kept.import_.look_at <= service.clock.now():
            deadly.remind(Due("import", import_, START))
    assert [each.get("reason") for each in rows_of(service, import_)] == [None, None, "not_checked", None, None]
    assert imported(service, import_)["counts"] == {"failed": 1, "imported": 4}


class Died(BaseException):
    """The process is gone: nothing of ours is told."""


class Deadly(RowWork):
    """One row kills who works it."""

    def __init__(self, row: RowWork, number: int) -> None:
        self.row = row
        self.number = number

    def work(self, import_: Import, number: int, raw: Raw) -> RowResult:
        if number == self.number:
            raise Died
        return self.row.work(import_, number, raw)


def test_a_files_name_is_one_in_either_form_of_unicode(service: Service) -> None:
    rows = [{**GOOD, "file": normalize("NFC", "giấy.pdf")}]
    import_ = str(open_import(service, lines_of(rows), "application/x-ndjson")["id"])
    send_files(service, import_, {normalize("NFD", "giấy.pdf"): ("application/pdf", pdf_of())})
    started(service, import_)
    service.pump.settle(2_000)
    assert imported(service, import_)["counts"] == {"imported": 1}
