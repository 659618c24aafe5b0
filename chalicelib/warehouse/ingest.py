"""An upload from the arrival of its file to its end. Must not know queues, tables or what is in files.

Whatever happens twice, late, or in another order ends alike, and so does a run that was cut off anywhere and is begun
again: the version that was seen first is pinned before it is worked, files are kept under names of their own before
the document is, and document, pointers, usage and the end of the upload are one write. The object that was put is
taken away last.
"""

from typing import Final

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import NotFound, StoreUnavailable
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import DocumentId, EventId, IdSource, UploadId
from chalicelib.kernel.log import Log
from chalicelib.turns import Raced, in_turn
from chalicelib.warehouse import told
from chalicelib.warehouse.examine import Examiner, NotTaken, Taken
from chalicelib.warehouse.places import document_key
from chalicelib.warehouse.port import Arrived, Files, KeptUpload, QuotaExceeded, Shelf, UploadStore
from chalicelib.warehouse.series import AlreadyIssued
from chalicelib.warehouse.upload import (
    ENDED,
    LEAVES_COPIES,
    Upload,
    available,
    checking,
    expired,
    is_hopeless,
    looked_at,
    object_key,
    received,
    rejected,
)

_TRIES: Final = 12


@dataclass(frozen=True, slots=True)
class Came:
    """An object that is said to have come: an event names its version, the owner's word names nothing."""

    key: str
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Ingest:
    """The use case."""

    uploads: UploadStore
    shelf: Shelf
    files: Files
    examiner: Examiner
    clock: Clock
    ids: IdSource
    log: Log

    def run(self, upload: UploadId, came: Came | None = None) -> None:
        """Work an upload as far as it goes now; `came` is what an event named, None to look for what is there.

        An upload that nobody opened, or that has ended, is left as it is. Raises ScanPending, Contention,
        StoreUnavailable: then it is to be worked again.
        """
        in_turn(lambda: self._run(upload, came), self.clock, _TRIES)

    def look(self, upload: UploadId) -> None:
        """Work an upload whose time has come, for a sweep. Raises as `run`.

        The look is counted before the file is opened: one that the process dies of would be met by every sweep to
        come. After the last one the upload is rejected.
        """
        in_turn(lambda: self._look(upload), self.clock, _TRIES)

    def _look(self, upload: UploadId) -> None:
        kept = self.uploads.find(upload)
        if kept is None:
            return
        after = looked_at(kept.upload, self.clock.now())
        if is_hopeless(after):
            self._give_up(kept)
            return
        # Of what has ended or may yet come the look is counted when it was had; of what is there, before it is opened.
        rests = kept.upload.state in {*ENDED, "expired"}
        if rests:
            self._run(upload, None)
        if after != kept.upload:
            self.uploads.change(kept, after)
        if not rests:
            self._run(upload, None)

    def _give_up(self, kept: KeptUpload) -> None:
        arrived = self._arrived(kept.upload, None)
        if arrived is None:
            self._nothing(kept)
        else:
            self.log.error("check never ends", upload=kept.upload.id, code="not_checked")
            self._reject(kept, arrived, NotTaken("not_checked"))

    def _run(self, upload: UploadId, came: Came | None) -> None:
        kept = self.uploads.find(upload)
        if kept is None:
            self.log.info("object of no upload", upload=upload)
            return
        if kept.upload.state in ENDED:
            self._tidy(kept.upload)
            return
        arrived = self._arrived(kept.upload, came)
        if arrived is None:
            self._nothing(kept)
            return
        try:
            self._work(self._pinned(kept, arrived), arrived)
        except NotFound as error:
            raise Raced from error  # somebody else worked it meanwhile, and took the object away

    def _arrived(self, upload: Upload, came: Came | None) -> Arrived | None:
        """Return the object to work: the one that is pinned, else the one that came, else any that is there."""
        if upload.key is not None and upload.version is not None:
            return self.files.arrived(upload.key, upload.version)
        keys = [object_key(upload.id, attempt) for attempt in range(upload.attempt, 0, -1)]
        if came is not None:
            return self.files.arrived(came.key, came.version) if came.key in keys else None
        return next((found for key in keys if (found := self.files.arrived(key)) is not None), None)

    def _pinned(self, kept: KeptUpload, arrived: Arrived) -> KeptUpload:
        upload = kept.upload
        if upload.state == "checking":
            return kept
        at = self.clock.now()
        self.uploads.change(kept, checking(received(upload, arrived.key, arrived.version, at), at))
        again = self.uploads.find(upload.id)
        if again is None:
            raise StoreUnavailable(cause="upload gone")
        if again.upload.state != "checking":
            raise Raced  # somebody else worked it to its end meanwhile
        return again

    def _work(self, kept: KeptUpload, arrived: Arrived) -> None:
        upload = kept.upload
        if arrived.size != upload.wish.size:
            self._reject(kept, arrived, NotTaken("size_mismatch"))
            return
        body = self.files.read(arrived)
        found = self.examiner.examine(upload, arrived, body)
        if isinstance(found, NotTaken):
            self._reject(kept, arrived, found)
        else:
            self._take(kept, arrived, found)

    def _take(self, kept: KeptUpload, arrived: Arrived, taken: Taken) -> None:
        document, opened, at = taken.document, taken.opened, self.clock.now()
        place = document.id
        self.files.promote(arrived, document_key(place, "original"), kept.upload.wish.sha256)
        self.files.keep(document_key(place, "served"), opened.served, opened.media_type)
        if opened.thumbnail is not None:
            self.files.keep(document_key(place, "thumbnail"), opened.thumbnail, "image/jpeg")
        ended = available(kept.upload, at)
        try:
            self.shelf.admit(document, told.came(document, ended, self._event(), at), (kept, ended))
        except QuotaExceeded:
            self._reject(kept, arrived, NotTaken("quota_exceeded"))
            return
        except AlreadyIssued:
            self._reject(kept, arrived, NotTaken("already_issued"))
            return
        self.files.discard(arrived)

    def _reject(self, kept: KeptUpload, arrived: Arrived, why: NotTaken) -> None:
        at = self.clock.now()
        ended = rejected(kept.upload, why.reason, at)
        self.shelf.reject(kept, ended, told.rejected(ended, self._event(), at))
        self.log.info("upload rejected", upload=ended.id, code=why.reason)
        self.files.discard(arrived)
        if why.reason in LEAVES_COPIES:
            self.files.remove(DocumentId(ended.id))

    def _nothing(self, kept: KeptUpload) -> None:
        """Nothing is there: what was awaited too long is expired, and what was pinned and is gone is rejected.

        The bucket keeps for days what is checked within minutes. Who worked it meanwhile wrote its end before they took
        the object away, so this write then comes too late.
        """
        upload, at = kept.upload, self.clock.now()
        if upload.version is not None:
            ended = rejected(upload, "file_gone", at)
            self.shelf.reject(kept, ended, told.rejected(ended, self._event(), at))
            self.log.error("uploaded file is gone", upload=upload.id, code="file_gone")
            self.files.remove(DocumentId(upload.id))
            return
        ended = expired(upload, at)
        if ended != upload:
            self.shelf.reject(kept, ended, told.expired(ended, self._event(), at))

    def _tidy(self, upload: Upload) -> None:
        """Do what a run that was cut off right after its last write had left to do."""
        if upload.key is None or upload.version is None:
            return
        self.files.discard(Arrived(upload.key, upload.version, upload.wish.size))
        if upload.rejection in LEAVES_COPIES:
            self.files.remove(DocumentId(upload.id))

    def _event(self) -> EventId:
        return EventId(self.ids.new())
