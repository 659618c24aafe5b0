"""Puts the use cases of the slice together from what bootstrap hands in. Knows every module of the slice, and no other.

What opens files is reached on first use only: the API never needs it, and its package does not carry it.
"""

from dataclasses import dataclass

from chalicelib.aws.clients import Clients
from chalicelib.aws.keys import Keys
from chalicelib.aws.objects import Objects
from chalicelib.aws.queues import FailureQueue
from chalicelib.aws.table import Table
from chalicelib.definitions.service import Definitions
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.ids import IdSource
from chalicelib.kernel.log import Log
from chalicelib.settings import Settings


@dataclass(frozen=True, slots=True)
class Around:
    """What the slice takes from the process it lives in."""

    settings: Settings
    clients: Clients
    table: Table
    keys: Keys
    objects: Objects
    failures: FailureQueue
    definitions: Definitions
    clock: Clock
    ids: IdSource
    log: Log


@dataclass(frozen=True)
class Warehouse:
    """The use cases of the slice."""

    around: Around


def assemble(around: Around) -> Warehouse:
    """Put them together."""
    return Warehouse(around)
