"""A portal's form.io form held against a projection: what it lacks is named, layout is passed through."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from chalicelib.prefill.projection import Projection
from chalicelib.prefill.projection_definition import PROJECTIONS
from tests.support.definitions import packaged
from tools.definitions import main
from tools.formio import boxes, chosen, compared
from tools.mistakes import Mistake


def component(key: str, **also: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON of any shape
    return {"type": "textfield", "key": key, "input": True, **also}


def built(projection: Projection) -> list[dict[str, Any]]:
    """Return components that hold every key of a projection, as a portal might build them."""
    days: Final = {"type": "day", "dayFirst": True}
    made = [component(each.key, **(days if each.writing == "day" else {})) for each in projection.places]
    for rows in projection.rows:
        grid = {"type": "datagrid", "components": [component(each.key) for each in rows.columns]}
        made.append(component(rows.key, **grid))
    return made


def written(folder: Path, components: object) -> Path:
    path = folder / "form.json"
    path.write_text(json.dumps({"display": "form", "components": components}), encoding="utf-8")
    return path


@pytest.mark.parametrize("projection", packaged().all(PROJECTIONS), ids=lambda each: each.code)
def test_a_form_with_every_key_is_whole_and_with_one_less_is_not(projection: Projection, tmp_path: Path) -> None:
    components = built(projection)
    told, is_whole = compared(packaged(), projection.code, written(tmp_path, components))
    assert is_whole
    assert "no component" not in told

    gone = components.pop(0)["key"]
    told, is_whole = compared(packaged(), projection.code, written(tmp_path, components))
    assert not is_whole
    assert f"the form has no component for {gone}" in told


def test_layout_is_passed_through_and_containers_lead_on() -> None:
    name, day = component("name"), component("day")
    inner = {"type": "container", "key": "x", "components": [name]}
    form = [
        {"type": "panel", "key": "p", "components": [{"type": "fieldset", "key": "f", "components": [name]}]},
        {"type": "columns", "key": "c", "columns": [{"components": [component("a.b")]}, {"components": [day]}]},
        {"type": "table", "key": "t", "rows": [[{"components": [component("cell")]}]]},
        {"type": "container", "key": "home", "input": True, "components": [component("line")]},
        {"type": "editgrid", "key": "kids", "input": True, "components": [inner]},
        {"type": "button", "key": "submit", "input": True},
        {"type": "content", "key": "words", "input": False},
        "nonsense",
    ]  # fmt: skip

    assert [(each.grid, each.key) for each in boxes(form)] == [
        (None, "name"), (None, "a.b"), (None, "day"), (None, "cell"), (None, "home.line"), ("kids", "x.name"),
    ]  # fmt: skip


def test_a_day_that_would_be_read_month_first_is_named(tmp_path: Path) -> None:
    components = built(packaged().get(PROJECTIONS, "formio-ct01"))
    for each in components:
        each.pop("dayFirst", None)
    told, is_whole = compared(packaged(), "formio-ct01", written(tmp_path, [*components, component("mine")]))

    assert not is_whole
    assert "nguoiKeKhai.ngaySinh: the profile writes the day first" in told
    assert "the portal's own: mine" in told


def test_what_is_no_form_or_no_profile_is_a_mistake(tmp_path: Path) -> None:
    for text in ("[]", "{", "[" * 100):
        (tmp_path / "form.json").write_text(text)
        with pytest.raises(Mistake):
            compared(packaged(), "formio-ct01", tmp_path / "form.json")
    with pytest.raises(Mistake):
        compared(packaged(), "formio-ct01", tmp_path / "none.json")
    with pytest.raises(Mistake, match="no such profile: x"):
        chosen(packaged(), "x", "ct01")
    with pytest.raises(Mistake, match="is of ct01"):
        chosen(packaged(), "formio-ct01", "to-khai-ket-hon")


def test_the_command_exits_by_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, built(packaged().get(PROJECTIONS, "formio-ct01")))
    assert main(["formio", "formio-ct01", str(path)]) == 0
    assert "16 of 16 keys are in the form" in capsys.readouterr().out
    assert main(["formio", "formio-ket-hon", str(path)]) == 1
