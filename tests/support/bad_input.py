"""Requests that are wrong in one way each, and what each must be told."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from chalicelib.kernel.canonical import JsonObject
from tests.support.service import AN, order

GOOD: Final = order(AN, "groom")
_JSON: Final = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Bad:
    """A request, and the status, the code and (if told) the place and code of the field that it must get."""

    name: str
    status: int
    code: str
    place: tuple[str, str] | None = None
    method: str = "POST"
    path: str = "/v1/prefills"
    body: bytes = json.dumps(GOOD).encode()
    headers: Mapping[str, str] = field(default_factory=lambda: _JSON)


def with_token() -> list[Bad]:
    """Return requests of a citizen who may make them, were they right."""
    return [
        *_no_json(),
        *_too_much(),
        *_wrong_shape(),
        *_wrong_value(),
        *_wrong_media(),
        *_wrong_key(),
        *_wrong_query(),
        *_wrong_place(),
        *_wrong_method(),
    ]


def unknown_places() -> list[Bad]:
    """Return paths that only a front or a gateway can refuse: no route takes them."""
    paths = (
        "/", "/v1", "/v2/prefills", "/v1/prefills/../access-log", "/v1/prefills/a/b", "/v1//prefills", "/etc/passwd",
        "/v1/../../etc/passwd", "/V1/PREFILLS", "/%00", "/v1/prefills%2fA", "/admin", "//[", "/" + "a" * 8000,
        "/v1/" + "x/" * 4000, "*",
    )  # fmt: skip
    return [_get(path, 404, "unknown_route", name=f"path {path[:30]} of {len(path)}") for path in paths]


def _post(name: str, status: int, code: str, body: bytes | object, place: tuple[str, str] | None = None) -> Bad:
    return Bad(name, status, code, place, body=body if isinstance(body, bytes) else json.dumps(body).encode())


def _get(path: str, status: int, code: str, place: tuple[str, str] | None = None, name: str = "") -> Bad:
    return Bad(name or f"GET {path[:60]} of {len(path)}", status, code, place, "GET", path, b"", {})


def _no_json() -> Iterator[Bad]:
    for name, body in {
        "nothing": b"",
        "a brace": b"{",
        "a word": b"nul",
        "single quotes": b"{'procedure': 1}",
        "a comma too many": b'{"procedure": "1.000894",}',
        "two values": json.dumps(GOOD).encode() * 2,
        "NaN": b'{"deadline_ms": NaN}',
        "a byte order mark": b"\xef\xbb\xbf" + json.dumps(GOOD).encode(),
        "UTF-16": json.dumps(GOOD).encode("utf-16"),
        "a raw NUL": b'{"procedure": "\x00"}',
        "a raw line break": b'{"procedure": "1\n"}',
        "a lone surrogate": b'{"procedure": "\\ud800"}',
        "a comment": b'{"procedure": "1.000894" /* */}',
    }.items():
        yield _post(f"no JSON: {name}", 400, "malformed_json", body)


def _too_much() -> Iterator[Bad]:
    yield _post("a byte over 64 KiB", 413, "too_large", b" " * (64 * 1024 + 1))
    yield _post("100,000 brackets", 413, "too_large", b"[" * 100_000)
    yield _post("60,000 brackets", 400, "too_deep", b"[" * 60_000)
    yield _post("30,000 balanced brackets", 400, "too_deep", b"[" * 30_000 + b"]" * 30_000)
    yield _post("5,000 objects in each other", 400, "too_deep", b'{"a":' * 5_000 + b"1" + b"}" * 5_000)
    yield _post("33 levels", 400, "too_deep", b"[" * 33 + b"]" * 33)


def _wrong_shape() -> Iterator[Bad]:
    for name, body in {"a list": [], "a text": "x", "a number": 1, "null": None, "a list of it": [GOOD]}.items():
        yield _post(f"{name} for an object", 400, "invalid_request", body, ("", "wrong_type"))
    yield _post("an empty object", 400, "invalid_request", {}, ("/procedure", "missing"))
    yield _post("an unknown field", 400, "invalid_request", {**GOOD, "admin": True}, ("/admin", "unknown_field"))
    yield _post("a proto field", 400, "invalid_request", {**GOOD, "__proto__": {}}, ("/__proto__", "unknown_field"))
    for name, value in {"text": "2500", "a fraction": 2500.5, "truth": True, "null": None, "a list": [2500]}.items():
        body = {**GOOD, "deadline_ms": value}
        yield _post(f"a deadline that is {name}", 400, "invalid_request", body, ("/deadline_ms", "wrong_type"))
    for name, subjects in {"a list": [AN], "a text": AN, "null": None}.items():
        body = {**GOOD, "subjects": subjects}
        yield _post(f"subjects that are {name}", 400, "invalid_request", body, ("/subjects", "wrong_type"))
    where = "/subjects/groom/personal_id"
    for name, value in {"a number": 1090999001, "a list": [AN], "an object": {}, "null": None}.items():
        yield _post(f"an id that is {name}", 400, "invalid_request", _subject(value), (where, "wrong_type"))
    twice = json.dumps(GOOD)[:-1] + ', "deadline_ms": "x"}'
    yield _post("a field twice, wrong at last", 400, "invalid_request", twice.encode(), ("/deadline_ms", "wrong_type"))


def _subject(personal_id: object) -> JsonObject:
    body: Any = {**GOOD, "subjects": {"groom": {"personal_id": personal_id}}}
    return dict(body)


def _wrong_value() -> Iterator[Bad]:
    where = ("/subjects/groom/personal_id", "pattern")
    for name, value in {
        "of 11 digits": AN[:11],
        "of 13 digits": AN + "1",
        "with letters": "00109099900A",
        "with blanks": "001 090 999 001",
        "with a line break": AN + "\n",
        "with a NUL": AN[:11] + "\0",
        "in Arabic digits": "٠٠١٠٩٠٩٩٩٠٠١",
        "in wide digits": "００１０９０９９９００１",
        "that is empty": "",
        "that is huge": "0" * 60_000,
        "that is a path": "../../../etc",
        "that is a query": "' OR '1'='1",
    }.items():
        yield _post(f"a personal id {name}", 422, "unprocessable", _subject(value), where)
    raw = json.dumps(_subject("@"), ensure_ascii=False).encode().replace(b"@", b"00109\xff999001")
    yield _post("a personal id that is no UTF-8", 422, "unprocessable", raw, where)
    for deadline in (299, 8001, 0, -1, 2**53):
        body: Any = {**GOOD, "deadline_ms": deadline}
        yield _post(f"deadline {deadline}", 422, "unprocessable", body, ("/deadline_ms", "out_of_range"))
    beyond = json.dumps(GOOD).replace("2500", "9" * 5000)
    yield _post("a deadline beyond all numbers", 400, "malformed_json", beyond.encode())
    many = {f"role{number}": {"personal_id": AN} for number in range(21)}
    yield _post("21 subjects", 422, "unprocessable", {**GOOD, "subjects": many}, ("/subjects", "too_long"))
    yield _post("no subject", 422, "unprocessable", {**GOOD, "subjects": {}}, ("/subjects", "too_short"))
    for name, procedure in {
        "words": "kết hôn",
        "NUL": "1.000894\0",
        "wide digits": "１.000894",
        "huge": "1" * 60_000,
    }.items():
        body = {**GOOD, "procedure": procedure}
        yield _post(f"a procedure of {name}", 422, "unprocessable", body, ("/procedure", "pattern"))
    unknown = {"/procedure": {"procedure": "9.999999"}, "/form": {"form": "no-such-form"}}
    for place, change in unknown.items():
        code = f"no_such{place.replace('/', '_')}"
        yield _post(f"an unknown {place}", 422, code, {**GOOD, **change}, (place, code))
    stranger = {**GOOD, "subjects": {"witness": {"personal_id": AN}}}
    yield _post("an unknown role", 422, "no_such_role", stranger, ("/subjects/witness", "no_such_role"))


def _wrong_media() -> Iterator[Bad]:
    for kind in (
        "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json5",
        "application/json; charset=latin-1", "application/xml", "", "application/json, text/plain", "APPLICATION/PDF",
    ):  # fmt: skip
        yield Bad(f"content type {kind!r}", 415, "unsupported_media_type", headers={"Content-Type": kind})
    yield Bad("no content type", 415, "unsupported_media_type", headers={})
    for encoding in ("gzip", "deflate", "br", "x"):
        headers = {**_JSON, "Content-Encoding": encoding}
        yield Bad(f"content encoding {encoding}", 415, "unsupported_media_type", headers=headers)


def _wrong_key() -> Iterator[Bad]:
    place = ("/header/Idempotency-Key", "pattern")
    for name, value in {"empty": "", "long": "k" * 256, "with a blank": "a b", "with a mark": "kho\xe1"}.items():
        headers = {**_JSON, "Idempotency-Key": value}
        yield Bad(f"an idempotency key that is {name}", 400, "bad_idempotency_key", place, headers=headers)


def _wrong_query() -> Iterator[Bad]:
    for path in ("/v1/access-log", "/v1/procedures"):
        for value, code in {"0": "out_of_range", "101": "out_of_range", "-1": "out_of_range"}.items():
            yield _get(f"{path}?limit={value}", 400, "invalid_request", ("/query/limit", code))
        for value in ("x", "", "1.5", "1e1", "%D9%A1", "%00", "0x10"):
            yield _get(f"{path}?limit={value}", 400, "invalid_request", ("/query/limit", "wrong_type"))
        yield _get(f"{path}?limit=1&limit=2", 400, "invalid_request", ("/query/limit", "repeated"))
        yield _get(f"{path}?page=2", 400, "invalid_request", ("/query/page", "unknown_field"))
        for value in ("%00", "%27", "a b".replace(" ", "%20"), "", "A" * 1001):
            yield _get(f"{path}?cursor={value}", 400, "invalid_request", ("/query/cursor", "pattern"))
        for value in ("A", "AAAA", "A" * 1000, "eyJiZWZvcmUiOjF9"):
            yield _get(f"{path}?cursor={value}", 400, "bad_cursor", ("/query/cursor", "invalid_value"))
    for value in ("0", "1001", "-1"):
        yield _get(f"/v1/prefills/X?since={value}", 400, "invalid_request", ("/query/since", "out_of_range"))
    yield _get("/v1/procedures?q=" + "x" * 101, 400, "invalid_request", ("/query/q", "too_long"))
    yield _get("/docs?lang=fr", 400, "invalid_request", ("/query/lang", "not_allowed"))


def _wrong_place() -> Iterator[Bad]:
    for name in ("..%2f..%2fetc%2fpasswd", "%2e%2e", "%00", "%ff%fe", "X", "-", "' OR 1=1".replace(" ", "%20"),
                 "%F0%9F%A6%9C", "01jd9n3z00neverhasbeenzzzz", "%C4%90" * 26, "0" * 64):  # fmt: skip
        yield _get(f"/v1/prefills/{name}", 404, "not_found")
    yield _get("/v1/prefills/" + "A" * 65, 400, "invalid_request", ("/path/id", "too_long"))
    yield _get("/v1/prefills/" + "A" * 9000, 400, "invalid_request", ("/path/id", "too_long"))
    for name in ("..%2f..%2fetc", "%00", "1.000894%0a", "%EF%BC%91.000894", "1.00089"):
        yield _get(f"/v1/procedures/{name}", 400, "invalid_request", ("/path/code", "pattern"))
    for name in ("..%2fx", "%2e%2e", "a%00", "%C3%A1", "a" * 101):
        yield _get(f"/v1/forms/{name}", 400, "invalid_request", ("/path/code", "pattern"))
    yield _get("/v1/procedures/9.999999", 404, "unknown_procedure")
    yield _get("/v1/forms/no-such-form", 404, "unknown_form")
    yield _get("/problems/no_such_problem", 404, "not_found")


def _wrong_method() -> Iterator[Bad]:
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        yield Bad(f"{method} /v1/prefills", 405, "method_not_allowed", method=method, headers=_JSON)
    for path in ("/v1/access-log", "/v1/procedures", "/docs", "/v1/prefills/X"):
        yield Bad(f"POST {path}", 405, "method_not_allowed", path=path, headers=_JSON)
