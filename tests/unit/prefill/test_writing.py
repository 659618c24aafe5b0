"""The end of what one prefill takes: said before anything is asked or written."""

from dataclasses import replace
from random import Random

import pytest

from chalicelib.prefill.port import PrefillFull
from chalicelib.prefill.revision import MOST_REVISIONS
from chalicelib.prefill.writing import Change
from tests.support.office import Office
from tests.support.orders import ORDERS


def test_a_prefill_that_was_changed_too_often_takes_no_more_and_no_register_is_asked() -> None:
    office, asked = Office(Random(4)), next(iter(ORDERS.values()))  # noqa: S311 - dice for a rehearsal
    office.store.strike = lambda _: None
    office.store.grants = asked.grants
    revision = office.prefills.open(asked.who, asked.order, {}, None).revision
    states, change = office.store.states[revision.header.id], Change(asked.who, revision.header.id)
    states[-1] = replace(revision, number=MOST_REVISIONS)
    questions = office.questions
    with pytest.raises(PrefillFull):
        office.refreshing.refresh(change, 2_500)
    assert (office.questions, len(states)) == (questions, 2)
