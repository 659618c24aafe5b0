"""What is looked for in archives of everybody whose data may be had: items, and papers that prove components. Pure.

A consent opens the items that it names and no papers. A component that names no role is the caller's to prove.
"""

from collections.abc import Mapping
from typing import Self

from chalicelib.forms.model import Procedure, Role
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ItemId, SubjectId
from chalicelib.prefill.job import Job, right_of


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for of one subject: items, and codes of evidence."""

    items: frozenset[ItemId] = frozenset()
    evidence: frozenset[str] = frozenset()

    def __or__(self, other: Self) -> "Sought":
        """Return both together."""
        return Sought(self.items | other.items, self.evidence | other.evidence)

    def __bool__(self) -> bool:
        """Say whether anything is looked for."""
        return bool(self.items or self.evidence)


NOTHING = Sought()


def sought_of(job: Job) -> dict[SubjectId, Sought]:
    """Return what is looked for of each subject, as rights are known by now."""
    proving, found = _evidence(job.procedure), dict[SubjectId, Sought]()
    for role, named in job.subjects.items():
        if named.right.allowed:
            evidence = proving.get(role, frozenset()) if named.right.items is None else frozenset[str]()
            each = Sought(job.plan.wanted.get(role, frozenset()), evidence)
            found[named.subject] = found.get(named.subject, NOTHING) | each
    caller = job.who.person
    if right_of(job.who, caller, job.rights).allowed:
        found[caller] = found.get(caller, NOTHING) | Sought(evidence=proving.get(None, frozenset()))
    return {subject: each for subject, each in sorted(found.items()) if each}


def beyond(sought: Mapping[SubjectId, Sought], known: Mapping[SubjectId, Sought]) -> dict[SubjectId, Sought]:
    """Return what is looked for of those of whom more is looked for than before."""
    return {
        subject: each for subject, each in sought.items() if each | known.get(subject, NOTHING) != known.get(subject)
    }


def _evidence(procedure: Procedure) -> dict[Role | None, frozenset[str]]:
    found: dict[Role | None, frozenset[str]] = {}
    for component in procedure.components:
        named = (each.document for way in component.any_of for each in way)
        codes = frozenset(code for code in named if code is not None)
        found[component.role] = found.get(component.role, frozenset()) | codes
    return found
