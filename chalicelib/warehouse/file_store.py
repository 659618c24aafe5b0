"""The files of the warehouse in two buckets: what others put, unchecked, and what was checked. Signs no state."""

import hashlib
from datetime import datetime, timedelta

from chalicelib.aws.clients import Clients
from chalicelib.aws.objects import Objects
from chalicelib.aws.tickets import Expected, Tickets
from chalicelib.aws.versions import Version, Versions
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import Corrupt
from chalicelib.kernel.ids import DocumentId
from chalicelib.papers.model import MediaType
from chalicelib.warehouse.places import document_prefix
from chalicelib.warehouse.port import Arrived, Files, PostForm


class S3Files(Files):
    """Files in S3. The uploads bucket has versions, so what is checked is what is kept."""

    def __init__(self, clients: Clients, uploads: str, documents: str, clock: Clock) -> None:
        self._tickets = Tickets(clients)
        self._versions = Versions(clients)
        self._objects = Objects(clients)
        self._uploads = uploads
        self._documents = documents
        self._clock = clock

    def ticket(self, key: str, media_type: MediaType, size: int, sha256: str, seconds: int) -> PostForm:
        """Sign a form; nothing is asked of S3."""
        url, fields = self._tickets.post(self._uploads, key, Expected(media_type, size, sha256), seconds)
        return PostForm(url, fields, self._clock.now() + timedelta(seconds=seconds))

    def arrived(self, key: str, version: str | None = None) -> Arrived | None:
        """Ask for the head of what is there now, or of that version."""
        found = self._versions.head(self._uploads, key, version)
        return None if found is None else Arrived(key, found[0].id, found[1])

    def read(self, arrived: Arrived) -> bytes:
        """Read that version; whether it is what was declared is for the caller to see."""
        return self._versions.read(self._version(arrived))

    def promote(self, arrived: Arrived, key: str, sha256: str) -> None:
        """Copy within S3, which says the digest of the copy; where it does not, the copy is read back.

        A second time makes the same copy again, as the newest version.
        """
        copy, said = self._versions.copy(self._version(arrived), self._documents, key)
        if (said or hashlib.sha256(self._versions.read(copy)).hexdigest()) != sha256:
            self._versions.delete(copy)
            raise Corrupt(what="promoted file")

    def keep(self, key: str, body: bytes, media_type: str) -> None:
        """Write once: the same key always has the same bytes, for they are made of the same file."""
        self._objects.put_if_absent(self._documents, key, body, media_type)

    def kept(self, key: str) -> bytes:
        """Read a checked file, its digest verified by the SDK."""
        return self._objects.get(self._documents, key)

    def link(self, key: str, media_type: str, file_name: str, seconds: int) -> tuple[str, datetime]:
        """Sign a link; nothing is asked of S3. The name stands in the link: no personal data in it."""
        url = self._tickets.link(self._documents, key, media_type, file_name, seconds)
        return url, self._clock.now() + timedelta(seconds=seconds)

    def discard(self, arrived: Arrived) -> None:
        """Delete that version; others of its key go by the bucket's own rule."""
        self._versions.delete(self._version(arrived))

    def remove(self, document: DocumentId) -> None:
        """Delete every version of every copy."""
        self._versions.delete_all(self._documents, document_prefix(document))

    def _version(self, arrived: Arrived) -> Version:
        return Version(self._uploads, arrived.key, arrived.version)
