"""What a fresh machine is set up from: pinned lists that agree with each other, and a Makefile that explains itself."""

import json
import re
import subprocess

from tests.architecture.tree import ROOT

_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[\w,]+\])?==([A-Za-z0-9.+!]+)")
_TARGETS = {"help", "run", "test", "prove", "bench", "check", "package", "lock"}


def _wanted(path: str) -> list[str]:
    lines = [line.strip() for line in (ROOT / path).read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def _pins(path: str) -> dict[str, str]:
    found = {}
    for line in _wanted(path):
        pin = _PIN.fullmatch(line)
        assert pin, f"{path}: {line} is not one pinned version"
        found[_plain(pin[1])] = pin[2]
    return found


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_requirement_is_pinned_to_one_version() -> None:
    assert len(_pins("requirements.txt")) > 50


def test_the_direct_dependencies_are_in_the_pinned_list() -> None:
    direct = {_plain(re.split(r"[\[<>=!~; ]", line)[0]) for line in _wanted("requirements.in")}
    assert direct - _pins("requirements.txt").keys() == set()


def test_what_ships_is_pinned_to_the_versions_that_are_tested() -> None:
    api, workers = (_pins(f"infra/lambda/requirements-{name}.txt").items() for name in ("api", "workers"))
    assert api < workers <= _pins("requirements.txt").items()


def test_make_help_lists_every_target() -> None:
    command = ["make", "-s", "help"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in said.splitlines()} == _TARGETS


def test_every_function_has_memory_time_and_a_policy_of_its_own() -> None:
    config = json.loads((ROOT / ".chalice" / "config.json").read_text())
    functions = config["stages"]["dev"]["lambda_functions"]
    policies = [each["iam_policy_file"] for each in functions.values()]
    assert len(set(policies)) == len(policies)
    for name, each in functions.items():
        assert each["autogen_policy"] is False
        assert each["lambda_memory_size"] >= 256
        # Files are opened, exports written: those who do it have longer, and their queues wait for them.
        most = 300 if name in {"ingest_upload", "settle_warehouse", "warehouse_work"} else 60
        assert 0 < each["lambda_timeout"] <= most
        assert (ROOT / ".chalice" / each["iam_policy_file"]).resolve().name == f"policy-{name}.json"
        assert (ROOT / ".chalice" / each["iam_policy_file"]).exists()


def test_the_map_of_prefill_names_each_of_its_modules_and_none_that_is_not_there() -> None:
    named = set(re.findall(r"`(\w+)`", (ROOT / "docs" / "prefill.md").read_text(encoding="utf-8"))) - {"projections"}
    there = {file.stem for file in (ROOT / "chalicelib" / "prefill").glob("*.py")} - {"__init__"}
    assert named == there


def _modules(folder: str) -> set[str]:
    return {file.stem for file in (ROOT / "chalicelib" / folder).glob("*.py")} - {"__init__"}


def test_the_map_of_the_warehouse_names_each_of_its_modules_and_none_that_is_not_there() -> None:
    text = (ROOT / "docs" / "warehouse.md").read_text(encoding="utf-8")
    map_ = text.partition("## 11. Map of the modules")[2].partition("Beside both")[0]
    for_warehouse, _, for_papers = map_.partition("`chalicelib/papers`")
    for part, folder in ((for_warehouse, "warehouse"), (for_papers, "papers")):
        rows = "".join(line for line in part.splitlines() if line.startswith("|"))
        named = set(re.findall(r"`(\w+)`", rows)) | ({"service", "model"} if folder == "papers" else set())
        assert named == _modules(folder)


def test_the_map_of_the_readme_names_each_slice_and_each_kind_of_definition() -> None:
    map_ = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Where things are")[2].partition("```\n\n")[0]
    slices = {each.parent.name for each in (ROOT / "chalicelib").glob("*/__init__.py")}
    inside = map_.partition("chalicelib/\n")[2].partition("\nschemas/")[0]
    assert set(re.findall(r"(?<=  )(\w+)/(?=  )", inside)) == slices
    said = map_.partition("the data:")[2].partition("infra/")[0]
    assert {each.strip() for each in said.split(",")} == {
        each.name for each in (ROOT / "schemas").iterdir() if each.is_dir()
    }
