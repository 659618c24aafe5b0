"""Problems, their texts and their challenges."""

import json
from collections.abc import Iterator

import pytest

import chalicelib.web.errors
from chalicelib.kernel.errors import AppError, Corrupt, FieldProblem, InvalidRequest, TooManyRequests, Unauthenticated
from chalicelib.web.errors import InsufficientScope, TokenExpired
from chalicelib.web.language import CodesOnly, Language, Texts, language_of
from chalicelib.web.problem import problem, unknown_route_problem
from chalicelib.web.shape import FIELD_CODES
from tests.support.web import FileTexts

ALL = FileTexts().all


def tree(root: type[AppError]) -> Iterator[type[AppError]]:
    yield root
    for below in root.__subclasses__():
        yield from tree(below)


def ours() -> set[str]:
    modules = {"chalicelib.kernel.errors", chalicelib.web.errors.__name__}
    return {each.code for each in tree(AppError) if each.__module__ in modules}


@pytest.mark.parametrize("code", sorted(ours()))
def test_every_code_says_what_happened_and_what_to_do_in_both_languages(code: str) -> None:
    for name in (code, f"{code}.detail"):
        assert ALL[name]["vi"] != ALL[name]["en"]


@pytest.mark.parametrize("code", sorted(FIELD_CODES))
def test_every_field_code_has_both_languages(code: str) -> None:
    assert ALL[code]["vi"] != ALL[code]["en"]


def test_the_values_that_would_do_are_named_where_they_are_few() -> None:
    refused = InvalidRequest(FieldProblem("/a", "not_allowed", "x, y"), FieldProblem("/b", "not_allowed"))
    named, unnamed = json.loads(problem(refused, FileTexts(), "vi", "t").body)["errors"]
    assert (named["code"], unnamed["code"]) == ("not_allowed", "not_allowed")
    assert "x, y" in named["message_vi"]
    assert "x, y" in named["message_en"]
    assert unnamed["message_vi"] == ALL["not_allowed"]["vi"]


class Broken(Texts):
    """Texts that fail in every way."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def text(self, code: str, language: Language, **params: str | int) -> str:  # noqa: ARG002 - the port's names
        raise self.error


@pytest.mark.parametrize("texts", [CodesOnly(), Broken(KeyError("x")), Broken(ValueError()), Broken(Corrupt())])
def test_a_missing_text_leaves_the_code(texts: Texts) -> None:
    document = json.loads(problem(InvalidRequest(FieldProblem("/a", "missing")), texts, "vi", "t").body)

    assert (document["title"], document["detail"]) == ("invalid_request", "invalid_request")
    assert document["errors"] == [
        {"pointer": "/a", "code": "missing", "message_vi": "missing", "message_en": "missing"}
    ]


def test_placeholders_are_filled() -> None:
    rendered = problem(InsufficientScope(scope="prefill"), FileTexts(), "en", "t")

    assert "prefill" in json.loads(rendered.body)["detail"]
    assert 'error="insufficient_scope", scope="prefill"' in rendered.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("error", "challenge"),
    [
        (Unauthenticated(), 'Bearer realm="motlan"'),
        (TokenExpired(), 'Bearer realm="motlan", error="invalid_token"'),
        (InvalidRequest(), None),
    ],
)
def test_only_a_401_challenges(error: AppError, challenge: str | None) -> None:
    assert problem(error, FileTexts(), "vi", "t").headers.get("WWW-Authenticate") == challenge


def test_the_wait_is_told_when_there_is_one() -> None:
    assert problem(TooManyRequests(retry_after=3), FileTexts(), "vi", "t").headers["Retry-After"] == "3"
    assert "Retry-After" not in problem(TooManyRequests(), FileTexts(), "vi", "t").headers


def test_an_unknown_route_is_a_404_problem() -> None:
    rendered = unknown_route_problem(FileTexts(), "en", "t")

    assert (rendered.status, json.loads(rendered.body)["code"]) == (404, "unknown_route")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "vi"),
        ("*", "vi"),
        ("en", "en"),
        ("en-US,en;q=0.9", "en"),
        ("en;q=0.5,vi;q=0.5", "vi"),
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("fr,en;q=0.1", "en"),
        ("en;q=0", "vi"),
        ("en;q=x", "vi"),
        ("en;q=nan", "vi"),
        (",;=", "vi"),
    ],
)
def test_the_language_is_negotiated(header: str, language: str) -> None:
    assert language_of(header) == language
