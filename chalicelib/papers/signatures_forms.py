"""Was a form filled after a signature? The library tells which fields a revision touched, not which it changed."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

_SHOWN: Final = ("/V", "/AP", "/AS", "/DA", "/Q", "/F")
"""What a field shows, and how (ISO 32000-2 §12.7.4)."""
_FOR_ALL: Final = ("/DR", "/DA", "/Q", "/NeedAppearances")
"""What all fields are drawn with."""


def was_filled(embedded: EmbeddedPdfSignature) -> bool:
    """Say whether a field that is no signature shows something else than when it was signed."""
    reader = embedded.reader
    latest = reader.get_historical_resolver(reader.xrefs.total_revisions - 1)
    fields = list(_fields(_at(latest.root, "/AcroForm", {})))
    since = embedded.signed_revision + 1
    for reference in fields:
        if reader.xrefs.get_last_change(reference.reference) >= since:
            return True
        if _changed(latest, reference.get_object(), _SHOWN, since):
            return True
    return bool(fields) and _drawn_otherwise(embedded, latest, since)


def _drawn_otherwise(embedded: EmbeddedPdfSignature, latest: Any, since: int) -> bool:  # noqa: ANN401 - not all typed
    before = _at(embedded.reader.get_historical_resolver(embedded.signed_revision).root, "/AcroForm", {})
    after = latest.root["/AcroForm"]
    return _changed(latest, after, _FOR_ALL, since) or any(
        _written(before, key) != _written(after, key) for key in _FOR_ALL
    )


def _changed(latest: Any, held: Any, keys: tuple[str, ...], since: int) -> bool:  # noqa: ANN401 - as above
    # All that is drawn with, new or old: asked for what is new alone, the library passes over what was written anew.
    drawn = {each for key in keys if key in held for each in latest.collect_dependencies(held.raw_get(key))}
    return any(latest.reader.xrefs.get_last_change(each) >= since for each in drawn)


def _at(held: Any, key: str, otherwise: Any) -> Any:  # noqa: ANN401 - as above
    """Return what stands there, wherever in the file it is written."""
    return held[key] if key in held else otherwise  # noqa: SIM401 - the library's `get` leaves references as they are


def _written(held: Any, key: str) -> bytes:  # noqa: ANN401 - as above
    output = BytesIO()
    if key in held:
        held.raw_get(key).write_to_stream(output, None)
    return output.getvalue()


def _fields(form: Any) -> Iterator[IndirectObject]:  # noqa: ANN401 - as above
    """Yield the fields and widgets that are no signatures, each once."""
    waiting = [(each, "") for each in _at(form, "/Fields", ())]
    seen = set()
    while waiting:
        reference, above = waiting.pop()
        if not isinstance(reference, IndirectObject) or reference.reference in seen:
            continue
        seen.add(reference.reference)
        field = reference.get_object()
        sort = str(_at(field, "/FT", above))
        if sort != "/Sig":
            yield reference
        waiting += [(each, sort) for each in _at(field, "/Kids", ())]
