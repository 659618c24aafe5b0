"""Every attack file is refused, for its own reason and no other, and no bomb goes off on the way."""

import pytest

from chalicelib.papers.model import Limits, Opened, Refused
from chalicelib.papers.service import RealPapers
from chalicelib.warehouse.port import Arrived
from tests.support.attack_files import Attack, attack_files
from tests.support.honest_files import honest_files, pdf_of
from tests.support.malware import EicarScanner

ATTACKS = attack_files()
HONEST = {each.name: each for each in honest_files()}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_is_refused_for_its_own_reason(attack: Attack) -> None:
    verdict = RealPapers().open(attack.body, attack.declared)

    if attack.reason == "malware":
        assert isinstance(verdict, Opened)
        assert EicarScanner().scan(Arrived("in/1/1", "1", len(attack.body)), attack.body) == "infected"
    else:
        assert isinstance(verdict, Refused)
        assert verdict.reason == attack.reason, verdict


def test_there_are_enough_attacks_and_each_has_a_name_of_its_own() -> None:
    assert len({each.name for each in ATTACKS}) == len(ATTACKS) >= 60


@pytest.mark.parametrize(
    ("name", "limits", "reason"),
    [
        ("photo of a phone", Limits(pixels=320 * 200 - 1), "image_too_large"),
        ("photo of a phone", Limits(side=319), "image_too_large"),
        ("scan in PNG", Limits(pixels=320 * 200 - 1), "image_too_large"),
        ("PDF of three pages", Limits(pages=2), "pdf_too_many_pages"),
        ("PDF", Limits(unpacked=100_000), "pdf_too_large"),
        ("PDF in object streams", Limits(unpacked=300), "pdf_too_large"),
        ("JSON", Limits(depth=2), "json_too_deep"),
        ("XML", Limits(depth=1), "xml_too_deep"),
    ],
)
def test_it_is_the_limit_that_refuses_and_not_the_library(name: str, limits: Limits, reason: str) -> None:
    honest = HONEST[name]

    verdict = RealPapers(limits).open(honest.body, honest.media_type)

    assert isinstance(verdict, Refused)
    assert verdict.reason == reason


@pytest.mark.parametrize(
    ("name", "limits"),
    [
        ("photo of a phone", Limits(pixels=320 * 200, side=320)),
        ("PDF of three pages", Limits(pages=3)),
        ("JSON", Limits(depth=3)),
        ("XML", Limits(depth=2)),
    ],
)
def test_a_file_at_the_limit_is_taken(name: str, limits: Limits) -> None:
    honest = HONEST[name]

    assert isinstance(RealPapers(limits).open(honest.body, honest.media_type), Opened)


def test_a_refusal_says_nothing_out_of_the_file() -> None:
    for attack in ATTACKS:
        verdict = RealPapers().open(attack.body[:5_000], attack.declared)
        if isinstance(verdict, Refused):
            assert len(verdict.detail) < 40
            assert "alert" not in verdict.detail


def test_many_drawings_that_are_not_nested_are_no_bomb() -> None:
    assert isinstance(RealPapers().open(pdf_of(60), "application/pdf"), Opened)
