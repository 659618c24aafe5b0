"""An answer in a portal's own keys: nothing is lost, nothing made up, and what was written is read as it was."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.forms.definition import FORMS
from chalicelib.forms.model import Form
from chalicelib.forms.schema import Tree, tree
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.errors import FieldProblem
from chalicelib.prefill.answers import InvalidAnswer
from chalicelib.prefill.model import ABSENT, Absent
from chalicelib.prefill.places import found
from chalicelib.prefill.projected_values import read, write
from chalicelib.prefill.projection import Place, Projection, Rows, project, unmapped
from chalicelib.prefill.projection_definition import PROJECTIONS
from chalicelib.prefill.unprojection import answers_of, in_their_places, unproject
from chalicelib.vocabulary.service import vocabulary
from tests.support.definitions import packaged

PROFILES: Final = packaged().all(PROJECTIONS)
WORDS: Final = vocabulary(packaged())
SAID: Final[JsonObject] = {"message": {"vi": "vì", "en": "why"}, "next_action": {"vi": "thì", "en": "then"}}
NOT_FOUND: Final[JsonObject] = {"outcome": "not_found", "locked": False, **SAID}


def profile(code: str) -> Projection:
    return packaged().get(PROJECTIONS, code)


def keyed(projection: Projection) -> list[Place | Rows]:
    return [*projection.places, *projection.rows]


def form_of(projection: Projection) -> Form:
    return packaged().get(FORMS, projection.form)


def filled(value: Json, **also: Json) -> JsonObject:
    return {"outcome": "filled_verified", "value": value, "origin": "auto", "locked": True, **SAID, **also}


def rendered(fields: Mapping[str, JsonObject]) -> JsonObject:
    return {"id": "P", "revision": 1, "status": "final", "pending": [], "fields": dict(fields), "counts": {}}


def projected(projection: Projection, fields: Mapping[str, JsonObject]) -> dict[str, Any]:
    form = form_of(projection)
    whole = {field.pointer: fields.get(field.pointer, NOT_FOUND) for field in form.fields}
    return project(projection, form, rendered(whole), WORDS)


# What a form's places may hold, by its schema.

partial_days = st.one_of(
    st.dates().map(str), st.dates().map(lambda day: str(day)[:7]), st.dates().map(lambda day: str(day)[:4])
)


def values(schema: Tree, place: str) -> st.SearchStrategy[Any]:
    node = schema.nodes[place]
    if node.get("type") == "array":
        return st.lists(objects(schema.rows[place], "", [at[1:] for at in schema.rows[place].nodes]), max_size=3)
    properties = node.get("properties")
    return objects(schema, place, properties) if isinstance(properties, dict) else scalars(node)


def objects(schema: Tree, place: str, names: Iterable[str]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({}, optional={name: values(schema, f"{place}/{name}") for name in names})


def scalars(node: JsonObject) -> st.SearchStrategy[Any]:
    match node:
        case {"enum": list(choices)}:
            return st.sampled_from(choices)
        case {"type": "boolean"}:
            return st.booleans()
        case {"type": "integer"}:
            return st.integers(1, 20)
        case {"format": "date"}:
            return st.dates().map(str)
        case {"pattern": str(pattern)}:
            return partial_days if "{4}(" in pattern else st.from_regex(pattern, fullmatch=True)
    return st.text(min_size=1, max_size=9)


def fields_of(form: Form) -> st.SearchStrategy[dict[str, JsonObject]]:
    schema = tree(form.schema)
    each = {
        field.pointer: st.just(NOT_FOUND) | st.builds(filled, values(schema, field.pointer))
        for field in form.fields
        if field.policy != "never"
    }
    return st.fixed_dictionaries(each)


def ours(projection: Projection, fields: Mapping[str, JsonObject]) -> dict[str, Json]:
    """Return what the projection's places hold, by pointer, by looking."""
    whole: dict[str, Json] = {}
    for each in keyed(projection):
        owner = max((at for at in fields if f"{each.pointer}/".startswith(f"{at}/")), key=len)
        if "value" in fields[owner]:
            part = found(fields[owner]["value"], each.pointer[len(owner) :])
            if not isinstance(part, Absent):
                whole[each.pointer] = part
    return whole


def standing(data: Json, projection: Projection, key: str) -> bool:
    return not isinstance(found(data, projection.at(key)), Absent)


@pytest.mark.parametrize("projection", PROFILES, ids=lambda each: each.code)
@given(data=st.data())
def test_what_is_written_is_read_back_as_it_was(projection: Projection, data: st.DataObject) -> None:
    fields = data.draw(fields_of(form_of(projection)))
    answer = projected(projection, fields)

    assert unproject(projection, answer["data"]) == ours(projection, fields)


@pytest.mark.parametrize("projection", PROFILES, ids=lambda each: each.code)
@given(data=st.data())
def test_every_key_has_a_value_or_a_reason_and_never_both(projection: Projection, data: st.DataObject) -> None:
    fields = data.draw(fields_of(form_of(projection)))
    answer = projected(projection, fields)

    for each in keyed(projection):
        assert standing(answer["data"], projection, each.key) != (each.key in answer["reasons"])
        assert standing(answer["data"], projection, each.key) == (each.key in answer["origins"])
    assert None not in answer["data"].values()
    keys = {each.key for each in keyed(projection)}
    assert {*answer["locked"], *answer["reasons"], *answer["origins"]} <= keys


@pytest.mark.parametrize("projection", PROFILES, ids=lambda each: each.code)
def test_each_place_of_the_form_is_mapped_or_named_as_left_out(projection: Projection) -> None:
    form = form_of(projection)
    left_out = unmapped(projection, form)
    never = {field.pointer for field in form.fields if field.policy == "never"}

    mapped = {each.pointer for each in keyed(projection)}
    for field in form.fields:
        named = {at for at in (*mapped, *left_out) if f"{at}/".startswith(f"{field.pointer}/")}
        assert named, field.pointer
    assert never <= set(left_out)


def test_a_column_that_is_left_out_is_named_for_every_row() -> None:
    whole = profile("formio-ct01")
    (rows,) = whole.rows
    less = Projection(
        whole.code, whole.form, whole.title, None, "nested", whole.places,
        (Rows(rows.pointer, rows.key, rows.columns[1:]),),
    )  # fmt: skip
    gone = rows.columns[0].pointer

    assert set(unmapped(less, form_of(whole))) - set(unmapped(whole, form_of(whole))) == {f"/ThanhVien/*{gone}"}


def test_keys_with_dots_are_ways_through_objects_and_lists_are_arrays_of_rows() -> None:
    row: JsonObject = {"HoTen": "NGUYỄN VĂN BÉ", "NgaySinh": "2020-03", "GioiTinh": "male"}
    fields = {"/NgaySinh": filled("1950"), "/GioiTinh": filled("female"), "/ThanhVien": filled([row], origin="manual")}
    answer = projected(profile("formio-ct01"), fields)

    assert answer["data"] == {
        "nguoiKeKhai": {"ngaySinh": "00/00/1950", "gioiTinh": "nu"},
        "thanhVien": [{"hoTen": "NGUYỄN VĂN BÉ", "ngaySinh": "03/2020", "gioiTinh": "nam"}],
    }
    assert answer["locked"] == ["nguoiKeKhai.gioiTinh", "nguoiKeKhai.ngaySinh", "thanhVien"]
    assert answer["origins"]["thanhVien"] == "manual"
    assert answer["reasons"]["nguoiKeKhai.hoTen"] == {"outcome": "not_found", **SAID}


def test_in_flat_style_a_key_is_one_name_whatever_dots_it_has() -> None:
    flat = Projection(
        "flat", profile("formio-ct01").form, WORDS.texts["no_such_profile"], None, "flat",
        (Place("/HoTen", "a.b/c"),), (),
    )  # fmt: skip
    answer = projected(flat, {"/HoTen": filled("AN")})

    assert answer["data"] == {"a.b/c": "AN"}
    assert unproject(flat, answer["data"]) == {"/HoTen": "AN"}


def test_the_parts_of_an_address_have_keys_of_their_own_and_a_missing_part_says_so() -> None:
    home: JsonObject = {"country": "VN", "province": {"code": "01", "name": "Hà Nội"}}
    answer = projected(profile("formio-ket-hon"), {"/BenNam/NoiCuTru": filled(home)})

    assert answer["data"] == {"benNam": {"noiCuTru": {"quocGia": "VN", "tinh": {"code": "01", "name": "Hà Nội"}}}}
    reason = answer["reasons"]["benNam.noiCuTru.diaChi"]
    assert (reason["outcome"], reason["detail"]) == ("not_found", "not_in_value")
    assert reason["message"]["vi"] != reason["message"]["en"] != "outcome.not_found.not_in_value"
    # The address is locked as a whole: what it lacks is not to be typed into it either.
    assert "benNam.noiCuTru.diaChi" in answer["locked"]


def test_a_value_that_their_form_cannot_hold_is_named_and_not_dropped() -> None:
    row: JsonObject = {"HoTen": "BÉ", "GioiTinh": "other"}
    answer = projected(profile("formio-ct01"), {"/GioiTinh": filled("other"), "/ThanhVien": filled([{}, row])})

    assert answer["data"] == {"thanhVien": [{}, {"hoTen": "BÉ"}]}
    for key in ("nguoiKeKhai.gioiTinh", "thanhVien[1].gioiTinh"):
        assert (answer["reasons"][key]["outcome"], answer["reasons"][key]["detail"]) == (
            "cast_failed",
            "not_in_profile",
        )
        assert key not in answer["origins"]


def test_what_is_empty_over_there_is_absent_here() -> None:
    given: JsonObject = {
        "nguoiKeKhai": {"hoTen": "", "ngaySinh": "00/00/0000", "gioiTinh": None},
        "thanhVien": [{"hoTen": "", "ngaySinh": "", "gioiTinh": ""}],
        "submit": True,
    }
    said = unproject(profile("formio-ct01"), given)

    assert said == {"/HoTen": ABSENT, "/NgaySinh": ABSENT, "/GioiTinh": ABSENT, "/ThanhVien": []}
    assert answers_of(profile("formio-ct01"), given) == {"ThanhVien": []}
    assert answers_of(profile("formio-ct01"), {"thanhVien": None}) == {}


def test_what_cannot_be_read_is_told_where_it_stands_in_their_data() -> None:
    given: JsonObject = {
        "nguoiKeKhai": {"ngaySinh": "31/02/1990", "gioiTinh": "male"},
        "thanhVien": [{"gioiTinh": "nam"}, {"gioiTinh": "x"}],
    }
    with pytest.raises(InvalidAnswer) as refused:
        unproject(profile("formio-ct01"), given)
    assert set(refused.value.problems) == {
        FieldProblem("/nguoiKeKhai/ngaySinh", "invalid_value"),
        FieldProblem("/nguoiKeKhai/gioiTinh", "not_allowed"),
        FieldProblem("/thanhVien/1/gioiTinh", "not_allowed"),
    }
    with pytest.raises(InvalidAnswer, match="wrong_type"):
        unproject(profile("formio-ct01"), {"thanhVien": {"hoTen": "x"}})


def test_problems_with_our_places_are_told_in_theirs() -> None:
    given = ("/ThanhVien/2/NgaySinh", "/ThanhVien", "/HoTen", "/ThanhVien/2/Ten", "/YKienChuHo")
    told = in_their_places(profile("formio-ct01"), tuple(FieldProblem(at, "missing") for at in given))

    assert [each.pointer for each in told] == [
        "/thanhVien/2/ngaySinh", "/thanhVien", "/nguoiKeKhai/hoTen", "/thanhVien/2", "/YKienChuHo",
    ]  # fmt: skip
    part = in_their_places(profile("formio-ket-hon"), (FieldProblem("/BenNu/NoiCuTru/province/code", "missing"),))
    assert part[0].pointer == "/benNu/noiCuTru/tinh/code"


@pytest.mark.parametrize(
    ("value", "writing", "theirs"),
    [
        (True, "text", "true"),
        (-3, "text", "-3"),
        ("1950", "date_dmy", "1950"),
        ("1950-03", "day", "00/03/1950"),
        ("1950-03-12", "day", "12/03/1950"),
        ("1950-03-12", "date_dmy", "12/03/1950"),
    ],
)
def test_a_value_is_written_so_and_read_back(value: Json, writing: Any, theirs: str) -> None:  # noqa: ANN401 - a literal
    assert write(value, writing, {}) == theirs
    assert read(theirs, writing, {}) == value


@pytest.mark.parametrize(
    ("value", "writing"),
    [("x", "text"), ("12/03/1950", "date_dmy"), ("soon", "day"), (1950, "day"), (["1950"], "date_dmy"), (None, "text")],
)
def test_what_cannot_be_written_is_not_made_up(value: Json, writing: Any) -> None:  # noqa: ANN401 - a literal
    assert write(value, writing, {}) is ABSENT


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=4))
def test_whatever_stands_in_their_data_is_read_or_refused(value: Json) -> None:
    data: JsonObject = {"benNam": {"ngaySinh": value, "giayTo": {"loai": value}}, "deNghi": {"banSao": value}}
    try:
        said = unproject(profile("formio-ket-hon"), data)
    except InvalidAnswer:
        return
    assert set(said) <= {"/BenNam/NgaySinh", "/BenNam/LoaiGiayToDinhDanh", "/CapBanSao"}


def test_truth_and_one_are_two_values() -> None:
    assert read(1, None, {"a": True, "b": 1}) == "b"
    assert read(True, None, {"a": 1, "b": True}) == "b"
