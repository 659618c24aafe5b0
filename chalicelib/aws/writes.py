"""What one commit may ask for: items to put, delete or check, and what must hold of each beforehand."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, TypeAlias

from chalicelib.aws.codec import Value
from chalicelib.kernel.errors import Conflict, Corrupt
from chalicelib.kernel.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """Address of an item: its partition and its place in it."""

    pk: str
    sk: str


@dataclass(frozen=True, slots=True)
class Stored:
    """An item as read; `owner` is the token of the write that made it."""

    key: Key
    fields: Mapping[str, Value]
    owner: str

    def text(self, name: str) -> str:
        """Return a text field. Raises Corrupt when there is none."""
        value = self.fields.get(name)
        if not isinstance(value, str):
            raise Corrupt(what=name)
        return value

    def data(self, name: str) -> bytes:
        """Return a field of bytes. Raises Corrupt when there is none."""
        value = self.fields.get(name)
        if not isinstance(value, bytes):
            raise Corrupt(what=name)
        return value


@dataclass(frozen=True, slots=True)
class Page:
    """A bounded run of items, and where the next one starts (None: there is no more)."""

    items: tuple[Stored, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Expect:
    """What must hold of an item for the commit to stand; an expired item counts as absent."""

    rule: str
    owner: str = ""

    ANY: ClassVar["Expect"]
    ABSENT: ClassVar["Expect"]
    PRESENT: ClassVar["Expect"]

    @classmethod
    def unchanged(cls, owner: str) -> "Expect":
        """Still the item that was read with this owner token."""
        return cls("unchanged", owner)


Expect.ANY = Expect("any")
Expect.ABSENT = Expect("absent")
Expect.PRESENT = Expect("present")


@dataclass(frozen=True, slots=True)
class Put:
    """Write an item whole; after `expires_at` it is invisible, and later gone."""

    key: Key
    fields: Mapping[str, Value]
    expect: Expect
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove an item."""

    key: Key
    expect: Expect


@dataclass(frozen=True, slots=True)
class Check:
    """Change nothing, but let the commit stand only if the expectation holds."""

    key: Key
    expect: Expect


Write: TypeAlias = Put | Delete | Check


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A caller's key for one effect: who (`scope`), the key, a digest of the body, and the answer to repeat."""

    scope: str
    key: str
    body: str
    result: str
    expires_at: datetime

    def put(self) -> Put:
        """Return the record, to be committed together with the effect."""
        return Put(
            idempotency_key(self.scope, self.key),
            {"body": self.body, "result": self.result},
            Expect.ABSENT,
            self.expires_at,
        )


def idempotency_key(scope: str, key: str) -> Key:
    """Return where the record of a caller's key stands; its fields are `body` and `result`."""
    return Key(f"idempotency#{scope}", key)


class ConditionFailed(Conflict):
    """An expectation did not hold, so nothing was written; `keys` names whose."""

    def __init__(self, keys: tuple[Key, ...]) -> None:
        """Keep the keys for the service to tell which race it lost."""
        super().__init__()
        self.keys = keys
