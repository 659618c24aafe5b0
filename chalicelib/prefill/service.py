"""Open a prefill, answer it by its deadline, show it again. Must not know HTTP or storage.

The order of steps is the guarantee: rights, then the access-log entry in the same transaction as the claim, then
the registers, then the answer. No entry, no data.
"""

from dataclasses import dataclass

from chalicelib.definitions.service import Definitions
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import Conflict, Contention, Forbidden, NotFound, Unprocessable
from chalicelib.kernel.ids import EventId, IdSource, PrefillId
from chalicelib.prefill.job import Job, Order, Shown, Who, job_of
from chalicelib.prefill.model import delta
from chalicelib.prefill.port import Claim, Earlier, Once, PrefillStore, Raced, Start, Subject
from chalicelib.prefill.resolve import resolve
from chalicelib.prefill.revision import IN_FLIGHT, Revision
from chalicelib.prefill.told import told
from chalicelib.sources.service import Sources

_POLL_SECONDS = 0.05
_RESERVE_SECONDS = 0.05
"""Of the deadline, for resolving, sealing and writing what came."""
_TRIES = 20
_FIRST_PAUSE_SECONDS = 0.01
_LONGEST_PAUSE_SECONDS = 0.25


class KeyReused(Unprocessable):
    """The idempotency key was used before for another request."""

    code = "idempotency_key_reused"


class InFlight(Conflict):
    """This prefill has no answer yet: its first request is still at work."""

    code = "prefill_in_flight"


class LevelTooLow(Forbidden):
    """What is here was answered to a higher identity level (mức độ định danh) than the caller shows now."""

    code = "identity_level_too_low"


@dataclass(frozen=True, slots=True)
class Prefills:
    """The use cases of a portal and its citizen."""

    store: PrefillStore
    sources: Sources
    definitions: Definitions
    clock: Clock
    ids: IdSource

    def open(self, who: Who, order: Order, once: Once | None) -> Shown:
        """Answer the order by its deadline, with a value or a reason for every field.

        The same key with the same order gives the first answer again, whichever of many at once was first. Raises
        NoSuchProcedure, NoSuchForm, NoSuchRole, NoSuchProvince, KeyReused, LevelTooLow, InFlight, Contention,
        StoreUnavailable.
        """
        until = self.clock.monotonic() + order.deadline_ms / 1000
        job = job_of(self.definitions.current(), who, order)
        claimed = self._claim(job, PrefillId(self.ids.new()), once)
        if isinstance(claimed, Earlier):
            return self._again(who, claimed, until)
        return Shown(self._answer(job, *claimed, until), job)

    def show(self, who: Who, prefill: PrefillId, since: int | None) -> Shown:
        """Return the latest revision, with what changed since an earlier one if asked.

        Raises NotFound for what is not this citizen's through this client, LevelTooLow for what a higher identity
        level opened, InFlight before the first answer.
        """
        revision = self._revision(who, prefill, None)
        job = self._job(who, revision)
        if since is None:
            return Shown(revision, job)
        earlier = revision if since >= revision.number else self._revision(who, prefill, since)
        return Shown(revision, job, delta(earlier.resolution, revision.resolution))

    def _revision(self, who: Who, prefill: PrefillId, number: int | None) -> Revision:
        found = self.store.find(who.person, prefill, number)
        if found is None or found.header.client != who.client:
            raise NotFound
        _need_level(who, found)
        if isinstance(found, Claim):
            raise InFlight(retry_after=1)
        return found

    def _job(self, who: Who, known: Claim | Revision) -> Job:
        opening = known.opening
        order = Order(known.header.procedure, known.header.form, opening.subjects, province=opening.province)
        return job_of(self.definitions.at(known.header.catalogue), who, order)

    def _claim(self, job: Job, prefill: PrefillId, once: Once | None) -> tuple[Start, Claim] | Earlier:
        try:
            return self._try_claim(job, prefill, once)
        except Raced:
            return self._claim_again(job, prefill, once)

    def _try_claim(self, job: Job, prefill: PrefillId, once: Once | None) -> tuple[Start, Claim] | Earlier:
        """Claim the prefill and enter it in the log of everybody it names, or find that the key was used before."""
        start = self.store.begin(job.who, job.people, once)
        if start.earlier is not None:
            return start.earlier
        at = self.clock.now()
        subject = Subject(prefill, job.procedure.code, job.form.code, job.catalogue.hash, at, job.opening)
        return start, start.claim(subject, job.accesses(prefill, at))

    def _claim_again(self, job: Job, prefill: PrefillId, once: Once | None) -> tuple[Start, Claim] | Earlier:
        """Read again and try again: others wrote into the same log, or used the same key, in between."""
        import tenacity  # noqa: PLC0415 - paid only by those who lose a race

        again = tenacity.Retrying(
            sleep=self.clock.sleep,
            wait=tenacity.wait_random_exponential(multiplier=_FIRST_PAUSE_SECONDS, max=_LONGEST_PAUSE_SECONDS),
            stop=tenacity.stop_after_attempt(_TRIES),
            retry=tenacity.retry_if_exception_type(Raced),
        )
        try:
            return again(self._try_claim, job, prefill, once)
        except tenacity.RetryError as error:
            raise Contention(retry_after=1) from error

    def _answer(self, job: Job, start: Start, claim: Claim, until: float) -> Revision:
        replies = self.sources.fetch(job.plan.calls, until - _RESERVE_SECONDS)
        at = self.clock.now()
        resolution = resolve(job.form, job.items, job.plan, replies)
        revision = Revision(claim.header, claim.opening, 1, at, replies, resolution)
        try:
            start.conclude(revision, told(revision, EventId(self.ids.new()), at))
        except Raced:
            # We were taken for crashed and somebody else answered in our name: theirs is the answer.
            return self._revision(job.who, claim.header.id, 1)
        return revision

    def _again(self, who: Who, earlier: Earlier, until: float) -> Shown:
        """Return the first answer under this key, waiting for it while it is on its way."""
        if not earlier.same:
            raise KeyReused
        while True:
            found = self.store.find(who.person, earlier.prefill, 1)
            if found is None:
                raise NotFound
            _need_level(who, found)
            job = self._job(who, found)
            if isinstance(found, Revision):
                return Shown(found, job)
            if self.clock.now() - found.header.opened_at > IN_FLIGHT:
                return self._take_over(job, found, until)
            if self.clock.monotonic() >= until:
                raise InFlight(retry_after=1)
            self.clock.sleep(_POLL_SECONDS)

    def _take_over(self, job: Job, claim: Claim, until: float) -> Shown:
        """Do the work of a request that crashed between its claim and its answer."""
        claimed = self._claim(job, claim.header.id, None)
        if isinstance(claimed, Earlier):
            raise NotFound
        return Shown(self._answer(job, *claimed, until), job)


def _need_level(who: Who, found: Claim | Revision) -> None:
    if who.level < found.opening.level:
        raise LevelTooLow(level=found.opening.level)
