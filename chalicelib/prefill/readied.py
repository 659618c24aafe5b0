"""What a procedure takes of a citizen who has a prefill: told from it. Calls no register and writes nothing."""

from typing import Protocol

from chalicelib.kernel.errors import FieldProblem, Unprocessable
from chalicelib.kernel.ids import PrefillId
from chalicelib.prefill.job import Order, Shown, Who
from chalicelib.prefill.readiness import Readiness, with_answers


class PrefillMismatch(Unprocessable):
    """The prefill is of another procedure, another form or other people than the request names."""

    code = "prefill_mismatch"


class Shows(Protocol):
    """Where prefills are read."""

    def show(self, who: Who, prefill: PrefillId, since: int | None) -> Shown:
        """Return the latest revision. Raises NotFound for what is not this citizen's through this client."""
        ...


def readied(prefills: Shows, who: Who, order: Order, prefill: PrefillId) -> Readiness:
    """Return what it takes and what the prefill said of every field and component.

    What the order leaves out is the prefill's. Raises PrefillMismatch with what differs, and what `show`
    does.
    """
    shown = prefills.show(who, prefill, None)
    if wrong := _differing(order, shown):
        raise PrefillMismatch(*(FieldProblem(f"/{place}", "prefill_mismatch") for place in wrong))
    return with_answers(shown)


def _differing(order: Order, shown: Shown) -> list[str]:
    header, opening = shown.revision.header, shown.revision.opening
    named = {
        "procedure": order.procedure != header.procedure,
        "form": order.form is not None and order.form != header.form,
        "subjects": bool(order.subjects) and dict(order.subjects) != dict(opening.subjects),
        "province": order.province is not None and order.province != opening.province,
    }
    return [place for place, differs in named.items() if differs]
