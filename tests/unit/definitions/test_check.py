"""The set is checked whole: each of these faults is refused with its file, its place and its reason."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.bootstrap import KINDS
from chalicelib.definitions.check import validate
from chalicelib.definitions.load import Document
from chalicelib.definitions.model import Fault, RefusedSet
from tests.support.definitions import files, packaged, packaged_texts

FORM = "forms/to-khai-ket-hon.json"
POPULATION = "registers/population.json"
CIVIL = "registers/civil_status.json"
PERSON = "dictionary/person.json"
STATUS = "dictionary/civil_status.json"
PROCEDURE = "procedures/1.000894.json"
OUTCOMES = "messages/outcomes.json"
PORTAL = "clients/motlan-portal.json"
AGENCY = "clients/ubnd-demo.json"


def at(*steps: str | int) -> Callable[[Any], Any]:
    def reach(document: Any) -> Any:  # noqa: ANN401 - JSON of any shape
        for step in steps:
            document = document[step]
        return document

    return reach


def put(*steps: str | int, value: object) -> Callable[[Any], None]:
    return lambda document: at(*steps[:-1])(document).__setitem__(steps[-1], value)


def drop(*steps: str | int) -> Callable[[Any], None]:
    return lambda document: at(*steps[:-1])(document).__delitem__(steps[-1])


def add(*steps: str | int, value: object) -> Callable[[Any], None]:
    return lambda document: at(*steps)(document).append(value)


def refused(documents: Any) -> tuple[Fault, ...]:  # noqa: ANN401 - any iterable of documents
    with pytest.raises(RefusedSet) as caught:
        validate(documents, KINDS)
    return caught.value.faults


NAME = "/BenNu/HoTen"
FIELD = "/body/fields/~1BenNu~1HoTen"
CORRUPTIONS = [
    # the envelope
    (FORM, drop("status"), "/status", "Field required"),
    (FORM, put("status", value="settled"), "/status", "Input should be"),
    (FORM, put("sources", value=[]), "/sources", "at least 1"),
    (FORM, put("effective_from", value="2026-02-30"), "/effective_from", "day is out of range"),
    (FORM, put("version", value=1), "/version", "valid string"),
    (FORM, put("note", value="x"), "/note", "Extra inputs"),
    (FORM, put("code", value="other"), "/code", "belongs in forms/other.json"),
    (FORM, put("kind", value="shapes"), "/kind", "no such kind"),
    (FORM, put("body", "roles", "groom", "weight", value=1.5), "/body/roles/groom/weight", "fraction"),
    # dictionary, messages, clients
    (
        PERSON,
        put("body", "items", "person.full_name", "type", value="words"),
        "/body/items/person.full_name/type",
        "be",
    ),
    (PERSON, drop("body", "items", "person.gender", "label", "en"), "/body/items/person.gender/label/en", "required"),
    (PERSON, put("body", "items", "Name", value={}), "/body/items/Name", "match pattern"),
    (
        PERSON,
        put("body", "items", "person.gender", "precedence", value=["nobody"]),
        "/body/items/person.gender/precedence/0",
        "no such register: nobody",
    ),
    (
        PERSON,
        put("body", "items", "person.full_name", "codes", value={"1": {"vi": "a", "en": "b"}}),
        "/body/items/person.full_name/codes",
        "no code list",
    ),
    (
        STATUS,
        put(
            "body",
            "items",
            "person.gender",
            value={"type": "text", "label": {"vi": "a", "en": "b"}, "normaliser": "text"},
        ),
        "/body/items/person.gender",
        "already in dictionary/civil_status.json",
    ),
    (
        OUTCOMES,
        put("body", "texts", "outcome.conflict", "en", value="in {source}"),
        "/body/texts/outcome.conflict",
        "different placeholders",
    ),
    (OUTCOMES, put("body", "texts", "outcome.conflict", "vi", value="{"), "/body/texts/outcome.conflict/vi", "brace"),
    (OUTCOMES, put("body", "texts", "outcome.conflict", "vi", value=" "), "/body/texts/outcome.conflict/vi", "pattern"),
    (PORTAL, put("body", "redirect_uris", value=[]), "/body/redirect_uris", "public client"),
    (PORTAL, put("body", "redirect_uris", value=["http://evil.example/"]), "/body/redirect_uris/0", "pattern"),
    (PORTAL, put("body", "issues", value=["giay-khai-sinh"]), "/body/issues", "scope `issue`"),
    (AGENCY, put("body", "scopes", value=["prefill"]), "/body/issues", "scope `issue`"),
    (AGENCY, put("body", "issues", 0, value="khong-co"), "/body/issues/0", "no such document type: khong-co"),
    # registers
    (POPULATION, put("body", "attributes", 0, "path", value="$..full"), "/body/attributes/0/path", "descent"),
    (POPULATION, put("body", "attributes", 0, "path", value="$.name["), "/body/attributes/0/path", "JSONPath"),
    (POPULATION, put("body", "attributes", 0, "path", value="name.full"), "/body/attributes/0/path", "starts with $"),
    (POPULATION, put("body", "attributes", 0, "path", value="$.birth.x"), "/body/attributes/0/path", "asks for: name"),
    (POPULATION, put("body", "attributes", 0, "item", value="person.shoe_size"), "/body/attributes/0/item", "no such"),
    (POPULATION, put("body", "attributes", 1, "item", value="person.full_name"), "/body/attributes/1/item", "twice"),
    (CIVIL, put("body", "attributes", 1, "item", value="person.phone"), "/body/attributes/1/item", "does not rank"),
    (POPULATION, put("body", "key_item", value="person.shoe_size"), "/body/key_item", "no such item"),
    (POPULATION, put("body", "route", value="lgsp:hanoi"), "/body/route", "pattern"),
    (POPULATION, put("body", "timeout_ms", value=True), "/body/timeout_ms", "valid integer"),
    (POPULATION, put("body", "errors", "NOT_FOUND", value="lost"), "/body/errors/NOT_FOUND", "Input should be"),
    (POPULATION, put("body", "errors", "NOT_FOUND", value="answered"), "/body/errors/NOT_FOUND", "no answer"),
    (
        POPULATION,
        put("body", "examples", 2, "extracts", "person.full_name", value="LÊ MINH HAI"),
        "/body/examples/2/extracts/person.full_name",
        "another value",
    ),
    (
        POPULATION,
        put("body", "examples", 2, "extracts", "person.phone", value="0900000009"),
        "/body/examples/2/extracts/person.phone",
        "no such value",
    ),
    (POPULATION, drop("body", "examples", 2, "extracts", "person.full_name"), "/body/examples/2/extracts", "not state"),
    (
        CIVIL,
        put(
            "body",
            "examples",
            0,
            value={"name": "x", "reply": {"marital_status": {"code": "9"}}, "extracts": {"person.marital_status": "9"}},
        ),
        "/body/examples/0/extracts/person.marital_status",
        "not of the item's type: code",
    ),
    # forms
    (FORM, put("body", "schema", "properties", "Ghi", value={"type": "string"}), "/body/fields", "no field for /Ghi"),
    (FORM, put("body", "schema", "minProperties", value=1), "/body/schema/minProperties", "not in the profile"),
    (
        FORM,
        put("body", "schema", "properties", "BenNu", value={"$ref": "#/$defs/Ai"}),
        "/body/schema/properties/BenNu/$ref",
        "own $defs",
    ),
    (FORM, drop("body", "schema", "additionalProperties"), "/body/schema/additionalProperties", "must be false"),
    (FORM, drop("body", "schema", "$defs", "Ben", "properties", "HoTen"), FIELD, "no such place"),
    (FORM, put("body", "fields", NAME, "item", value="person.shoe_size"), FIELD, "no such item"),
    (FORM, put("body", "fields", NAME, "role", value="witness"), FIELD, "no such role: witness"),
    (FORM, drop("body", "fields", NAME, "role"), FIELD, "name the role"),
    (FORM, put("body", "fields", NAME, "necessity", value="optional"), FIELD, "do not agree"),
    (FORM, drop("body", "schema", "required", 3), "/body/fields/~1CapBanSao", "do not agree"),
    (FORM, drop("body", "fields", NAME, "item"), FIELD, "auto needs an item"),
    (FORM, put("body", "fields", NAME, "policy", value="never"), FIELD, "nothing may be inferred"),
    (FORM, put("body", "fields", NAME, "policy", value="guess"), f"{FIELD}/policy", "Input should be"),
    (FORM, put("body", "fields", NAME, "item", value="person.residence.permanent"), FIELD, "written as object"),
    (FORM, drop("body", "fields", NAME), "/body/fields", "no field for /BenNu/HoTen"),
    (
        FORM,
        put("body", "fields", "/BenNu/BanAnLyHon/So", "applies_when", "one_of", value=["9"]),
        "/body/fields/~1BenNu~1BanAnLyHon~1So/applies_when",
        "no value of person.marital_status",
    ),
    (
        FORM,
        put("body", "roles", "bride", "requires", "item", value="person.shoe_size"),
        "/body/roles/bride/requires",
        "no such item",
    ),
    (
        FORM,
        put("body", "schema", "$defs", "Ben", "properties", "LoaiTinhTrangHonNhan", "enum", value=["1", "2"]),
        "/body/fields/~1BenNu~1LoaiTinhTrangHonNhan",
        "does not take the item's codes 3, 4, 5, 6",
    ),
    (FORM, put("status", value="confirmed"), f"{FIELD}/status", "weaker than the form's own"),
    (FORM, add("body", "layout", 0, "fields", value="/Ghi"), "/body/layout/0/fields/17", "no such field: /Ghi"),
    (FORM, add("body", "layout", 0, "fields", value=NAME), "/body/layout/0/fields/17", "shown twice"),
    (FORM, drop("body", "layout", 2), "/body/layout", "does not show /loaiDangKy"),
    # procedures
    (PROCEDURE, put("body", "forms", value=["to-khai"]), "/body/forms/0", "no such form: to-khai"),
    (PROCEDURE, put("body", "forms", value=["to-khai-ket-hon"] * 2), "/body/forms", "twice"),
    (PROCEDURE, drop("body", "partial_reason"), "/body/partial_reason", "exactly where the level is partial"),
    (PROCEDURE, put("body", "level", value="full"), "/body/partial_reason", "exactly where the level is partial"),
]


def test_the_packaged_set_passes_and_is_the_base() -> None:
    assert validate(files(units=True), KINDS).hash == packaged().hash


@pytest.mark.parametrize(("file", "change", "place", "reason"), CORRUPTIONS)
def test_a_corruption_is_refused_with_file_place_and_reason(
    file: str, change: Callable[[Any], None], place: str, reason: str
) -> None:
    faults = refused(files({file: change}))

    found = [fault for fault in faults if fault.pointer == place and reason in fault.reason]
    assert found, [str(fault) for fault in faults]
    assert {fault.file for fault in found} <= {file, PERSON}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Expecting value"),
        ("[]", "valid dictionary"),
        ('{"kind": "forms", "kind": "forms"}', "'kind' is written twice"),
        ('{"kind": NaN}', "NaN is no JSON"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(text: str, reason: str) -> None:
    (fault,) = refused([*files(), Document("forms/broken.json", text)])

    assert fault.file == "forms/broken.json"
    assert reason in fault.reason


def test_one_code_is_defined_once() -> None:
    again = Document("forms/again.json", packaged_texts()[FORM])

    reasons = [fault.reason for fault in refused([*files(), again])]

    assert reasons == ["belongs in forms/to-khai-ket-hon.json", f"already defined in {FORM}"]


def test_a_broken_body_is_told_once_and_not_by_all_who_refer_to_it() -> None:
    faults = refused(files({FORM: drop("body", "title", "en")}))

    assert [(fault.file, fault.pointer) for fault in faults] == [(FORM, "/body/title/en")]


def test_every_fault_is_told_at_once() -> None:
    changes = {FORM: drop("body", "title", "en"), PROCEDURE: drop("status"), PORTAL: drop("body", "name")}

    assert {fault.file for fault in refused(files(changes))} == set(changes)


def test_the_name_of_a_set_does_not_depend_on_the_order_of_files() -> None:
    reordered = [Document(each.file, json.dumps(json.loads(each.text), sort_keys=True)) for each in files(units=True)][
        ::-1
    ]

    assert validate(reordered, KINDS).hash == packaged().hash
