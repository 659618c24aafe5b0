"""Messages in: what was settled counts against the year's benefits. The consumer decides what is poison."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from chalicelib.aws.consume import Consumer
from chalicelib.aws.outbox import BatchResult
from chalicelib.fees.benefits import Benefits


class Services(Protocol):
    """What this consumer needs."""

    @property
    def benefits(self) -> Benefits:
        """Return the use case."""
        ...

    @property
    def benefits_consumer(self) -> Consumer:
        """Return the consumer of the settlement queue."""
        ...


def handle(services: Services, records: Sequence[Mapping[str, Any]]) -> BatchResult:
    """Count what a batch of SQS records says was settled; return the records to deliver again."""
    return services.benefits_consumer.run(records, services.benefits.run)
