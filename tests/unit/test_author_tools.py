"""The authors' commands: what they say, where faults are, and how they exit."""

import json
import shutil
from pathlib import Path

import pytest

from chalicelib.definitions.load import INDEX, SCHEMAS
from tests.support.definitions import packaged
from tools.coverage import coverage
from tools.definitions import main
from tools.difference import difference
from tools.mistakes import Mistake
from tools.paths import explain
from tools.trial import Trial, answer_of, trial

AN = "001090999001"
FATHER = "001085999013"
PORTAL = "clients/motlan-portal.json"


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    """A copy without the big tables of units."""
    folder = tmp_path / "schemas"
    shutil.copytree(SCHEMAS, folder, ignore=shutil.ignore_patterns("units", INDEX))
    return folder


def change(folder: Path, old: str, new: str) -> None:
    path = folder / PORTAL
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_validate_counts_what_passed_and_tells_of_an_old_index(
    schemas: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", "--schemas", str(schemas)]) == 0
    assert "run: python -m tools.definitions index" in capsys.readouterr().out

    assert main(["index", "--schemas", str(schemas)]) == 0
    assert main(["validate", "--schemas", str(schemas)]) == 0
    assert "note" not in capsys.readouterr().out


def test_a_refusal_is_told_by_file_pointer_and_reason(schemas: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(schemas, '"public"', '"secret"')
    before = list(schemas.iterdir())

    for command in ("validate", "index", "coverage"):
        assert main([command, "--schemas", str(schemas)]) == 1
        assert f"{PORTAL}#/body/type: Input should be" in capsys.readouterr().err
    assert list(schemas.iterdir()) == before


def test_a_path_is_explained_by_the_examples_of_its_register(tmp_path: Path) -> None:
    told = explain(packaged(), "population", "$.name.full")
    assert "population maps it to person.full_name" in told
    assert 'person.full_name = "NGUYỄN VĂN AN"' in told

    reply = tmp_path / "reply.json"
    reply.write_text('{"birth": {"date": "soon"}}', encoding="utf-8")
    assert "not of its type" in explain(packaged(), "population", "$.birth.date", str(reply))
    assert "does not map it" in explain(packaged(), "population", "$.name")
    assert "read by the path library" in explain(packaged(), "population", "$.name[?(@.full)]")


@pytest.mark.parametrize(
    ("register", "path", "reply"),
    [("nobody", "$.x", None), ("population", "$..x", None), ("population", "name", None), ("population", "$.x", "no")],
)
def test_what_cannot_be_explained_is_a_mistake(register: str, path: str, reply: str | None) -> None:
    with pytest.raises(Mistake):
        explain(packaged(), register, path, reply)


def test_a_trial_tells_every_field_with_its_value_or_why_not() -> None:
    tried = trial(packaged(), Trial("to-khai-ket-hon", AN))
    told = json.loads(tried.as_json())

    assert (tried.role, told["procedure"]) == ("groom", "1.000894")
    assert set(told["fields"]) == {each.pointer for each in tried.job.form.fields}
    assert told["fields"]["/BenNam/HoTen"]["value"] == "NGUYỄN VĂN AN"
    assert told["fields"]["/BenNam/HoTen"]["provenance"]["path"] == "$.name.full"
    assert all(each["why"]["vi"] and each["why"]["en"] for each in told["fields"].values())
    text = tried.as_text()
    assert '/BenNam/HoTen  = "NGUYỄN VĂN AN"  [filled_verified from population $.name.full, locked]' in text
    assert "/BenNu/HoTen  -- skipped (no_subject)" in text
    assert "register population: answered" in text


def test_a_trial_shows_the_second_wave_rows_candidates_and_components() -> None:
    asked = Trial("to-khai-khai-sinh", FATHER, answers={"/nycQuanHe": "ChaDe"}, is_consented=True)
    tried = trial(packaged(), asked)

    told, text = json.loads(tried.as_json()), tried.as_text()
    assert {each["wave"] for each in told["sources"] if each["role"] == "mother"} == {2}
    assert "register population: answered for mother in the second wave" in text
    assert told["fields"]["/Me/meHoTen"]["provenance"]["basis"] == "consent"
    assert "    ? " in text
    assert "component giay-to-tuy-than (needed): satisfied in way 0: person.full_name from population" in text
    assert "  way 1 lacks document giay-chung-sinh no_document" in text
    assert text.splitlines()[-1].startswith("items fetched ")

    rows = trial(packaged(), Trial("ct01", FATHER)).as_text()
    assert "    0/HoTen  = " in rows


def test_a_trial_without_consent_says_that_it_is_missing() -> None:
    told = trial(packaged(), Trial("to-khai-khai-sinh", FATHER, answers={"/nycQuanHe": "ChaDe"})).as_text()

    assert "  /Me/meHoTen  -- no_consent" in told


def test_a_trial_takes_the_part_that_the_person_may_play() -> None:
    assert trial(packaged(), Trial("to-khai-ket-hon", "079193999002")).role == "bride"
    assert trial(packaged(), Trial("to-khai-ket-hon", "079193999002", role="groom")).role == "groom"


@pytest.mark.parametrize(
    "asked",
    [
        Trial("to-khai-ket-hon", "1"),
        Trial("nothing", AN),
        Trial("ct01", AN, role="witness"),
        Trial("ct01", AN, province="99"),
        Trial("ct01", AN, answers={"/nowhere": "x"}),
    ],
)
def test_what_cannot_be_tried_is_a_mistake(asked: Trial) -> None:
    with pytest.raises(Mistake):
        trial(packaged(), asked)


def test_a_mistake_in_the_command_exits_with_two(schemas: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["try", "nothing", AN, "--schemas", str(schemas)]) == 2
    assert "no such form: nothing" in capsys.readouterr().err


def test_answers_are_given_as_text_or_as_json(schemas: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read = [answer_of(each) for each in ("/a=MeDe", "/a=3", "/a=true", '/a=["x"]', "/a=", "/a=b=c")]
    assert [value for _, value in read] == ["MeDe", 3, True, ["x"], "", "b=c"]
    assert {pointer for pointer, _ in read} == {"/a"}

    assert main(["try", "ct01", AN, "--answer", "/nowhere=3", "--schemas", str(schemas)]) == 2
    assert "the form has no field /nowhere" in capsys.readouterr().err


def test_coverage_tells_what_nobody_supplies_and_who_fills_each_form() -> None:
    told = coverage(packaged()).splitlines()

    assert any(line.startswith("items that are used and nobody supplies: ") for line in told)
    forms = {line.partition(":")[0]: line for line in told}
    assert "citizen" in forms["to-khai-ket-hon"]
    assert "one wave" in forms["to-khai-ket-hon"]
    assert "second wave" in forms["to-khai-khai-sinh"]
    assert "citizen's choice 1" in forms["to-khai-khai-sinh"]
    assert "definitions by status:" in told


def test_a_difference_is_told_by_definition_and_pointer(schemas: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(schemas, other)
    assert difference(schemas, other) == ""

    change(other, "Cổng Một Lần", "Cổng Hai Lần")
    (other / "clients" / "ubnd-demo.json").rename(other / "clients" / "ubnd-khac.json")

    told = difference(schemas, other).splitlines()
    version = json.loads((schemas / PORTAL).read_text(encoding="utf-8"))["version"]
    assert f"changed {PORTAL} (STILL version {version}: a change needs a new one)" in told
    assert '  ~ /body/name/vi: "Cổng Một Lần" -> "Cổng Hai Lần"' in told
    moved = json.loads((schemas / "clients" / "ubnd-demo.json").read_text(encoding="utf-8"))["version"]
    assert f"removed clients/ubnd-demo.json (version {moved})" in told
    assert f"added   clients/ubnd-khac.json (version {moved})" in told


def test_a_difference_exits_like_diff(schemas: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(schemas, other)
    assert main(["diff", str(schemas), str(other)]) == 0
    change(other, "Cổng", "Cửa")
    assert main(["diff", str(schemas), str(other)]) == 1
    assert main(["diff", str(schemas), str(tmp_path / "nowhere")]) == 2
