"""One all-or-nothing write, made safe to repeat; knows nothing of what the items mean.

A reply can be lost after the store performed the call. Every put carries the token of its commit, and the same
token is the request token, so a repeat is no second effect. When the answer is unclear, one item of the commit,
the witness, is read back: if it carries our token the commit stood.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from chalicelib.aws.clients import Clients
from chalicelib.aws.errors import THROTTLED, code_of, translated
from chalicelib.aws.writes import ConditionFailed, Key
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import Contention, StoreUnavailable
from chalicelib.kernel.frozen import dataclass

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef
    from tenacity import RetryCallState

OWNER = "w"
_TRIES_UNDER_CONTENTION = 6
_TRIES_WITHOUT_ANSWER = 3
_FIRST_WAIT_SECONDS = 0.02
_LONGEST_WAIT_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Witness:
    """An item that this commit alone would have written in this form."""

    table: str
    key: Mapping[str, "AttributeValueTypeDef"]


@dataclass(frozen=True, slots=True)
class Transaction:
    """The request: items, whose expectation each carries, the token, and the witness (None: no item is put)."""

    items: Sequence["TransactWriteItemTypeDef"]
    keys: tuple[Key, ...]
    token: str
    witness: Witness | None


class Transactor:
    """Sends transactions, and finds out what became of them."""

    def __init__(self, clients: Clients, clock: Clock) -> None:
        self._clients = clients
        self._clock = clock

    def run(self, transaction: Transaction) -> None:
        """Perform it once.

        Raises ConditionFailed when an expectation did not hold, Contention when others kept changing the same
        items, StoreUnavailable when it stays unclear; after the last the same request may be sent again.
        """
        try:
            self._attempt(transaction)
        except (Contention, StoreUnavailable):
            self._repeat(transaction)

    def _repeat(self, transaction: Transaction) -> None:
        from tenacity import Retrying, wait_random_exponential

        self._clock.sleep(_FIRST_WAIT_SECONDS)
        again = Retrying(
            sleep=self._clock.sleep,
            wait=wait_random_exponential(multiplier=_FIRST_WAIT_SECONDS * 2, max=_LONGEST_WAIT_SECONDS),
            retry=_worth_repeating,
            reraise=True,
        )
        again(self._attempt, transaction)

    def _attempt(self, transaction: Transaction) -> None:
        from botocore.exceptions import ClientError

        try:
            with translated():
                self._clients.dynamodb.transact_write_items(
                    TransactItems=transaction.items, ClientRequestToken=transaction.token
                )
        except StoreUnavailable:
            if not self._stood(transaction):
                raise
        except ClientError as error:
            if code_of(error) != "TransactionCanceledException":
                raise
            self._cancelled(transaction, error)

    def _cancelled(self, transaction: Transaction, error: "ClientError") -> None:
        reasons = [str(reason.get("Code")) for reason in error.response.get("CancellationReasons", [])]
        failed = tuple(
            key for key, reason in zip(transaction.keys, reasons, strict=True) if reason == "ConditionalCheckFailed"
        )
        if failed:
            if not self._stood(transaction):
                raise ConditionFailed(failed) from error
        elif THROTTLED.union({"TransactionConflict", "ProvisionedThroughputExceeded"}).intersection(reasons):
            raise Contention from error
        else:
            raise error

    def _stood(self, transaction: Transaction) -> bool:
        witness = transaction.witness
        if witness is None:
            return False
        with translated():
            found = self._clients.dynamodb.get_item(
                TableName=witness.table,
                Key=witness.key,
                ConsistentRead=True,
                ProjectionExpression="#owner",
                ExpressionAttributeNames={"#owner": OWNER},
            )
        return found.get("Item", {}).get(OWNER, {}).get("S") == transaction.token


def _worth_repeating(state: "RetryCallState") -> bool:
    outcome = state.outcome
    error = outcome.exception() if outcome else None
    # The first try, before tenacity counts, is one of them.
    tries = state.attempt_number + 1
    if isinstance(error, Contention):
        return tries < _TRIES_UNDER_CONTENTION
    return isinstance(error, StoreUnavailable) and tries < _TRIES_WITHOUT_ANSWER
