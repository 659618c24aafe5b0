"""The reference as a page: plain HTML from the OpenAPI document, no script, nothing from elsewhere, phone first.

Pure: a document and texts in, HTML out.
"""

import hashlib
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final, TypeAlias

from chalicelib.kernel.frozen import dataclass
from chalicelib.web.language import Language, Texts
from chalicelib.web.problem import advice, say

Described: TypeAlias = Mapping[str, Any]

STYLE: Final = """
:root{--ink:#1d2a38;--soft:#4a5868;--line:#d5dbe1;--tint:#f4f6f8;--mark:#0b5394;--page:#fff}
*{box-sizing:border-box}
body{margin:0;color:var(--ink);background:var(--page);font:17px/1.55 system-ui,"Noto Sans","DejaVu Sans",sans-serif}
header,main,footer{max-width:62rem;margin:0 auto;padding:1rem}
header{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;align-items:baseline;justify-content:space-between}
a{color:var(--mark)}a:focus-visible,summary:focus-visible,pre:focus-visible{
  outline:3px solid #b35900;outline-offset:2px}
.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:.5rem;background:var(--page);padding:.5rem}
.brand{font-weight:700;text-decoration:none;color:var(--ink)}
h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0}
h2{font-size:1.25rem;margin:2.2rem 0 .4rem}h3{font-size:1rem;margin:1.2rem 0 .3rem}
nav ul{list-style:none;margin:0;padding:0}nav li{border-top:1px solid var(--line)}
nav li a{display:block;padding:.6rem 0;text-decoration:none}nav li a:hover{text-decoration:underline}
section{border-top:1px solid var(--line);margin-top:2rem}
code,pre{font:.86em/1.5 ui-monospace,"DejaVu Sans Mono",monospace}
code{overflow-wrap:anywhere}pre{background:var(--tint);padding:.8rem;overflow-x:auto;margin:.3rem 0}
.where{display:block;margin:.3rem 0;color:var(--soft)}.where b{color:var(--ink);padding-right:.4rem}
dt{margin-top:.6rem}dd{margin:0 0 0 1rem;color:var(--soft)}summary{cursor:pointer;padding:.5rem 0;color:var(--mark)}
header a{padding:.4rem 0}
@media(min-width:48rem){nav ul{columns:2;column-gap:2.5rem}nav li{break-inside:avoid}}
footer{color:var(--soft);border-top:1px solid var(--line);margin-top:2rem}
"""
CSP: Final = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    f"style-src 'sha256-{b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
)


@dataclass(frozen=True, slots=True)
class _Writer:
    """The texts of the page, escaped."""

    texts: Texts
    language: Language

    def __call__(self, code: str) -> str:
        return escape(say(self.texts, f"docs.{code}", self.language, {}))

    def title(self, operation: Described) -> str:
        return escape(operation["summary" if self.language == "vi" else "description"])

    def about(self, field: Described) -> str:
        english = field.get("description", "")
        return escape(field.get("x-vi", english) if self.language == "vi" else english)


def reference_page(document: Described, texts: Texts, language: Language) -> str:
    """Return the page that lists every operation."""
    write = _Writer(texts, language)
    operations = [
        (method.upper(), escape(path), operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    links = "".join(
        f'<li><a href="#{escape(each["operationId"])}">{write.title(each)}<code class="where"><b>{method}</b>{path}'
        "</code></a></li>"
        for method, path, each in operations
    )
    body = (
        f"<h1>{write('title')}</h1><p>{write('intro')}</p><p>{write('token')}</p><p>{write('problems')}</p>"
        f'<p><a href="/v1/openapi.json">{write("openapi")}</a></p>'
        f'<nav aria-labelledby="all"><h2 id="all">{write("operations")}</h2><ul>{links}</ul></nav>'
    )
    return _page(write("title"), body + "".join(_section(*each, document, write) for each in operations), write)


def problem_page(code: str, texts: Texts, language: Language) -> str:
    """Return the page behind a problem's `type`: what it means and what to do next."""
    write = _Writer(texts, language)
    title = escape(say(texts, code, language, {}))
    body = (
        f"<h1>{title}</h1><p>{escape(advice(texts, code, language, {}))}</p>"
        f"<p>{write('code')} <code>{escape(code)}</code></p>"
        f'<p><a href="/docs?lang={language}">{write("back")}</a></p>'
    )
    return _page(f"{title} · {write('brand')}", body, write)


def _page(title: str, body: str, write: _Writer) -> str:
    other, name = ("en", "English") if write.language == "vi" else ("vi", "Tiếng Việt")
    return (
        f'<!doctype html><html lang="{write.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body>"
        f'<a class="skip" href="#main">{write("skip")}</a>'
        f'<header><a class="brand" href="/docs?lang={write.language}">{write("brand")}</a>'
        f'<a href="?lang={other}" hreflang="{other}" lang="{other}">{name}</a></header>'
        f'<main id="main">{body}</main><footer>{write("footer")}</footer></body></html>'
    )


def _section(method: str, path: str, operation: Described, document: Described, write: _Writer) -> str:
    name = escape(operation["operationId"])
    who = operation["x-caller"]
    return (
        f'<section aria-labelledby="{name}"><h2 id="{name}">{write.title(operation)}</h2>'
        f'<code class="where"><b>{method}</b>{path}</code><p>{write("caller." + who)}</p>'
        + _fields(write("parameters"), [(each, each["schema"]) for each in operation["parameters"]], write)
        + _body(operation.get("requestBody"), document, write)
        + _answers(operation["responses"], write)
        + "</section>"
    )


def _body(body: Described | None, document: Described, write: _Writer) -> str:
    if body is None:
        return ""
    content = body["content"]["application/json"]
    schema = document["components"]["schemas"].get(content["schema"].get("$ref", "").rpartition("/")[2], {})
    needed = schema.get("required", ())
    fields = [({**each, "name": name, "required": name in needed}, each) for name, each in schema["properties"].items()]
    return _fields(write("body"), fields, write) + _example(content, write("body_example"))


def _fields(heading: str, fields: Sequence[tuple[Described, Described]], write: _Writer) -> str:
    if not fields:
        return ""
    items = "".join(
        f"<dt><code>{escape(each['name'])}</code> {escape(_type(schema))}"
        f"{' · ' + write('required') if each['required'] else ''}</dt>"
        f"<dd>{write.about({**schema, **each})}</dd>"
        for each, schema in fields
    )
    return f"<h3>{heading}</h3><dl>{items}</dl>"


def _type(schema: Described) -> str:
    if "enum" in schema:
        return " | ".join(str(each) for each in schema["enum"])
    options = (each.get("type", "") for each in schema.get("anyOf", ()))
    return str(schema.get("type", "")) or " | ".join(each for each in options if each not in {"", "null"})


def _answers(responses: Described, write: _Writer) -> str:
    good = "".join(
        f"<h3>{write('answer')} {status}</h3>" + "".join(_example(each, "") for each in answer["content"].values())
        for status, answer in responses.items()
        if status < "4"
    )
    bad = "".join(
        f"<dt>{status}</dt><dd>{', '.join(_problem_link(code, write.language) for code in answer['x-codes'])}</dd>"
        for status, answer in responses.items()
        if status >= "4"
    )
    return f"{good}<details><summary>{write('problem_list')}</summary><dl>{bad}</dl></details>"


def _problem_link(code: str, language: Language) -> str:
    return f'<a href="/problems/{escape(code)}?lang={language}"><code>{escape(code)}</code></a>'


def _example(content: Described, heading: str) -> str:
    if "examples" not in content:
        return ""
    value = json.dumps(content["examples"]["example"]["value"], ensure_ascii=False, indent=2)
    title = f"<h3>{heading}</h3>" if heading else ""
    # A scrolling block must be reachable by keyboard.
    return f'{title}<pre tabindex="0">{escape(value)}</pre>'
