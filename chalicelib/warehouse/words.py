"""Words that a document is found by, and what stands for them in keys: a title may name a person. Pure."""

import hashlib
import hmac
import re
from typing import Final

from chalicelib.kernel.ids import CitizenRef
from chalicelib.kernel.text import unmarked
from chalicelib.warehouse.document_type import DocumentType
from chalicelib.warehouse.model import Document

MOST_WORDS: Final = 12
"""How many words of a document are kept: its title first, then its number, then what such papers are called."""
PURPOSE: Final = "warehouse words"
"""What the secret is derived for (Keys.derive)."""
_WORD: Final = re.compile(r"\w+")


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are compared, each once: without marks, for search from any keyboard."""
    return tuple(dict.fromkeys(_WORD.findall(unmarked(text))))


def document_words(document: Document, type_: DocumentType) -> tuple[str, ...]:
    """Return the words that a document is found by, at most `MOST_WORDS`."""
    texts = (document.title, document.number or "", type_.name.vi)
    return tuple(dict.fromkeys(word for text in texts for word in words_of(text)))[:MOST_WORDS]


def blinded(secret: bytes, ref: CitizenRef, word: str) -> str:
    """Return what stands for a word of this owner's: the same word of another's is another text."""
    return hmac.new(secret, f"{ref}#{word}".encode(), hashlib.sha256).hexdigest()[:32]
