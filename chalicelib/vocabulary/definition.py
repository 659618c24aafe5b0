"""The kinds of published data that every slice speaks with: dictionary, messages, clients.

Knows how they are written and checked; must not know a register or a form beyond the code of one.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal, NotRequired, TypeAlias

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from chalicelib.definitions.body import Code, Words, parser, written
from chalicelib.definitions.model import Envelope, Fault, Kind, Status, View, pointer
from chalicelib.kernel.ids import ClientId, ItemId, RegisterCode
from chalicelib.vocabulary.model import Client, Item, ItemType, Normaliser, Text

ItemName: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+(\[\])?$", max_length=100)
]
"""An item's id: person.full_name; a list's ends in brackets: household.members[]."""
PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")
_STRAY_BRACE = re.compile(r"[{}]")

Dictionary: TypeAlias = Mapping[ItemId, Item]
Texts: TypeAlias = Mapping[str, Text]


@written
class TextBody(TypedDict):
    """One text in both languages; neither may be missing."""

    vi: Words
    en: Words


def text_of(written: TextBody) -> Text:
    """Return the value."""
    return Text(written["vi"], written["en"])


@written
class ItemBody(TypedDict):
    """An item as written."""

    type: ItemType
    label: TextBody
    normaliser: Normaliser
    sensitive: NotRequired[bool]
    precedence: NotRequired[list[Code]]
    freshness_days: NotRequired[Annotated[int, Field(ge=1, le=36_500)]]
    codes: NotRequired[dict[Code, TextBody]]
    columns: NotRequired[Annotated[list[ItemName], Field(min_length=1)]]
    status: NotRequired[Status]


@written
class DictionaryBody(TypedDict):
    """One file of the dictionary: items that belong together."""

    items: Annotated[dict[ItemName, ItemBody], Field(min_length=1)]


@written
class MessagesBody(TypedDict):
    """One file of citizen-facing texts."""

    texts: Annotated[dict[Code, TextBody], Field(min_length=1)]


@written
class ClientBody(TypedDict):
    """A client as written. Public clients (RFC 6749 §2.1) keep no secret, so only PKCE proves them."""

    name: TextBody
    type: Literal["public", "confidential"]
    redirect_uris: list[
        Annotated[str, StringConstraints(pattern=r"^(https://[^\s#*]+|http://127\.0\.0\.1:\d+/[^\s#*]*)$")]
    ]
    scopes: Annotated[list[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.:-]*$")]], Field(min_length=1)]
    issues: NotRequired[Annotated[list[Code], Field(min_length=1)]]


def _compile_dictionary(envelope: Envelope, body: DictionaryBody) -> Dictionary:
    return {ItemId(id_): compile_item(ItemId(id_), written, envelope.status) for id_, written in body["items"].items()}


def compile_item(id_: ItemId, written: ItemBody, status: Status) -> Item:
    """Return the item; one without a status of its own has its file's."""
    return Item(
        id=id_,
        type=written["type"],
        label=text_of(written["label"]),
        normaliser=written["normaliser"],
        sensitive=written.get("sensitive", False),
        precedence=tuple(RegisterCode(code) for code in written.get("precedence", ())),
        freshness_days=written.get("freshness_days"),
        codes={code: text_of(text) for code, text in written.get("codes", {}).items()},
        columns=tuple(ItemId(column) for column in written.get("columns", ())),
        status=written.get("status", status),
    )


def _check_dictionary(envelope: Envelope, body: DictionaryBody, view: View) -> Iterator[Fault]:
    registers, items = view.codes("registers"), items_of(view)
    for id_, item in body["items"].items():
        at = ("body", "items", id_)
        precedence = item.get("precedence", [])
        for place, register in enumerate(precedence):
            if register not in registers:
                yield Fault(envelope.file, pointer(*at, "precedence", place), f"no such register: {register}")
        if len(set(precedence)) != len(precedence):
            yield Fault(envelope.file, pointer(*at, "precedence"), "names a register twice")
        if item.get("codes") and item["type"] != "code":
            yield Fault(envelope.file, pointer(*at, "codes"), f"a value of type {item['type']} has no code list")
        for reason in _wrong_list(id_, item, items):
            yield Fault(envelope.file, pointer(*at, "columns"), reason)
    yield from _repeated(envelope, view, ("items", body["items"]))


def _wrong_list(id_: str, item: ItemBody, items: Mapping[str, ItemBody]) -> Iterator[str]:
    """Yield why the item is no good list: its id, its type and its columns say the same, and no list is in a list."""
    columns = item.get("columns", [])
    if not id_.endswith("[]") == (item["type"] == "list") == bool(columns):
        yield "an id ending in [], the type list and columns go together"
    if len(set(columns)) != len(columns):
        yield "names a column twice"
    for column in columns:
        if column not in items:
            yield f"no such item: {column}"
        elif items[column]["type"] == "list":
            yield f"a list within a list: {column}"


def items_of(view: View) -> dict[str, ItemBody]:
    """Return every item of the set as written, of all files of the dictionary."""
    bodies = (view.body("dictionary", code) for code in sorted(view.codes("dictionary")))
    return {id_: item for body in bodies if body is not None for id_, item in body["items"].items()}


def _check_messages(envelope: Envelope, body: MessagesBody, view: View) -> Iterator[Fault]:
    for code, text in body["texts"].items():
        at = ("body", "texts", code)
        for language, words in (("vi", text["vi"]), ("en", text["en"])):
            if _STRAY_BRACE.search(PLACEHOLDER.sub("", words)):
                yield Fault(envelope.file, pointer(*at, language), "a brace that is no {placeholder}")
        if set(PLACEHOLDER.findall(text["vi"])) != set(PLACEHOLDER.findall(text["en"])):
            yield Fault(envelope.file, pointer(*at), "vi and en have different placeholders")
    yield from _repeated(envelope, view, ("texts", body["texts"]))


def _repeated(envelope: Envelope, view: View, here: tuple[str, Mapping[str, Any]]) -> Iterator[Fault]:
    """Yield what an earlier file of the same kind already has: a name means one thing in the whole set."""
    group, names = here
    for code in sorted(view.codes(envelope.kind)):
        other = view.body(envelope.kind, code)
        if code >= envelope.code or other is None:
            continue
        for name in sorted(names.keys() & other[group].keys()):
            yield Fault(envelope.file, pointer("body", group, name), f"already in {envelope.kind}/{code}.json")


def _check_client(envelope: Envelope, body: ClientBody, view: View) -> Iterator[Fault]:
    if body["type"] == "public" and not body["redirect_uris"]:
        yield Fault(envelope.file, "/body/redirect_uris", "a public client needs one")
    if ("issue" in body["scopes"]) != ("issues" in body):
        yield Fault(envelope.file, "/body/issues", "goes with the scope `issue`: which documents the client issues")
    known = view.codes("document_types")
    for place, type_ in enumerate(body.get("issues", ())):
        if type_ not in known:
            yield Fault(envelope.file, pointer("body", "issues", place), f"no such document type: {type_}")


def _compile_client(envelope: Envelope, body: ClientBody) -> Client:
    return Client(
        id=ClientId(envelope.code),
        name=text_of(body["name"]),
        confidential=body["type"] == "confidential",
        redirect_uris=tuple(body["redirect_uris"]),
        scopes=frozenset(body["scopes"]),
        issues=frozenset(body.get("issues", ())),
    )


def _compile_messages(_envelope: Envelope, body: MessagesBody) -> Texts:
    return {code: text_of(text) for code, text in body["texts"].items()}


DICTIONARY: Final[Kind[Dictionary]] = Kind("dictionary", parser(DictionaryBody), _compile_dictionary, _check_dictionary)
MESSAGES: Final[Kind[Texts]] = Kind("messages", parser(MessagesBody), _compile_messages, _check_messages)
CLIENTS: Final[Kind[Client]] = Kind("clients", parser(ClientBody), _compile_client, _check_client)
KINDS: Final[tuple[Kind[object], ...]] = (DICTIONARY, MESSAGES, CLIENTS)
