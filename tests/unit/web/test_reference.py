"""The OpenAPI document and the page made from it."""

from html.parser import HTMLParser
from itertools import pairwise

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from chalicelib.web.docs import CSP, STYLE, problem_page, reference_page
from chalicelib.web.openapi import document
from chalicelib.web.operation import Info
from chalicelib.web.problem import PROBLEM_SCHEMA
from tests.support.web import EXAMPLE, FileTexts, tiny

APP = tiny()
DOCUMENT = document(APP.router.operations, Info("Một Lần", "1", "Thử"))


def test_the_document_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_every_operation_names_all_its_problems() -> None:
    for methods in DOCUMENT["paths"].values():
        for operation in methods.values():
            assert {"403", "404", "405", "413", "415", "429", "500", "503"} <= set(operation["responses"])
    create = DOCUMENT["paths"]["/v1/things"]["post"]
    assert create["responses"]["409"]["x-codes"] == ["conflict"]
    assert {"malformed_json", "too_deep", "bad_idempotency_key"} <= set(create["responses"]["400"]["x-codes"])
    assert create["security"] == [{"bearer": []}]
    assert [each["name"] for each in create["parameters"]] == ["Idempotency-Key"]


def test_examples_fit_their_schemas() -> None:
    content = DOCUMENT["paths"]["/v1/things"]["post"]["requestBody"]["content"]["application/json"]
    schema = {**content["schema"], "components": DOCUMENT["components"]}
    Draft202012Validator(schema).validate(content["examples"]["example"]["value"])
    assert content["examples"]["example"]["value"] == EXAMPLE


def test_what_a_bad_request_gets_fits_the_published_problem() -> None:
    answer = APP.send("POST", "/v1/things", {"name": 1}, Idempotency_Key="k")
    Draft202012Validator(PROBLEM_SCHEMA).validate(answer.json_body)


class Outline(HTMLParser):
    """Collects what a screen reader goes by."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.ids += [value or "" for name, value in attrs if name == "id"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_has_landmarks_one_title_and_nothing_active(language: str) -> None:
    page = reference_page(DOCUMENT, FileTexts(), "vi" if language == "vi" else "en")
    outline = Outline(page)

    assert [outline.tags.count(tag) for tag in ("h1", "main", "header", "footer", "nav")] == [1, 1, 1, 1, 1]
    assert outline.ids
    assert len(outline.ids) == len(set(outline.ids))
    headings = [int(tag[1]) for tag in outline.tags if tag in {"h1", "h2", "h3"}]
    assert all(after - before <= 1 for before, after in pairwise(headings))
    assert ("lang", language) in outline.attributes
    assert not {"script", "img", "link", "iframe", "form"} & set(outline.tags)
    assert not [value for name, value in outline.attributes if name in {"href", "src"} and "//" in (value or "")]
    assert not [name for name, _ in outline.attributes if name.startswith("on") or name == "style"]
    assert f"<style>{STYLE}</style>" in page
    assert "docs." not in page


def test_links_inside_the_page_lead_somewhere() -> None:
    outline = Outline(reference_page(DOCUMENT, FileTexts(), "vi"))
    inside = {(value or "")[1:] for name, value in outline.attributes if name == "href" and (value or "")[:1] == "#"}
    assert inside <= set(outline.ids)


def test_markup_in_texts_is_shown_and_not_run() -> None:
    page = problem_page("<script>alert(1)</script>", FileTexts(), "vi")
    assert "<script>" not in page
    assert "script-src" not in CSP
    assert "unsafe" not in CSP


def luminance(colour: str) -> float:
    full = colour if len(colour) == 6 else "".join(letter * 2 for letter in colour)
    parts = [int(full[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_text_stands_out_by_six_and_a_half_to_one() -> None:
    first = STYLE.split("{", 1)[1].split("}", 1)[0]
    colours = dict(each.removeprefix("--").split(":#") for each in first.split(";"))
    for ink in ("ink", "soft", "mark"):
        for ground in ("page", "tint"):
            light, dark = luminance(colours[ground]), luminance(colours[ink])
            assert (light + 0.05) / (dark + 0.05) >= 6.5
