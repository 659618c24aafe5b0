"""Which fields the answers hide. Pure.

A field is hidden once the field that it hangs on is known to hold something else; what is not known hides nothing. A
hidden field reads as empty, so what hangs on it is hidden with it, to a steady state.
"""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.forms.model import Form, OnAnswer
from chalicelib.kernel.canonical import Json
from chalicelib.prefill.model import Absent, FieldAnswer
from chalicelib.prefill.reasons import HIDDEN
from chalicelib.prefill.wanted import holds


def hidden_of(form: Form, fields: Mapping[str, FieldAnswer], answers: Mapping[str, Json]) -> dict[str, FieldAnswer]:
    """Return what is said of each hidden field, by pointer.

    What is in the form (`answers`) counts before what was just filled. Where a source's word hid a field, that no has
    its provenance: it comes from a record too.
    """
    rules = {each.pointer: each.visible_when for each in form.fields if each.visible_when is not None}
    known: dict[str, FieldAnswer | None] = {}
    for pointer in rules:
        for each in reversed(_way(pointer, rules, known)):
            known[each] = known.get(rules[each].pointer) or _unmet(rules[each], fields, answers)
    return {pointer: said for pointer, said in known.items() if said is not None}


def _way(pointer: str, rules: Mapping[str, OnAnswer], known: Mapping[str, object]) -> dict[str, None]:
    """Return the fields from this one on, each hanging on the next, that nothing is known of yet."""
    way: dict[str, None] = {}
    while pointer in rules and pointer not in known and pointer not in way:
        way[pointer] = None
        pointer = rules[pointer].pointer
    return way


def _unmet(rule: OnAnswer, fields: Mapping[str, FieldAnswer], answers: Mapping[str, Json]) -> FieldAnswer | None:
    if rule.pointer in answers:
        return None if holds(rule, answers) else HIDDEN
    said = fields.get(rule.pointer)
    if said is None or isinstance(said.value, Absent) or holds(rule, {rule.pointer: said.value}):
        return None
    return replace(HIDDEN, provenance=said.provenance)
