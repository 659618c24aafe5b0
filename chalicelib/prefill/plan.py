"""Which registers to ask about whom, for which items: the fewest calls and the least data that fill a form.

Pure. A register is asked if it is the first authority for some item that the form wants. One that is asked anyway
also gives its copy of the items it is a lower authority for: the agreement or the conflict costs no call, and the
copy stands in when the master fails. A register that would give only copies is not asked, nor one of which it is not
known which province's is meant, nor one that answers about the caller alone when somebody else is meant.

A first wave asks about everybody who is named. A second (`extended`) asks by what first replies said: about people
reached through them, and whom the caller's own record gives a right to. There is no third.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Final

from chalicelib.forms.model import Form, Role
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ItemId, RegisterCode, SubjectId, is_organisation
from chalicelib.prefill.model import SubjectRight
from chalicelib.prefill.wanted import wanted_of
from chalicelib.sources.model import PERSON, Call, Register, own_only
from chalicelib.vocabulary.model import Item

ENTERPRISE: Final = ItemId("business.code")
"""What names an organisation to a register."""
_NOTHING: Final[frozenset[ItemId]] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """The calls to make, and what each role wanted of its subject (nothing, where there is no right)."""

    calls: tuple[Call, ...]
    subjects: Mapping[Role, SubjectRight]
    wanted: Mapping[Role, frozenset[ItemId]]
    asked: Mapping[SubjectId, frozenset[ItemId]]
    """Items that the calls ask about each subject: what the access log names."""
    unplaced: frozenset[ItemId] = _NOTHING
    """Items that only a province's own register has, where no province was named."""
    own_only: frozenset[ItemId] = _NOTHING
    """Items that only registers have which answer about the caller alone."""
    standing: Mapping[SubjectId, frozenset[ItemId]] = field(default_factory=dict)
    """Lists of the caller's own record that are read only because a right depends on them."""

    def calls_for(self, role: Role) -> tuple[Call, ...]:
        """Return the calls whose replies a role may use."""
        if not self.wanted.get(role):
            return ()
        return tuple(call for call in self.calls if call.subject == self.subjects[role].subject)


@dataclass(frozen=True, slots=True)
class Needs:
    """What a prefill is for: the form's items, those that prove the procedure's components, and the answers so far.

    `items` holds every item that the form binds or a component names; `purpose` is the procedure's code; `evidence` the
    items of components by role.
    """

    form: Form
    items: Mapping[ItemId, Item]
    purpose: str
    evidence: Mapping[Role, frozenset[ItemId]] = field(default_factory=dict)
    answers: Mapping[str, Json] = field(default_factory=dict)


def plan(
    needs: Needs, registers: Sequence[Register], subjects: Mapping[Role, SubjectRight], asker: SubjectId | None = None
) -> Plan:
    """Return the fewest bulk calls: one per register and subject, asking only for mapped and wanted fields.

    Where the caller has no right to a subject's data, no call is planned about that subject for that role; where the
    right depends on lists of the caller's own record, these are asked about the caller (`asker`).
    """
    wanted = {role: _covered(needs, role, subjects) for role in subjects}
    standing = _standing(subjects, asker)
    by_code = {register.code: register for register in registers}
    calls: list[Call] = []
    asked: dict[SubjectId, frozenset[ItemId]] = {}
    for subject, items in _by_subject(subjects, wanted, standing).items():
        supplied = _supplied(registers, subject, own=subject == asker)
        known = {item: needs.items[item] for item in items if item in needs.items}
        authorities = {item: tuple(_authorities(each, supplied)) for item, each in known.items()}
        for code in sorted({found[0] for found in authorities.values() if found}):
            mask = by_code[code].fields_for(frozenset(item for item, found in authorities.items() if code in found))
            calls.append(Call(by_code[code], subject, mask, needs.purpose))
        asked[subject] = frozenset(item for item, found in authorities.items() if found)
    return Plan(tuple(calls), subjects, wanted, asked, _unplaced(registers), own_only(registers), standing)


def extended(before: Plan, after: Plan) -> Plan:
    """Return the plan of what is known now: the calls of before and, as a second wave, what they leave unasked."""
    asked = {(call.register.code, call.subject): frozenset(call.fields) for call in before.calls}
    fresh: list[Call] = []
    for call in after.calls:
        fields = tuple(name for name in call.fields if name not in asked.get((call.register.code, call.subject), ()))
        if fields:
            fresh.append(replace(call, fields=fields, wave=2))
    items = {
        subject: before.asked.get(subject, _NOTHING) | after.asked.get(subject, _NOTHING)
        for subject in (*before.asked, *after.asked)
    }
    return replace(after, calls=(*before.calls, *fresh), asked=items, standing=before.standing)


def _covered(needs: Needs, role: Role, subjects: Mapping[Role, SubjectRight]) -> frozenset[ItemId]:
    """Return the items that the role wants and the right to its subject covers."""
    right = subjects[role].right
    if not right.allowed:
        return _NOTHING
    wanted = wanted_of(needs.form, role, subjects.keys(), needs.answers)
    proofs = (item for item in needs.evidence.get(role, ()) if item in wanted or not needs.items[item].sensitive)
    return frozenset(item for item in wanted.union(proofs) if right.covers(item))


def _standing(subjects: Mapping[Role, SubjectRight], asker: SubjectId | None) -> dict[SubjectId, frozenset[ItemId]]:
    lists = frozenset(item for named in subjects.values() for item in named.right.awaits)
    return {asker: lists} if lists and asker is not None else {}


def _supplied(registers: Iterable[Register], subject: SubjectId, *, own: bool) -> dict[RegisterCode, frozenset[ItemId]]:
    """Return what each register can be asked of the subject: an enterprise's attributes by its code, for one."""
    key = ENTERPRISE if is_organisation(subject) else PERSON
    return {
        register.code: register.answers_about(key)
        for register in registers
        if register.is_placed and (own or not register.own_data_only)
    }


def _unplaced(registers: Sequence[Register]) -> frozenset[ItemId]:
    placed = frozenset(item for each in registers if each.is_placed for item in each.items)
    return frozenset(item for each in registers if not each.is_placed for item in each.items) - placed


def _by_subject(
    subjects: Mapping[Role, SubjectRight],
    wanted: Mapping[Role, frozenset[ItemId]],
    standing: Mapping[SubjectId, frozenset[ItemId]],
) -> dict[SubjectId, frozenset[ItemId]]:
    """Join what all roles of one subject want, so that two roles of one person make one call."""
    joined: dict[SubjectId, frozenset[ItemId]] = dict(standing)
    for role, items in wanted.items():
        if items:
            subject = subjects[role].subject
            joined[subject] = joined.get(subject, _NOTHING) | items
    return dict(sorted(joined.items()))


def _authorities(item: Item, supplied: Mapping[RegisterCode, frozenset[ItemId]]) -> Iterator[RegisterCode]:
    """Yield the registers whose word counts for the item and that have it, the highest first."""
    return (code for code in item.precedence if item.id in supplied.get(code, ()))
