"""Values that the citizen may choose from for a field; none of them is chosen for anybody. Pure."""

from collections.abc import Iterator, Mapping

from chalicelib.forms.model import Field, Offer, Role
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import ItemId
from chalicelib.prefill.model import Absent, Candidate, FieldAnswer
from chalicelib.prefill.parts import Part
from chalicelib.prefill.reasons import CHOOSE_ONE
from chalicelib.prefill.values import translated
from chalicelib.prefill.wanted import holds
from chalicelib.vocabulary.model import Item
from chalicelib.vocabulary.normalise import key


def offered(
    field: Field, parts: Mapping[Role, Part], items: Mapping[ItemId, Item], answers: Mapping[str, Json]
) -> FieldAnswer | None:
    """Return the choice that a field offers, in the form's order and each value once; None where there is none.

    Nothing is offered of somebody whose data may not be used, nor where the answers rule its case out.
    """
    distinct: dict[str, Candidate] = {}
    for offer in field.offers:
        if not _is_ruled_out(offer, answers):
            for each in _values(field, offer, parts.get(offer.role)):
                distinct.setdefault(key(items[offer.item].normaliser, each.value), each)
    if not distinct:
        return None
    return FieldAnswer("user_only", candidates=tuple(distinct.values()), detail=CHOOSE_ONE)


def _is_ruled_out(offer: Offer, answers: Mapping[str, Json]) -> bool:
    return offer.when is not None and offer.when.pointer in answers and not holds(offer.when, answers)


def _values(field: Field, offer: Offer, part: Part | None) -> Iterator[Candidate]:
    if part is None or part.subject is None or part.bar is not None:
        return
    found = part.subject.answer(offer.item)
    if field.codes:
        found = translated(field.codes, found)
    if found.candidates:
        yield from found.candidates
    elif not isinstance(found.value, Absent) and found.provenance is not None:
        yield Candidate(found.value, found.provenance)
