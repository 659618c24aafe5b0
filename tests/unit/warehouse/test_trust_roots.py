"""Roots of trust as they are written: which certificates may be one, and where made-up ones are left out."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.definitions.check import validate
from chalicelib.definitions.load import SCHEMAS, Document, documents
from chalicelib.definitions.model import Catalogue, RefusedSet
from chalicelib.kernel.canonical import canonical
from chalicelib.warehouse.trust_definition import KINDS, roots_of
from infra.simulators import ca
from infra.simulators.certificates import ISSUING, Wanted, issue, new_key


def _validated(*written: dict[str, Any]) -> Catalogue:
    files = [Document(f"trust_roots/{each['code']}.json", canonical(each).decode()) for each in written]
    return validate(files, KINDS)


def _root(code: str = "thu", **body: object) -> dict[str, Any]:
    made = {"name": {"vi": "Gốc", "en": "Root"}, "certificate": ca.holder("root").pem, "vouches_for": "any"}
    return {
        "kind": "trust_roots", "code": code, "version": "1", "effective_from": "2026-11-22", "status": "confirmed",
        "sources": ["test"], "body": {**made, "synthetic": False, **body},
    }  # fmt: skip


def _packaged() -> Catalogue:
    return validate([each for each in documents(SCHEMAS) if each.file.startswith("trust_roots/")], KINDS)


def test_production_trusts_no_root_whose_key_is_public() -> None:
    assert roots_of(_packaged(), allows_synthetic=False) == ()


def test_elsewhere_the_simulated_authority_is_trusted_for_signatures_and_for_timestamps() -> None:
    found = {each.vouches_for: each.certificate for each in roots_of(_packaged(), allows_synthetic=True)}
    assert found == {"any": ca.holder("root").der, "timestamp": ca.holder("timestamp-root").der}


def test_a_real_root_is_trusted_everywhere() -> None:
    assert [each.name for each in roots_of(_validated(_root()), allows_synthetic=False)] == ["thu"]


_ENDED = datetime(2026, 1, 1, tzinfo=UTC)
_LEAF = issue(Wanted({"CN": "lá"}), new_key()).pem
_OLD = issue(Wanted({"CN": "cũ"}, ISSUING, is_ca=True, until=_ENDED), new_key()).pem
_DUMB = issue(Wanted({"CN": "x"}, frozenset({"digital_signature"}), is_ca=True), new_key()).pem


@pytest.mark.parametrize(
    ("certificate", "reason"),
    [
        (_LEAF, "basicConstraints"),
        (_DUMB, "keyUsage"),
        (_OLD, "expired"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "no X.509"),
        ("-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n", "no X.509"),
        ("AAAA", "pattern"),
    ],
)
def test_what_cannot_be_a_root_is_refused_with_its_reason(certificate: str, reason: str) -> None:
    with pytest.raises(RefusedSet) as refused:
        _validated(_root(certificate=certificate))
    assert any(reason in each.reason and each.pointer == "/body/certificate" for each in refused.value.faults)


def test_one_certificate_is_one_root() -> None:
    with pytest.raises(RefusedSet) as refused:
        _validated(_root("mot"), _root("hai"))
    assert len(refused.value.faults) == 1
