"""Cursors cannot be made or changed by who carries them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.canonical import JsonObject
from chalicelib.web.errors import BadCursor
from chalicelib.web.paging import Cursors

CURSORS = Cursors(b"a key of this stage")
POSITION: JsonObject = {"sk": "entry#00000012", "n": 7}


@given(st.dictionaries(st.text(max_size=9), st.text(max_size=9) | st.integers(-9, 9) | st.booleans(), max_size=4))
def test_a_position_comes_back_as_it_was(position: JsonObject) -> None:
    assert CURSORS.decode("log", CURSORS.encode("log", position)) == position


def test_every_single_changed_letter_is_refused() -> None:
    cursor = CURSORS.encode("log", POSITION)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for place, letter in enumerate(cursor):
        for other in letters:
            if other != letter:
                with pytest.raises(BadCursor):
                    CURSORS.decode("log", cursor[:place] + other + cursor[place + 1 :])


@given(st.text(max_size=80))
def test_made_up_cursors_are_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        CURSORS.decode("log", text)


def test_a_cursor_holds_for_its_list_and_key_only() -> None:
    cursor = CURSORS.encode("log of one", POSITION)
    for cursors, scope in ((CURSORS, "log of another"), (Cursors(b"another key"), "log of one")):
        with pytest.raises(BadCursor):
            cursors.decode(scope, cursor)
