"""A prefill through time: opened, answered, answered again when a slow register replies.

Pure. A revision is never changed; the next one stands beside it, and its number is its place: two changes of one
state race for it. What sources say follows from the replies a revision was made of, so a late reply makes a new one by
resolving again, not by patching answers.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from chalicelib.consent.model import Grant
from chalicelib.forms.model import Role
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import (
    CatalogueHash,
    CitizenRef,
    ClientId,
    FormCode,
    PersonalId,
    PrefillId,
    ProcedureCode,
    RegisterCode,
    SubjectId,
)
from chalicelib.prefill.model import Held, HeldPaper, Resolution
from chalicelib.prefill.sheet import UNTOUCHED, Sheet
from chalicelib.sources.model import CallId, Reply

LIFE = timedelta(hours=72)
"""An unsubmitted prefill is kept this long (data minimisation), checked at every read."""
ATTEMPTS = 3
"""Times a register is asked in all before `timed_out` stands for good."""
BACK_OFF = timedelta(seconds=30)
"""Wait before each further attempt, so that a register in trouble is not pressed."""
MOST_REVISIONS = 5_000
"""Changes of one prefill: far beyond what a hand does in its life, and an end to what a loop does."""
IN_FLIGHT = timedelta(seconds=10)
"""A claim without an answer for this long is taken for a crash, and its work may be taken over."""

Status: TypeAlias = Literal["open", "final"]
Replies: TypeAlias = Mapping[CallId, Reply]
Holdings: TypeAlias = Mapping[SubjectId, tuple[Held, ...]]
Papers: TypeAlias = Mapping[SubjectId, tuple[HeldPaper, ...]]


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of a prefill without opening any seal."""

    id: PrefillId
    owner: CitizenRef
    client: ClientId
    procedure: ProcedureCode
    form: FormCode
    catalogue: CatalogueHash
    opened_at: datetime

    @property
    def expires_at(self) -> datetime:
        """Return when it may no longer be read."""
        return self.opened_at + LIFE


@dataclass(frozen=True, slots=True)
class Opening:
    """Who opened it, at which identity level, and whom it is about; sealed, because these are personal ids.

    `province` is the one whose own registers are asked, which says where somebody lives or has land.
    """

    caller: PersonalId
    level: int
    subjects: Mapping[Role, SubjectId]
    province: str | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of the prefill: number 1 at the deadline, then one for every change, whoever made it.

    `attempt` counts how often registers were asked; `resolution` is what sources say, `sheet` what the citizen's hand
    did on it; `grants` are the consents it was made under, by who gave them.
    """

    header: Header
    opening: Opening
    number: int
    made_at: datetime
    replies: Replies
    resolution: Resolution
    attempt: int = 1
    held: Holdings = field(default_factory=dict)
    sheet: Sheet = UNTOUCHED
    grants: Mapping[SubjectId, Grant] = field(default_factory=dict)
    papers: Papers = field(default_factory=dict)

    @property
    def pending(self) -> tuple[RegisterCode, ...]:
        """Return the registers whose `timed_out` is still only presumed."""
        if self.attempt >= ATTEMPTS:
            return ()
        return tuple(sorted({call.register for call, reply in self.replies.items() if reply.is_presumed}))

    @property
    def status(self) -> Status:
        """Return `open` while a late answer may still come."""
        return "open" if self.pending else "final"

    @property
    def due(self) -> datetime:
        """Return when the registers still open may be asked again: first at once, later after a pause."""
        return self.made_at + BACK_OFF * (self.attempt - 1)


def overruled(before: Replies, late: Replies) -> dict[CallId, Reply]:
    """Return the replies with late answers in place of presumptions.

    A late answer may overrule a presumption; a presumption never overrules an answer. Calls of which nothing was
    known before come in as they are.
    """
    kept = {call: _standing(reply, late.get(call)) for call, reply in before.items()}
    return {**late, **kept}


def _standing(before: Reply, late: Reply | None) -> Reply:
    """Return which of two replies stands; an answer to a question that held all of the first and more is better."""
    if late is None:
        return before
    is_wider = before.asked is not None and late.asked is not None and late.asked > before.asked
    return late if before.is_presumed or (is_wider and late.outcome == "answered") else before
