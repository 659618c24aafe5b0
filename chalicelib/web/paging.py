"""Cursors that callers carry and cannot make, and the bounds of a page. Knows no table."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Final

from pydantic import Field

from chalicelib.kernel.canonical import JsonObject, canonical
from chalicelib.kernel.errors import FieldProblem
from chalicelib.web.errors import BadCursor
from chalicelib.web.shape import Shape, parse_json, told

LARGEST_PAGE: Final = 100
_MAC = 16


class PageQuery(Shape):
    """Query of a list: `limit` items from `cursor` on. Subclass it to add filters."""

    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE, **told("Số mục mỗi trang.", "Items per page."))] = 20
    cursor: Annotated[
        str | None,
        Field(
            pattern=r"^[A-Za-z0-9_-]{1,1000}$",
            **told(
                "Giá trị next của trang trước; bỏ trống để lấy trang đầu.",
                "next of the page before; leave out for the first.",
            ),
        ),
    ] = None


class Cursors:
    """Signs positions. They are readable by who holds them and travel in URLs: never put personal data in."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def encode(self, scope: str, position: JsonObject) -> str:
        """Write a position in the list `scope`; the scope names the list and whose it is."""
        return self._seal(scope, canonical(position))

    def decode(self, scope: str, cursor: str, pointer: str = "/query/cursor") -> JsonObject:
        """Read what `encode` wrote for the same scope. Raises BadCursor for anything else, told at `pointer`."""
        try:
            raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except ValueError as error:
            raise _bad(pointer) from error
        body = raw[_MAC:]
        # Compared as written, not as decoded: base64 has several spellings of the same bytes.
        if not hmac.compare_digest(self._seal(scope, body).encode(), cursor.encode()):
            raise _bad(pointer)
        position = parse_json(body)
        if not isinstance(position, dict):
            raise _bad(pointer)
        return position

    def _seal(self, scope: str, body: bytes) -> str:
        mac = hmac.new(self._key, scope.encode() + b"\0" + body, hashlib.sha256).digest()[:_MAC]
        return urlsafe_b64encode(mac + body).rstrip(b"=").decode()


def _bad(pointer: str) -> BadCursor:
    return BadCursor(FieldProblem(pointer, "invalid_value"))
