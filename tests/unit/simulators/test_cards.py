"""Drawn cards: the service reads from the photo what stands in the code, and there are none of people without one."""

from pathlib import Path

import pytest

from chalicelib.papers.model import Opened
from chalicelib.papers.service import RealPapers
from infra.simulators.cards import payload
from infra.simulators.cli import main
from tests.support.people import PEOPLE

BY_NUMBER = {each.personal_id: each for each in PEOPLE}
WITH_CARD, WITHOUT = "001212999015", "001321999016"


def test_the_code_on_a_drawn_card_is_read_as_it_was_written(tmp_path: Path) -> None:
    target = tmp_path / "card.jpg"
    assert main(["card", WITH_CARD, str(target)]) == 0
    papers = RealPapers()
    opened = papers.open(target.read_bytes(), "image/jpeg")
    assert isinstance(opened, Opened)
    assert papers.codes(opened) == (payload(BY_NUMBER[WITH_CARD]),)


@pytest.mark.parametrize(("number", "words"), [(WITHOUT, "has no card"), ("001090999888", "no made-up citizen")])
def test_who_has_no_card_gets_none(tmp_path: Path, capsys: pytest.CaptureFixture[str], number: str, words: str) -> None:
    target = tmp_path / "card.jpg"
    assert main(["card", number, str(target)]) == 1
    assert words in capsys.readouterr().err
    assert not target.exists()
