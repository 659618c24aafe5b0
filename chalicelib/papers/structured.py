"""Reads JSON and XML strictly: one meaning or none, bounded before anything is built.

Knows the two notations; not what the values mean. Both become the same plain values, so that one kind of path
(vocabulary.paths) reads either.
"""

import json
import re
from typing import TYPE_CHECKING, Final, NoReturn

from chalicelib.kernel.canonical import Json
from chalicelib.papers.model import Limits, Refused

if TYPE_CHECKING:
    from chalicelib.papers.xml_values import Values

_BOM: Final = b"\xef\xbb\xbf"
_NODES: Final = 200_000
_TOKEN: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]|,', re.DOTALL)
"""A string that nothing ends goes on to the end of the text: tried anew at each quote in it, it would take days."""
_PROLOG: Final = re.compile(rb"(?:\s++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_ENCODING: Final = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_STYLESHEET: Final = re.compile(rb"<\?xml-stylesheet\b")


class _Unreadable(ValueError):
    """Not of one meaning: a name twice, or a number that is none."""


def read_json(body: bytes, limits: Limits) -> Json | Refused:
    """Return the value of a JSON text (RFC 8259, in UTF-8), or why it is not read.

    No name twice in an object, no NaN or Infinity (I-JSON, RFC 7493 §2.2, 2.3). A number with a fraction or an exponent
    is returned as its own text, for no float says it exactly.
    """
    text = body.removeprefix(_BOM)
    refused = _measured(text, limits)
    if refused is not None:
        return refused
    try:
        value: Json = json.loads(
            text.decode("utf-8"), object_pairs_hook=_object, parse_float=str, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError) as error:
        return Refused("json_unreadable", type(error).__name__)
    return value


def read_xml(body: bytes, limits: Limits) -> Json | Refused:
    """Return the value of an XML document in UTF-8, or why it is not read.

    `{root name: value of the root}`. The value of an element is its text, without the white space around it, if it has
    neither attributes nor elements inside; else an object: elements by their local names, attributes as `@name`, its
    own text, if any, as `#text`. Elements of one name beside each other become a list in their order; one alone does
    not. Namespaces tell no names apart. Comments and instructions are passed over.

    No DTD is read, and so no entity but XML's own five; XInclude is not carried out. A page for a browser (elements of
    XHTML or SVG, a style sheet) is a polyglot.
    """
    refused = _prolog(body)
    if refused is not None:
        return refused
    from lxml import etree

    from chalicelib.papers.xml_values import Forbidden, Values

    values = Values(limits.depth, _NODES)
    try:
        _feed(body, values)
    except Forbidden as error:
        return Refused(error.reason, error.detail)
    except (etree.LxmlError, ValueError, LookupError, TypeError) as error:
        return Refused("xml_unreadable", type(error).__name__)
    return values.root


def _feed(body: bytes, values: "Values") -> None:
    from lxml import etree

    parser = etree.XMLParser(
        target=values,
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
    )
    for at in range(0, len(body), 1 << 16):
        parser.feed(body[at : at + (1 << 16)])
    parser.close()


def _prolog(body: bytes) -> Refused | None:
    text = body.removeprefix(_BOM)
    found = _PROLOG.match(text)
    prolog = text[: found.end() if found else 0]
    if text.startswith(b"<!DOCTYPE", len(prolog)):
        return Refused("xml_entities", "dtd")
    if _STYLESHEET.search(prolog):
        return Refused("polyglot", "stylesheet")
    encoding = _ENCODING.match(text)
    if encoding and encoding[1].lower() not in {b"utf-8", b"us-ascii", b"ascii"}:
        return Refused("xml_unreadable", "encoding")
    try:
        text.decode("utf-8")
    except ValueError:
        return Refused("xml_unreadable", "encoding")
    return None


def _measured(text: bytes, limits: Limits) -> Refused | None:
    """Count brackets and commas outside strings, before anything is built of them."""
    depth = nodes = 0
    for found in _TOKEN.finditer(text):
        first = text[found.start()]
        nodes += first != 0x22
        depth += (first in b"[{") - (first in b"]}")
        if depth > limits.depth:
            return Refused("json_too_deep")
        if nodes > _NODES:
            return Refused("json_unreadable", "too many values")
    return None


def _object(pairs: list[tuple[str, Json]]) -> Json:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Unreadable("name twice")
    return made


def _refuse_constant(name: str) -> NoReturn:
    raise _Unreadable(name)
