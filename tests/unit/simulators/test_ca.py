"""The simulated certification authority: what it signs holds by the roots that are shipped, and by no others."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.papers.model import Root
from chalicelib.papers.signatures import verify
from chalicelib.warehouse.model import assurance_of
from infra.simulators import ca
from infra.simulators.cli import main
from tests.support.signed_pdf_changes import paper

ROOTS = (
    Root("signatures", ca.holder("root").der, "any"),
    Root("timestamps", ca.holder("timestamp-root").der, "timestamp"),
)
LONG_AFTER = datetime(2055, 1, 1, tzinfo=UTC)
AT = datetime(2026, 11, 22, tzinfo=UTC)


def test_a_person_and_an_agency_make_an_electronic_original() -> None:
    answers = verify(ca.sign_pdf(ca.sign_pdf(paper(), "person", AT), "agency", AT), ROOTS, AT)
    assert assurance_of(answers) == "original_electronic"
    assert {(each.at, each.at_proved) for each in answers} == {(AT, True)}


def test_what_it_signs_without_a_timestamp_claims_its_moment_only() -> None:
    (answer,) = verify(ca.sign_pdf(paper(), "agency", AT, stamp=False), ROOTS, LONG_AFTER)
    assert (answer.is_valid, answer.at, answer.at_proved) == (True, AT, False)


@pytest.mark.parametrize("who", ca.WHO)
def test_nobody_trusts_it_without_its_roots(who: ca.Who) -> None:
    assert [each.trust for each in verify(ca.sign_pdf(paper(), who, AT), (), AT)] == ["untrusted"]


def test_the_command_line_signs_a_file(tmp_path: Path) -> None:
    source, target = tmp_path / "in.pdf", tmp_path / "out.pdf"
    source.write_bytes(paper())
    assert main(["sign-pdf", str(source), str(target), "--as", "agency"]) == 0
    assert assurance_of(verify(target.read_bytes(), ROOTS, LONG_AFTER)) == "certified_copy"
