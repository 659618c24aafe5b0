"""Objects by version: what was put under a key once stays what it was, whatever is put over it. Knows no bucket."""

import base64
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from chalicelib.aws.clients import Clients
from chalicelib.aws.errors import code_of, translated
from chalicelib.kernel.errors import NotFound, StoreUnavailable
from chalicelib.kernel.frozen import dataclass

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

_NOT_THERE: Final = frozenset({"404", "405", "MethodNotAllowed", "NoSuchKey", "NoSuchVersion"})
"""405: the newest version is a mark that says deleted."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one object."""

    bucket: str
    key: str
    id: str


class Versions:
    """Reads, copies and deletes single versions."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def head(self, bucket: str, key: str, version: str | None = None) -> tuple[Version, int] | None:
        """Return the newest version, or that one, and its size in bytes; None where it is not. Raises
        StoreUnavailable.
        """  # noqa: D205
        from botocore.exceptions import ClientError

        options: Any = {} if version is None else {"VersionId": version}
        try:
            with translated():
                answer = self._clients.s3.head_object(Bucket=bucket, Key=key, **options)
        except ClientError as error:
            if code_of(error) in _NOT_THERE:
                return None
            raise
        return Version(bucket, key, answer.get("VersionId", "null")), answer["ContentLength"]

    def read(self, version: Version) -> bytes:
        """Return the bytes of a version. Raises NotFound, StoreUnavailable."""
        from botocore.exceptions import ClientError

        try:
            with translated():
                answer = self._clients.s3.get_object(Bucket=version.bucket, Key=version.key, VersionId=version.id)
                return answer["Body"].read()
        except ClientError as error:
            if code_of(error) in _NOT_THERE:
                raise NotFound from error
            raise

    def part(self, version: Version, start: int, end: int) -> bytes:
        """Return the bytes of a version from `start` up to `end`, that one not. Raises NotFound, StoreUnavailable."""
        from botocore.exceptions import ClientError

        try:
            with translated():
                answer = self._clients.s3.get_object(
                    Bucket=version.bucket, Key=version.key, VersionId=version.id, Range=f"bytes={start}-{end - 1}"
                )
                body = answer["Body"].read()
                # A server may leave the range aside and send all of it (RFC 9110 §14.2).
                return body if answer.get("ContentRange") else body[start:end]
        except ClientError as error:
            if code_of(error) in _NOT_THERE:
                raise NotFound from error
            raise

    def tags(self, version: Version) -> Mapping[str, str]:
        """Return the tags of a version. Raises NotFound, StoreUnavailable, Misconfigured."""
        from botocore.exceptions import ClientError

        try:
            with translated():
                answer = self._clients.s3.get_object_tagging(
                    Bucket=version.bucket, Key=version.key, VersionId=version.id
                )
        except ClientError as error:
            if code_of(error) in _NOT_THERE:
                raise NotFound from error
            raise
        return {each["Key"]: each["Value"] for each in answer["TagSet"]}

    def copy(self, version: Version, bucket: str, key: str) -> tuple[Version, str | None]:
        """Copy a version; return the copy and its SHA-256 in hex, where S3 says it. Raises NotFound, StoreUnavailable.

        The tags stay behind: they are the scanner's of the place it was in.
        """
        from botocore.exceptions import ClientError

        try:
            with translated():
                answer = self._clients.s3.copy_object(
                    Bucket=bucket,
                    Key=key,
                    CopySource={"Bucket": version.bucket, "Key": version.key, "VersionId": version.id},
                    ChecksumAlgorithm="SHA256",
                    TaggingDirective="REPLACE",
                )
        except ClientError as error:
            if code_of(error) in _NOT_THERE:
                raise NotFound from error
            raise
        said = answer["CopyObjectResult"].get("ChecksumSHA256")
        return Version(bucket, key, answer.get("VersionId", "null")), base64.b64decode(said).hex() if said else None

    def delete(self, version: Version) -> None:
        """Delete a version; one that is gone already is no fault. Raises StoreUnavailable."""
        with translated():
            self._clients.s3.delete_object(Bucket=version.bucket, Key=version.key, VersionId=version.id)

    def delete_all(self, bucket: str, prefix: str) -> None:
        """Delete every version under a prefix, and the marks of those deleted before. Raises StoreUnavailable."""
        for batch in self._under(bucket, prefix):
            with translated():
                answer = self._clients.s3.delete_objects(Bucket=bucket, Delete={"Objects": batch, "Quiet": True})
            if answer.get("Errors"):
                raise StoreUnavailable(cause=answer["Errors"][0].get("Code", ""))

    def _under(self, bucket: str, prefix: str) -> "Iterator[list[ObjectIdentifierTypeDef]]":
        pages = self._clients.s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
        with translated():
            for page in pages:
                found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
                if found:
                    yield [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]
