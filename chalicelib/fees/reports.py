"""What is told of the rules themselves: how well fees are known, what runs out, and whose fee a new set changes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from chalicelib.definitions.model import Catalogue, Fault, RefusedSet
from chalicelib.definitions.service import Definitions
from chalicelib.fees.answer import Pricing
from chalicelib.fees.coverage import Fees, ProvinceCoverage, coverage
from chalicelib.fees.definition import FEES
from chalicelib.fees.diff import Difference, difference, rules_of
from chalicelib.fees.model import Case
from chalicelib.fees.radar import Radar, radar
from chalicelib.fees.reckon import priced
from chalicelib.fees.service import VIETNAM, Asked, stated
from chalicelib.kernel.canonical import JsonObject
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import Corrupt, FieldProblem, Unprocessable
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import CatalogueHash, ProcedureCode
from chalicelib.vocabulary.model import Text
from chalicelib.vocabulary.unit_tables import units_of

_NEVER_STALE = 10**6
"""Days: this report is about what ends; what was not looked at for long is for the command line."""


class NoSuchProvince(Unprocessable):
    """There is no such province now."""

    code = "no_such_province"


class NotAFeeFile(Unprocessable):
    """The document says that it is a definition of another kind."""

    code = "not_a_fee_file"


class NoSuchCatalogue(Unprocessable):
    """No set of that hash was published."""

    code = "no_such_catalogue"


@dataclass(frozen=True, slots=True)
class Covered:
    """The report, with the day and the set it is of."""

    on: date
    catalogue: CatalogueHash
    provinces: tuple[ProvinceCoverage, ...]


@dataclass(frozen=True, slots=True)
class Reports:
    """The use cases of policy authors, and of anybody who wants to know how far to trust a fee.

    `procedures` names the published procedures of a set.
    """

    definitions: Definitions
    clock: Clock
    procedures: "Procedures"

    def covered(self, province: str | None) -> Covered:
        """Return how well fees are known today in one province, or in each. Raises NoSuchProvince."""
        catalogue, on = self.definitions.current(), self.today()
        units = units_of(catalogue)
        known = [each.code for each in units.provinces.all_at(on)]
        if province is not None and province not in known:
            raise NoSuchProvince(FieldProblem("/query/province", NoSuchProvince.code))

        def province_of(commune: str) -> str | None:
            found = units.commune_at(commune, on)
            return None if found is None else found.province

        fees = Fees(catalogue.all(FEES), self.procedures(catalogue), province_of)
        wanted = known if province is None else [province]
        return Covered(on, catalogue.hash, coverage(fees, wanted, on))

    def ending(self, days: int) -> tuple[CatalogueHash, Radar]:
        """Return the legal bases in force today that end within so many days."""
        catalogue = self.definitions.current()
        return catalogue.hash, radar(catalogue.all(FEES), self.today(), days, _NEVER_STALE)

    def changed(self, before: CatalogueHash, after: CatalogueHash, asked: Sequence[Asked]) -> Difference:
        """Return whose fee changes from one published set to another.

        Cases are read by the later set's names. Raises NoSuchCatalogue, and what `stated` does, with the case's place.
        """
        old, new = self._set("before", before), self._set("after", after)
        at = self.clock.now()
        cases = [_stated(new, number, each, at) for number, each in enumerate(asked)]
        sides = [rules_of(each.all(FEES), _pricer(each)) for each in (old, new)]
        return difference(sides[0], sides[1], cases)

    def faults(self, document: JsonObject) -> tuple[CatalogueHash, tuple[Fault, ...]]:
        """Return what is wrong with a fee file, held against the live set that it would join or replace a file of.

        Nothing is kept and nothing published. Raises NotAFeeFile where it says that it is something else.
        """
        if document.get("kind") != FEES.name:
            raise NotAFeeFile(FieldProblem("/document/kind", NotAFeeFile.code))
        catalogue = self.definitions.current()
        name = f"{FEES.name}/{document.get('code')}.json"
        try:
            self.definitions.tried(name, document)
        except RefusedSet as refused:
            return catalogue.hash, tuple(each for each in refused.faults if each.file == name)
        return catalogue.hash, ()

    def today(self) -> date:
        """Return the day in Viet Nam."""
        return self.clock.now().astimezone(VIETNAM).date()

    def _set(self, side: str, catalogue: CatalogueHash) -> Catalogue:
        try:
            return self.definitions.at(catalogue)
        except Corrupt as error:
            raise NoSuchCatalogue(FieldProblem(f"/{side}", NoSuchCatalogue.code)) from error


class Procedures(Protocol):
    """What procedures are published: fees look no further than their names."""

    def __call__(self, catalogue: Catalogue) -> Mapping[ProcedureCode, Text]:
        """Return the names of a set's procedures, by code."""
        ...


def _pricer(catalogue: Catalogue) -> Callable[[Case], Pricing]:
    return lambda case: priced(catalogue, case)


def _stated(catalogue: Catalogue, number: int, asked: Asked, at: datetime) -> Case:
    try:
        return stated(catalogue, asked, at)
    except Unprocessable as error:
        placed = (FieldProblem(f"/cases/{number}{each.pointer}", each.code) for each in error.problems)
        raise type(error)(*placed) from error
