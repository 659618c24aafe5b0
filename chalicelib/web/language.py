"""Which language to answer in, and where texts come from. Knows no text itself."""

from typing import Literal, Protocol, TypeAlias

Language: TypeAlias = Literal["vi", "en"]


class Texts(Protocol):
    """Published texts by code; the layer above keeps them."""

    def text(self, code: str, language: Language, **params: str | int) -> str:
        """Return the text with its placeholders filled. A code without text comes back as itself."""
        ...


class CodesOnly:
    """Says the code itself: what is left when no texts can be had."""

    def text(self, code: str, language: Language, **params: str | int) -> str:
        """Return the code."""
        del language, params
        return code


def language_of(accept: str) -> Language:
    """Read an Accept-Language header (RFC 9110 §12.5.4): Vietnamese unless English is clearly preferred."""
    weights = {"vi": 0.0, "en": 0.0}
    for part in accept.lower().split(",")[:20]:
        tag, _, weight = part.partition(";")
        name = tag.strip().split("-")[0]
        if name in weights:
            weights[name] = max(weights[name], _weight(weight))
    return "en" if weights["en"] > weights["vi"] else "vi"


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
