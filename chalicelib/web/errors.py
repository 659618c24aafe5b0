"""The refusals that only HTTP has; the tree they hang on is `kernel.errors`."""

from chalicelib.kernel.errors import Forbidden, InvalidRequest, NotFound, Unauthenticated


class MalformedJson(InvalidRequest):
    """The body is no JSON text (RFC 8259)."""

    code = "malformed_json"


class TooDeep(InvalidRequest):
    """The body nests deeper than any of our shapes."""

    code = "too_deep"


class BadCursor(InvalidRequest):
    """A paging cursor that we did not give out for this list."""

    code = "bad_cursor"


class BadIdempotencyKey(InvalidRequest):
    """The Idempotency-Key header is missing where it is needed, or is not 1 to 255 visible ASCII letters."""

    code = "bad_idempotency_key"


class InvalidToken(Unauthenticated):
    """A token came, and it does not hold; which check refused it is never said."""

    code = "invalid_token"


class TokenExpired(InvalidToken):
    """The token was good and its time is over."""

    code = "token_expired"


class InsufficientScope(Forbidden):
    """The token holds but was not given this right (RFC 6750 §3.1)."""

    code = "insufficient_scope"


class CitizenRequired(Forbidden):
    """Only a citizen may do this, and the token is a system's own."""

    code = "citizen_required"


class ClientRequired(Forbidden):
    """Only a system may do this on its own account, and the token is a citizen's."""

    code = "client_required"


class LevelTooLow(Forbidden):
    """The citizen's identity level (mức độ định danh) is below what this needs."""

    code = "identity_level_too_low"


class UnknownRoute(NotFound):
    """No such path in this API."""

    code = "unknown_route"
