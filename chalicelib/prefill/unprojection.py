"""The data of a portal's own form back in our places. Pure, and the exact inverse of `projection`."""

from collections.abc import Mapping
from typing import Final

from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.errors import FieldProblem, InvalidValue
from chalicelib.prefill.answers import InvalidAnswer
from chalicelib.prefill.model import ABSENT, Absent
from chalicelib.prefill.places import found, put
from chalicelib.prefill.projected_values import read
from chalicelib.prefill.projection import Place, Projection, Rows, above

_MOST_PROBLEMS: Final = 50


def unproject(projection: Projection, data: Json) -> dict[str, Json | Absent]:
    """Return what their data says of our places, by pointer; what is there but empty is ABSENT.

    Keys that the projection does not know are the portal's own and are passed over. A row that names cells and fills
    none is the blank row of an empty grid, and no row. Raises InvalidAnswer with the places in their data.
    """
    said: dict[str, Json | Absent] = {}
    problems: list[FieldProblem] = []
    for place in projection.places:
        said |= _read_place(place, projection, data, problems)
    for rows in projection.rows:
        said |= _read_rows(rows, projection, data, problems)
    if problems:
        raise InvalidAnswer(*problems[:_MOST_PROBLEMS])
    return said


def answers_of(projection: Projection, data: Json) -> JsonObject:
    """Return their data as our form's schema shapes answers; what is empty is left out. Raises as `unproject`."""
    document: JsonObject = {}
    for at, value in unproject(projection, data).items():
        if not isinstance(value, Absent):
            put(document, at, value)
    return document


def in_their_places(projection: Projection, problems: tuple[FieldProblem, ...]) -> tuple[FieldProblem, ...]:
    """Return problems with answers where they stand in their data; one of a place that they do not have stays."""
    return tuple(FieldProblem(_their_place(projection, each.pointer), each.code) for each in problems)


def _read_place(
    place: Place, projection: Projection, data: Json, problems: list[FieldProblem], above: str = ""
) -> dict[str, Json | Absent]:
    at = projection.at(place.key)
    given = found(data, at)
    if isinstance(given, Absent):
        return {}
    try:
        return {place.pointer: read(given, place.writing, place.values)}
    except InvalidValue:
        problems.append(FieldProblem(above + at, "not_allowed" if place.values else "invalid_value"))
        return {}


def _read_rows(
    rows: Rows, projection: Projection, data: Json, problems: list[FieldProblem]
) -> dict[str, Json | Absent]:
    at = projection.at(rows.key)
    given = found(data, at)
    if isinstance(given, Absent):
        return {}
    if given is None:
        return {rows.pointer: ABSENT}
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        problems.append(FieldProblem(at, "wrong_type"))
        return {}
    read_back: list[Json] = []
    for number, row in enumerate(given):
        cells: dict[str, Json | Absent] = {}
        for column in rows.columns:
            cells |= _read_place(column, projection, row, problems, f"{at}/{number}")
        if not cells or any(not isinstance(cell, Absent) for cell in cells.values()):
            read_back.append(_row_of(cells))
    return {rows.pointer: read_back}


def _row_of(cells: Mapping[str, Json | Absent]) -> JsonObject:
    row: JsonObject = {}
    for at, cell in cells.items():
        if not isinstance(cell, Absent):
            put(row, at, cell)
    return row


def _their_place(projection: Projection, at: str) -> str:
    for rows in projection.rows:
        if at.startswith(f"{rows.pointer}/"):
            number, _, cell = at[len(rows.pointer) + 1 :].partition("/")
            key = next((each.key for each in rows.columns if each.pointer == f"/{cell}"), None)
            return projection.at(rows.key) + f"/{number}" + ("" if key is None else projection.at(key))
        if at == rows.pointer:
            return projection.at(rows.key)
    ways = above(at)
    keys = {place.pointer: place.key for place in projection.places}
    return next((projection.at(keys[way]) + at[len(way) :] for way in ways if way in keys), at)
