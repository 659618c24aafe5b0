"""Find a procedure, and read what a form asks. Must not know HTTP, or anything of a person."""

from collections.abc import Mapping
from typing import Protocol

from chalicelib.definitions.model import Catalogue
from chalicelib.forms.definition import FORMS, LIFE_EVENTS, PROCEDURES
from chalicelib.forms.model import Form, LifeEvent, Procedure
from chalicelib.forms.procedure_checks import DOCUMENT
from chalicelib.forms.search import Search, Wanted
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import FormCode, ItemId, ProcedureCode
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
    """A procedure with the names of what it speaks of, and the notice to show where it is not fully verified."""

    procedure: Procedure
    notice: Text | None
    life_events: tuple[LifeEvent, ...]
    documents: Mapping[str, Text]


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

    def page(self, wanted: Wanted, after: ProcedureCode | None, limit: int) -> ProcedurePage:
        """Return up to `limit` procedures after a code, in order of code; only those shown are opened."""
        catalogue = self.definitions.current()
        found = catalogue.derive("procedures by words", _search).page(wanted, after, limit)
        shown = tuple(_view(catalogue, catalogue.get(PROCEDURES, code)) for code in found.codes)
        return ProcedurePage(shown, found.next_after)

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
    words = vocabulary(catalogue)
    documents = {code: words.texts[f"{DOCUMENT}{code}"] for code in procedure.documents}
    events = tuple(catalogue.get(LIFE_EVENTS, code) for code in procedure.life_events)
    return ProcedureView(procedure, words.notice(procedure.status), events, documents)


def _search(catalogue: Catalogue) -> Search:
    return Search((code, catalogue.brief(PROCEDURES, code)) for code in catalogue.codes(PROCEDURES))
