"""Where everything of the warehouse stands in the state table and in the buckets: the only place that builds keys.

Partitions by owner, named by their keyed reference. What grows with the number of documents is read by page only:

    W#{ref}    USAGE                          what is used of the quota, and the open uploads
               D#{document}                   a document
    WT#{ref}#{type}          D#{document}     documents by type             (pointer)
    WW#{ref}#{blinded word}  D#{document}     documents by words of titles  (pointer)
    WI#{ref}   I#{item}#{standing}            the newest value of an item of each standing: never more than the
               P#{evidence}#{standing}        dictionary has, however many documents there are; likewise papers
    WV#{ref}   {I# or P# as above}#{order}#{document}   every value and paper, to find the next best from
    WU#{upload}    UPLOAD                     an upload
    WS#{blinded issuer, type, number, owner}  SERIES   the newest version of what an agency issued (pointer)
    WG#{document}  ISSUED                     whose a document is that an agency set out to bring
    WB#{import}    IMPORT                     a back-file import, and how far it is
               R#{row}                        what came of a row
               O#{outcome}#{row}              the same by outcome              (pointer)
               F#{blinded name}               a file that the agency said it would send
    WR#{ref}       REPRESENTED                whom somebody represents, as the register said a little while ago
    WX#{export}    EXPORT                     an archive of everything, and how far it is
    W#{ref}        EXPORT                     the owner's last archive              (pointer)
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
    return Key(f"WT#{ref}#{type_}", f"D#{document}")


def word_item(ref: CitizenRef, word: str, document: DocumentId) -> Key:
    """Return where a document is pointed to by a blinded word of its title."""
    return Key(f"WW#{ref}#{word}", f"D#{document}")


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


def series_item(word: str) -> Key:
    """Return where the newest version of an issued document is pointed to; `word` is blinded."""
    return Key(f"WS#{word}", "SERIES")


def brought_item(document: DocumentId) -> Key:
    """Return where it stands whose document it is, for the agency that brought it."""
    return Key(f"WG#{document}", "ISSUED")


def import_item(import_: str) -> Key:
    """Return where a back-file import stands."""
    return Key(f"WB#{import_}", "IMPORT")


def row_item(import_: str, row: int) -> Key:
    """Return where it stands what came of a row."""
    return Key(f"WB#{import_}", f"R#{row:06d}")


def outcome_item(import_: str, outcome: str, row: int) -> Key:
    """Return where a row is pointed to by its outcome."""
    return Key(f"WB#{import_}", f"O#{outcome}#{row:06d}")


def back_file_item(import_: str, name: str) -> Key:
    """Return where a file of an import is announced; `name` is blinded."""
    return Key(f"WB#{import_}", f"F#{name}")


def represented_item(ref: CitizenRef) -> Key:
    """Return where it is kept for a while whom somebody represents."""
    return Key(f"WR#{ref}", "REPRESENTED")


def manifest_key(import_: str) -> str:
    """Return where the manifest of an import is to be put: outside of `in/`, so that nobody takes it for an upload."""
    return f"backfile/{import_}/manifest"


def back_file_key(import_: str, name: str) -> str:
    """Return where a file of an import is to be put; `name` is blinded, for agencies name files after people."""
    return f"backfile/{import_}/f/{name}"


def export_item(export: str) -> Key:
    """Return where an archive of everything stands."""
    return Key(f"WX#{export}", "EXPORT")


def last_export_item(ref: CitizenRef) -> Key:
    """Return where an owner's last archive is pointed to."""
    return Key(shelf(ref), "EXPORT")


def export_key(export: str) -> str:
    """Return where an archive is kept in the bucket of checked files."""
    return f"exports/{export}"


def due_item(at: datetime, kind: DueKind, id_: str) -> Key:
    """Return where it is noted when somebody has to look at something."""
    return Key(due_partition(zlib.crc32(id_.encode()) % DUE_SHARDS), f"{iso(at)}#{kind}#{id_}")


def due_partition(shard: int) -> str:
    """Return one of the partitions that a sweep walks."""
    return f"WDUE#{shard}"


def document_prefix(document: DocumentId) -> str:
    """Return what the keys of all copies of a document's file start with in the bucket of checked files."""
    return f"documents/{document}/"


def document_key(document: DocumentId, copy: Copy) -> str:
    """Return where a copy of a document's file is kept in the bucket of checked files."""
    return document_prefix(document) + copy
