"""Look up words: an item by its id, a text by its code, a client by its id. Must not know who asks, or why.

A dictionary and the texts stand in several files; here they are one. Built once per set of definitions.
"""

from collections.abc import Mapping
from typing import Protocol

from chalicelib.definitions.model import Catalogue, Status
from chalicelib.kernel.errors import BadDefinition
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import ClientId, ItemId
from chalicelib.vocabulary.definition import CLIENTS, DICTIONARY, MESSAGES, PLACEHOLDER
from chalicelib.vocabulary.model import Client, Item, Language, Text


class Live(Protocol):
    """Where the live set of definitions comes from."""

    def current(self) -> Catalogue:
        """Return the live set."""
        ...


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one set of definitions."""

    items: Mapping[ItemId, Item]
    texts: Mapping[str, Text]
    catalogue: Catalogue

    def item(self, id_: ItemId) -> Item:
        """Return the item. Raises BadDefinition when a checked reference dangles after all."""
        found = self.items.get(id_)
        if found is None:
            raise BadDefinition(item=id_)
        return found

    def client(self, id_: ClientId) -> Client | None:
        """Return the client, None for one that is not registered."""
        return self.catalogue.find(CLIENTS, id_)

    def notice(self, status: Status) -> Text | None:
        """Return what to show beside content of this status; None where there is nothing to warn of."""
        return self.texts.get(f"notice.{status}")

    def text(self, code: str, language: Language, **params: str | int) -> str:
        """Return the text with its placeholders filled.

        A code without text comes back as itself, and a placeholder without value stays: worse words, never no answer.
        """
        found = self.texts.get(code)
        if found is None:
            return code
        return PLACEHOLDER.sub(lambda place: str(params.get(place[1], place[0])), found.in_(language))


def vocabulary(catalogue: Catalogue) -> Vocabulary:
    """Return the words of a set, merged from its files on first use."""
    return catalogue.derive("vocabulary", _merge)


def _merge(catalogue: Catalogue) -> Vocabulary:
    items = {id_: item for part in catalogue.all(DICTIONARY) for id_, item in part.items()}
    texts = {code: text for part in catalogue.all(MESSAGES) for code, text in part.items()}
    return Vocabulary(items, texts, catalogue)


@dataclass(frozen=True, slots=True)
class Messages:
    """Citizen-facing texts of the set that is live now."""

    definitions: Live

    def text(self, code: str, language: Language, **params: str | int) -> str:
        """Return the live text of the code, as `Vocabulary.text` does."""
        return vocabulary(self.definitions.current()).text(code, language, **params)
