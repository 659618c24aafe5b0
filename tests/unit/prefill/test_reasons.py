"""Every reason that can be told has words of its own, and a next step."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias, get_args

import pytest

import chalicelib.consent
import chalicelib.prefill
from chalicelib.consent.model import Refusal, Right
from chalicelib.kernel.ids import ItemId
from chalicelib.prefill.model import ABSENT, OUTCOMES, Assurance, FieldAnswer, Outcome, Provenance
from chalicelib.prefill.reasons import NOT_GRANTED, USER_ONLY, carried, refused
from chalicelib.vocabulary.definition import MESSAGES
from chalicelib.vocabulary.service import vocabulary
from tests.support.definitions import packaged

Reason: TypeAlias = tuple[str, str]

_TOLD_AS_A_LACK: Final[frozenset[Reason]] = frozenset({("skipped", "not_asked_sensitive")})
"""Said of evidence alone, whose texts are `lack.…`; no field ends so."""

_BY_ASSURANCE: Final = frozenset(get_args(Assurance))


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for package in (chalicelib.prefill, chalicelib.consent):
        for file in sorted(Path(package.__path__[0]).glob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    yield f"{package.__name__}.{file.stem}", node


def _text(module: str, node: ast.expr | None) -> str | None:
    """Return what an expression says, if it says one thing: a text, or a name for one."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    value = getattr(importlib.import_module(module), node.id, None) if isinstance(node, ast.Name) else None
    return value if isinstance(value, str) else None


def _argument(call: ast.Call, place: int, name: str) -> ast.expr | None:
    named = next((each.value for each in call.keywords if each.arg == name), None)
    return named or (call.args[place] if len(call.args) > place else None)


def said() -> set[Reason]:
    """Return every outcome with a detail that stands in the code."""
    found: set[Reason] = set()
    for module, call in _calls():
        if getattr(call.func, "id", "") == "FieldAnswer":
            pair = _text(module, _argument(call, 0, "outcome")), _text(module, _argument(call, 8, "detail"))
        elif getattr(call.func, "id", "") == "Right":
            pair = _text(module, _argument(call, 0, "refusal")), _text(module, _argument(call, 1, "reason"))
        else:
            continue
        if pair[0] is not None and pair[1] is not None:
            found.add((pair[0], pair[1]))
    return found


def test_the_reasons_are_found_where_they_are_written() -> None:
    assert said() >= {
        ("skipped", "never"),
        ("skipped", "no_subject"),
        ("skipped", "no_supplier"),
        ("skipped", "no_jurisdiction"),
        ("skipped", "condition_unknown"),
        ("no_right", "role_mismatch"),
        ("no_right", "role_unverified"),
        ("no_right", "identity_level"),
        ("no_right", "not_representative"),
        ("no_consent", "item_not_granted"),
        ("not_applicable", "hidden_by_answer"),
        ("user_only", "choose_one"),
        ("conflict", "address_split"),
    }


def test_each_reason_has_words_of_its_own_and_a_next_step() -> None:
    texts = vocabulary(packaged()).texts
    for outcome, detail in said() - _TOLD_AS_A_LACK:
        for ending in ("", ".next"):
            assert texts[f"outcome.{outcome}.{detail}{ending}"] != texts[f"outcome.{outcome}{ending}"]


def test_a_text_for_a_detail_that_nothing_tells_is_not_kept() -> None:
    told = {f"outcome.{outcome}.{detail}" for outcome, detail in said()}
    kept = {code.removesuffix(".next") for code in packaged().get(MESSAGES, "outcomes")}
    narrow = {code for code in kept if code.count(".") == 2 and code.rpartition(".")[2] not in _BY_ASSURANCE}
    assert narrow <= told


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_each_outcome_has_words_and_a_next_step(outcome: Outcome) -> None:
    texts = vocabulary(packaged()).texts
    for ending in ("", ".next"):
        assert texts[f"outcome.{outcome}{ending}"].vi != texts[f"outcome.{outcome}{ending}"].en


@pytest.mark.parametrize("assurance", ["dossier", "scan", "typed"])
def test_what_was_declared_says_how(assurance: Assurance) -> None:
    texts = vocabulary(packaged()).texts
    assert texts[f"outcome.filled_declared.{assurance}"] != texts["outcome.filled_declared"]
    assert f"outcome.filled_declared.{assurance}.next" in texts


def test_a_reason_is_carried_without_values() -> None:
    provenance = Provenance(None, None, "$", ItemId("x"), "m", "t", None, "law", "scan")
    assert carried(FieldAnswer("timed_out", retry_after=3), USER_ONLY) == FieldAnswer("timed_out", retry_after=3)
    assert carried(FieldAnswer("filled_issued", "x", provenance=provenance), USER_ONLY) is USER_ONLY
    assert carried(FieldAnswer("conflict", policy="citizen_decides"), USER_ONLY) is USER_ONLY
    assert carried(FieldAnswer("not_found", ABSENT, provenance=provenance), USER_ONLY).provenance is provenance
    assert carried(NOT_GRANTED, USER_ONLY) == NOT_GRANTED


@pytest.mark.parametrize("refusal", ["no_consent", "no_right"])
def test_a_refusal_says_its_reason(refusal: Refusal) -> None:
    assert refused(Right(refusal, "because")) == FieldAnswer(refusal, detail="because")
    assert refused(Right()) is None
