"""Which registers to ask about whom, for which items: the fewest calls and the least data that fill a form.

Pure. A register is asked if it is the first authority for some item that the form wants. One that is asked anyway
also gives its copy of the items it is a lower authority for: the agreement or the conflict costs no call, and the
copy stands in when the master fails. A register that would give only copies is not asked, nor one of which it is not
known which province's is meant. One wave: fields that need more than that are not asked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.forms.model import OURS, Field, Form, Role
from chalicelib.kernel.ids import ItemId, PersonalId, RegisterCode
from chalicelib.prefill.model import SubjectRight
from chalicelib.sources.model import PERSON, Call, Register
from chalicelib.vocabulary.model import Item

_NOTHING: frozenset[ItemId] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """The calls to make, and what each role wanted of its subject (nothing, where there is no right)."""

    calls: tuple[Call, ...]
    subjects: Mapping[Role, SubjectRight]
    wanted: Mapping[Role, frozenset[ItemId]]
    asked: Mapping[PersonalId, frozenset[ItemId]]
    """Items that the calls ask about each subject: what the access log names."""
    unplaced: frozenset[ItemId] = _NOTHING
    """Items that only a province's own register has, where no province was named."""

    def calls_for(self, role: Role) -> tuple[Call, ...]:
        """Return the calls whose replies a role may use."""
        if not self.wanted.get(role):
            return ()
        return tuple(call for call in self.calls if call.subject == self.subjects[role].subject)


def plan(
    form: Form,
    items: Mapping[ItemId, Item],
    registers: Sequence[Register],
    subjects: Mapping[Role, SubjectRight],
    purpose: str,
) -> Plan:
    """Return the fewest bulk calls: one per register and subject, asking only for mapped and wanted fields.

    Where the caller has no right to a subject's data, no call is planned about that subject for that role. `items`
    holds every item that the form binds; `purpose` is the procedure's code.
    """
    wanted = {role: _wanted(form, role) if named.right.allowed else _NOTHING for role, named in subjects.items()}
    by_code = {register.code: register for register in registers}
    supplied = {register.code: _supply(register) for register in registers if register.is_placed}
    calls: list[Call] = []
    asked: dict[PersonalId, frozenset[ItemId]] = {}
    for subject, needs in _by_subject(subjects, wanted).items():
        authorities = {item: tuple(_authorities(items[item], supplied)) for item in needs}
        for code in sorted({found[0] for found in authorities.values() if found}):
            mask = by_code[code].fields_for(frozenset(item for item, found in authorities.items() if code in found))
            calls.append(Call(by_code[code], subject, mask, purpose))
        asked[subject] = frozenset(item for item, found in authorities.items() if found)
    placed = frozenset(item for supply in supplied.values() for item in supply)
    elsewhere = frozenset(item for register in registers if not register.is_placed for item in _supply(register))
    return Plan(tuple(calls), subjects, wanted, asked, elsewhere - placed)


def _supply(register: Register) -> frozenset[ItemId]:
    """Return what it can be asked of a person: an enterprise's attributes are asked for by its own code."""
    return register.answers_about(PERSON)


def _wanted(form: Form, role: Role) -> frozenset[ItemId]:
    """Return the items that can change what is said of the role's fields."""
    fields = [each for each in form.fields if each.role == role and _is_ours(each)]
    needs = {each.item for each in fields} | {each.applies_when.item for each in fields if each.applies_when}
    rule = form.roles.get(role)
    if needs and rule and rule.requires:
        needs.add(rule.requires.item)
    return frozenset(item for item in needs if item is not None)


def _is_ours(each: Field) -> bool:
    return each.item is not None and each.policy in OURS and each.needs is None


def _by_subject(
    subjects: Mapping[Role, SubjectRight], wanted: Mapping[Role, frozenset[ItemId]]
) -> dict[PersonalId, frozenset[ItemId]]:
    """Join what all roles of one subject want, so that two roles of one person make one call."""
    joined: dict[PersonalId, frozenset[ItemId]] = {}
    for role, needs in wanted.items():
        if needs:
            subject = subjects[role].subject
            joined[subject] = joined.get(subject, _NOTHING) | needs
    return dict(sorted(joined.items()))


def _authorities(item: Item, supplied: Mapping[RegisterCode, frozenset[ItemId]]) -> Iterator[RegisterCode]:
    """Yield the registers whose word counts for the item and that have it, the highest first."""
    return (code for code in item.precedence if item.id in supplied.get(code, ()))
