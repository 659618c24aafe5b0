"""The signatures (chữ ký số) of a PDF: intact, by whom, when. Asks no network: what the file lacks is not known.

What reads signatures is imported when the first signed file comes: most files have none, and it costs a second.
"""

from datetime import datetime
from typing import Final

from chalicelib.papers.model import Root, Signature

_MARK: Final = b"/ByteRange"
"""Stands in clear in every signed PDF, encrypted ones too: what is signed is not compressed (ISO 32000-2 §12.8.1)."""


def verify(pdf: bytes, roots: tuple[Root, ...], at: datetime) -> tuple[Signature, ...]:
    """Return the answers about each signature, the earliest first; nothing for a file without any.

    `at` is the moment of asking (RFC 3339, with its offset): trust is judged then where no timestamp proves when it was
    signed. Document timestamps sign for nobody: they are no signatures here, and prove when earlier ones were there.
    Raises nothing: of a file that cannot be read there is one signature that is `unreadable`.
    """
    if _MARK not in pdf:
        return ()
    from chalicelib.papers.signatures_file import answers

    try:
        return answers(pdf, roots, at)
    except Exception as error:  # noqa: BLE001 - whatever a hostile file makes its readers raise, it is not readable
        return (unreadable(type(error).__name__),)


def unreadable(detail: str) -> Signature:
    """Return the answers about what cannot be read. `detail` is a code, nothing out of the file."""
    return Signature("unreadable", "untrusted", None, None, at_proved=False, detail=detail)
