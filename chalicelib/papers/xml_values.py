"""Builds plain values out of the elements of an XML document as they are read, within bounds. Pure."""

from dataclasses import dataclass, field
from typing import Final

from chalicelib.kernel.canonical import Json
from chalicelib.papers.model import Reason

_PAGES: Final = frozenset({"http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"})


class Forbidden(Exception):
    """Something that no document of data has."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        """Keep the reason."""
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


@dataclass(slots=True)
class _Open:
    """An element that is not closed yet."""

    name: str
    inner: dict[str, Json] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)
    text: list[str] = field(default_factory=list)

    def add(self, name: str, value: Json) -> None:
        standing = self.inner.get(name)
        if name not in self.inner:
            self.inner[name] = value
        elif name in self.lists and isinstance(standing, list):
            standing.append(value)
        else:
            self.lists.add(name)
            self.inner[name] = [standing, value]

    def value(self) -> Json:
        text = "".join(self.text).strip()
        if not self.inner:
            return text
        return {**self.inner, "#text": text} if text else self.inner


class Values:
    """What the parser tells of each element to (lxml's target interface). `root` is the whole, once it is read."""

    def __init__(self, depth: int, nodes: int) -> None:
        """Take how deep elements may nest, and how many elements and attributes there may be."""
        self._depth = depth
        self._left = nodes
        self._open: list[_Open] = [_Open("")]

    @property
    def root(self) -> Json:
        """Return `{root name: value}`."""
        return self._open[0].value()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Open an element. Raises Forbidden."""
        namespace, name = _names(tag)
        self._left -= 1 + len(attributes)
        if len(self._open) > self._depth:
            raise Forbidden("xml_too_deep")
        if self._left < 0:
            raise Forbidden("xml_unreadable", "too many values")
        if namespace in _PAGES:
            raise Forbidden("polyglot", "page")
        opened = _Open(name)
        for key, value in attributes.items():
            opened.add("@" + _names(key)[1], value)
        self._open.append(opened)

    def data(self, text: str) -> None:
        """Take text of the innermost element."""
        self._open[-1].text.append(text)

    def end(self, tag: str) -> None:  # noqa: ARG002 - the parser has matched the names
        """Close the innermost element."""
        done = self._open.pop()
        self._open[-1].add(done.name, done.value())

    def doctype(self, name: str, public: str | None, system: str | None) -> None:  # noqa: ARG002 - the interface's
        """Refuse a DTD wherever it stands. Raises Forbidden."""
        raise Forbidden("xml_entities", "dtd")

    def close(self) -> None:
        """End of the document."""


def _names(tag: str) -> tuple[str, str]:
    namespace, _, name = tag.rpartition("}")
    return namespace.removeprefix("{"), name
