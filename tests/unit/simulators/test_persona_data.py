"""What the personas' files hold is what the published registers read: every field is answered, every value typed."""

from collections.abc import Callable, Iterator, Mapping

import pytest

from chalicelib.kernel.canonical import Json
from chalicelib.kernel.ids import ItemId
from chalicelib.sources.definition import REGISTERS
from chalicelib.sources.model import Attribute, Register
from chalicelib.vocabulary.cast import cast, cast_row
from chalicelib.vocabulary.model import Item
from chalicelib.vocabulary.paths import compile_path
from chalicelib.vocabulary.service import Vocabulary, vocabulary
from infra.simulators.personas import Holding, Personas
from infra.simulators.registers import FIELDS
from tests.support.definitions import packaged
from tests.unit.vocabulary.test_paths import by_library

PEOPLE = Personas.load()


def holdings(register: str) -> Iterator[tuple[str, Holding]]:
    """Yield what the register holds, of persons and organisations, on whatever bus."""
    for person in PEOPLE:
        if (known := person.holding(register)) is not None:
            yield person.personal_id, known
        for province in person.provinces:
            if (known := person.holding(register, province)) is not None:
                yield person.personal_id, known
    for organisation in PEOPLE.organisations:
        if (known := organisation.holding(register)) is not None:
            yield organisation.organisation_id, known


@pytest.fixture(params=sorted(FIELDS))
def register(request: pytest.FixtureRequest) -> Register:
    return packaged().get(REGISTERS, request.param)


@pytest.fixture
def words() -> Vocabulary:
    return vocabulary(packaged())


def test_every_field_of_every_register_is_answered_for_somebody(register: Register) -> None:
    answered = {field for _, holding in holdings(register.code) for field in holding.data}

    assert answered == FIELDS[register.code]


def test_every_mapping_reads_a_value_of_somebody(register: Register) -> None:
    records = [dict(holding.data) for _, holding in holdings(register.code)]
    silent = [each.item for each in register.attributes if not any(each.read(record) for record in records)]
    empty = [
        column.item
        for each in register.attributes
        for column in each.columns
        if not any(column.item in row for record in records for row in each.rows(record))
    ]

    assert (silent, empty) == ([], [])


def test_every_value_is_of_its_item_s_type(register: Register, words: Vocabulary) -> None:
    for subject, holding in holdings(register.code):
        for attribute in register.attributes:
            try:
                typed(attribute, words.item(attribute.item), holding.data, words)
            except ValueError as error:
                pytest.fail(f"{subject} {register.code} {attribute.path}: {error}")


def typed(attribute: Attribute, item: Item, data: dict[str, Json], words: Vocabulary) -> None:
    if attribute.columns:
        columns = {ItemId(column): words.item(column) for column in item.columns}
        for row in attribute.rows(data):
            cast_row(columns, row)
    else:
        for value in attribute.values(data):
            cast(item, value)


def test_getter_and_library_read_the_same_of_every_persona(register: Register) -> None:
    for _, holding in holdings(register.code):
        for attribute in register.attributes:
            assert compile_path(attribute.path)(holding.data) == by_library(attribute.path, holding.data)


def test_a_record_says_what_it_is_and_since_when_or_always_fails(register: Register) -> None:
    for _, holding in holdings(register.code):
        assert bool(holding.record and holding.as_of and holding.data) != bool(holding.fails)


@pytest.mark.parametrize(
    ("number", "register", "what"),
    [
        ("001", "population", "everything"),
        ("005", "population", "only a year of birth"),
        ("006", "insurance", "under review"),
        ("010", "civil_status", "fails"),
        ("011", "social_protection", "merit"),
        ("018", "social_protection", "poor household"),
        ("019", "social_protection", "disability"),
        ("014", "health", "birth notice"),
        ("020", "business", "represents one"),
        ("021", "business", "household business"),
        ("022", "driving_licence", "licence"),
        ("022", "vehicle", "two vehicles"),
        ("022", "health", "health certificate"),
        ("024", "land", "two parcels, one held jointly"),
        ("025", "education", "diplomas"),
        ("026", "civil_status", "ambiguous"),
        ("028", "business", "represents two"),
        ("025", "population", "a ward"),
        ("032", "population", "death"),
        ("035", "population", "a guardian"),
    ],
)
def test_each_persona_has_what_it_is_for(number: str, register: str, what: str) -> None:
    (holding,) = [known for subject, known in holdings(register) if subject.endswith(f"999{number}")]
    data = holding.data
    holds: Mapping[str, Callable[[], bool]] = {
        "everything": lambda: len(data) > 15,
        "only a year of birth": lambda: data["birth"]["date"] == "1948",
        "under review": lambda: holding.under_review == ("health",),
        "fails": lambda: holding.fails == 503,
        "ambiguous": lambda: holding.fails == 409,
        "merit": lambda: data["merit"]["kind"] == "TB",
        "poor household": lambda: data["poor_household"]["kind"] == "N",
        "disability": lambda: data["disability"]["level"] == "2",
        "birth notice": lambda: "birth_notice" in data,
        "health certificate": lambda: "driver_certificate" in data,
        "represents one": lambda: len(data["represented"]) == 1,
        "represents two": lambda: len(data["represented"]) == 2,
        "household business": lambda: "household_business" in data,
        "licence": lambda: "licence" in data,
        "two vehicles": lambda: len(data["vehicles"]) == 2,
        "two parcels, one held jointly": lambda: [each["use_form"] for each in data["parcels"]] == ["C", "R"],
        "diplomas": lambda: len(data["degrees"]) == 2,
        "death": lambda: "death" in data,
        "a ward": lambda: len(data["wards"]) == 1,
        "a guardian": lambda: data["guardian"]["kind"] == "giam_ho",
    }
    assert holds[what]()
