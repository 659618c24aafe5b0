"""What is found out about a file. Pure: no library that opens files is known here."""

from datetime import datetime
from typing import Final, Literal, TypeAlias, get_args

from chalicelib.kernel.frozen import dataclass

MediaType: TypeAlias = Literal["image/jpeg", "image/png", "application/pdf", "application/json", "application/xml"]
MEDIA_TYPES: Final[dict[str, MediaType]] = {name: name for name in get_args(MediaType)}

Reason: TypeAlias = Literal[
    "size_mismatch",
    "digest_mismatch",
    "type_unknown",
    "type_mismatch",
    "archive",
    "polyglot",
    "image_unreadable",
    "image_too_large",
    "image_animated",
    "pdf_unreadable",
    "pdf_encrypted",
    "pdf_script",
    "pdf_action",
    "pdf_embedded_file",
    "pdf_too_many_pages",
    "pdf_too_large",
    "json_unreadable",
    "json_too_deep",
    "xml_unreadable",
    "xml_entities",
    "xml_too_deep",
    "malware",
]
"""Why a file is not taken, a closed set; each has a text in schemas/messages/warehouse.json.

`*_too_large` is a decompression bomb, or more pixels or more unpacked bytes than is opened here. `polyglot`: the bytes
are two kinds of file at once, or go on after the file's own end.
"""

REASONS: Final[dict[str, Reason]] = {name: name for name in get_args(Reason)}


@dataclass(frozen=True, slots=True)
class Limits:
    """What is opened at all; beyond it a file is refused before it is worked."""

    pixels: int = 40_000_000
    side: int = 12_000
    pages: int = 200
    unpacked: int = 200_000_000
    """Bytes that the streams of a PDF may come to when unpacked."""
    depth: int = 40
    """Nesting of JSON and XML."""
    thumbnail: int = 480
    """Longer side of a thumbnail, in pixels."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not taken. `detail` is for operators: a code or a number, never anything out of the file."""

    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is what it says it is.

    `served` is what is given out: of an image a copy without position, device and comments (EXIF, XMP, IPTC) that
    shows the same picture the right way up, of anything else the very bytes. `thumbnail` is a JPEG of the image or of
    the first page, None where there is nothing to see.
    """

    media_type: MediaType
    served: bytes
    thumbnail: bytes | None = None
    pages: int | None = None
    width: int | None = None
    height: int | None = None


Scan: TypeAlias = Literal["clean", "infected", "not_scanned"]
"""What a malware scanner says; `not_scanned` is the honest answer where none is on."""

Integrity: TypeAlias = Literal["intact", "altered", "extended", "unreadable"]
"""Is a PDF what was signed? `extended`: intact up to the signature, and something was added after it that a reader
would show (later signatures, timestamps and validation data are no such thing)."""

Trust: TypeAlias = Literal["trusted", "untrusted", "expired", "not_yet_valid", "revoked", "wrong_use"]
"""Does the signer's certificate lead to a configured root, and was it good when it signed?"""

SignerKind: TypeAlias = Literal["person", "agency"]
"""Who a certificate is made out to: a natural person, or a body (NĐ 30/2020/NĐ-CP Điều 5: an original has both)."""


@dataclass(frozen=True, slots=True)
class Signer:
    """By whom: as the certificate says, not as the file does. Personal data where the kind is `person`."""

    kind: SignerKind
    name: str
    organisation: str | None
    certificate: str
    """SHA-256 of the certificate, in hex."""
    issuer: str


@dataclass(frozen=True, slots=True)
class Signature:
    """The three answers about one signature of a PDF: intact, by whom, when.

    `at` is when it was made: proved by a trusted timestamp, or merely claimed by the file (`at_proved` False). Trust is
    judged at the proved moment, else at the moment of asking.
    """

    integrity: Integrity
    trust: Trust
    signer: Signer | None
    at: datetime | None
    at_proved: bool
    detail: str = ""

    @property
    def is_valid(self) -> bool:
        """Say whether it holds on all three counts that matter: unchanged, trusted, by somebody who is named."""
        return self.integrity == "intact" and self.trust == "trusted" and self.signer is not None


@dataclass(frozen=True, slots=True)
class Root:
    """A certificate that trust starts from: whose signatures it vouches for, or whose timestamps."""

    name: str
    certificate: bytes
    """DER."""
    vouches_for: Literal["person", "agency", "any", "timestamp"]
