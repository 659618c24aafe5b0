"""An object in S3 written as it is made, in parts: never more than one part in memory. Knows no bucket by name."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from chalicelib.aws.clients import Clients
from chalicelib.aws.errors import code_of, translated

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

PART: Final = 8 * 1024 * 1024
"""Bytes of a part; S3 takes 5 MiB at least, but for the last, and 10,000 parts."""


@dataclass(slots=True)
class Growing:
    """An object under way. What was written counts once the writing has ended; `size` is how much that is."""

    clients: Clients
    bucket: str
    key: str
    upload: str
    size: int = 0
    _part: bytearray = field(default_factory=bytearray)
    _parts: "list[CompletedPartTypeDef]" = field(default_factory=list)

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Take some more bytes; say how many. Raises StoreUnavailable."""
        left = memoryview(data)
        while left:
            room = PART - len(self._part)
            self._part += left[:room]
            left = left[room:]
            if len(self._part) == PART:
                self._send()
        self.size += len(data)
        return len(data)

    def end(self) -> None:
        """Send what is left, and let the object stand. Raises StoreUnavailable."""
        if self._part or not self._parts:
            self._send()
        with translated():
            self.clients.s3.complete_multipart_upload(
                Bucket=self.bucket, Key=self.key, UploadId=self.upload, MultipartUpload={"Parts": self._parts}
            )

    def _send(self) -> None:
        number, body = len(self._parts) + 1, bytes(self._part)
        checksum = base64.b64encode(hashlib.sha256(body).digest()).decode()
        with translated():
            answer = self.clients.s3.upload_part(
                Bucket=self.bucket,
                Key=self.key,
                UploadId=self.upload,
                PartNumber=number,
                Body=body,
                ChecksumSHA256=checksum,
            )
        self._parts.append({"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": checksum})
        self._part.clear()


@contextmanager
def growing(clients: Clients, bucket: str, key: str, content_type: str) -> Iterator[Growing]:
    """Write an object in parts: it stands whole when the block ends well, and not at all when it does not.

    What a killed process leaves is taken away by the bucket's own rule. Raises StoreUnavailable.
    """
    with translated():
        made = clients.s3.create_multipart_upload(
            Bucket=bucket, Key=key, ContentType=content_type, ChecksumAlgorithm="SHA256"
        )
    found = Growing(clients, bucket, key, made["UploadId"])
    try:
        yield found
        found.end()
    except BaseException:
        _give_up(found)
        raise


def _give_up(begun: Growing) -> None:
    """Abort. What was ended by a call whose answer was lost stands, and that is the error to tell."""
    from botocore.exceptions import ClientError

    try:
        with translated():
            begun.clients.s3.abort_multipart_upload(Bucket=begun.bucket, Key=begun.key, UploadId=begun.upload)
    except ClientError as error:
        if code_of(error) != "NoSuchUpload":
            raise
