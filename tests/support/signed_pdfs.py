"""Crafted signed PDFs, each with the verdict it must get. Made when asked for, once a run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from chalicelib.papers.model import Integrity, SignerKind, Trust
from chalicelib.warehouse.model import Assurance


@dataclass(frozen=True, slots=True)
class Verdict:
    """What must be said of one signature."""

    integrity: Integrity
    trust: Trust
    kind: SignerKind | None = None
    at_proved: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A file and what must be said of it."""

    name: str
    make: Callable[[], bytes]
    verdicts: tuple[Verdict, ...]
    assurance: Assurance


def good(kind: SignerKind, *, at_proved: bool = False) -> Verdict:
    """Return the verdict on a signature that holds."""
    return Verdict("intact", "trusted", kind, at_proved)


def distrusted(trust: Trust, detail: str = "", *, at_proved: bool = False) -> Verdict:
    """Return the verdict on an agency's that is intact and not trusted."""
    return Verdict("intact", trust, "agency", at_proved, detail)


def altered(detail: str) -> Verdict:
    """Return the verdict on a signature that no key is proved to have made over this file."""
    return Verdict("altered", "untrusted", detail=detail)


def extended(detail: str, kind: SignerKind = "agency") -> Verdict:
    """Return the verdict on a trusted one after which something was added."""
    return Verdict("extended", "trusted", kind, detail=detail)


def unreadable(detail: str) -> Verdict:
    """Return the verdict on what cannot be read."""
    return Verdict("unreadable", "untrusted", detail=detail)


def case(
    cases: dict[str, Case], assurance: Assurance, *verdicts: Verdict
) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Enter a function that makes a file, under its own name."""

    def enter(make: Callable[[], bytes]) -> Callable[[], bytes]:
        kept = cache(make)
        assert make.__name__ not in cases
        cases[make.__name__] = Case(make.__name__, kept, verdicts, assurance)
        return kept

    return enter


def every_case() -> Mapping[str, Case]:
    """Return all of them, by name."""
    from tests.support import signed_pdf_byte_cases, signed_pdf_cases, signed_pdf_trust_cases

    return {**signed_pdf_cases.CASES, **signed_pdf_byte_cases.CASES, **signed_pdf_trust_cases.CASES}
