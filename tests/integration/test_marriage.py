"""The marriage form of every engaged couple through the whole service: nobody's data in the other's block."""

from collections.abc import Iterator

import pytest

from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.ids import PersonalId
from infra.simulators.personas import Persona
from tests.support.people import PEOPLE, SIDES, role_of, side_of
from tests.support.service import Answered, Service

BY_ID = {person.personal_id: person for person in PEOPLE}
ENGAGED = [(person, BY_ID[person.engaged_to]) for person in PEOPLE if person.engaged_to in BY_ID]


def prefill(service: Service, asks: Persona, named: dict[str, str]) -> Answered:
    body: JsonObject = {
        "procedure": "1.000894",
        "subjects": {role: {"personal_id": who} for role, who in named.items()},
    }
    return service.call("POST", "/v1/prefills", body, token=service.token(PersonalId(asks.personal_id)))


def words(document: Json) -> Iterator[str]:
    """Yield every text that a person's file holds, down to the last one."""
    if isinstance(document, dict | list):
        for each in document.values() if isinstance(document, dict) else document:
            yield from words(each)
    elif isinstance(document, str):
        yield document


def own_words(person: Persona, other: Persona) -> set[str]:
    """Return what is in one's file and not in the other's: names, numbers, days, places."""
    mine, theirs = ({word for each in who.registers.values() for word in words(each.data)} for who in (person, other))
    return {word for word in mine - theirs if len(word) > 3}


@pytest.mark.parametrize(("asks", "other"), ENGAGED, ids=lambda person: person.title.en)
def test_the_other_side_holds_nothing_and_one_s_own_nothing_of_the_other(
    service: Service, asks: Persona, other: Persona
) -> None:
    asked: list[str] = []
    service.bus.watchers.append(asked.append)
    answer = prefill(service, asks, {role_of(each.personal_id): each.personal_id for each in (asks, other)})
    assert answer.status == 201
    mine, theirs = side_of(asks.personal_id), side_of(other.personal_id)

    for pointer, field in answer.fields.items():
        if pointer.startswith(theirs):
            assert "value" not in field, pointer
            assert "candidates" not in field, pointer
            assert field["outcome"] in {"no_consent", "user_only", "skipped"}, pointer
        if pointer.endswith("LanKetHon"):
            assert field["outcome"] == "user_only"
    assert answer.fields[f"{theirs}HoTen"]["outcome"] == "no_consent"
    assert answer.fields[f"{mine}HoTen"]["value"] == asks.name
    assert answer.fields[f"{mine}DanToc"]["provenance"]["register"] == "population"  # type: ignore[call-overload, index]
    assert {word for word in own_words(other, asks) - {other.personal_id} if word in answer.text} == set()
    assert {each["role"] for each in answer.body["sources"]} == {role_of(asks.personal_id)}
    assert sorted(asked) == ["civil_status", "population"]


@pytest.mark.parametrize(("asks", "other"), ENGAGED, ids=lambda person: person.title.en)
def test_who_is_named_for_the_wrong_side_fills_neither(service: Service, asks: Persona, other: Persona) -> None:
    wrong = {role_of(other.personal_id): asks.personal_id, role_of(asks.personal_id): other.personal_id}
    answer = prefill(service, asks, wrong)

    sides = [pointer for pointer in answer.fields if pointer.startswith(tuple(SIDES.values()))]
    assert all("value" not in answer.fields[pointer] for pointer in sides)
    assert answer.fields[f"{side_of(other.personal_id)}HoTen"]["outcome"] == "no_right"
    assert answer.fields[f"{side_of(asks.personal_id)}HoTen"]["outcome"] == "no_consent"
