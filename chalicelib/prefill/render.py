"""A revision as its answer: outcomes put into words in both languages.

Rendered from the pinned definitions alone, so the same revision is the same answer, byte for byte, whoever asks and
whenever. What is absent is left out; null is never an answer.
"""

from typing import Final

from chalicelib.forms.model import Field
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.clock import iso
from chalicelib.prefill.codec import plain
from chalicelib.prefill.job import Shown
from chalicelib.prefill.model import FieldAnswer, SourceSummary
from chalicelib.sources.definition import REGISTERS
from chalicelib.vocabulary.model import Text
from chalicelib.vocabulary.service import Vocabulary, vocabulary

_UNNAMED: Final = Text("", "")


def render(shown: Shown) -> JsonObject:
    """Return the answer: every field with its value or its reason, what is still open, and how each source did."""
    revision, job = shown.revision, shown.job
    words = vocabulary(job.catalogue)
    header = revision.header
    pending: list[Json] = list(revision.pending)
    counts: dict[str, Json] = dict(sorted(revision.resolution.counts.items()))
    answer: JsonObject = {
        "id": header.id,
        "procedure": header.procedure,
        "form": header.form,
        "form_version": job.form.version,
        "form_status": job.form.status,
        "revision": revision.number,
        "status": revision.status,
        "pending": pending,
        "catalogue": header.catalogue,
        "opened_at": iso(header.opened_at),
        "answered_at": iso(revision.made_at),
        "expires_at": iso(header.expires_at),
        "fields": {
            field.pointer: _field(field, revision.resolution.fields[field.pointer], shown, words)
            for field in job.form.fields
        },
        "sources": [_source(each, shown) for each in revision.resolution.sources],
        "counts": counts,
    }
    if shown.changed is not None:
        answer["changed"] = list(shown.changed)
    return answer


def _field(field: Field, answer: FieldAnswer, shown: Shown, words: Vocabulary) -> JsonObject:
    known = plain(answer)
    written: JsonObject = {"label": _both(field.label), "policy": field.policy, "status": field.status}
    written |= {name: known[name] for name in ("outcome", "value", "origin", "retry_after", "detail") if name in known}
    if "value" in written:
        written["value"] = _in_order(written["value"])
    written["locked"] = answer.locked
    if "provenance" in known:
        written["provenance"] = _named(known["provenance"], shown)
    if answer.candidates:
        written["candidates"] = [_candidate(plain(each), shown) for each in answer.candidates]
    if answer.policy is not None:
        written["policy_named"] = answer.policy
    written["message"] = _worded(answer, "", shown, words)
    written["next_action"] = _worded(answer, ".next", shown, words)
    return written


def _candidate(known: JsonObject, shown: Shown) -> JsonObject:
    return known | {"value": _in_order(known["value"]), "provenance": _named(known["provenance"], shown)}


def _in_order(value: Json) -> Json:
    """Return the value with its names sorted, as it comes back from the store: one form, fresh or read again."""
    if isinstance(value, dict):
        return {name: _in_order(value[name]) for name in sorted(value)}
    return [_in_order(each) for each in value] if isinstance(value, list) else value


def _named(provenance: Json, shown: Shown) -> Json:
    if not isinstance(provenance, dict):
        return provenance
    return provenance | {"register_name": _both(_register_name(provenance.get("register"), shown))}


def _register_name(code: Json, shown: Shown) -> Text:
    register = shown.job.catalogue.find(REGISTERS, code) if isinstance(code, str) else None
    return _UNNAMED if register is None else register.name


def _source(summary: SourceSummary, shown: Shown) -> JsonObject:
    name = _both(_register_name(summary.register, shown))
    return {
        "register": summary.register,
        "register_name": name,
        "role": summary.role,
        "outcome": summary.outcome,
        "ms": summary.ms,
    }


def _worded(answer: FieldAnswer, ending: str, shown: Shown, words: Vocabulary) -> JsonObject:
    """Return the text for the outcome, or for its detail where there is one, in both languages."""
    general, narrow = f"outcome.{answer.outcome}", f"outcome.{answer.outcome}.{answer.detail}"
    code = (narrow if narrow + ending in words.texts else general) + ending
    seconds = answer.retry_after if answer.retry_after is not None else 60
    source = _register_name(answer.provenance.register if answer.provenance else None, shown)
    return {
        "vi": words.text(code, "vi", source=source.vi, seconds=seconds),
        "en": words.text(code, "en", source=source.en, seconds=seconds),
    }


def _both(text: Text) -> JsonObject:
    return {"vi": text.vi, "en": text.en}
