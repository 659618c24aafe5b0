"""Where everything of the warehouse stands in the state table and in the buckets: the only place that builds keys.

Partitions by owner, named by their keyed reference. What grows with the number of documents is read by page only:

    W#{ref}    USAGE                          what is used of the quota, and the open uploads
               D#{document}                   a document
               T#{type}#{document}            documents by type             (pointer)
               S#{blinded word}#{document}    documents by words of titles  (pointer)
    WI#{ref}   I#{item}#{standing}            the newest value of an item of each standing: never more than the
               P#{evidence}#{standing}        dictionary has, however many documents there are; likewise papers
    WV#{ref}   {I# or P# as above}#{order}#{document}   every value and paper, to find the next best from
    WU#{upload}    UPLOAD                     an upload
    WDUE#{shard}   {when}#{kind}#{id}         what a sweep has to look at, and when
"""

import zlib
from datetime import datetime
from typing import Final, Literal, TypeAlias

from chalicelib.aws.writes import Key
from chalicelib.kernel.clock import iso
from chalicelib.kernel.ids import CitizenRef, DocumentId, ItemId, UploadId
from chalicelib.warehouse.model import Standing

DUE_SHARDS: Final = 8
DueKind: TypeAlias = Literal["upload", "purge", "export", "import"]
Copy: TypeAlias = Literal["original", "served", "thumbnail"]


def shelf(ref: CitizenRef) -> str:
    """Return the partition of an owner's documents."""
    return f"W#{ref}"


def usage_item(ref: CitizenRef) -> Key:
    """Return where it is counted what an owner uses."""
    return Key(shelf(ref), "USAGE")


def document_item(ref: CitizenRef, document: DocumentId) -> Key:
    """Return where a document stands."""
    return Key(shelf(ref), f"D#{document}")


def typed_item(ref: CitizenRef, type_: str, document: DocumentId) -> Key:
    """Return where a document is pointed to by its type."""
    return Key(shelf(ref), f"T#{type_}#{document}")


def word_item(ref: CitizenRef, word: str, document: DocumentId) -> Key:
    """Return where a document is pointed to by a blinded word of its title."""
    return Key(shelf(ref), f"S#{word}#{document}")


def holdings(ref: CitizenRef) -> str:
    """Return the partition of what an owner's documents say now."""
    return f"WI#{ref}"


def item_head(ref: CitizenRef, item: ItemId, standing: Standing) -> Key:
    """Return where the newest value of an item stands."""
    return Key(holdings(ref), f"I#{item}#{standing}")


def paper_head(ref: CitizenRef, evidence: str, standing: Standing) -> Key:
    """Return where the best paper that proves something stands."""
    return Key(holdings(ref), f"P#{evidence}#{standing}")


def version_item(head: Key, order: str, document: DocumentId) -> Key:
    """Return where one of all values behind a head stands; `order` sorts the newest, or longest valid, last."""
    return Key(f"WV#{head.pk.removeprefix('WI#')}", f"{head.sk}#{order}#{document}")


def upload_item(upload: UploadId) -> Key:
    """Return where an upload stands."""
    return Key(f"WU#{upload}", "UPLOAD")


def due_item(at: datetime, kind: DueKind, id_: str) -> Key:
    """Return where it is noted when somebody has to look at something."""
    return Key(due_partition(zlib.crc32(id_.encode()) % DUE_SHARDS), f"{iso(at)}#{kind}#{id_}")


def due_partition(shard: int) -> str:
    """Return one of the partitions that a sweep walks."""
    return f"WDUE#{shard}"


def document_key(document: DocumentId, copy: Copy) -> str:
    """Return where a copy of a document's file is kept in the bucket of checked files."""
    return f"documents/{document}/{copy}"
