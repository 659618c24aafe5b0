"""The API's declared operations, and a working request for each, kept apart so that a new one must be given one."""

from dataclasses import dataclass
from typing import Final

from chalicelib.api import operations, routers
from chalicelib.bootstrap import services
from chalicelib.kernel.canonical import JsonObject
from chalicelib.web.route import Declared
from tests.support.service import AN, order

DECLARED: Final[tuple[Declared, ...]] = tuple(operations(routers(lambda: services().edge, services)))
BY_ID: Final = {each.operation.id: each for each in DECLARED}
NEVER: Final = "01JD9N3Z00NEVERHASBEENZZZZ"
"""A well-formed id of nothing."""


@dataclass(frozen=True)
class Sample:
    """What makes an operation's request complete: path parameters and body."""

    path: tuple[tuple[str, str], ...] = ()
    body: JsonObject | None = None


SAMPLES: Final[dict[str, Sample]] = {
    "list_procedures": Sample(),
    "get_procedure": Sample((("code", "1.000894"),)),
    "get_form": Sample((("code", "to-khai-ket-hon"),)),
    "openPrefill": Sample(body=order(AN, "groom")),
    "getPrefill": Sample((("id", NEVER),)),
    "getReadiness": Sample(body={"procedure": "1.000894"}),
    "readAccessLog": Sample(),
    "get_openapi": Sample(),
    "get_docs": Sample(),
    "get_problem": Sample((("code", "not_found"),)),
}


def path_of(declared: Declared, **instead: str) -> str:
    """Return a path of the operation that can be called, some of its parameters put in by the test."""
    path = declared.path
    for name, value in (dict(SAMPLES[declared.operation.id].path) | instead).items():
        path = path.replace(f"{{{name}}}", value)
    return path
