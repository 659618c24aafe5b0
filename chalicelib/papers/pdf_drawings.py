"""How often a page draws, when drawings contain drawings (form XObjects and patterns, ISO 32000-1 §8.10, 8.7.3).

Nine drawings that each draw the next ten times are a kilobyte, and a thousand million to whoever renders them. Counted
by how often a name stands in a content stream, at least as often as it is drawn; nothing is rendered.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from chalicelib.papers.pdf_streams import TooMuch

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_NAME: Final = re.compile(rb"/([^\s/<>\[\](){}%]+)")
_INLINE: Final = re.compile(rb"\bBI\b(.{0,1000}?)\bID\b", re.DOTALL)
_SIDE: Final = re.compile(rb"/([WH])(?:idth|eight)?\s+(\d{1,9})")
_PIXELS: Final = 40_000_000
"""Of one picture inside the content; honest writers put in some kilobytes."""
_MOST: Final = 200_000
_DEEPEST: Final = 30
_KINDS: Final = ("/XObject", "/Pattern")


def weigh_drawings(pdf: "Pdf") -> None:
    """See that no page, annotation or pattern draws too often. Raises TooMuch."""
    from pikepdf import Array, Stream

    count = _Count()
    for page in pdf.pages:
        contents = page.obj.get("/Contents")
        parts: list[object] = (
            [contents[at] for at in range(len(contents))] if isinstance(contents, Array) else [contents]
        )
        content = b"\n".join(each.read_bytes() for each in parts if isinstance(each, Stream))
        count.of(content, page.obj.get("/Resources"), 0)
    for each in pdf.objects:
        if isinstance(each, Stream) and _draws(each):
            count.of_drawing(each, None, 0)


def _draws(stream: "Object") -> bool:
    return str(stream.get("/Subtype")) == "/Form" or str(stream.get("/PatternType")) == "1"


class _Count:
    """Drawings by their object; each is counted once."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], int] = {}

    def of(self, content: bytes, resources: "Object | None", depth: int) -> int:
        """Return how many drawings some content comes to."""
        _weigh_inline(content)
        named = _named(resources)
        if not named:
            return 1
        total = 1
        used = Counter(name for name in _names(content) if name in named)
        for name, drawing in named.items():
            if used[name]:
                total += used[name] * self.of_drawing(drawing, resources, depth + 1)
        if total > _MOST:
            raise TooMuch("drawings")
        return total

    def of_drawing(self, drawing: "Object", around: "Object | None", depth: int) -> int:
        """Return how many one drawing comes to; one inside itself is drawn once, as readers do."""
        if depth > _DEEPEST:
            raise TooMuch("drawings")
        own = drawing.get("/Resources")
        resources = around if own is None else own
        key = (drawing.objgen, resources.objgen if own is None and resources is not None else None)
        if key not in self._known:
            self._known[key] = 1
            self._known[key] = self.of(drawing.read_bytes(), resources, depth)
        return self._known[key]


def _named(resources: "Object | None") -> dict[bytes, "Object"]:
    """Return the drawings that may be named, by name."""
    from pikepdf import Dictionary, Stream

    found: dict[bytes, Object] = {}
    for kind in _KINDS:
        of_kind = resources.get(kind) if isinstance(resources, Dictionary) else None
        if isinstance(of_kind, Dictionary):
            drawings = ((name, each) for name, each in of_kind.items() if isinstance(each, Stream) and _draws(each))
            found.update((name[1:].encode(), each) for name, each in drawings)
    return found


def _names(content: bytes) -> Iterator[bytes]:
    """Yield the names one by one: there may be tens of millions."""
    for found in _NAME.finditer(content):
        yield _unescaped(found[1]) if b"#" in found[1] else found[1]


def _weigh_inline(content: bytes) -> None:
    """See that no picture inside the content is too large (ISO 32000-1 §8.9.7). Raises TooMuch."""
    for found in _INLINE.finditer(content):
        stated = dict(_SIDE.findall(_unescaped(found[1])))
        width, height = (int(stated.get(side, 0)) for side in (b"W", b"H"))
        if width * height > _PIXELS:
            raise TooMuch("inline")


def _unescaped(name: bytes) -> bytes:
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), name)
