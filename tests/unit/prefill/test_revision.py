"""What a revision says of itself, and what may overrule what."""

import gzip
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.consent.model import Grant
from chalicelib.kernel.events import from_json
from chalicelib.kernel.ids import (
    CatalogueHash,
    CitizenRef,
    ClientId,
    ConsentId,
    EventId,
    FormCode,
    ItemId,
    PersonalId,
    PrefillId,
    ProcedureCode,
    RegisterCode,
    organisation_id,
)
from chalicelib.prefill.model import Held, HeldPaper, Resolution
from chalicelib.prefill.revision import ATTEMPTS, Header, Opening, Revision, overruled
from chalicelib.prefill.sealed import Answered, answered_from_bytes, answered_to_bytes
from chalicelib.prefill.told import told
from chalicelib.sources.model import CallId, Reply
from tests.support.clock import START

AN, BINH = PersonalId("001090999001"), PersonalId("079193999002")
POPULATION = CallId(RegisterCode("population"), AN)
CIVIL_STATUS = CallId(RegisterCode("civil_status"), AN)
ANSWERED = Reply(
    "answered", 40, START, {"name": {"full": "NGUYỄN VĂN AN"}}, record="DC-1", under_review=frozenset({"name"})
)
TIMED_OUT = Reply("timed_out", 2_000, START)
REFUSED = Reply("source_unavailable", 5, START, retry_after=30, fault="unreachable")
HELD = Held(ItemId("person.phone"), "0900000001", "typed", "D1", "$.phone", "m", "2026-11-22T02:00:00.000Z", "law")
PAPER = HeldPaper(
    "giay-to-tuy-than", "scan", "D2", "the-can-cuoc", "m", "2026-11-22T02:00:00.000Z", "law", None, "2030"
)
GRANT = Grant(ConsentId("C1"), frozenset({ItemId("person.full_name")}), START)
COMPANY = organisation_id("9900000104")
REPLIES = st.sampled_from([ANSWERED, TIMED_OUT, REFUSED])


def a_revision(attempt: int, civil_status: Reply) -> Revision:
    header = Header(
        PrefillId("P1"),
        CitizenRef("ref"),
        ClientId("motlan-portal"),
        ProcedureCode("1.000894"),
        FormCode("to-khai-ket-hon"),
        CatalogueHash("c" * 64),
        START,
    )
    replies = {POPULATION: ANSWERED, CIVIL_STATUS: civil_status}
    opening = Opening(AN, 2, {"groom": AN})
    return Revision(header, opening, 7, START, replies, Resolution({}), attempt=attempt)


def test_a_presumed_time_out_keeps_the_prefill_open() -> None:
    assert a_revision(1, TIMED_OUT).pending == ("civil_status",)
    assert a_revision(1, TIMED_OUT).status == "open"


@pytest.mark.parametrize("reply", [ANSWERED, REFUSED])
def test_an_answer_or_a_refusal_is_final(reply: Reply) -> None:
    assert a_revision(1, reply).status == "final"


def test_after_the_last_attempt_the_time_out_stands() -> None:
    assert a_revision(ATTEMPTS, TIMED_OUT).status == "final"


def test_the_first_completion_is_due_at_once_and_the_next_after_a_pause() -> None:
    assert a_revision(1, TIMED_OUT).due == START
    assert a_revision(2, TIMED_OUT).due == START + timedelta(seconds=30)


@given(REPLIES, REPLIES)
def test_only_a_presumption_is_overruled(before: Reply, late: Reply) -> None:
    after = overruled({CIVIL_STATUS: before}, {CIVIL_STATUS: late})[CIVIL_STATUS]
    assert after == (late if before.is_presumed else before)


def test_a_reply_to_what_was_not_asked_before_comes_in_as_it_is() -> None:
    assert overruled({CIVIL_STATUS: REFUSED}, {POPULATION: ANSWERED}) == {CIVIL_STATUS: REFUSED, POPULATION: ANSWERED}


@given(REPLIES)
def test_what_is_sealed_reads_back_as_itself(reply: Reply) -> None:
    revision = a_revision(2, reply)
    answered = Answered.of(
        replace(revision, held={AN: (HELD,), COMPANY: (HELD,)}, papers={AN: (PAPER,)}, grants={BINH: GRANT})
    )
    packed = answered_to_bytes(answered)
    assert answered_from_bytes(packed) == answered
    assert answered_to_bytes(answered) == packed
    assert answered.revision(revision.header, 7, START).attempt == 2


def test_a_revision_from_before_papers_were_kept_reads_as_one_without_any() -> None:
    answered = Answered.of(a_revision(1, ANSWERED))
    document = json.loads(gzip.decompress(answered_to_bytes(answered)))
    del document["papers"]
    assert answered_from_bytes(gzip.compress(json.dumps(document).encode())) == answered


def test_the_event_tells_codes_and_counts_and_no_person() -> None:
    event = told(a_revision(1, TIMED_OUT), EventId("E1"), START, cause="E0")
    assert event.kind == "prefill.incomplete"
    assert event.data["pending"] == ["civil_status"]
    assert from_json(event.to_json()) == event
    assert AN not in str(event.to_json())
    assert "NGUYỄN" not in str(event.to_json())
