"""Parts of the dossier put into words: which evidence was chosen, from where, or what is missing, and why. Pure."""

from collections.abc import Iterable, Mapping
from typing import Final

from chalicelib.definitions.model import Catalogue
from chalicelib.forms.model import Component, Procedure
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.ids import ItemId
from chalicelib.prefill.model import MAY_STILL_COME, ComponentAnswer, HeldPaper, Lack, Proof, Usage
from chalicelib.prefill.named import UNNAMED, both, document_name, item_name, provenance_shown, source_name
from chalicelib.vocabulary.model import Language, Text
from chalicelib.vocabulary.service import vocabulary

LANGUAGES: Final[tuple[Language, ...]] = ("vi", "en")
_AND: Final[Mapping[Language, str]] = {"vi": " và ", "en": " and "}
_OR: Final[Mapping[Language, str]] = {"vi": "; hoặc ", "en": "; or "}


def components_shown(answers: Iterable[ComponentAnswer], procedure: Procedure, catalogue: Catalogue) -> list[Json]:
    """Write every component that the procedure names, in its order; what is absent is left out."""
    found = {each.code: each for each in answers}
    return [component_shown(each, found[each.code], catalogue) for each in procedure.components if each.code in found]


def usage_shown(usage: Usage) -> JsonObject:
    """Write how sparing the asking was."""
    return {"fetched": usage.fetched, "unused": list(usage.unused)}


def component_shown(component: Component, answer: ComponentAnswer, catalogue: Catalogue) -> JsonObject:
    """Write one component."""
    written: JsonObject = {"code": component.code, "name": both(component.name)}
    if answer.needed is not None:
        written["needed"] = answer.needed
    written |= {"essential": component.essential, "satisfied": answer.is_satisfied}
    if answer.way is not None:
        written["way"] = answer.way
    written["proofs"] = [_proof(each, catalogue) for each in answer.proofs]
    written["lacks"] = [[_lack(each, catalogue) for each in way] for way in answer.lacks]
    return written | _worded(component, answer, catalogue)


def _proof(proof: Proof, catalogue: Catalogue) -> JsonObject:
    written = _named(proof.item, proof.document, catalogue)
    if proof.provenance is not None:
        written["provenance"] = provenance_shown(proof.provenance, catalogue)
    if proof.paper is not None:
        written["paper"] = _paper(proof.paper, catalogue)
    return written


def _paper(paper: HeldPaper, catalogue: Catalogue) -> JsonObject:
    written: JsonObject = {
        "id": paper.record,
        "type": paper.document,
        "type_name": both(document_name(paper.document, catalogue)),
        "assurance": paper.assurance,
        "mapping": paper.mapping,
        "read_at": paper.read_at,
        "legal_basis": paper.legal_basis,
    }
    dates = {"as_of": paper.as_of, "until": paper.until}
    return written | {name: date for name, date in dates.items() if date is not None}


def _lack(lack: Lack, catalogue: Catalogue) -> JsonObject:
    written = _named(lack.item, lack.document, catalogue) | {"outcome": lack.outcome}
    if lack.detail is not None:
        written["detail"] = lack.detail
    texts = vocabulary(catalogue).texts
    general = f"lack.{lack.outcome}"
    narrow = f"{general}.{lack.detail}"
    return written | {"message": both(texts.get(narrow, texts.get(general, UNNAMED)))}


def _named(item: ItemId | None, document: str | None, catalogue: Catalogue) -> JsonObject:
    if item is not None:
        return {"item": item, "name": both(item_name(item, catalogue))}
    return {"document": document, "name": both(document_name(document or "", catalogue))}


def _worded(component: Component, answer: ComponentAnswer, catalogue: Catalogue) -> JsonObject:
    words, code = vocabulary(catalogue), f"component.{case_of(component, answer)}"
    said: JsonObject = {}
    for name, ending in (("message", ""), ("next_action", ".next")):
        said[name] = {
            language: words.text(
                code + ending,
                language,
                source=_sources(answer, language, catalogue),
                documents=_documents(component, language, catalogue),
            )
            for language in LANGUAGES
        }
    return said


def case_of(component: Component, answer: ComponentAnswer) -> str:
    """Return which text tells how a component stands."""
    if answer.needed is False:
        return "not_needed"
    if answer.is_satisfied:
        return "satisfied"
    outcomes = {each.outcome for way in answer.lacks for each in way}
    if outcomes & MAY_STILL_COME:
        return "may_still_come"
    if "no_consent" in outcomes:
        return "no_consent"
    if answer.needed is None:
        return "unknown"
    return "missing" if component.essential else "optional"


def _sources(answer: ComponentAnswer, language: Language, catalogue: Catalogue) -> str:
    names = (_source(each, catalogue).in_(language) for each in answer.proofs)
    return "; ".join(dict.fromkeys(name for name in names if name))


def _source(proof: Proof, catalogue: Catalogue) -> Text:
    if proof.paper is not None:
        return document_name(proof.paper.document, catalogue)
    return source_name(proof.provenance, catalogue)


def _documents(component: Component, language: Language, catalogue: Catalogue) -> str:
    """Name what can be attached: any one of the ways that take papers, of that all papers; else the component."""
    ways = ([each.document for each in way if each.document is not None] for way in component.any_of)
    named = [_AND[language].join(document_name(each, catalogue).in_(language) for each in way) for way in ways if way]
    return _OR[language].join(dict.fromkeys(named)) or component.name.in_(language)
