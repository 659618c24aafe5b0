"""Verdicts on crafted signed PDFs: every one as it must be, none from a file that was changed."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.papers.model import Signature
from chalicelib.papers.signatures import verify
from chalicelib.warehouse.model import assurance_of
from tests.support.signed_pdf_changes import RANGE
from tests.support.signed_pdf_people import EARLIER, NOW, SIGNED, roots
from tests.support.signed_pdfs import Verdict, every_case

CASES = every_case()


@cache
def _told(name: str) -> tuple[Signature, ...]:
    return verify(CASES[name].make(), roots(), NOW)


@pytest.mark.parametrize("name", CASES)
def test_each_crafted_file_gets_exactly_its_verdict(name: str) -> None:
    found = tuple(
        Verdict(each.integrity, each.trust, each.signer.kind if each.signer else None, each.at_proved, each.detail)
        for each in _told(name)
    )
    assert found == CASES[name].verdicts


@pytest.mark.parametrize("name", CASES)
def test_each_crafted_file_counts_for_exactly_as_much(name: str) -> None:
    assert assurance_of(_told(name)) == CASES[name].assurance


def test_there_are_enough_cases_of_either_outcome() -> None:
    counts = [case.assurance for case in CASES.values()]
    assert len(counts) >= 45
    assert counts.count("scan") >= 30
    assert len(counts) - counts.count("scan") >= 15


def _signed_first(pdf: bytes) -> list[int]:
    """Return where the bytes stand that the first signature covers."""
    _, first, second, rest = (int(each) for each in RANGE.findall(pdf)[0].split())
    return [*range(first), *range(second, second + rest)]


@given(st.sampled_from(["agency_with_timestamp", "both_shown_on_the_page", "document_timestamp_added"]), st.data())
def test_no_bit_flipped_under_a_signature_leaves_anything_valid(name: str, data: st.DataObject) -> None:
    pdf = CASES[name].make()
    at, bit = data.draw(st.sampled_from(_signed_first(pdf))), data.draw(st.integers(0, 7))
    broken = pdf[:at] + bytes([pdf[at] ^ (1 << bit)]) + pdf[at + 1 :]
    assert not any(each.is_valid for each in verify(broken, roots(), NOW))


@given(st.sampled_from(["agency_with_timestamp", "revoked_before_it_signed", "form_filled_as_allowed"]), st.data())
def test_nothing_put_in_or_cut_out_under_a_signature_leaves_anything_valid(name: str, data: st.DataObject) -> None:
    pdf = CASES[name].make()
    start, cut = data.draw(st.sampled_from(_signed_first(pdf))), data.draw(st.integers(0, 400))
    broken = pdf[:start] + data.draw(st.binary(max_size=40)) + pdf[start + cut :]
    assert broken.startswith(pdf) or not any(each.is_valid for each in verify(broken, roots(), NOW))


@given(st.binary(max_size=2000))
def test_bytes_that_are_no_pdf_are_unreadable(junk: bytes) -> None:
    assert [each.integrity for each in verify(junk + b"/ByteRange", roots(), NOW)] == ["unreadable"]


def test_without_a_root_nobody_is_trusted() -> None:
    assert [each.trust for each in verify(CASES["agency_alone"].make(), (), NOW)] == ["untrusted"]


def test_a_claimed_moment_is_told_and_not_believed() -> None:
    (claimed,), (proved,) = _told("agency_alone"), _told("agency_with_timestamp")
    assert (claimed.at, claimed.at_proved) == (SIGNED, False)
    assert (proved.at, proved.at_proved) == (SIGNED, True)


def test_a_document_timestamp_proves_its_own_moment_for_the_signatures_before_it() -> None:
    (answer,) = _told("expired_now_document_timestamped_while_valid")
    assert answer.at == SIGNED + timedelta(days=1)


def test_a_file_is_judged_at_the_moment_of_asking_where_nothing_proves_another() -> None:
    pdf = CASES["expired_now"].make()
    assert [each.trust for each in verify(pdf, roots(), SIGNED)] == ["trusted"]
    assert [each.trust for each in verify(pdf, roots(), NOW)] == ["expired"]
    assert [each.trust for each in verify(pdf, roots(), EARLIER - timedelta(days=9000))] == ["not_yet_valid"]


def test_the_signer_is_told_as_the_certificate_says() -> None:
    (answer,) = _told("through_an_intermediate")
    assert answer.signer is not None
    assert (answer.signer.name, answer.signer.organisation) == ("UBND PHƯỜNG THỬ", "UBND phường Thử")
    assert answer.signer.issuer == "Trung gian thử"
    assert len(answer.signer.certificate) == 64


def test_signatures_are_verified_in_threads_without_a_loop() -> None:
    pdf = CASES["person_then_agency"].make()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: verify(pdf, roots(), NOW), range(8)))
    assert found == [_told("person_then_agency")] * 8


def test_nothing_about_a_signer_is_written_anywhere(capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("root_that_nobody_configured", "expired_now", "digest_sha1", "text_added", "self_signed"):
        verify(CASES[name].make(), roots(), NOW)
    assert capfd.readouterr() == ("", "")


def test_an_unsigned_file_loads_no_library() -> None:
    code = (
        "import sys; from chalicelib.papers.signatures import verify; assert verify(b'%PDF-1.7', (), None) == ();"
        "assert not {'pyhanko', 'asn1crypto', 'cryptography'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
