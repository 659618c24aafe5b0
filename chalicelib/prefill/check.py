"""Were locked values altered on their way through a browser? Pure; says nothing of values that are free to change.

What is missing, null, blank or hidden was not altered, nor was what only looks different: composed or decomposed
letters, another order of names, spaces. A filled list holds the same rows in any order.
"""

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.forms.model import Form
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import ItemId
from chalicelib.prefill.compare import Comparer, key_of, value_at
from chalicelib.prefill.model import Absent, Resolution
from chalicelib.prefill.places import found, steps
from chalicelib.vocabulary.model import Item, Normaliser


def differences(form: Form, items: Mapping[ItemId, Item], seen: Resolution, given: Json) -> tuple[str, ...]:
    """Return the locked fields whose given value differs from the one that was filled, in the form's order.

    `seen` is what the citizen sees, `given` the answers as the form's schema shapes them.
    """
    comparer = Comparer(form, items)
    return tuple(
        field.pointer
        for field in form.fields
        if seen.fields[field.pointer].locked and _is_altered(comparer, seen, field.pointer, given)
    )


def _is_altered(comparer: Comparer, seen: Resolution, pointer: str, given: Json) -> bool:
    value = found(given, pointer)
    if isinstance(value, Absent):
        return _is_replaced(given, pointer)
    if _is_nothing(value):
        return False
    columns, ours = comparer.columns(pointer), value_at(seen, pointer)
    if columns and isinstance(ours, list):
        return not (isinstance(value, list) and _same_rows(columns, ours, value))
    return not comparer.same(pointer, ours, value)


def _is_nothing(value: Json) -> bool:
    """Say whether a value says nothing: a browser sends blank text and empty containers for fields left alone."""
    return value is None or value in ({}, []) or (isinstance(value, str) and not value.strip())


def _is_replaced(given: Json, pointer: str) -> bool:
    """Say whether something else than an object stands on the way to a place: then its value was put away."""
    node = given
    for step in steps(pointer)[:-1]:
        if not isinstance(node, dict):
            break
        node = node.get(step)
    return node is not None and not isinstance(node, dict)


def _same_rows(columns: Mapping[str, Normaliser], ours: Sequence[Json], given: Sequence[Json]) -> bool:
    """Say whether each given row is one of ours, and each of ours is given once."""
    if len(ours) != len(given):
        return False
    # Each cell is put into its comparable form once, not once for every pair of rows.
    known = [_cells(columns, row) for row in ours]
    fits = [list(_fitting(each, _cells(columns, each), ours, known)) for each in given]
    taken: dict[int, int] = {}
    return all(_place(number, fits, taken, set()) for number in range(len(given)))


def _cells(columns: Mapping[str, Normaliser], row: Json) -> dict[str, str]:
    cells = ((column, rule, found(row, column)) for column, rule in columns.items())
    return {column: key_of(rule, cell) for column, rule, cell in cells if not isinstance(cell, Absent | None)}


def _fitting(
    row: Json, cells: Mapping[str, str], ours: Sequence[Json], known: Sequence[Mapping[str, str]]
) -> Iterator[int]:
    """Yield which of our rows a given one may be; a cell that we left empty is the citizen's."""
    if not isinstance(row, dict):
        yield from (at for at, mine in enumerate(ours) if mine == row)
        return
    for at, mine in enumerate(known):
        if all(mine.get(column, cell) == cell for column, cell in cells.items()):
            yield at


def _place(number: int, fits: Sequence[Sequence[int]], taken: dict[int, int], tried: set[int]) -> bool:
    """Find one of our rows for a given one, moving others where that helps (bipartite matching by augmenting paths)."""
    for at in fits[number]:
        if at in tried:
            continue
        tried.add(at)
        if at not in taken or _place(taken[at], fits, taken, tried):
            taken[at] = number
            return True
    return False
