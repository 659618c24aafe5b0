"""Our frozen values do what the standard library's do, seen from outside."""

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field
from typing import Any, ClassVar, Generic, Protocol, TypeVar, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel import frozen

T = TypeVar("T")
Decorate = Callable[[type], type]
WAYS: dict[str, Decorate] = {
    "the library's": dataclasses.dataclass(frozen=True, slots=True),
    "ours": frozen.dataclass(frozen=True, slots=True),
}


class Sized(Protocol):
    """A port, which values may come up to."""

    def size(self) -> int: ...


def made(decorate: Decorate) -> dict[str, Any]:
    """Return one class of each kind that the house has."""

    @decorate
    class Plain:
        """A few fields."""

        name: str
        count: int = 3
        parts: tuple[int, ...] = ()

    @decorate
    class Empty:
        """No field."""

    @decorate
    class Rich(Sized):
        """Fields that are told, compared and hashed in part."""

        SEEN: ClassVar[int] = 9
        key: str
        secret: str = field(default="s", repr=False)
        noted: str = field(default="", compare=False)
        held: dict[str, int] = field(default_factory=dict, hash=False)

        def size(self) -> int:
            return len(self.held)

    @decorate
    class Checked:
        """Refuses what cannot be."""

        year: int

        def __post_init__(self) -> None:
            if self.year < 0:
                raise ValueError("year")

    @decorate
    class Own:
        """With methods of its own."""

        written: str

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Own) and other.written.lower() == self.written.lower()

        def __hash__(self) -> int:
            return 1

        def __repr__(self) -> str:
            return "own"

    @decorate
    class Base:
        """To be derived from."""

        first: int

    @decorate
    class Derived(Base):
        """With a field more."""

        second: int = 2

    @decorate
    class Held(Generic[T]):
        """Of any type."""

        value: T

    return {name: each for name, each in locals().items() if isinstance(each, type)}


KINDS = {name: made(decorate) for name, decorate in WAYS.items()}
GIVEN: list[tuple[str, tuple[object, ...], dict[str, object]]] = [
    ("Plain", ("a",), {}),
    ("Plain", ("a", 4), {"parts": (1,)}),
    ("Empty", (), {}),
    ("Rich", ("k",), {}),
    ("Rich", ("k", "other", "note"), {"held": {"x": 1}}),
    ("Checked", (7,), {}),
    ("Own", ("A",), {}),
    ("Derived", (1,), {}),
    ("Held", (3,), {}),
]


@pytest.fixture(params=WAYS)
def kinds(request: pytest.FixtureRequest) -> dict[str, Any]:
    return KINDS[request.param]


@pytest.mark.parametrize(("name", "given_", "named"), GIVEN)
def test_both_make_hold_and_tell_the_same(name: str, given_: tuple[object, ...], named: dict[str, object]) -> None:
    theirs, ours = (KINDS[way][name](*given_, **named) for way in WAYS)

    assert repr(ours) == repr(theirs)
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert type(ours).__slots__ == type(theirs).__slots__
    assert type(ours).__match_args__ == type(theirs).__match_args__
    assert get_type_hints(type(ours)) == get_type_hints(type(theirs))
    for wanted, found in zip(
        *(inspect.signature(type(each)).parameters.values() for each in (theirs, ours)), strict=True
    ):
        assert (found.name, found.kind) == (wanted.name, wanted.kind)
    assert hasattr(ours, "__dict__") == hasattr(theirs, "__dict__")


@pytest.mark.parametrize(("name", "given_", "named"), GIVEN)
def test_copies_are_equal_and_hash_alike(
    kinds: dict[str, Any], name: str, given_: tuple[object, ...], named: dict[str, object]
) -> None:
    one = kinds[name](*given_, **named)

    assert one == kinds[name](*given_, **named) == copy.copy(one) == copy.deepcopy(one) == dataclasses.replace(one)
    assert hash(one) == hash(kinds[name](*given_, **named))
    assert one != object()


@given(st.text(max_size=2), st.integers(0, 2), st.text(max_size=2), st.integers(0, 2))
def test_they_are_equal_where_the_librarys_are(a: str, b: int, c: str, d: int) -> None:
    (theirs, other_theirs), (ours, other_ours) = (
        (KINDS[way]["Plain"](a, b), KINDS[way]["Plain"](c, d)) for way in WAYS
    )

    assert (ours == other_ours) == (theirs == other_theirs)
    assert (hash(ours) == hash(other_ours)) == (hash(theirs) == hash(other_theirs))


def test_what_is_not_compared_is_not(kinds: dict[str, Any]) -> None:
    assert kinds["Rich"]("k", noted="a") == kinds["Rich"]("k", noted="b")
    assert hash(kinds["Rich"]("k", held={"x": 1})) == hash(kinds["Rich"]("k"))
    assert kinds["Rich"]("k", held={"x": 1}) != kinds["Rich"]("k")
    assert kinds["Own"]("A") == kinds["Own"]("a")
    assert kinds["Derived"](1) != kinds["Base"](1)


def test_a_default_that_is_made_is_made_for_each(kinds: dict[str, Any]) -> None:
    assert kinds["Rich"]("k").held is not kinds["Rich"]("k").held


def test_nothing_can_be_changed(kinds: dict[str, Any]) -> None:
    one = kinds["Plain"]("a")
    with pytest.raises(FrozenInstanceError):
        one.name = "b"
    with pytest.raises(FrozenInstanceError):
        del one.name
    with pytest.raises((FrozenInstanceError, TypeError)):  # the library's stumbles over a name that is no field
        one.other = 1
    assert one == kinds["Plain"]("a")


def test_what_is_missing_too_much_or_wrong_is_refused(kinds: dict[str, Any]) -> None:
    for given_, named in (((), {}), (("a", 1, (), 2), {}), (("a",), {"other": 1})):
        with pytest.raises(TypeError, match=r"__init__\(\)"):
            kinds["Plain"](*given_, **named)
    with pytest.raises(ValueError, match="year"):
        kinds["Checked"](-1)


@frozen.dataclass(frozen=True, slots=True)
class Kept:
    """A value that leaves the process."""

    name: str
    count: int = 1


def test_it_is_pickled() -> None:
    assert pickle.loads(pickle.dumps(Kept("a", 2))) == Kept("a", 2)  # noqa: S301 - our own bytes


def test_what_is_rare_is_left_to_the_library() -> None:
    refused: Any = frozen.dataclass
    with pytest.raises(TypeError):
        refused(frozen=False, slots=True)
    with pytest.raises(TypeError):

        @frozen.dataclass(frozen=True, slots=True)
        class _Odd:
            made: int = field(init=False, default=1)
