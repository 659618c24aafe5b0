"""How often a card's code is read, over a seeded grid of photos: every single hardship always, many at once mostly."""

import random
from typing import Final

import pytest

from chalicelib.papers.codes import read_codes
from chalicelib.papers.model import Opened
from tests.support.cards import CARD_HOLDERS, Shot, citizen_payload, photo

_SEED: Final = 20_261_123
SINGLE: Final = (
    *(Shot(rotate=angle) for angle in (0, 7, 45, 90, 137, 180, 270, 311)),
    *(Shot(blur=blur) for blur in (0.6, 1.0, 1.5)),
    *(Shot(light=light) for light in (0.5, 0.35, 0.2)),
    *(Shot(perspective=part) for part in (0.05, 0.1, 0.15)),
    *(Shot(scale=scale) for scale in (0.5, 0.75, 1.5, 2.5)),
    *(Shot(jpeg_quality=quality) for quality in (60, 35, 25)),
)


def is_read(shot: Shot, payload: str) -> bool:
    return read_codes(Opened("image/jpeg", photo(payload, shot))) == (payload,)


def mixed(dice: random.Random, seed: int) -> Shot:
    return Shot(
        rotate=dice.uniform(0, 360),
        blur=dice.uniform(0, 1.4),
        perspective=dice.uniform(0, 0.12),
        scale=dice.choice([0.6, 0.8, 1.0, 1.5]),
        jpeg_quality=dice.randrange(35, 95),
        light=dice.uniform(0.3, 1.2),
        seed=seed,
    )


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.prove)])
def test_no_single_hardship_hides_a_code(every: int) -> None:
    lost = [
        shot for place, shot in enumerate(SINGLE[::every]) for person in CARD_HOLDERS[place % 3 :: 10]
        if not is_read(shot, citizen_payload(person))
    ]  # fmt: skip

    assert lost == []


@pytest.mark.parametrize("many", [10, pytest.param(60, marks=pytest.mark.prove)])
def test_of_photos_with_every_hardship_at_once_nine_in_ten_are_read(many: int) -> None:
    dice = random.Random(_SEED)  # noqa: S311 - a sample, not a secret
    shots = [(mixed(dice, seed), citizen_payload(dice.choice(CARD_HOLDERS))) for seed in range(many)]
    lost = [shot for shot, payload in shots if not is_read(shot, payload)]

    assert len(lost) * 10 <= many, lost
