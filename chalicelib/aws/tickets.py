"""Signed forms and links: how somebody outside puts one object, or gets one, without the bytes passing through us.

Signing is done here in memory; nothing is asked of S3. Knows no bucket by name.
"""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from chalicelib.aws.clients import Clients
from chalicelib.kernel.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Expected:
    """What an object is to be, to the byte; `sha256` in hex."""

    media_type: str
    size: int
    sha256: str


class Tickets:
    """Signs with the credentials of the process: a ticket ends with them, should they end first."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def post(self, bucket: str, key: str, expected: Expected, seconds: int) -> tuple[str, Mapping[str, str]]:
        """Return where to send an HTML form (S3 POST policy) and its fields, which go before the file.

        The policy names every field and its exact value: another key, type, size, digest or field is refused by S3.
        """
        digest = base64.b64encode(bytes.fromhex(expected.sha256)).decode()
        fields = {
            "Content-Type": expected.media_type,
            "x-amz-checksum-algorithm": "SHA256",
            "x-amz-checksum-sha256": digest,
        }
        conditions: list[Any] = [{name: value} for name, value in fields.items()]
        conditions.append(["content-length-range", expected.size, expected.size])
        made = self._clients.s3.generate_presigned_post(bucket, key, dict(fields), conditions, seconds)
        return made["url"], made["fields"]

    def link(self, bucket: str, key: str, media_type: str, file_name: str, seconds: int) -> str:
        """Return a link to an object that is saved under this name, never shown in place (RFC 6266, RFC 8187).

        The name stands in the link: it must not be personal data.
        """
        return self._clients.s3.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": bucket,
                "Key": key,
                "ResponseContentType": media_type,
                "ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(file_name, safe='')}",
            },
            ExpiresIn=seconds,
        )
