"""Where the manifest and the files of an import are put, in the bucket of uploads."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from chalicelib.aws.clients import Clients
from chalicelib.aws.keys import Keys
from chalicelib.aws.tickets import Expected, Tickets
from chalicelib.aws.versions import Version, Versions
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import NotFound
from chalicelib.warehouse.import_model import FileWish, Import
from chalicelib.warehouse.import_port import ImportFiles
from chalicelib.warehouse.import_store import blinded_name
from chalicelib.warehouse.manifest import BadManifest
from chalicelib.warehouse.places import back_file_key, manifest_key
from chalicelib.warehouse.port import PostForm

PIECE: Final = 512 * 1024


class S3ImportFiles(ImportFiles):
    """In S3: the manifest by the version that was there when the import was started."""

    def __init__(self, clients: Clients, bucket: str, keys: Keys, clock: Clock) -> None:
        self._tickets = Tickets(clients)
        self._versions = Versions(clients)
        self._bucket = bucket
        self._keys = keys
        self._clock = clock

    def manifest_ticket(self, import_: Import, seconds: int) -> PostForm:
        """Sign a form."""
        wish = import_.manifest
        return self._form(manifest_key(import_.id), Expected(wish.media_type, wish.size, wish.sha256), seconds)

    def ticket(self, import_: Import, file: FileWish, seconds: int) -> PostForm:
        """Sign a form."""
        return self._form(self.place(import_, file.name), Expected(file.media_type, file.size, file.sha256), seconds)

    def place(self, import_: Import, name: str) -> str:
        """Blind the name."""
        return back_file_key(import_.id, blinded_name(self._keys, import_.id, name))

    def manifest_version(self, import_: Import) -> str | None:
        """Ask for the head of what is there."""
        found = self._versions.head(self._bucket, manifest_key(import_.id))
        return found[0].id if found is not None and found[1] == import_.manifest.size else None

    def manifest(self, import_: Import, start: int) -> Iterator[bytes]:
        """Read by ranges, each when it is wanted."""
        for at in range(start, import_.manifest.size, PIECE):
            try:
                yield self._versions.part(self._pinned(import_), at, min(at + PIECE, import_.manifest.size))
            except NotFound as error:
                raise BadManifest("manifest_gone") from error

    def digest(self, import_: Import) -> str:
        """Read it all."""
        found = hashlib.sha256()
        for piece in self.manifest(import_, 0):
            found.update(piece)
        return found.hexdigest()

    def _pinned(self, import_: Import) -> Version:
        return Version(self._bucket, manifest_key(import_.id), import_.version or "null")

    def _form(self, key: str, expected: Expected, seconds: int) -> PostForm:
        url, fields = self._tickets.post(self._bucket, key, expected, seconds)
        return PostForm(url, fields, self._clock.now() + timedelta(seconds=seconds))
