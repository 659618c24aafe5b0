"""The kind `document_types`: which files a paper may be, how its items are read, what it proves and how long it holds.

Must not know HTTP, or any paper by name.
"""

from typing import Final

from chalicelib.definitions.body import parser
from chalicelib.definitions.model import Kind
from chalicelib.warehouse.checks import check_document_type
from chalicelib.warehouse.compiled import compile_type
from chalicelib.warehouse.document_type import DocumentType
from chalicelib.warehouse.written import DocumentTypeBody

DOCUMENT_TYPES: Final[Kind[DocumentType]] = Kind(
    "document_types", parser(DocumentTypeBody), compile_type, check_document_type
)
KINDS: Final[tuple[Kind[object], ...]] = (DOCUMENT_TYPES,)
