"""Whatever is wrong with any file of the set is refused, and told with its file, its place and its reason."""

import random
from collections import Counter
from itertools import groupby

import pytest

from chalicelib.bootstrap import KINDS
from chalicelib.definitions.check import validate
from chalicelib.definitions.load import Document
from chalicelib.definitions.model import RefusedSet
from tests.support.corruptions import Corruption, corruptions, whole
from tests.support.definitions import files, packaged_texts

_SEED = 20_260_722
_SAMPLE = 60


def kind_of(each: Corruption) -> str:
    return each.file.partition("/")[0]


def sampled() -> list[Corruption]:
    """Return one corruption of each sort of each kind, one of each file, and some of the others."""
    every = list(corruptions())
    dice = random.Random(_SEED)  # noqa: S311 - a sample, not a secret
    dice.shuffle(every)
    first = {(kind_of(each), each.sort): each for each in every} | {(each.file, ""): each for each in every}
    return [*first.values(), *every[:_SAMPLE]]


def untold(found: list[Corruption]) -> list[str]:
    wrong = []
    for each in found:
        faults = whole().faults(each.file, each.text)
        if not any(each.is_told_by(fault) for fault in faults):
            told = "; ".join(str(fault) for fault in faults[:3])
            wrong.append(f"{each.file}#{each.at}: {each.sort}: {told or 'passed'}")
    return wrong


def test_corruptions_are_made_of_every_file_and_every_sort_there_is() -> None:
    sorts = Counter(each.sort for each in corruptions())

    assert len(corruptions()) >= 300
    assert {each.file for each in corruptions()} == packaged_texts().keys()
    for sort in (
        "a dangling item", "a dangling reference", "a wrong type", "a bad path", "descent", "a duplicate", "a cycle",
        "a language missing", "a date overlap", "no sources", "no status", "an unknown key", "a bad code",
    ):  # fmt: skip
        assert sorts[sort], sort


def test_a_sample_of_all_corruptions_is_refused_with_file_place_and_reason() -> None:
    found = sampled()

    assert len(found) >= 300
    assert untold(found) == []


@pytest.mark.prove
def test_every_corruption_is_refused_with_file_place_and_reason() -> None:
    assert untold(list(corruptions())) == []


def test_the_whole_check_tells_what_reading_one_file_again_told() -> None:
    for kind, group in groupby(corruptions(), key=kind_of):
        each = next(group)
        texts = {document.file: document for document in files(units=kind == "units")}
        with pytest.raises(RefusedSet) as caught:
            validate([*{**texts, each.file: Document(each.file, each.text)}.values()], KINDS)
        assert any(each.is_told_by(fault) for fault in caught.value.faults), each
