"""Immutable objects in S3: written once, verified by digest both ways. Knows no bucket by name."""

import base64
import hashlib
from collections.abc import Iterator

from chalicelib.aws.clients import Clients
from chalicelib.aws.errors import code_of, translated
from chalicelib.kernel.errors import Corrupt, NotFound, StoreUnavailable


class Objects:
    """Objects by bucket and key."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def put_if_absent(self, bucket: str, key: str, body: bytes, content_type: str = "application/json") -> bool:
        """Store the bytes unless the key is taken; say whether this call stored them.

        After a lost reply the answer may be no though our own first call stored them: compare what is there where
        that matters. Raises StoreUnavailable.
        """
        from botocore.exceptions import ClientError

        try:
            with translated():
                self._clients.s3.put_object(
                    Bucket=bucket,
                    Key=key,
                    Body=body,
                    ContentType=content_type,
                    IfNoneMatch="*",
                    ChecksumSHA256=base64.b64encode(hashlib.sha256(body).digest()).decode(),
                )
        except ClientError as error:
            if code_of(error) == "PreconditionFailed":
                return False
            if code_of(error) == "ConditionalRequestConflict":
                raise StoreUnavailable(cause="ConditionalRequestConflict") from error
            raise
        return True

    def get(self, bucket: str, key: str) -> bytes:
        """Return the bytes. Raises NotFound, Corrupt when they do not match their stored digest, StoreUnavailable."""
        from botocore.exceptions import ClientError, FlexibleChecksumError

        try:
            with translated():
                return self._clients.s3.get_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")["Body"].read()
        except FlexibleChecksumError as error:
            raise Corrupt(what="object") from error
        except ClientError as error:
            if code_of(error) == "NoSuchKey":
                raise NotFound from error
            raise

    def keys(self, bucket: str, prefix: str) -> Iterator[str]:
        """Yield the keys under a prefix in order, page by page. Raises StoreUnavailable."""
        pages = self._clients.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        with translated():
            for page in pages:
                for each in page.get("Contents", []):
                    yield each["Key"]
