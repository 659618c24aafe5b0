"""A revision as its answer: outcomes put into words in both languages.

Rendered from the pinned definitions alone, so the same revision is the same answer, byte for byte, whoever asks and
whenever. What is absent is left out; null is never an answer.
"""

from chalicelib.forms.model import Field, RowList
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.clock import iso
from chalicelib.prefill.codec import plain
from chalicelib.prefill.job import Shown
from chalicelib.prefill.model import Candidate, FieldAnswer, Row, SourceSummary
from chalicelib.prefill.named import both, in_order, provenance_shown, register_name, source_name
from chalicelib.prefill.render_components import components_shown, usage_shown
from chalicelib.prefill.sheet_render import under_way
from chalicelib.vocabulary.service import Vocabulary, vocabulary


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
            field.pointer: field_shown(field, revision.resolution.fields[field.pointer], shown, words)
            for field in job.form.fields
        },
        "rows": {
            pointer: [
                row_shown(job.form.lists[pointer], row, shown, words) for row in revision.resolution.rows[pointer]
            ]
            for pointer in job.form.lists
            if pointer in revision.resolution.rows
        },
        "components": components_shown(revision.resolution.components, job.procedure, job.catalogue),
        "sources": [source_shown(each, shown) for each in revision.resolution.sources],
        "counts": counts,
        "usage": usage_shown(revision.resolution.usage),
    }
    answer |= under_way(revision.sheet)
    if shown.changed is not None:
        answer["changed"] = list(shown.changed)
    return answer


def field_shown(field: Field, answer: FieldAnswer, shown: Shown, words: Vocabulary) -> JsonObject:
    """Write one field: its value or its reason, where it is from, and both in words."""
    known = plain(answer)
    written: JsonObject = {"label": both(field.label), "policy": field.policy, "status": field.status}
    written |= {name: known[name] for name in ("outcome", "value", "origin", "retry_after", "detail") if name in known}
    if "value" in written:
        written["value"] = in_order(written["value"])
    written["locked"] = answer.locked
    if answer.provenance is not None:
        written["provenance"] = provenance_shown(answer.provenance, shown.job.catalogue)
    if answer.candidates:
        written["candidates"] = [_candidate(each, shown) for each in answer.candidates]
    if answer.policy is not None:
        written["policy_named"] = answer.policy
    written["message"] = _worded(answer, "", shown, words)
    written["next_action"] = _worded(answer, ".next", shown, words)
    return written


def row_shown(rule: RowList, row: Row, shown: Shown, words: Vocabulary) -> JsonObject:
    """Write one row of a list: every column as a field is written."""
    cells: JsonObject = {
        column.pointer: field_shown(column, row[column.pointer], shown, words)
        for column in rule.columns
        if column.pointer in row
    }
    return {"fields": cells}


def _candidate(candidate: Candidate, shown: Shown) -> JsonObject:
    return {
        "value": in_order(candidate.value),
        "provenance": provenance_shown(candidate.provenance, shown.job.catalogue),
    }


def source_shown(summary: SourceSummary, shown: Shown) -> JsonObject:
    """Write how one register did for one role."""
    name = both(register_name(summary.register, shown.job.catalogue))
    return {
        "register": summary.register,
        "register_name": name,
        "role": summary.role,
        "outcome": summary.outcome,
        "ms": summary.ms,
        "wave": summary.wave,
    }


def _worded(answer: FieldAnswer, ending: str, shown: Shown, words: Vocabulary) -> JsonObject:
    """Return the narrowest text there is: for the detail, for what vouches for the value, or for the outcome."""
    origin, general = answer.provenance, f"outcome.{answer.outcome}"
    narrow = (f"{general}.{each}" for each in (answer.detail, origin and origin.assurance))
    code = next((each for each in narrow if each + ending in words.texts), general) + ending
    seconds = answer.retry_after if answer.retry_after is not None else 60
    source = source_name(origin, shown.job.catalogue)
    return {
        "vi": words.text(code, "vi", source=source.vi, seconds=seconds),
        "en": words.text(code, "en", source=source.en, seconds=seconds),
    }
