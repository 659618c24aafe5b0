"""Files in memory: the port held by the same contract as S3's. What a form allows is what its fields say."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import Corrupt, NotFound
from chalicelib.kernel.ids import DocumentId
from chalicelib.papers.model import MediaType
from chalicelib.warehouse.places import document_prefix
from chalicelib.warehouse.port import Arrived, Files, PostForm


@dataclass
class MemoryFiles(Files):
    """Versions by key of what others put, the newest last; checked files by key."""

    clock: Clock
    uploads: dict[str, dict[str, bytes]] = field(default_factory=dict)
    documents: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    put_ever: int = 0

    def put(self, key: str, body: bytes) -> Arrived:
        """Do what somebody with a ticket does; return what came of it."""
        self.put_ever += 1
        version = f"v{self.put_ever}"
        self.uploads.setdefault(key, {})[version] = body
        return Arrived(key, version, len(body))

    def ticket(self, key: str, media_type: MediaType, size: int, sha256: str, seconds: int) -> PostForm:
        fields: Mapping[str, str] = {
            "key": key,
            "Content-Type": media_type,
            "x-amz-checksum-algorithm": "SHA256",
            "x-amz-checksum-sha256": base64.b64encode(bytes.fromhex(sha256)).decode(),
            "policy": f"{size}",
        }
        return PostForm("memory:uploads", fields, self.clock.now() + timedelta(seconds=seconds))

    def arrived(self, key: str, version: str | None = None) -> Arrived | None:
        versions = self.uploads.get(key, {})
        wanted = next(reversed(versions), None) if version is None else version
        return None if wanted is None or wanted not in versions else Arrived(key, wanted, len(versions[wanted]))

    def read(self, arrived: Arrived) -> bytes:
        try:
            return self.uploads[arrived.key][arrived.version]
        except KeyError as error:
            raise NotFound from error

    def promote(self, arrived: Arrived, key: str, sha256: str) -> None:
        body = self.read(arrived)
        if hashlib.sha256(body).hexdigest() != sha256:
            raise Corrupt(what="promoted file")
        self.documents[key] = (body, "")

    def keep(self, key: str, body: bytes, media_type: str) -> None:
        self.documents.setdefault(key, (body, media_type))

    def kept(self, key: str) -> bytes:
        if key not in self.documents:
            raise NotFound
        return self.documents[key][0]

    def link(self, key: str, media_type: str, file_name: str, seconds: int) -> tuple[str, datetime]:  # noqa: ARG002 - the port's
        return f"memory:documents/{key}", self.clock.now() + timedelta(seconds=seconds)

    def discard(self, arrived: Arrived) -> None:
        self.uploads.get(arrived.key, {}).pop(arrived.version, None)

    def remove(self, document: DocumentId) -> None:
        for key in [each for each in self.documents if each.startswith(document_prefix(document))]:
            del self.documents[key]
