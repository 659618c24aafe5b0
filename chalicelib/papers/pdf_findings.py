"""What in the objects of a PDF does something, or carries something else. Knows objects, not files.

Every object of the file is looked at, whether anything leads to it or not: what one reader never reaches, another does.
Actions: ISO 32000-1 §12.6.4; embedded files §7.11.4; forms of the XFA kind §12.7.8.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from chalicelib.papers.model import Reason

if TYPE_CHECKING:
    from pikepdf import Object

_ACTIONS: Final = frozenset(
    {"/Launch", "/GoToR", "/GoToE", "/ImportData", "/SubmitForm", "/RichMedia", "/RichMediaExecute", "/Rendition"}
    | {"/Movie", "/Sound", "/GoTo3DView"}
)
_PLAYERS: Final = frozenset({"/RichMedia", "/Movie", "/Sound", "/3D", "/Screen"})
_SCHEMES: Final = ("javascript:", "vbscript:", "data:", "file:")
_XFA_SCRIPT: Final = re.compile(rb"<(?:[\w.-]+:)?(?:script|execute)\b", re.IGNORECASE)
_XFA_SUBMIT: Final = re.compile(rb"<(?:[\w.-]+:)?submit\b", re.IGNORECASE)
_OBJECTS: Final = 1_000_000
_WORST_FIRST: Final[tuple[Reason, ...]] = ("pdf_script", "pdf_action", "pdf_embedded_file")
_HIDDEN: Final = re.compile(rb"/S\s*/JavaScript\b|/JS\s*(?:\(|<(?!<)|\d+\s+\d+\s+R)")
_HIDDEN_ACTION: Final = re.compile(rb"/S\s*(?:" + b"|".join(each.encode() for each in sorted(_ACTIONS)) + rb")\b")
_NAME_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")


class TooManyObjects(Exception):
    """More than is looked at."""


def findings(objects: Iterable["Object"]) -> Reason | None:
    """Return the worst that is found, None for a file that only shows. Raises TooManyObjects."""
    found = {reason for each in _dictionaries(objects) for reason in _in_dictionary(each)}
    return next((reason for reason in _WORST_FIRST if reason in found), None)


def hidden(body: bytes) -> Reason | None:
    """Say whether an earlier version of an object, which the newest table leaves out, is a script or an action.

    Readers show earlier versions on demand: each signature has its own.
    """
    plain = _NAME_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), body)
    if _HIDDEN.search(plain):
        return "pdf_script"
    return "pdf_action" if _HIDDEN_ACTION.search(plain) else None


def xfa_finding(packets: Iterable[bytes]) -> Reason | None:
    """Return what is wrong with a form of the XFA kind, given its packets as text in whatever encoding."""
    text = b"".join(packets).replace(b"\x00", b"")
    if _XFA_SCRIPT.search(text):
        return "pdf_script"
    return "pdf_action" if _XFA_SUBMIT.search(text) else None


def _dictionaries(objects: Iterable["Object"]) -> Iterator["Object"]:
    """Yield every dictionary, nested ones too; references are not followed, for each object comes by itself."""
    from pikepdf import Array, Dictionary, Stream

    left = _OBJECTS
    for each in objects:
        stack: list[object] = [each]
        while stack:
            left -= 1
            if left < 0:
                raise TooManyObjects
            current = stack.pop()
            if isinstance(current, Stream):
                current = current.stream_dict
            if isinstance(current, Dictionary):
                yield current
                stack.extend(_direct(dict(current.items()).values()))
            elif isinstance(current, Array):
                stack.extend(_direct(iter(current)))


def _direct(values: Iterable[object]) -> Iterator[object]:
    from pikepdf import Object

    return (each for each in values if isinstance(each, Object) and not each.is_indirect)


def _in_dictionary(each: "Object") -> Iterator[Reason]:
    keys = set(each.keys())
    if "/OnInstantiate" in keys or _name(each, "/S") == "/JavaScript" or _is_code(each):
        yield "pdf_script"
    if _name(each, "/S") in _ACTIONS or _name(each, "/Subtype") in _PLAYERS or _leads_astray(each):
        yield "pdf_action"
    if _is_files(each.get("/EF")) or "/Collection" in keys or _name(each, "/Subtype") == "/FileAttachment":
        yield "pdf_embedded_file"
    if _name(each, "/Type") == "/EmbeddedFile" or _is_filled(each.get("/EmbeddedFiles")):
        yield "pdf_embedded_file"


def _name(each: "Object", key: str) -> str | None:
    from pikepdf import Name

    value = each.get(key)
    return str(value) if isinstance(value, Name) else None


def _is_code(each: "Object") -> bool:
    """Say whether a dictionary holds code, or leads to a tree of it that is not empty.

    Not by the key alone: a page may call a font or a picture `/JS`, and writers leave empty trees.
    """
    from pikepdf import Stream, String

    code, tree = each.get("/JS"), each.get("/JavaScript")
    return isinstance(code, (String, Stream)) or _is_filled(tree) or isinstance(tree, (String, Stream))


def _is_files(value: object) -> bool:
    from pikepdf import Dictionary

    return isinstance(value, Dictionary) and _name(value, "/Type") != "/Font"


def _is_filled(tree: object) -> bool:
    """Say whether a tree of names (ISO 32000-1 §7.9.6) has any."""
    from pikepdf import Array, Dictionary

    if not isinstance(tree, Dictionary):
        return False
    return any(isinstance(part, Array) and len(part) > 0 for part in (tree.get("/Names"), tree.get("/Kids")))


def _leads_astray(each: "Object") -> bool:
    """Say whether a link runs something or opens the reader's own files."""
    from pikepdf import Dictionary, String

    target = each.get("/URI")
    if isinstance(target, Dictionary):
        target = target.get("/Base")
    if not isinstance(target, String):
        return False
    plain = "".join(letter for letter in str(target) if letter > " ").lower()
    return plain.startswith(_SCHEMES)
