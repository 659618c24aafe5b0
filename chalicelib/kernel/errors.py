"""The one tree of errors, split by whose fault it is; `web.problem` renders it and nothing else does.

    AppError
    ├── CallerError   the request is wrong: change it
    │   ├── InvalidRequest 400 · Unauthenticated 401 · NotFound 404 · MethodNotAllowed 405
    │   ├── TooLarge 413 · UnsupportedMedia 415 · Unprocessable 422 · TooManyRequests 429
    │   └── InvalidValue 422 (a value outside its type: dates, money, ids)
    ├── PolicyError   the request is understood and a rule says no
    │   └── Forbidden 403 · Conflict 409 · Gone 410 · PreconditionFailed 412
    ├── SourceError   somebody we ask did not answer
    │   └── IdentityUnavailable 503
    └── OurError      we failed
        └── StoreUnavailable 503 · Contention 503 · Misconfigured 500 · BadDefinition 500 · Corrupt 500

Each class carries its HTTP status and a stable code; subclasses in slices narrow the code. The text a citizen
reads is looked up by that code in `schemas/messages`, in Vietnamese and English; `args` here are for operators
and never hold personal data.
"""

from dataclasses import field
from typing import ClassVar

from chalicelib.kernel.frozen import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong in the request: where (RFC 6901 pointer) and which stable code.

    `allowed` names the values that would do, where they are few; it is for readers, and tells no two problems apart.
    """

    pointer: str
    code: str
    allowed: str = field(default="", compare=False)


class AppError(Exception):
    """Root; never raised itself."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    retry_after: int | None = None

    def __init__(self, *problems: FieldProblem, retry_after: int | None = None, **detail: str | int) -> None:
        """Keep the field problems, and the detail that fills the message's placeholders."""
        super().__init__(self.code, *(f"{key}={value}" for key, value in detail.items()), *problems)
        self.problems = problems
        self.detail = detail
        self.retry_after = retry_after


class CallerError(AppError):
    """The request is wrong."""

    status = 400
    code = "invalid_request"


class InvalidRequest(CallerError):
    """Unreadable, or not of the declared shape."""


class Unauthenticated(CallerError):
    """No token, or one that does not hold (RFC 6750)."""

    status = 401
    code = "unauthenticated"


class NotFound(CallerError):
    """Nothing there that this caller may know of."""

    status = 404
    code = "not_found"


class MethodNotAllowed(CallerError):
    """The path is known, the method is not."""

    status = 405
    code = "method_not_allowed"


class TooLarge(CallerError):
    """More bytes than the route takes."""

    status = 413
    code = "too_large"


class UnsupportedMedia(CallerError):
    """The body is not JSON, or not said to be."""

    status = 415
    code = "unsupported_media_type"


class Unprocessable(CallerError):
    """Well-formed, but its values cannot be worked with."""

    status = 422
    code = "unprocessable"


class InvalidValue(Unprocessable):
    """A value outside its type."""

    code = "invalid_value"


class TooManyRequests(CallerError):
    """Over the rate that one caller gets."""

    status = 429
    code = "too_many_requests"


class PolicyError(AppError):
    """A rule says no."""

    status = 403
    code = "forbidden"


class Forbidden(PolicyError):
    """The caller may not do this."""


class Conflict(PolicyError):
    """The state of the thing does not allow it now."""

    status = 409
    code = "conflict"


class Gone(PolicyError):
    """It was here and its time is over."""

    status = 410
    code = "gone"


class PreconditionFailed(PolicyError):
    """The caller saw an older state."""

    status = 412
    code = "precondition_failed"


class SourceError(AppError):
    """Somebody we ask did not answer; a register's failure is an outcome of its fields, not one of these."""

    status = 503
    code = "source_unavailable"


class IdentityUnavailable(SourceError):
    """No usable keys of the identity issuer: we cannot tell who is calling."""

    code = "identity_unavailable"


class OurError(AppError):
    """We failed."""


class StoreUnavailable(OurError):
    """The store gave no answer, or no answer we can be sure of; the same request may be sent again."""

    status = 503
    code = "store_unavailable"


class Contention(OurError):
    """Others kept changing the same items, beyond the bounded number of tries."""

    status = 503
    code = "contention"


class Misconfigured(OurError):
    """A setting is missing or not allowed in this stage."""

    code = "misconfigured"


class BadDefinition(OurError):
    """Published data that should never have passed its checks."""

    code = "bad_definition"


class Corrupt(OurError):
    """Something stored does not open or does not verify."""

    code = "corrupt"
