"""Find a procedure, and read what a form asks. Must not know HTTP, or anything of a person."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from chalicelib.definitions.model import Catalogue
from chalicelib.forms.definition import FORMS, PROCEDURES
from chalicelib.forms.model import Form, Procedure
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.ids import FormCode, ItemId, ProcedureCode
from chalicelib.kernel.text import unmarked
from chalicelib.vocabulary.model import Item, Text
from chalicelib.vocabulary.service import vocabulary


class UnknownProcedure(NotFound):
    """No procedure of that code is published."""

    code = "unknown_procedure"


class UnknownForm(NotFound):
    """No form of that code is published."""

    code = "unknown_form"


class Live(Protocol):
    """Where the live set of definitions comes from."""

    def current(self) -> Catalogue:
        """Return the live set."""
        ...


@dataclass(frozen=True, slots=True)
class ProcedureView:
    """A procedure, and the notice to show with it where what it says is not fully verified."""

    procedure: Procedure
    notice: Text | None


@dataclass(frozen=True, slots=True)
class ProcedurePage:
    """Some procedures by code, and the code to go on after, if there are more."""

    procedures: tuple[ProcedureView, ...]
    next_after: ProcedureCode | None


@dataclass(frozen=True, slots=True)
class FormView:
    """A form with every item that it binds, and the set of definitions both stand in."""

    form: Form
    items: Mapping[ItemId, Item]
    catalogue: Catalogue


@dataclass(frozen=True, slots=True)
class Procedures:
    """The procedures and forms of the live set."""

    definitions: Live

    def page(self, search: str, after: ProcedureCode | None, limit: int) -> ProcedurePage:
        """Return up to `limit` procedures after a code, in order of code.

        Every word of `search` must stand in the code or in one of the names; marks, đ and case do not matter.
        """
        catalogue = self.definitions.current()
        index = catalogue.derive("procedures by words", _index)
        words = unmarked(search).split()
        start = 0 if after is None else bisect_right(index, after, key=lambda entry: entry[0])
        found: list[ProcedureCode] = []
        for code, text in index[start:]:
            if all(word in text for word in words):
                found.append(code)
            if len(found) > limit:
                break
        shown = tuple(_view(catalogue, catalogue.get(PROCEDURES, code)) for code in found[:limit])
        return ProcedurePage(shown, found[limit - 1] if len(found) > limit else None)

    def procedure(self, code: ProcedureCode) -> ProcedureView:
        """Return a procedure. Raises UnknownProcedure."""
        catalogue = self.definitions.current()
        found = catalogue.find(PROCEDURES, code)
        if found is None:
            raise UnknownProcedure
        return _view(catalogue, found)

    def form(self, code: FormCode) -> FormView:
        """Return a form and the items that it binds. Raises UnknownForm."""
        catalogue = self.definitions.current()
        found = catalogue.find(FORMS, code)
        if found is None:
            raise UnknownForm
        words = vocabulary(catalogue)
        return FormView(found, {item: words.item(item) for item in sorted(found.items)}, catalogue)


def _view(catalogue: Catalogue, procedure: Procedure) -> ProcedureView:
    return ProcedureView(procedure, vocabulary(catalogue).notice(procedure.status))


def _index(catalogue: Catalogue) -> tuple[tuple[ProcedureCode, str], ...]:
    # Straight from the written bodies: a search over thousands opens only the procedures that it shows.
    return tuple(
        (ProcedureCode(code), unmarked(f"{code} {' '.join(_names(catalogue, code))}"))
        for code in catalogue.codes(PROCEDURES)
    )


def _names(catalogue: Catalogue, code: str) -> tuple[str, ...]:
    match catalogue.envelopes["procedures", code].body:
        case {"name": {"vi": str(vi), "en": str(en)}}:
            return vi, en
        case _:
            return ()
