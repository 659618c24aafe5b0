"""The kind `registers`: whose a register is, under which law, how it is asked, and where in a reply an item stands.

Knows how that is written and checked; must not know HTTP, or any register by name.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal, NotRequired, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints
from typing_extensions import TypedDict

from chalicelib.definitions.body import Words, parser, written
from chalicelib.definitions.model import Envelope, Fault, Kind, View, pointer
from chalicelib.kernel.canonical import Json
from chalicelib.kernel.errors import InvalidValue
from chalicelib.kernel.ids import ItemId, RegisterCode
from chalicelib.sources.model import Attribute, CallOutcome, Register
from chalicelib.sources.paths import BadPath, compile_path, plain_steps
from chalicelib.vocabulary.cast import cast
from chalicelib.vocabulary.definition import ItemName, TextBody, compile_item, text_of

ErrorName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^([A-Z][A-Z_]*|http:[45]\d\d)$")]
"""The register's own code, or an HTTP status for answers that carry none."""
_Placed: TypeAlias = tuple[tuple[str | int, ...], "ExampleBody"]


def _readable(path: str) -> str:
    try:
        compile_path(path)
    except BadPath as error:
        raise ValueError(error.reason) from error
    return path


@written
class AttributeBody(TypedDict):
    """One mapped piece of a reply's `data`. `codes` translates the register's codes; left out, they are ours."""

    asks: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    path: Annotated[str, AfterValidator(_readable)]
    item: ItemName
    absent_means: NotRequired[Literal["not_found", "not_applicable"]]
    codes: NotRequired[dict[str, str]]


@written
class QuotaBody(TypedDict):
    """How often the register lets us ask."""

    per_minute: Annotated[int, Field(ge=1)]


@written
class ExampleBody(TypedDict):
    """The `data` of a reply, and the items that must come out of it: these, with these values, and no other."""

    name: Words
    reply: dict[str, Any]
    extracts: dict[ItemName, Any]


@written
class RegisterBody(TypedDict):
    """A register as written."""

    name: TextBody
    owner: TextBody
    legal_basis: Words
    scope: Literal["national", "sector", "shared"]
    route: Annotated[str, StringConstraints(pattern=r"^(ngsp|lgsp:\d{2}|direct)$")]
    key_item: ItemName
    timeout_ms: Annotated[int, Field(ge=100, le=8000)]
    quota: QuotaBody
    attributes: Annotated[list[AttributeBody], Field(min_length=1)]
    errors: Annotated[dict[ErrorName, CallOutcome], Field(min_length=1)]
    examples: Annotated[list[ExampleBody], Field(min_length=1)]


def _compile(envelope: Envelope, body: RegisterBody) -> Register:
    return Register(
        code=RegisterCode(envelope.code),
        name=text_of(body["name"]),
        owner=text_of(body["owner"]),
        legal_basis=body["legal_basis"],
        status=envelope.status,
        route=body["route"],
        timeout_ms=body["timeout_ms"],
        attributes=tuple(_attribute(written) for written in body["attributes"]),
        errors=body["errors"],
        mapping=envelope.hash,
    )


def _attribute(written: AttributeBody) -> Attribute:
    return Attribute(
        asks=written["asks"],
        path=written["path"],
        item=ItemId(written["item"]),
        read=compile_path(written["path"]),
        absent_means=written.get("absent_means", "not_found"),
        codes=written.get("codes", {}),
    )


def _check(envelope: Envelope, body: RegisterBody, view: View) -> Iterator[Fault]:
    items = _items(view)
    yield from _check_items(envelope, body, items)
    for error, outcome in body["errors"].items():
        if outcome == "answered":
            yield Fault(envelope.file, pointer("body", "errors", error), "an error is no answer")
    for place, example in enumerate(body["examples"]):
        at = ("body", "examples", place)
        yield from _check_example(envelope, body, (at, example))
        yield from _check_values(envelope, items, (at, example))


def _check_items(envelope: Envelope, body: RegisterBody, items: Mapping[str, Any]) -> Iterator[Fault]:
    if body["key_item"] not in items:
        yield Fault(envelope.file, "/body/key_item", f"no such item: {body['key_item']}")
    seen: set[str] = set()
    for place, attribute in enumerate(body["attributes"]):
        at = ("body", "attributes", place)
        item = items.get(attribute["item"])
        if item is None:
            yield Fault(envelope.file, pointer(*at, "item"), f"no such item: {attribute['item']}")
        elif envelope.code not in item.get("precedence", []):
            yield Fault(envelope.file, pointer(*at, "item"), f"{attribute['item']} does not rank this register")
        if attribute["item"] in seen:
            yield Fault(envelope.file, pointer(*at, "item"), f"{attribute['item']} is mapped twice")
        seen.add(attribute["item"])
        if not _starts_at(attribute["path"], attribute["asks"]):
            yield Fault(envelope.file, pointer(*at, "path"), f"does not start at what it asks for: {attribute['asks']}")


def _starts_at(path: str, asked: str) -> bool:
    """Say whether a path reads the field that is asked for; any other would never be in the reply."""
    start = f"$.{asked}"
    return path == start or path.startswith((f"{start}.", f"{start}["))


def _check_example(envelope: Envelope, body: RegisterBody, placed: _Placed) -> Iterator[Fault]:
    at, example = placed
    extracted = extract(body, example["reply"])
    for item in sorted(extracted.keys() | example["extracts"].keys()):
        if item not in extracted:
            yield Fault(envelope.file, pointer(*at, "extracts", item), "the reply has no such value")
        elif item not in example["extracts"]:
            yield Fault(envelope.file, pointer(*at, "extracts"), f"does not state {item}, which the reply has")
        elif extracted[item] != example["extracts"][item]:
            yield Fault(envelope.file, pointer(*at, "extracts", item), "the reply has another value")


def _check_values(envelope: Envelope, items: Mapping[str, Any], placed: _Placed) -> Iterator[Fault]:
    at, example = placed
    for id_, value in example["extracts"].items():
        if id_ not in items:
            continue
        item = compile_item(ItemId(id_), items[id_], envelope.status)
        try:
            cast(item, value)
        except InvalidValue:
            yield Fault(envelope.file, pointer(*at, "extracts", id_), f"not of the item's type: {item.type}")


def extract(body: RegisterBody, reply: Mapping[str, Json]) -> dict[str, Json]:
    """Return what the mappings read from the `data` of a reply: one value of a plain path, a list of any other."""
    found: dict[str, Json] = {}
    for attribute in body["attributes"]:
        values = compile_path(attribute["path"])(dict(reply))
        if values:
            found[attribute["item"]] = values if plain_steps(attribute["path"]) is None else _ours(attribute, values[0])
    return found


def _ours(attribute: AttributeBody, value: Json) -> Json:
    return attribute.get("codes", {}).get(value, value) if isinstance(value, str) else value


def _items(view: View) -> dict[str, Any]:
    bodies = (view.body("dictionary", code) for code in view.codes("dictionary"))
    return {id_: item for body in bodies if body is not None for id_, item in body["items"].items()}


REGISTERS: Final[Kind[Register]] = Kind("registers", parser(RegisterBody), _compile, _check)
KINDS: Final[tuple[Kind[object], ...]] = (REGISTERS,)
