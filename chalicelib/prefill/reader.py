"""Read a prefill again: whose it is, how it stands now, and the job behind it. Must not know HTTP or storage.

A consent that was withdrawn or has expired takes its values with it at once: they are left out when the prefill is
read, whether or not the worker has written that down yet.
"""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.definitions.service import Definitions
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import Conflict, Forbidden, Gone, NotFound
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import PrefillId, is_ulid, ulid_time
from chalicelib.prefill.components import as_shown
from chalicelib.prefill.job import Job, Order, Rights, Shown, Who, job_of
from chalicelib.prefill.model import delta
from chalicelib.prefill.port import Claim, PrefillStore
from chalicelib.prefill.reach import joined, reached, unasked
from chalicelib.prefill.resolve import resolve
from chalicelib.prefill.revision import LIFE, Revision
from chalicelib.prefill.sheet import settled, without_consent
from chalicelib.prefill.sheet import shown as on_sheet
from chalicelib.sources.model import Reply


class InFlight(Conflict):
    """This prefill has no answer yet: its first request is still at work."""

    code = "prefill_in_flight"


class Expired(Gone):
    """Prefills are kept for 72 hours, and this one's time is over: nothing of it is left."""

    code = "prefill_expired"


class LevelTooLow(Forbidden):
    """What is here was answered to a higher identity level (mức độ định danh) than the caller shows now."""

    code = "identity_level_too_low"


@dataclass(frozen=True, slots=True)
class Reader:
    """What every use case on an existing prefill starts with."""

    store: PrefillStore
    definitions: Definitions
    clock: Clock

    def revision(self, who: Who, prefill: PrefillId, number: int | None = None) -> Revision:
        """Return the latest or the numbered revision, without what a consent no longer covers.

        Raises NotFound for what is not this citizen's through this client, Expired for any id whose time is over,
        LevelTooLow for what a higher identity level opened, InFlight before the first answer.
        """
        return self.current(self.owned(who, prefill, self.store.find(who.person, prefill, number)))

    def owned(self, who: Who, prefill: PrefillId, found: Revision | Claim | None) -> Revision:
        """Hold what was found against who asks for it. Raises as `revision` does."""
        if found is None or found.header.client != who.client:
            # The id tells when it was made: whatever it was, its time is over. That says nothing of whose it was.
            raise Expired if is_ulid(prefill) and self.clock.now() >= ulid_time(prefill) + LIFE else NotFound
        need_level(who, found)
        if isinstance(found, Claim):
            raise InFlight(retry_after=1)
        return found

    def current(self, revision: Revision) -> Revision:
        """Return the revision without what stands on a consent that is no longer good."""
        if not revision.grants:
            return revision
        live = self.store.live(revision, self.clock.now())
        lost = {subject: grant.id for subject, grant in revision.grants.items() if grant.id not in live}
        if not lost:
            return revision
        sheet = revision.sheet
        for consent in lost.values():
            sheet = without_consent(sheet, consent)
        without = replace(
            revision,
            replies={call: reply for call, reply in revision.replies.items() if call.subject not in lost},
            held={subject: items for subject, items in revision.held.items() if subject not in lost},
            papers={subject: papers for subject, papers in revision.papers.items() if subject not in lost},
            grants={subject: grant for subject, grant in revision.grants.items() if subject not in lost},
            sheet=sheet,
        )
        return self.resolved(without, self.job(without))

    def job(
        self, known: Claim | Revision, rights: Rights | None = None, answers: Mapping[str, Json] | None = None
    ) -> Job:
        """Return the job behind a prefill, with who was reached and what rights its replies settle.

        Without `rights` they are decided as of its opening, on the consents that the revision was made under; a claim
        has no answers but those that are passed.
        """
        opening, header = known.opening, known.header
        revision = known if isinstance(known, Revision) else None
        typed = answers or {} if revision is None else revision.sheet.typed
        order = Order(header.procedure, header.form, opening.subjects, province=opening.province, answers=typed)
        who = Who(opening.caller, opening.level, header.client)
        decided = rights or Rights(header.opened_at, {} if revision is None else revision.grants)
        job = job_of(self.definitions.at(header.catalogue), who, order, decided)
        if revision is None:
            return job
        return joined(job, revision.replies, reached(job, revision.replies), decided)

    def resolved(self, revision: Revision, job: Job) -> Revision:
        """Return the revision with its answers made again from what it stands on."""
        context = job.context(revision.held, revision.papers, revision.sheet.typed)
        # A call that only today's answers lead to was not made, which is not the same as not answered in time.
        never = Reply("answered", 0, revision.made_at, asked=frozenset())
        known = {**{call.id: never for call in unasked(job, revision.replies)}, **revision.replies}
        answers = resolve(job.form, job.items, job.plan, known, context)
        sheet = settled(job.form, job.items, answers, revision.sheet)
        return replace(revision, resolution=answers, sheet=sheet)

    def shown(self, revision: Revision, job: Job | None = None, since: Revision | None = None) -> Shown:
        """Return the revision as it is put into words: sources' answers under the citizen's own hand."""
        known = job or self.job(revision)
        filled = on_sheet(known.form, known.items, revision.resolution, revision.sheet)
        whole = as_shown(filled, known.procedure.components)
        changed = None
        if since is not None:
            changed = delta(on_sheet(known.form, known.items, since.resolution, since.sheet), whole)
        return Shown(replace(revision, resolution=whole), known, changed)


def need_level(who: Who, found: Claim | Revision) -> None:
    """Raise LevelTooLow where the caller shows a lower identity level than the prefill was opened with."""
    if who.level < found.opening.level:
        raise LevelTooLow(level=found.opening.level)
