"""Messages in: files that came, exports asked for, imports to carry on. The consumer decides what is poison."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from chalicelib.aws.consume import Consumer, read_envelope
from chalicelib.aws.outbox import BatchResult
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.clock import from_iso
from chalicelib.kernel.errors import InvalidRequest
from chalicelib.kernel.events import Event
from chalicelib.kernel.ids import EventId, UploadId
from chalicelib.warehouse.ingest import Came, Ingest
from chalicelib.warehouse.upload import upload_of

ARRIVED: Final = "s3.object_created"
"""What S3 says, as an event of ours; it never goes on the bus."""
SCANNED: Final = "guardduty.object_scanned"
"""That the cloud's scanner has looked at an object; what it found is read from the object's tag alone."""
INGEST: Final = "ingest"
JOBS: Final = "warehouse_jobs"
Handle = Callable[[Event], None]


class Services(Protocol):
    """What these consumers need."""

    @property
    def ingest(self) -> Ingest:
        """Return the use case that works uploads."""
        ...

    @property
    def jobs(self) -> Mapping[str, Handle]:
        """Return what works an event, by its kind."""
        ...

    @property
    def ingest_consumer(self) -> Consumer:
        """Return the consumer of the ingest queue, that reads with `read_arrival`."""
        ...

    @property
    def jobs_consumer(self) -> Consumer:
        """Return the consumer of the queue of jobs."""
        ...


def ingest(services: Services, records: Sequence[Mapping[str, Any]]) -> BatchResult:
    """Work the uploads that a batch of SQS records is about; return the records to deliver again."""
    return services.ingest_consumer.run(records, lambda event: _arrived(services.ingest, event))


def work(services: Services, records: Sequence[Mapping[str, Any]]) -> BatchResult:
    """Do the jobs that a batch of SQS records asks for; return the records to deliver again."""
    return services.jobs_consumer.run(records, lambda event: _job(services.jobs, event))


def read_arrival(envelope: object) -> Event:
    """Return what S3 says of a new object, GuardDuty of one it scanned, or the bus of an upload, as an event about it.

    In EventBridge's form a key stands as it is, not URL-quoted as in S3's own notifications (S3 user guide, "Event
    message structure"). Raises InvalidRequest for anything else.
    """
    match envelope:
        case {
            "source": "aws.s3",
            "detail-type": "Object Created",
            "id": str(id_),
            "time": str(time),
            "detail": {"object": {"key": str(key), **more}},
        }:
            # The bucket has versions, so S3 names one; without it the newest is taken.
            return _of_object(ARRIVED, id_, time, key, more.get("version-id"))
        case {
            "source": "aws.guardduty",
            "detail-type": "GuardDuty Malware Protection Object Scan Result",
            "id": str(id_),
            "time": str(time),
            "detail": {"s3ObjectDetails": {"objectKey": str(key), **more}},
        }:
            return _of_object(SCANNED, id_, time, key, more.get("versionId"))
        case _:
            return read_envelope(envelope)


def _of_object(kind: str, id_: str, time: str, key: str, version: object) -> Event:
    upload = upload_of(key)
    if upload is None:
        raise InvalidRequest
    named: Json = version if isinstance(version, str) else None
    return Event(EventId(id_), kind, upload, from_iso(time), {"key": key, "version": named})


def _arrived(ingest: Ingest, event: Event) -> None:
    match event.data:
        case {"key": str(key), "version": str() | None as version} if event.kind in {ARRIVED, SCANNED}:
            ingest.run(UploadId(event.subject), Came(key, version))
        case _:
            ingest.run(UploadId(event.subject))


def _job(jobs: Mapping[str, Handle], event: Event) -> None:
    handle = jobs.get(event.kind)
    if handle is None:
        raise InvalidRequest
    handle(event)
