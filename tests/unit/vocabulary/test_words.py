"""Items, texts and clients of the packaged set."""

from collections.abc import Iterator
from typing import get_args

import pytest

import chalicelib.definitions.model
import chalicelib.forms.service
import chalicelib.web.errors  # noqa: F401 - so that every error class exists
from chalicelib.kernel.errors import AppError, BadDefinition
from chalicelib.kernel.ids import ClientId, ItemId
from chalicelib.prefill.model import Outcome
from chalicelib.vocabulary.model import Text
from chalicelib.vocabulary.service import Messages, Vocabulary, vocabulary
from tests.support.definitions import MemoryDefinitions, Process, packaged


@pytest.fixture
def words() -> Vocabulary:
    return vocabulary(packaged())


def codes(error: type[AppError] = AppError) -> Iterator[str]:
    """Yield the codes of the kernel's errors and of the slices imported above."""
    if error.__module__.startswith(
        ("chalicelib.kernel", "chalicelib.definitions", "chalicelib.web", "chalicelib.forms")
    ):
        yield error.code
    for narrower in error.__subclasses__():
        yield from codes(narrower)


@pytest.mark.parametrize("code", sorted(set(codes())))
def test_every_error_says_what_happened_and_what_to_do_in_both_languages(words: Vocabulary, code: str) -> None:
    for name in (code, f"{code}.detail"):
        assert name in words.texts
        assert words.texts[name].vi != words.texts[name].en


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_every_outcome_says_what_it_means_and_what_to_do_in_both_languages(words: Vocabulary, outcome: str) -> None:
    for name in (f"outcome.{outcome}", f"outcome.{outcome}.next"):
        assert name in words.texts
        assert words.texts[name].vi != words.texts[name].en


def test_every_outcome_text_belongs_to_an_outcome(words: Vocabulary) -> None:
    named = {code.split(".")[1] for code in words.texts if code.startswith("outcome.")}

    assert named == set(get_args(Outcome))


def test_placeholders_are_filled_and_a_missing_one_stays(words: Vocabulary) -> None:
    assert words.text("outcome.filled_verified", "vi", source="CSDL dân cư") == "Đã điền từ CSDL dân cư."
    assert words.text("outcome.filled_verified", "en") == "Filled from: {source}."


def test_a_filled_value_is_never_read_as_a_placeholder(words: Vocabulary) -> None:
    assert words.text("outcome.filled_verified", "en", source="{seconds}", seconds=1) == "Filled from: {seconds}."


def test_a_code_without_text_comes_back_as_itself(words: Vocabulary) -> None:
    assert words.text("no.such.text", "vi") == "no.such.text"


def test_live_texts_follow_the_live_set() -> None:
    messages = Messages(Process(MemoryDefinitions()).definitions)

    assert messages.text("not_found", "vi") == vocabulary(packaged()).texts["not_found"].vi


def test_the_words_of_a_set_are_merged_once() -> None:
    assert vocabulary(packaged()) is vocabulary(packaged())


def test_the_master_of_identity_is_the_population_register_and_of_marriage_the_civil_status_one(
    words: Vocabulary,
) -> None:
    assert words.item(ItemId("person.full_name")).master == "population"
    assert words.item(ItemId("person.marital_status")).precedence == ("civil_status", "population")


def test_what_the_law_calls_sensitive_is_flagged(words: Vocabulary) -> None:
    """Ethnic origin and health (NĐ 13/2023 Đ2.4), disability; poverty, merit, pay, convictions by house rule."""
    sensitive = {str(item.id) for item in words.items.values() if item.sensitive}
    of_health = {str(item.id) for item in words.items.values() if item.master == "health"}

    assert {id_ for id_ in words.items if "ethnicity" in id_} <= sensitive
    assert {id_ for id_ in words.items if id_.startswith("social.")} <= sensitive
    assert of_health <= sensitive
    assert {id_ for id_ in words.items if id_.startswith("judicial_record.")} <= sensitive
    assert sensitive - of_health - {
        id_ for id_ in sensitive if "ethnicity" in id_ or id_.startswith(("social.", "judicial_record."))
    } == {
        "insurance.health.participant_kind",
        "insurance.health.benefit_code",
        "insurance.social.contribution_base",
    }


def test_religion_is_no_item_for_no_form_may_ask_for_it(words: Vocabulary) -> None:
    assert [id_ for id_ in words.items if "religion" in id_] == []


def test_nothing_sensitive_stands_in_the_row_of_a_list_that_is_not(words: Vocabulary) -> None:
    for item in words.items.values():
        assert item.sensitive or not any(words.item(column).sensitive for column in item.columns), item.id


def test_an_unknown_item_is_our_fault(words: Vocabulary) -> None:
    with pytest.raises(BadDefinition):
        words.item(ItemId("person.shoe_size"))


def test_the_portal_keeps_no_secret_and_the_agency_does(words: Vocabulary) -> None:
    portal, agency = words.client(ClientId("motlan-portal")), words.client(ClientId("ubnd-demo"))

    assert portal is not None
    assert not portal.confidential
    assert portal.redirect_uris == ("http://127.0.0.1:8000/portal/callback",)
    assert agency is not None
    assert agency.confidential
    assert words.client(ClientId("nobody")) is None


def test_content_that_is_not_fully_verified_has_a_notice(words: Vocabulary) -> None:
    assert isinstance(words.notice("unverified"), Text)
    assert isinstance(words.notice("single_source"), Text)
    assert words.notice("confirmed") is None
