"""`formio`: does a portal's own form.io form have the keys that a projection fills, and components that can hold them?

Read of form.io is what its submissions rest on: a container is a way through, a grid holds rows, layout holds neither,
and a day picked part by part is written in the order that its component says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from chalicelib.definitions.model import Catalogue
from chalicelib.kernel.errors import AppError
from chalicelib.prefill.projection import Place, Projection
from chalicelib.prefill.projection_definition import PROJECTIONS
from chalicelib.web.shape import parse_json
from tools.mistakes import Mistake

_GRIDS: Final = frozenset({"datagrid", "editgrid"})
_WAYS: Final = frozenset({"container", *_GRIDS})
_SILENT: Final = frozenset({"button"})


@dataclass(frozen=True, slots=True)
class Box:
    """A component that holds data: its key from the top of the data, or from its row, and what it is."""

    key: str
    component: Mapping[str, Any]
    grid: str | None = None


def boxes(components: object, above: str = "", grid: str | None = None) -> Iterator[Box]:
    """Yield what holds data, layout passed through: panels, columns, tables."""
    for each in components if isinstance(components, list) else []:
        if not isinstance(each, dict):
            continue
        key, sort = f"{above}{each.get('key', '')}", each.get("type")
        if sort in _WAYS:
            yield from boxes(each.get("components"), *(("", key) if sort in _GRIDS else (f"{key}.", grid)))
        elif sort not in _SILENT and each.get("input") is True:
            yield Box(key, each, grid)
        for below in _layout(each) if sort not in _WAYS else []:
            yield from boxes(below, above, grid)


def compared(catalogue: Catalogue, profile: str, file: Path) -> tuple[str, bool]:
    """Return what is said of a form, and whether it can take all that is filled. Raises Mistake."""
    projection, form = _projection(catalogue, profile), _read(file)
    there = {(each.grid, each.key): each.component for each in boxes(form.get("components"))}
    filled = {(grid, place.key): place for grid, place in _places(projection)}
    wrong = [f"the form has no component for {_named(key)}" for key in filled if key not in there]
    wrong += [
        f"{_named(key)}: the profile writes the day first; make it a day component with dayFirst"
        for key, place in filled.items()
        if place.writing == "day" and key in there and not _is_day_first(there[key])
    ]
    own = [f"the portal's own: {_named(key)}" for key in there if key not in filled]
    return "\n".join(
        [*wrong, *own, f"{len(filled.keys() & there.keys())} of {len(filled)} keys are in the form"]
    ), not wrong


def chosen(catalogue: Catalogue, profile: str, form: str) -> Projection:
    """Return the projection of a form. Raises Mistake."""
    projection = _projection(catalogue, profile)
    if projection.form != form:
        raise Mistake(f"{profile} is of {projection.form}")
    return projection


def _projection(catalogue: Catalogue, profile: str) -> Projection:
    found = catalogue.find(PROJECTIONS, profile)
    if found is None:
        raise Mistake(f"no such profile: {profile}; there are {', '.join(catalogue.codes(PROJECTIONS))}")
    return found


def _read(file: Path) -> dict[str, Any]:
    try:
        form = parse_json(file.read_bytes())
    except (OSError, AppError) as error:
        raise Mistake(f"{file}: {error}") from error
    if not isinstance(form, dict):
        raise Mistake(f"{file} is no form")
    return form


def _layout(component: Mapping[str, Any]) -> Iterator[object]:
    """Yield the lists of components in a piece of layout."""
    yield component.get("components")
    yield from (each.get("components") for each in component.get("columns") or [] if isinstance(each, dict))
    rows = component.get("rows")
    for row in rows if isinstance(rows, list) else []:
        yield from (cell.get("components") for cell in row if isinstance(cell, dict))


def _places(projection: Projection) -> Iterator[tuple[str | None, Place]]:
    yield from ((None, place) for place in projection.places)
    yield from ((rows.key, column) for rows in projection.rows for column in rows.columns)


def _is_day_first(component: Mapping[str, Any]) -> bool:
    return component.get("type") == "day" and component.get("dayFirst") is True


def _named(key: tuple[str | None, str]) -> str:
    grid, name = key
    return name if grid is None else f"{grid}[].{name}"
