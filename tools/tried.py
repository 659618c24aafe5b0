"""What came of a trial, for a program (`as_json`) and for reading (`as_text`)."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from chalicelib.forms.model import Field
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.prefill.codec import plain
from chalicelib.prefill.job import Job
from chalicelib.prefill.model import (
    Absent,
    ComponentAnswer,
    FieldAnswer,
    Lack,
    Proof,
    Provenance,
    Resolution,
    Row,
    SourceSummary,
)
from chalicelib.prefill.projection import Projection, project
from chalicelib.prefill.render_components import components_shown, usage_shown
from chalicelib.vocabulary.model import Text
from chalicelib.vocabulary.service import Vocabulary, vocabulary
from infra.simulators.personas import Persona

_CASE: Final[Mapping[bool | None, str]] = {True: "", False: ", but not in this case", None: ", in some cases"}


@dataclass(frozen=True, slots=True)
class Tried:
    """A job with what came of it, and the part that the persona plays in it."""

    job: Job
    role: str
    persona: Persona
    resolution: Resolution

    def as_json(self) -> str:
        """Return every field with its answer, rows, components, and how each register did."""
        found = self.resolution
        told = {
            "form": self.job.form.code,
            "procedure": self.job.procedure.code,
            "persona": self.persona.personal_id,
            "role": self.role,
            "province": self.job.order.province,
            "catalogue": self.job.catalogue.hash,
            "fields": {each.pointer: self._plain(each) for each in self._fields},
            "rows": {at: [_row(each) for each in rows] for at, rows in found.rows.items()},
            "components": components_shown(found.components, self.job.procedure, self.job.catalogue),
            "sources": [plain(each) | {"wave": each.wave} for each in found.sources],
            "counts": found.counts,
            "usage": usage_shown(found.usage),
        }
        return json.dumps(told, ensure_ascii=False, indent=2)

    def as_text(self) -> str:
        """Return the same for reading: one field a line with rows and candidates under it, then the sums."""
        title = f"{self.job.form.code} ({self.job.procedure.code}), {self.persona.personal_id} as {self.role}"
        found = self.resolution
        lines = [title, *(line for each in self._fields for line in self._lines(each))]
        essential = {each.code for each in self.job.procedure.components if each.essential}
        for each in found.components:
            lines += _component(each, "needed" if each.code in essential else "helps")
        lines += [_source(each) for each in found.sources]
        counts = Counter(_sum(found.fields[each.pointer]) for each in self._fields)
        lines += [", ".join(f"{how} {number}" for how, number in sorted(counts.items()))]
        unused = f": {', '.join(found.usage.unused)}" if found.usage.unused else ""
        return "\n".join([*lines, f"items fetched {found.usage.fetched}, unused {len(found.usage.unused)}{unused}"])

    def as_projected(self, projection: Projection) -> str:
        """Return it in the keys of a portal's own form, and how the other keys ended."""
        found = self.resolution
        fields: JsonObject = {at: plain(answer) for at, answer in found.fields.items()}
        rendered: JsonObject = {"id": "", "revision": 1, "status": "final", "pending": [], "fields": fields}
        answer = project(projection, self.job.form, rendered, self.words)
        told = {name: answer[name] for name in ("data", "locked", "reasons", "unmapped")}
        return json.dumps(told, ensure_ascii=False, indent=2)

    @property
    def words(self) -> Vocabulary:
        """Return the texts of the set that was tried."""
        return vocabulary(self.job.catalogue)

    @property
    def _fields(self) -> tuple[Field, ...]:
        return self.job.form.fields

    def _lines(self, asked: Field) -> Iterator[str]:
        answer = self.resolution.fields[asked.pointer]
        rows = self.resolution.rows.get(asked.pointer, ())
        said = self._filled(answer, f"{len(rows)} rows") if rows else self._said(answer)
        yield f"  {asked.pointer}  {said}{_needed(asked) if isinstance(answer.value, Absent) else ''}"
        for at, row in enumerate(rows):
            yield from (f"    {at}{column}  {self._said(cell)}" for column, cell in row.items())
        for each in answer.candidates:
            yield f"    ? {_json(each.value)}  [{_from(each.provenance)}]"

    def _said(self, answer: FieldAnswer) -> str:
        if isinstance(answer.value, Absent):
            return f"-- {_sum(answer)}: {_why(answer, self.words).en}"
        return self._filled(answer, _json(answer.value))

    @staticmethod
    def _filled(answer: FieldAnswer, value: str) -> str:
        lock = ", locked" if answer.locked else ""
        return f"= {value}  [{answer.outcome} from {_from(answer.provenance)}{lock}]"

    def _plain(self, asked: Field) -> JsonObject:
        answer = self.resolution.fields[asked.pointer]
        why = _why(answer, self.words)
        told: JsonObject = {"label": asked.label.vi, "policy": asked.policy, "item": asked.item, "role": asked.role}
        return told | plain(answer) | {"why": {"vi": why.vi, "en": why.en}}


def is_mismatch(tried: Tried) -> bool:
    """Say whether the persona cannot play the part."""
    return any(answer.detail == "role_mismatch" for answer in tried.resolution.fields.values())


def _row(row: Row) -> JsonObject:
    return {column: plain(cell) for column, cell in row.items()}


def _component(answer: ComponentAnswer, weight: str) -> Iterator[str]:
    title = f"component {answer.code} ({weight}{_CASE[answer.needed]})"
    if answer.way is not None:
        proofs = ", ".join(f"{_name(each)} from {_from(each.provenance)}" for each in answer.proofs)
        yield f"{title}: satisfied in way {answer.way}: {proofs}"
        return
    yield f"{title}: to be attached"
    for at, way in enumerate(answer.lacks):
        lacks = ", ".join(f"{_name(each)} {each.outcome}{f' ({each.detail})' if each.detail else ''}" for each in way)
        yield f"  way {at} lacks {lacks}"


def _name(piece: Proof | Lack) -> str:
    return piece.item or f"document {piece.document}"


def _source(each: SourceSummary) -> str:
    second = " in the second wave" if each.wave > 1 else ""
    return f"register {each.register}: {each.outcome} for {each.role}{second}"


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _sum(answer: FieldAnswer) -> str:
    return answer.outcome if answer.detail is None else f"{answer.outcome} ({answer.detail})"


def _why(answer: FieldAnswer, words: Vocabulary) -> Text:
    general, narrow = f"outcome.{answer.outcome}", f"outcome.{answer.outcome}.{answer.detail}"
    code = narrow if narrow in words.texts else general
    source = answer.provenance.register if answer.provenance else None
    return Text(*(words.text(code, language, source=source or "?", seconds=60) for language in ("vi", "en")))


def _needed(asked: Field) -> str:
    return f" [{asked.item} of {asked.role}]" if asked.item else ""


def _from(provenance: Provenance | None) -> str:
    if provenance is None:
        return "nobody"
    return f"{provenance.register or provenance.document or provenance.assurance} {provenance.path}"
