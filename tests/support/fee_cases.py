"""Cases of the packaged fee rules: of the payer all is verified, and nothing is special but what the case says."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Final, NamedTuple, TypeAlias

from chalicelib.bootstrap import KINDS
from chalicelib.definitions.load import documents, scan
from chalicelib.fees.answer import Priced, Pricing
from chalicelib.fees.catalogue import rules_of
from chalicelib.fees.evaluate import price
from chalicelib.fees.model import Case, Channel, Fact, Row, RowRef, Used
from chalicelib.fees.plan import Rules
from chalicelib.kernel.ids import ProcedureCode

HANOI, HCMC, DONG_NAI, CA_MAU = "01", "79", "75", "96"
NOBODY: Final[Mapping[str, Used]] = {}
Said: TypeAlias = Mapping[str, bool | int | str]
NOTHING: Final[Said] = {}
_USUAL: Final[Mapping[str, bool | int]] = {"bool": False, "int": 30}


class At(NamedTuple):
    """Where, when and how a dossier is filed."""

    on: str
    channel: Channel = "counter"
    province: str = CA_MAU


@cache
def packaged() -> Rules:
    """Return the packaged fee rules."""
    return rules_of(scan((each for each in documents() if each.file.startswith("fees/")), KINDS))


def due(
    procedure: str, at: At, said: Said = NOTHING, used: Mapping[str, Used] | None = NOBODY, without: str = ""
) -> Pricing:
    """Price a case; `without` is a fact that nobody knows."""
    inputs = packaged().inputs(ProcedureCode(procedure))
    assert not said.keys() - inputs.keys(), "the case says what no rule goes by"
    facts: dict[str, Fact] = {}
    quantities = {"bank_charge": 0, "returns_by_post": 0}
    for name, each in inputs.items():
        if each.source.by == "quantity":
            quantities[name] = int(said.get(name, quantities.get(name, each.low)))
            continue
        value = said.get(name, 1 if each.source.by == "identity_level" else _USUAL.get(each.type))
        if value is not None and name != without:
            facts[name] = Fact(value, "verified")
    case = Case(
        ProcedureCode(procedure), date.fromisoformat(at.on), at.channel, at.province, "00000", quantities, facts, used
    )
    return price(packaged(), case)


def only(pricing: Pricing) -> Priced:
    """Return the one line that is due to the State."""
    (found,) = (each for each in pricing.lines if each.line.kind in {"phi", "le_phi"})
    return found


def row(ref: RowRef) -> Row:
    """Return a row by its name."""
    (found,) = (each for each in packaged().files[ref.file].rows if each.id == ref.row)
    return found
