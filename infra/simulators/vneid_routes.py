"""The issuer's endpoints: discovery, keys, the sign-in page (a persona picker) and tokens.

Thin: reads the request, asks `vneid`, writes the answer. The page needs no script and sets no cookie.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote_plus, urlencode, urlsplit

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from chalicelib.kernel.errors import NotFound
from infra.simulators.clients import Client
from infra.simulators.keys import ALG
from infra.simulators.vneid import Asking, OAuthError, UntrustedRedirect, VNeID

PREFIX: Final = "/vneid"
_TEXTS: Final[dict[str, dict[str, Any]]] = json.loads((Path(__file__).parent / "texts.json").read_text("utf-8"))
_ASKED: Final = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "ui_locales",
)


def blueprint(vneid: VNeID) -> Blueprint:
    """Return the routes under the issuer's URL."""
    routes = Blueprint("vneid", __name__, url_prefix=PREFIX)
    routes.add_url_rule("/.well-known/openid-configuration", view_func=lambda: _open(jsonify(_discovery(vneid.issuer))),
                        endpoint="discovery")  # fmt: skip
    routes.add_url_rule("/jwks", view_func=lambda: _open(jsonify(vneid.keys.jwks())), endpoint="jwks")

    @routes.get("/authorize")
    def ask() -> Answer:
        return _guarded(vneid, request.args, lambda asking: _page(vneid, asking))

    @routes.post("/authorize")
    def decide() -> Answer:
        return _guarded(vneid, request.form, lambda asking: _decided(vneid, asking))

    @routes.post("/token")
    def token() -> Response:
        try:
            answer = _token(vneid)
        except OAuthError as error:
            return _refused(error)
        return _uncached(_open(jsonify(answer)))

    return routes


def _discovery(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": [ALG],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "ui_locales_supported": ["vi", "en"],
    }


def _guarded(vneid: VNeID, query: Mapping[str, str], then: Callable[[Asking], Answer]) -> Answer:
    """Check the request; tell the client of its mistakes, but tell a stranger nothing beyond this page."""
    try:
        return then(vneid.asking(query))
    except UntrustedRedirect:
        return make_response(render_template("refused.html", **_words(query)), 400)
    except OAuthError as error:
        return _back(vneid, query, {"error": error.code, "error_description": error.why})
    except NotFound:
        return make_response(render_template("refused.html", **_words(query)), 404)


def _page(vneid: VNeID, asking: Asking) -> Answer:
    kept = {name: request.args[name] for name in _ASKED if name in request.args}
    words = _words(request.args)
    other = f"{PREFIX}/authorize?" + urlencode({**kept, "ui_locales": words["other"]})
    page = render_template(
        "authorize.html", **words, kept=kept, switch=other, client=asking.client, people=list(vneid.people),
        scopes=[scope for scope in asking.scope.split() if scope != "openid"],
    )  # fmt: skip
    response = make_response(page)
    target = urlsplit(asking.redirect_uri)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {target.scheme}://{target.netloc}"
    )
    return _uncached(response)


def _decided(vneid: VNeID, asking: Asking) -> Answer:
    if request.form.get("decision") != "allow":
        raise OAuthError("access_denied", "the person said no")
    code = vneid.grant(asking, request.form.get("personal_id", ""))
    return _back(vneid, request.form, {"code": code})


def _back(vneid: VNeID, query: Mapping[str, str], answer: Mapping[str, str]) -> Answer:
    """Send the browser to the client with the state it gave and our name (RFC 9207)."""
    _, uri = vneid.redirect_target(query)
    state = {"state": query["state"]} if "state" in query else {}
    mark = "&" if urlsplit(uri).query else "?"
    return redirect(uri + mark + urlencode({**answer, **state, "iss": vneid.issuer}), code=303)


def _words(query: Mapping[str, str]) -> dict[str, Any]:
    language = "en" if query.get("ui_locales", "vi").split()[:1] == ["en"] else "vi"
    return {"language": language, "other": "vi" if language == "en" else "en", "text": _TEXTS[language]}


def _token(vneid: VNeID) -> dict[str, Any]:
    client = _authenticated(vneid)
    match request.form.get("grant_type"):
        case "authorization_code":
            return vneid.redeem(client, request.form)
        case "client_credentials":
            return vneid.system_token(client, request.form.get("scope", ""))
        case _:
            raise OAuthError("unsupported_grant_type", "authorization_code or client_credentials")


def _authenticated(vneid: VNeID) -> Client:
    """Return the client that shows its secret, or a public one that has none (RFC 6749 §2.3.1)."""
    name, secret = request.form.get("client_id", ""), request.form.get("client_secret", "")
    header = request.headers.get("Authorization", "")
    if header.lower().startswith("basic "):
        name, secret = _basic(header[6:])
    client = vneid.clients.get(name)
    if client is None or not hmac.compare_digest(secret.encode(), (client.secret or "").encode()):
        raise OAuthError("invalid_client", "unknown client or wrong secret", 401)
    return client


def _basic(credentials: str) -> tuple[str, str]:
    try:
        name, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise OAuthError("invalid_client", "unreadable credentials", 401) from None
    return unquote_plus(name), unquote_plus(secret)


def _refused(error: OAuthError) -> Response:
    response = jsonify({"error": error.code, "error_description": error.why})
    response.status_code = error.status
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="vneid"'
    return _uncached(_open(response))


def _open(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
