"""A spoilt cell is refused with file, row and column: every cell of every packaged table, in every way known."""

import json
from functools import cache
from typing import Any

import pytest

from chalicelib.definitions.model import Fault
from tests.support.corruptions import whole
from tests.support.definitions import packaged_texts
from tests.support.fee_mutations import Mutation, mutations

_TABLES = sorted(file for file in packaged_texts() if file.startswith("fees/"))
_LEAST = 200
_SAMPLE = 3
_LARGE = {"fees/dang-ky-xe.json", "fees/ly-lich-tu-phap.json"}


@cache
def _document(file: str) -> Any:  # noqa: ANN401 - JSON of any shape
    return json.loads(packaged_texts()[file])


def _spread(file: str, least: int) -> list[Mutation]:
    """Return at least so many of the file's mutations, evenly spread."""
    found = list(mutations(_document(file)))
    return found[:: max(len(found) // least, 1)]


def _faults(file: str, mutation: Mutation) -> list[Fault]:
    return whole().faults(file, json.dumps(mutation.document, ensure_ascii=False))


def _is_told(file: str, mutation: Mutation) -> bool:
    return any(each.file == file and each.pointer.startswith(mutation.at) for each in _faults(file, mutation))


@pytest.mark.prove
def test_every_packaged_table_can_be_spoilt_in_at_least_200_ways_a_table() -> None:
    for file in _TABLES:
        assert sum(1 for _ in mutations(_document(file))) >= _LEAST, file


@pytest.mark.parametrize("file", [pytest.param(file, marks=[pytest.mark.prove] * (file in _LARGE)) for file in _TABLES])
def test_a_spoilt_cell_is_refused_with_file_row_and_column(file: str) -> None:
    assert [(each.sort, each.at) for each in _spread(file, _SAMPLE) if not _is_told(file, each)] == []


@pytest.mark.prove
@pytest.mark.parametrize("file", _TABLES)
def test_at_least_200_spoilt_cells_are_refused_with_file_row_and_column(file: str) -> None:
    assert [(each.sort, each.at) for each in _spread(file, _LEAST) if not _is_told(file, each)] == []
