"""The SDK's failures in the words of our error tree; knows no operation by name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from chalicelib.kernel.errors import Misconfigured, StoreUnavailable

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

THROTTLED = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "SlowDown",
        "Throttling",
        "ThrottlingError",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
_NOT_OURS = frozenset({"AccessDenied", "AccessDeniedException", "ResourceNotFoundException", "NoSuchBucket"})


def code_of(error: "ClientError") -> str:
    """Return the service's stable error code."""
    return error.response.get("Error", {}).get("Code", "")


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the network or the service did to a call into an AppError.

    Raises StoreUnavailable when there was no answer, a throttle or a 5xx: the call may or may not have been
    performed. Raises Misconfigured when the thing called is not there or not allowed. Any other refusal is
    left as it is for the caller to read by its code.
    """
    from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError
    from botocore.exceptions import ConnectionError as NoConnection

    try:
        yield
    except (NoConnection, HTTPClientError, IncompleteReadError) as error:
        raise StoreUnavailable(cause=type(error).__name__) from error
    except ClientError as error:
        code = code_of(error)
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in THROTTLED or status >= 500:
            raise StoreUnavailable(cause=code) from error
        if code in _NOT_OURS:
            raise Misconfigured(operation=error.operation_name) from error
        raise
