"""Open a prefill, answer it by its deadline, show it again. Must not know HTTP or storage.

The order of steps is the guarantee: rights, then the access-log entry in the same transaction as the claim, then
the registers, then the answer. No entry, no data.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from chalicelib.definitions.service import Definitions
from chalicelib.forms.model import Form
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import NotFound, Unprocessable
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import EventId, IdSource, PrefillId
from chalicelib.prefill.answers import flatten
from chalicelib.prefill.asking import TRIES, Asking
from chalicelib.prefill.entries import Occasion, entries_of
from chalicelib.prefill.job import Job, Order, Rights, Shown, Who, job_of, looked_up
from chalicelib.prefill.model import Absent
from chalicelib.prefill.port import Claim, Earlier, PrefillStore, Start, Subject
from chalicelib.prefill.reach import due
from chalicelib.prefill.reader import InFlight, Reader, need_level
from chalicelib.prefill.revision import IN_FLIGHT, Revision
from chalicelib.prefill.sheet import Entry, Sheet
from chalicelib.prefill.told import told
from chalicelib.turns import Once, Raced, in_turn

_POLL_SECONDS = 0.05
_RESERVE_SECONDS = 0.05
"""Of the deadline, for resolving, sealing and writing what came."""


class KeyReused(Unprocessable):
    """The idempotency key was used before for another request."""

    code = "idempotency_key_reused"


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A claim that stands, with the job as it was entered in the log."""

    start: Start
    claim: Claim
    job: Job


@dataclass(frozen=True, slots=True)
class Prefills:
    """The use cases of a portal and its citizen."""

    store: PrefillStore
    asking: Asking
    reader: Reader
    definitions: Definitions
    clock: Clock
    ids: IdSource

    def open(self, who: Who, order: Order, document: JsonObject, once: Once | None) -> Shown:
        """Answer the order by its deadline, with a value or a reason for every field.

        `document` is what the citizen typed before, as the form's schema shapes it; it stands. The same key with the
        same order gives the first answer again, whichever of many at once was first. Raises NoSuchProcedure,
        NoSuchForm, NoSuchRole, WrongKindOfSubject, NoSuchProvince, InvalidAnswer, KeyReused, LevelTooLow, InFlight,
        PrefillFull, Contention, StoreUnavailable.
        """
        until = self.clock.monotonic() + order.deadline_ms / 1000
        catalogue = self.definitions.current()
        if document:
            order = replace(order, answers=_typed(looked_up(catalogue, order)[1], document))
        claimed = self._claim(lambda rights: job_of(catalogue, who, order, rights), PrefillId(self.ids.new()), once)
        if isinstance(claimed, Earlier):
            return self._again(who, claimed, order, until)
        return self._answer(claimed, until)

    def show(self, who: Who, prefill: PrefillId, since: int | None) -> Shown:
        """Return the latest revision, with what changed since an earlier one if asked.

        Raises NotFound for what is not this citizen's through this client, LevelTooLow for what a higher identity
        level opened, InFlight before the first answer.
        """
        revision = self.reader.revision(who, prefill)
        if since is None:
            return self.reader.shown(revision)
        earlier = revision if since >= revision.number else self.reader.revision(who, prefill, since)
        return self.reader.shown(revision, since=earlier)

    def _claim(self, job: Callable[[Rights], Job], prefill: PrefillId, once: Once | None) -> _Claimed | Earlier:
        """Claim the prefill and enter it in the log of everybody it names, or find that the key was used before.

        Where others wrote into the same log, or used the same key, in between, it is read and tried again.
        """

        def claimed() -> _Claimed | Earlier:
            at = self.clock.now()
            alone = job(Rights(at))
            start = self.store.begin(alone.who, alone.people, alone.procedure.code, once)
            if start.earlier is not None:
                return start.earlier
            known = job(Rights(at, start.grants)) if start.grants else alone
            subject = Subject(prefill, known.procedure.code, known.form.code, known.catalogue.hash, at, known.opening)
            entries = entries_of(known, Occasion(prefill, at), known.plan.calls)
            return _Claimed(start, start.claim(subject, entries), known)

        return in_turn(claimed, self.clock, TRIES)

    def _answer(self, claimed: _Claimed, until: float) -> Shown:
        claim, job = claimed.claim, claimed.job
        occasion = Occasion(claim.header.id, self.clock.now())
        gathered = self.asking.first(job, due(job, {}), occasion, until - _RESERVE_SECONDS)
        at = self.clock.now()
        author = job.who.person
        typed = {place: Entry(value, "manual", author, at) for place, value in job.order.answers.items()}
        # A consent may have been taken back while registers were asked: then nothing of it is answered, nor kept.
        first = gathered.revision(claim, at, Sheet(typed))
        revision = self.reader.current(first)
        job = gathered.job if revision is first else self.reader.job(revision)
        try:
            claimed.start.conclude(revision, told(revision, EventId(self.ids.new()), at))
        except Raced:
            # We were taken for crashed and somebody else answered in our name: theirs is the answer.
            revision = self.reader.revision(job.who, claim.header.id, 1)
            return self.reader.shown(revision)
        return self.reader.shown(revision, job)

    def _again(self, who: Who, earlier: Earlier, order: Order, until: float) -> Shown:
        """Return the first answer under this key, waiting for it while it is on its way."""
        if not earlier.same:
            raise KeyReused
        while True:
            found = self.store.find(who.person, earlier.prefill, 1)
            if found is None:
                raise NotFound
            need_level(who, found)
            if isinstance(found, Revision):
                return self.reader.shown(self.reader.current(found))
            if self.clock.now() - found.header.opened_at > IN_FLIGHT:
                return self._take_over(found, order.answers, until)
            if self.clock.monotonic() >= until:
                raise InFlight(retry_after=1)
            self.clock.sleep(_POLL_SECONDS)

    def _take_over(self, claim: Claim, answers: Mapping[str, Json], until: float) -> Shown:
        """Do the work of a request that crashed between its claim and its answer."""
        claimed = self._claim(lambda rights: self.reader.job(claim, rights, answers), claim.header.id, None)
        if isinstance(claimed, Earlier):
            raise NotFound
        return self._answer(claimed, until)


def _typed(form: Form, document: JsonObject) -> dict[str, Json]:
    given = flatten(form, document, "/answers")
    return {place: value for place, value in given.items() if not isinstance(value, Absent)}
