"""When was it signed? What the timestamps (dấu thời gian) in a file prove, if a root for timestamps stands behind."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from asn1crypto import core
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter, message_imprint_checker
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from chalicelib.kernel.frozen import dataclass
from chalicelib.papers.signatures_evidence import Evidence
from chalicelib.papers.signatures_integrity import wrong_range
from chalicelib.papers.signatures_trust import Judge

_MOST_TOKENS: Final = 4


@dataclass(frozen=True, slots=True)
class Stamps:
    """The timestamps of a file: from when on which revision was there, by document timestamps, the last one first.

    Each is judged at the moment that a later one proves, the last one at the moment of asking (PAdES, ETSI EN 319 142-1
    §5.5), so that a file that is stamped anew in time stays proved.
    """

    judge: Judge
    evidence: Evidence
    chain: tuple[tuple[int, datetime], ...] = ()

    @classmethod
    async def read(
        cls, pdf: bytes, embedded: Sequence[EmbeddedPdfSignature], judge: Judge, evidence: Evidence
    ) -> "Stamps":
        """Read the document timestamps."""
        chain: list[tuple[int, datetime]] = []
        moment = judge.at
        for each in reversed([one for one in embedded if one.sig_object_type == "/DocTimeStamp"]):
            try:
                when = await _document_stamp(pdf, each, (judge, evidence, moment))
            except Exception:  # noqa: BLE001 - what cannot be read proves nothing
                when = None
            if when is not None:
                moment = min(moment, when)
                chain.append((each.signed_revision, moment))
        return cls(judge, evidence, tuple(chain))

    async def proved(self, embedded: EmbeddedPdfSignature) -> datetime | None:
        """Return the earliest moment at which the signature is proved to have been there; None when there is none."""
        later = [when for revision, when in self.chain if revision > embedded.signed_revision]
        moment = min(later, default=self.judge.at)
        for token in self._tokens(embedded):
            try:
                over = message_imprint_checker(embedded.signer_info)
                when = await self.judge.stamp(token, over, self.evidence, moment)
            except Exception:  # noqa: BLE001 - as above
                when = None
            if when is not None:
                return when
        return min(later, default=None)

    def _tokens(self, embedded: EmbeddedPdfSignature) -> Iterator[Any]:
        if isinstance(embedded.signer_info["unsigned_attrs"], core.Void):
            return
        yield from list(extract_tst_data_iter(embedded.signer_info, signed=False))[:_MOST_TOKENS]


async def _document_stamp(
    pdf: bytes, embedded: EmbeddedPdfSignature, by: tuple[Judge, Evidence, datetime]
) -> datetime | None:
    judge, evidence, moment = by
    if wrong_range(pdf, embedded):
        return None
    if embedded.evaluate_signature_coverage() < SignatureCoverageLevel.ENTIRE_REVISION:
        return None
    return await judge.stamp(embedded.signed_data, embedded.compute_digest, evidence, moment)
