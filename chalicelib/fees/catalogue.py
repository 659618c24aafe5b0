"""The rules of a published set, made once for each set that is live, and their digest."""

from chalicelib.definitions.model import Catalogue
from chalicelib.fees.definition import FEES
from chalicelib.fees.plan import Rules, rules_from
from chalicelib.kernel.canonical import digest


def rules_of(catalogue: Catalogue) -> Rules:
    """Return the fee rules of a set. Raises StoreUnavailable where some are still to be fetched."""
    return catalogue.derive("fees.rules", _rules)


def _rules(catalogue: Catalogue) -> Rules:
    hashes = [[code, catalogue.envelopes.entry((FEES.name, code)).hash] for code in catalogue.codes(FEES)]
    return rules_from(catalogue.all(FEES), digest(hashes))
