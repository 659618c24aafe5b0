"""Does a certificate lead to a configured root, and was it good then?

What says that a certificate was revoked counts however old it is, if its issuer signed it; where the file carries no
such thing nobody knows of a revocation. Nothing is fetched.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

from asn1crypto import tsp, x509
from cryptography.hazmat.primitives import hashes
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext, find_valid_path
from pyhanko_certvalidator.errors import (
    CRLValidationError,
    DisallowedAlgorithmError,
    ExpiredError,
    InvalidCertificateError,
    NotYetValidError,
    OCSPValidationError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    FreshnessReqType,
    RevocationCheckingPolicy,
)
from pyhanko_certvalidator.revinfo.validate_crl import verify_crl
from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from chalicelib.kernel.frozen import dataclass
from chalicelib.papers.model import Root, SignerKind, Trust
from chalicelib.papers.signatures_evidence import MOST, Evidence
from chalicelib.papers.signatures_strength import STRONG, is_strong_digest, weakness

_EVER: Final = CertRevTrustPolicy(
    RevocationCheckingPolicy.from_legacy("none"),
    freshness=timedelta(days=36_500),
    freshness_req_type=FreshnessReqType.MAX_DIFF_REVOCATION_VALIDATION,
)
_SIGNS: Final = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"},
    # Documents (RFC 9336, Microsoft, Adobe), mail and log-in, which authorities give signers of documents too.
    extd_key_usage={
        "1.3.6.1.5.5.7.3.36",
        "1.3.6.1.4.1.311.10.3.12",
        "microsoft_document_signing",
        "1.2.840.113583.1.1.5",
        "adobe_authentic_documents_trust",
        "email_protection",
        "client_auth",
    },
    explicit_extd_key_usage_required=False,
)
_STAMPS: Final = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"}, extd_key_usage={"time_stamping"}
)
_WHY: Final[tuple[tuple[type[Exception], Trust, str], ...]] = (
    (ExpiredError, "expired", ""),
    (NotYetValidError, "not_yet_valid", ""),
    (DisallowedAlgorithmError, "untrusted", "weak_chain"),
    (InvalidCertificateError, "untrusted", "certificate"),
    (PathBuildingError, "untrusted", "no_chain"),
    (ValidationError, "untrusted", "chain"),
    (ValueError, "untrusted", "chain"),
)
_Says: TypeAlias = Callable[[x509.Certificate, ValidationPath, ValidationContext], Awaitable[Any]]
_TOLERANCE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Judge:
    """The roots, and the moment of asking."""

    roots: tuple[Root, ...]
    at: datetime

    async def signer(
        self, embedded: EmbeddedPdfSignature, kind: SignerKind, evidence: Evidence, moment: datetime
    ) -> tuple[Trust, str]:
        """Say whether the signer's certificate was good at that moment, and in a code why not."""
        if weak := weakness(embedded.signer_info, embedded.signer_cert):
            return "untrusted", weak
        chain = _Chain(embedded.signer_cert, tuple(embedded.other_embedded_certs), evidence, moment)
        mine = tuple(each for each in self.roots if each.vouches_for in {kind, "any"})
        others = tuple(each for each in self.roots if each not in mine)
        found = await chain.leads_to(mine, _SIGNS)
        if found[0] == "untrusted" and others and (await chain.leads_to(others, _SIGNS))[0] != "untrusted":
            return "wrong_use", "root"
        return found

    async def stamp(
        self,
        token: Any,  # noqa: ANN401 - asn1crypto has no types
        imprint: Callable[[str], bytes],
        evidence: Evidence,
        moment: datetime,
    ) -> datetime | None:
        """Return the time that a timestamp token proves of those bytes, None when it proves nothing."""
        info = token["encap_content_info"]["content"].parsed
        if not isinstance(info, tsp.TSTInfo) or not _is_over(info, imprint) or not _is_signed(token):
            return None
        known = extract_certs_for_validation(token)
        if weakness(token["signer_infos"][0], known.signer_cert):
            return None
        chain = _Chain(known.signer_cert, tuple(known.other_certs), evidence, moment)
        trust, _ = await chain.leads_to(tuple(e for e in self.roots if e.vouches_for == "timestamp"), _STAMPS)
        when = info["gen_time"].native.astimezone(UTC)
        return when if trust == "trusted" and when <= moment + _TOLERANCE else None


@dataclass(frozen=True, slots=True)
class _Chain:
    """A certificate with what may link it to a root, at a moment."""

    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    evidence: Evidence
    moment: datetime

    async def leads_to(self, roots: tuple[Root, ...], usage: KeyUsageConstraints) -> tuple[Trust, str]:
        """Say whether it leads to one of the roots, and may be used so."""
        context = self._context(roots)
        paths = context.path_builder.async_build_paths_lazy(self.certificate)
        try:
            path = await find_valid_path(self.certificate, paths, validation_context=context)
        except tuple(sort for sort, _, _ in _WHY) as error:
            return next((trust, why) for sort, trust, why in _WHY if isinstance(error, sort))
        if await self._is_revoked(path, roots):
            return "revoked", ""
        return self._used_well(usage) or _in_its_time(path.trust_anchor, self.moment)

    def _context(
        self, roots: tuple[Root, ...], crls: Sequence[Any] = (), ocsps: Sequence[Any] = ()
    ) -> ValidationContext:
        return ValidationContext(
            trust_roots=[x509.Certificate.load(each.certificate) for each in roots],
            other_certs=[*self.others[:MOST], *self.evidence.certificates],
            moment=self.moment,
            crls=crls,
            ocsps=ocsps,
            revinfo_policy=_EVER,
            allow_fetching=False,
            algorithm_usage_policy=STRONG,
        )

    async def _is_revoked(self, path: ValidationPath, roots: tuple[Root, ...]) -> bool:
        """Ask each list and each reply by itself: the library is content with the first that knows nothing."""
        asked: list[tuple[_Says, ValidationContext]]
        asked = [(verify_crl, self._context(roots, crls=[each])) for each in self.evidence.crls]
        asked += [(verify_ocsp_response, self._context(roots, ocsps=[each])) for each in self.evidence.ocsps]
        for certificate in path.iter_certs(include_root=False):
            for says, context in asked:
                try:
                    await says(certificate, path, context)
                except RevokedError:
                    return True
                except (CRLValidationError, OCSPValidationError, ValidationError, ValueError):
                    continue
        return False

    def _used_well(self, usage: KeyUsageConstraints) -> tuple[Trust, str] | None:
        try:
            usage.validate(self.certificate)
        except InvalidCertificateError:
            return "wrong_use", "key_usage"
        return None


def _in_its_time(anchor: Any, moment: datetime) -> tuple[Trust, str]:  # noqa: ANN401 - as above
    """Hold the root to its own days as well, which RFC 5280 leaves to whoever trusts it."""
    validity = anchor.authority.certificate["tbs_certificate"]["validity"]
    if moment > validity["not_after"].native:
        return "expired", "root"
    return ("not_yet_valid", "root") if moment < validity["not_before"].native else ("trusted", "")


def _is_over(info: Any, imprint: Callable[[str], bytes]) -> bool:  # noqa: ANN401 - asn1crypto has no types
    named = info["message_imprint"]["hash_algorithm"]
    if not is_strong_digest(named):
        return False
    return bool(info["message_imprint"]["hashed_message"].native == imprint(named["algorithm"].native))


def _is_signed(token: Any) -> bool:  # noqa: ANN401 - as above
    signer = token["signer_infos"][0]
    digest = hashes.Hash(get_pyca_cryptography_hash(signer["digest_algorithm"]["algorithm"].native))
    digest.update(bytes(token["encap_content_info"]["content"]))
    certificate = extract_certs_for_validation(token).signer_cert
    return all(validate_sig_integrity(signer, certificate, "tst_info", digest.finalize()))
