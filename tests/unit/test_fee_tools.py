"""The fee author's commands as they are typed: what they print, and how they exit."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from chalicelib.definitions.load import SCHEMAS
from chalicelib.fees.case_codec import case_to_json
from chalicelib.fees.catalogue import rules_of
from chalicelib.fees.definition import FEES
from chalicelib.fees.model import CHANNELS, Case
from tests.support.definitions import packaged
from tests.support.fee_sheets import DOCUMENT, Spreadsheet, breakages
from tools.cells import read
from tools.fee_corpus import cases_of
from tools.fee_import import read_schedule
from tools.fee_sets import commune_in
from tools.fee_template import workbook
from tools.fees import main

SCHEDULE = "mau"
EXPLAIN = ["explain", "9.000001", "--channel", "online", "--commune", "00004", "--on", "2026-11-22"]


@pytest.fixture
def fees(tmp_path: Path) -> Path:
    """A whole folder of what fees need, whose only fee file is a schedule that is easy to reckon."""
    folder = tmp_path / "schemas"
    for kind in ("dictionary", "messages", "registers", "units"):
        shutil.copytree(SCHEMAS / kind, folder / kind)
    write(folder, DOCUMENT)
    return folder


def write(folder: Path, document: object, name: str = SCHEDULE) -> None:
    (folder / "fees").mkdir(exist_ok=True)
    (folder / "fees" / f"{name}.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def changed(document: object, old: str, new: str) -> object:
    text = json.dumps(document, ensure_ascii=False)
    assert old in text
    return json.loads(text.replace(old, new))


def corpus() -> list[Case]:
    catalogue = packaged()
    return list(cases_of([rules_of(catalogue)], commune_in(catalogue)))


def test_validate_counts_files_and_rows_and_names_the_rules(fees: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(fees)]) == 0
    assert capsys.readouterr().out.startswith("validate: 1 fee files, 5 rows, rules ")
    assert main(["validate"]) == 0


def test_a_refusal_is_told_by_file_pointer_and_reason(fees: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(fees, changed(DOCUMENT, '"most": 200000', '"most": "200.000"'))
    for command in (["validate", str(fees)], ["radar", str(fees), "--days", "1"], ["coverage", str(fees)]):
        assert main(command) == 1
        told = capsys.readouterr().err
        assert f"fees/{SCHEDULE}.json#/body/rows/0/effect/" in told
        assert "refused: " in told


def test_a_folder_without_fee_files_is_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(tmp_path)]) == 2
    assert "no folder of fee files" in capsys.readouterr().err


def test_fee_files_alone_are_laid_over_the_packaged_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, DOCUMENT)
    packaged_files = len(list((SCHEMAS / "fees").glob("*.json")))
    for folder in (tmp_path, tmp_path / "fees"):
        assert main(["validate", str(folder)]) == 0
        assert capsys.readouterr().out.startswith(f"validate: {packaged_files + 1} fee files")

    own = changed(json.loads((SCHEMAS / "fees" / "trich-luc.json").read_text(encoding="utf-8")), "8000", "9000")
    write(tmp_path, own, "trich-luc")
    assert main(["validate", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith(f"validate: {packaged_files + 1} fee files")


def explained(fees: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert main([*EXPLAIN, "--schemas", str(fees), *options]) == 0
    return capsys.readouterr().out


def test_explain_says_what_is_due_by_which_row_and_what_each_condition_came_to(
    fees: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = ["--fact", "mau_sort=copy", "--fact", "mau_poor=false", "--fact", "mau_signed=2026-02-01", "--verified"]
    told = explained(fees, capsys, *facts, "--quantity", "mau_pages=12", "--quantity", "mau_value=0")
    assert "to be paid: 14.000 đ (amount); of that to the State: 14.000 đ (amount)" in told
    assert "mau#copy (base): applied" in told
    assert "TT 1/2026/TT-BTC Điều 4, from 2026-01-01, confirmed (sources.md §3.7)" in told
    assert "passed: mau_sort is copy" in told
    assert "FAILED: mau_poor is yes" in told
    assert "would be 0 đ (zero) if fact mau_poor were yes" in told
    assert "<- cheapest" in told


def test_what_is_only_declared_is_to_be_reviewed(fees: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = [
        "--fact",
        "mau_sort=copy",
        "--fact",
        "mau_poor=true",
        "--fact",
        "mau_signed=2026-02-01",
        "--quantity",
        "mau_pages=1",
    ]
    assert "(needs_review)" in explained(fees, capsys, *facts)
    assert "only declared: mau_poor" in explained(fees, capsys, *facts)
    assert "0 đ (zero)" in explained(fees, capsys, *facts, "--verified")


def test_what_is_missing_is_named(fees: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "missing fact: mau_sort" in explained(fees, capsys)


def test_explain_gives_the_answer_of_the_api(fees: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = json.loads(explained(fees, capsys, "--json"))
    assert (said["procedure"], said["status"], said["province"]) == ("9.000001", "unknown", "01")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--fact", "height=3"], "/facts/height: unknown_fact"),
        (["--fact", "mau_sort=5"], "/facts/mau_sort: bad_fact"),
        (["--fact", "mau_sort"], "mau_sort: name=value is wanted"),
        (["--quantity", "mau_pages=many"], "mau_pages=many: a whole number is wanted"),
        (["--quantity", "mau_pages=0"], "/quantities/mau_pages: bad_quantity"),
        (["--commune", "99999"], "/commune: no_such_commune"),
    ],
)
def test_a_case_that_no_rule_goes_by_is_a_mistake(
    fees: Path, capsys: pytest.CaptureFixture[str], options: list[str], told: str
) -> None:
    assert main([*EXPLAIN, "--schemas", str(fees), *options]) == 2
    assert told in capsys.readouterr().err


def test_an_unknown_fact_is_answered_with_those_that_are_known(fees: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([*EXPLAIN, "--schemas", str(fees), "--fact", "height=3"])
    assert "known: mau_pages (quantity, int): Số trang" in capsys.readouterr().err


def test_diff_says_whose_fee_changes_and_exits_like_diff(
    fees: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    shutil.copytree(fees, other)
    write(other, changed(DOCUMENT, '"amount": 1000}', '"amount": 1500}'))

    assert main(["diff", str(fees), str(fees)]) == 0
    assert "0 of " in capsys.readouterr().out
    assert main(["diff", str(fees), str(other)]) == 1
    told = capsys.readouterr().out
    assert "+ mau#copy: TT 1/2026/TT-BTC Điều 4" in told
    assert " 0 cheaper" in told.splitlines()[-1]
    assert main(["diff", str(fees), str(tmp_path / "nowhere")]) == 2


def test_diff_takes_a_corpus_of_ones_own(fees: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([case_to_json(each) for each in corpus()[:7]]), encoding="utf-8")
    assert main(["diff", str(fees), str(fees), "--corpus", str(file)]) == 0
    assert capsys.readouterr().out == "0 of 7 cases change: 0 dearer, 0 cheaper\n"

    file.write_text('[{"procedure": 3}]', encoding="utf-8")
    assert main(["diff", str(fees), str(fees), "--corpus", str(file)]) == 2


def test_radar_tells_what_ends_and_fails_where_nothing_follows(fees: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["radar", str(fees), "--days", "30", "--on", "2026-06-15"]) == 0
    assert "2026-06-30 (in 15 days) TT 1/2026/TT-BTC Điều 4" in capsys.readouterr().out

    write(fees, changed(DOCUMENT, '"effective_from": "2026-07-01"', '"effective_from": "2026-07-02"'))
    assert main(["radar", str(fees), "--days", "30", "--on", "2026-06-15"]) == 1
    assert "nothing in the same file follows: mau#parameters/luong_co_so" in capsys.readouterr().out


def test_radar_tells_what_nobody_verified_for_long(fees: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["radar", str(fees), "--days", "0", "--stale", "20", "--on", "2026-11-22"])
    assert "2026-11-01, 21 days ago: TT 1/2026/TT-BTC" in capsys.readouterr().out
    main(["radar", str(fees), "--days", "0", "--stale", "21", "--on", "2026-11-22"])
    assert "not held against the document within 21 days: 0" in capsys.readouterr().out


def test_coverage_counts_each_province_and_shows_one(fees: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coverage", str(fees), "--on", "2026-11-22"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 35
    assert told[0].split() == ["province", "confirmed", "single_source", "unverified", "unknown"]

    assert main(["coverage", str(fees), "--on", "2026-11-22", "--province", "01"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert "  9.000001 unknown: Chứng thực bản sao" in told
    assert "    mau/phi unknown: mau#other" in told
    assert main(["coverage", str(fees), "--province", "00"]) == 2


def test_a_template_is_written_and_read_back_as_the_schedule_it_is_like(fees: Path, tmp_path: Path) -> None:
    out = tmp_path / "mau.xlsx"
    assert main(["template", "-o", str(out), "--like", SCHEDULE, "--schemas", str(fees)]) == 0
    assert read_schedule(read(out)).document == DOCUMENT
    assert main(["template", "-o", str(out)]) == 0
    assert {each.name for each in read(out)} >= {"Schedule", "Rows", "Help"}
    assert main(["template", "-o", str(out), "--like", "nothing", "--schemas", str(fees)]) == 2


def test_an_imported_schedule_is_one_that_validates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = Spreadsheet().saved(tmp_path)
    out = tmp_path / "fees" / "mau.json"
    out.parent.mkdir()
    assert main(["import", str(sheet), "-o", str(out)]) == 0, capsys.readouterr().err
    assert json.loads(out.read_text(encoding="utf-8")) == DOCUMENT
    assert main(["validate", str(out.parent)]) == 0


def test_nothing_is_written_when_a_cell_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = ("Rows", "most", "5 y luong_co_so")
    broken = next(each for each in breakages() if (each.sheet, each.heading, each.value) == wanted)
    sheet = Spreadsheet().saved(tmp_path, broken)
    out = tmp_path / "mau.json"
    out.write_text("as before", encoding="utf-8")
    files = sorted(tmp_path.iterdir())

    assert main(["import", str(sheet), "-o", str(out)]) == 1
    told = capsys.readouterr().err
    assert f"{broken.at}: most: " in told
    assert "nothing was written" in told
    assert (out.read_text(encoding="utf-8"), sorted(tmp_path.iterdir())) == ("as before", files)


def test_every_packaged_schedule_goes_through_the_spreadsheet_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    schedules = [json.loads(each.read_text(encoding="utf-8")) for each in sorted((SCHEMAS / "fees").glob("*.json"))]
    schedules = [each for each in schedules if each["body"]["type"] == "schedule"]
    assert schedules
    for document in schedules:
        path.write_bytes(workbook(document))
        found = read_schedule(read(path))
        assert not found.faults
        assert found.document == document, document["code"]


def test_the_corpus_is_the_same_each_time_and_reaches_every_procedure_channel_and_boundary() -> None:
    found = corpus()
    assert found == corpus()
    assert len(found) >= 200
    rows = [row for file in packaged().all(FEES) for row in file.rows]
    days = {each.as_of for each in found}
    assert {row.basis.until for row in rows if row.basis.until is not None and row.basis.until.year < 2030} <= days
    assert {row.basis.since for row in rows if row.basis.since >= date(2017, 1, 1)} <= days
    procedures = rules_of(packaged()).by_procedure.keys()
    assert {(each.procedure, each.channel) for each in found} == {
        (code, way) for code in procedures for way in CHANNELS
    }
