"""Which items a form wants of the subject of each role. Pure; knows no register and no right."""

from collections.abc import Container, Iterator, Mapping

from chalicelib.forms.model import OURS, Field, Form, Offer, OnAnswer, Role, Via
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import ItemId


def wanted_of(form: Form, role: Role, named: Container[Role], answers: Mapping[str, Json]) -> frozenset[ItemId]:
    """Return the items that can change what is said of the role's fields, or who plays a role not yet named.

    A field that the answers are known to hide wants nothing: what the citizen need not fill in is not asked for.
    """
    fields = [each for each in form.fields if _is_ours(each) and not _is_hidden(each, answers)]
    items = {item for each in fields if each.role == role for item in _of_field(each)}
    items |= {offer.item for each in fields for offer in offered(each, answers) if offer.role == role}
    if items and (rule := form.roles.get(role)) is not None and rule.requires is not None:
        items.add(rule.requires.item)
    return frozenset(items.union(_leading_on(form, role, named, answers)))


def way_of(form: Form, role: Role, answers: Mapping[str, Json]) -> Via | None:
    """Return the way in which a role that nobody was named for is reached: the first whose case holds."""
    rule = form.roles.get(role)
    ways = () if rule is None else rule.via
    return next((way for way in ways if way.when is None or holds(way.when, answers)), None)


def holds(condition: OnAnswer, answers: Mapping[str, Json]) -> bool:
    """Say whether the answers are known to fulfil the condition; compared with the type, for True equals 1."""
    given = answers.get(condition.pointer)
    return any(type(each) is type(given) and each == given for each in condition.one_of)


def offered(field: Field, answers: Mapping[str, Json]) -> Iterator[Offer]:
    """Yield what the citizen may choose from, as far as the answers do not rule it out."""
    return (each for each in field.offers if not is_ruled_out(each.when, answers))


def is_ruled_out(condition: OnAnswer | None, answers: Mapping[str, Json]) -> bool:
    """Say whether the answers are known not to fulfil a condition: what they do not say rules nothing out."""
    return condition is not None and condition.pointer in answers and not holds(condition, answers)


def _is_ours(field: Field) -> bool:
    return field.policy in OURS or bool(field.offers)


def _is_hidden(field: Field, answers: Mapping[str, Json]) -> bool:
    return is_ruled_out(field.visible_when, answers)


def _of_field(field: Field) -> Iterator[ItemId]:
    if field.policy not in OURS:
        return
    bound = [] if field.item is None else [field.item]
    if field.derive is not None:
        bound += field.derive.sources
    yield from bound
    if bound and field.applies_when is not None:
        yield field.applies_when.item


def _leading_on(form: Form, role: Role, named: Container[Role], answers: Mapping[str, Json]) -> Iterator[ItemId]:
    """Yield the items of this role that say who plays another, where that one's own fields want something."""
    for other in form.roles:
        way = None if other in named else way_of(form, other, answers)
        if way is not None and way.role == role and way.item is not None and _wants(form, other, answers):
            yield way.item


def _wants(form: Form, role: Role, answers: Mapping[str, Json]) -> bool:
    shown = (each for each in form.fields if _is_ours(each) and not _is_hidden(each, answers))
    return any(
        (each.role == role and (each.item is not None or each.derive is not None))
        or any(offer.role == role for offer in offered(each, answers))
        for each in shown
    )
