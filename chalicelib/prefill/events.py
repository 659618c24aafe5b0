"""Messages in: a prefill left incomplete is completed. One line a record; the consumer decides what is poison."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from chalicelib.aws.consume import Consumer
from chalicelib.aws.outbox import BatchResult
from chalicelib.prefill.complete import Completion


class Services(Protocol):
    """What this consumer needs."""

    @property
    def completion(self) -> Completion:
        """Return the use case."""
        ...

    @property
    def completion_consumer(self) -> Consumer:
        """Return the consumer of the completion queue."""
        ...


def handle(services: Services, records: Sequence[Mapping[str, Any]]) -> BatchResult:
    """Complete the prefills that a batch of SQS records names; return the records to deliver again."""
    return services.completion_consumer.run(records, services.completion.run)
