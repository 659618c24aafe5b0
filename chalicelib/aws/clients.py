"""SDK clients, built on first use and kept; knows no table, queue or key by name.

botocore is imported inside: a request that touches no store does not pay for it, and boto3's resource layer,
which nothing here needs, is never paid for.
"""

from dataclasses import field
from functools import cache
from threading import RLock
from typing import TYPE_CHECKING, Any

from chalicelib.kernel.frozen import dataclass

if TYPE_CHECKING:
    from botocore.session import Session
    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_events.client import EventBridgeClient
    from mypy_boto3_kms.client import KMSClient
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_sqs.client import SQSClient

_CONNECT_SECONDS = 1
_READ_SECONDS = 2
_ATTEMPTS = 2
_SERVICES = ("dynamodb", "dynamodbstreams", "events", "kms", "s3", "sqs")
_BUILDING = RLock()


@dataclass(frozen=True, slots=True)
class Account:
    """Where and as whom to call; without one the SDK reads its own environment or role."""

    access_key: str
    secret_key: str = field(repr=False)
    region: str
    endpoint_url: str | None = None


class Clients:
    """One client per service, all from the one session of the process.

    Clients are safe to share between threads, building them is not: the lock makes a second thread wait.
    """

    def __init__(self, account: Account | None = None) -> None:
        self._account = account
        self._built: dict[str, Any] = {}

    @property
    def dynamodb(self) -> "DynamoDBClient":
        """Return the DynamoDB client."""
        return self._client("dynamodb")  # type: ignore[no-any-return]

    @property
    def events(self) -> "EventBridgeClient":
        """Return the EventBridge client."""
        return self._client("events")  # type: ignore[no-any-return]

    @property
    def kms(self) -> "KMSClient":
        """Return the KMS client."""
        return self._client("kms")  # type: ignore[no-any-return]

    @property
    def s3(self) -> "S3Client":
        """Return the S3 client."""
        return self._client("s3")  # type: ignore[no-any-return]

    @property
    def sqs(self) -> "SQSClient":
        """Return the SQS client."""
        return self._client("sqs")  # type: ignore[no-any-return]

    def close(self) -> None:
        """Close the connections; a process that goes on after its work is done calls this."""
        for client in self._built.values():
            client.close()

    def _client(self, service: str) -> Any:  # noqa: ANN401 - botocore makes client classes at run time; the callers name them
        found = self._built.get(service)
        if found is None:
            with _BUILDING:
                found = self._built.get(service) or self._build(service)
                self._built[service] = found
        return found

    def _build(self, service: str) -> Any:  # noqa: ANN401 - as above
        from botocore.config import Config

        config = Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
            max_pool_connections=32,
            # Without it S3 forms and links are signed the old way (version 2), for no one region.
            signature_version="s3v4" if service == "s3" else None,
        )
        if service == "s3" and (self._account is None or self._account.endpoint_url is None):
            # Without it forms and links name S3's global endpoint, which redirects a new bucket's requests for a day,
            # and of regions younger than 2019 knows nothing.
            config = config.merge(Config(s3={"addressing_style": "virtual"}))
        if self._account is None:
            return _session().create_client(service, config=config)
        return _session().create_client(
            service,
            config=config,
            region_name=self._account.region,
            endpoint_url=self._account.endpoint_url,
            aws_access_key_id=self._account.access_key,
            aws_secret_access_key=self._account.secret_key,
        )


@cache
def _session() -> "Session":
    import botocore.session
    from botocore.loaders import Loader

    class OurServices(Loader):
        """Knows which services there are: botocore would list 870 folders to find out, 20 ms of a cold start."""

        def list_available_services(self, type_name: str) -> list[str]:
            del type_name
            return list(_SERVICES)

    session = botocore.session.get_session()
    session.register_component("data_loader", OurServices())
    return session
