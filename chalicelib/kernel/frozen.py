"""Frozen values, made in a quarter of the time: `dataclass(frozen=True, slots=True)` as the standard library has it.

A cold start makes some four hundred of them, and before Python 3.13 each costs six compilations: together a third of
all imports. Here a class costs one, for its `__init__`; what else its methods do, all classes share. Type checkers see
the standard library's own; `fields`, `replace` and `asdict` work; what is rare (`kw_only`, `order`, fields that are not
of `__init__`) is left to it. Once 3.13 is the oldest Python here, this module is nothing but an import (decision 19).
"""

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from dataclasses import dataclass

__all__ = ["dataclass"]

_T = TypeVar("_T")
_set: Final = object.__setattr__


def _dataclass(*, frozen: bool, slots: bool) -> Callable[[type[_T]], type[_T]]:
    if not (frozen and slots):
        raise TypeError("for frozen values with slots; take any other from dataclasses")
    return _made


if not TYPE_CHECKING:
    dataclass = _dataclass


def _made(written: type[_T]) -> type[_T]:
    # A class with an `__eq__` of its own and no `__hash__` has None there, which says nothing.
    own = {name for name, value in written.__dict__.items() if value is not None}
    made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(written)
    known = fields(made)  # type: ignore[arg-type]
    methods: dict[str, object] = {
        "__init__": _init(made, known),
        "__repr__": _repr,
        "__eq__": _equals(_getter(each for each in known if each.compare)),
        "__hash__": _hashed(_getter(each for each in known if (each.compare if each.hash is None else each.hash))),
        "__setstate__": _set_state,
    }
    for name, method in methods.items():
        if name not in own:
            setattr(made, name, method)
    made.__setattr__ = _refuse_to_set  # type: ignore[method-assign]
    made.__delattr__ = _refuse_to_delete  # type: ignore[method-assign]
    return made


def _init(made: type, known: Iterable["Field[Any]"]) -> object:
    """Compile what sets each field once; a field's default stands in the namespace, never in the text."""
    names: dict[str, object] = {"_set": _set, "_absent": MISSING}
    taken, sets = ["self"], []
    for each in known:
        if not each.init or each.kw_only:
            raise TypeError(f"{each.name}: for what is rare, take the standard library's")
        value = each.name
        if each.default_factory is not MISSING:
            names[f"_make_{each.name}"] = each.default_factory
            taken.append(f"{each.name}=_absent")
            value = f"_make_{each.name}() if {each.name} is _absent else {each.name}"
        elif each.default is not MISSING:
            names[f"_default_{each.name}"] = each.default
            taken.append(f"{each.name}=_default_{each.name}")
        else:
            taken.append(each.name)
        sets.append(f" _set(self, {each.name!r}, {value})")
    if hasattr(made, "__post_init__"):
        sets.append(" self.__post_init__()")
    text = "\n".join([f"def __init__({', '.join(taken)}):", *(sets or [" pass"])])
    exec(text, names)  # noqa: S102 - as the standard library does: the names are identifiers of our own classes
    init: Any = names["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    return init


def _getter(known: Iterable["Field[Any]"]) -> Callable[[object], object]:
    names = [each.name for each in known]
    return attrgetter(*names) if names else lambda _: ()


def _equals(values: Callable[[object], object]) -> object:
    def equals(self: object, other: object) -> object:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    return equals


def _hashed(values: Callable[[object], object]) -> object:
    def hashed(self: object) -> int:
        return hash(values(self))

    return hashed


def _repr(self: Any) -> str:  # noqa: ANN401 - any value
    told = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{self.__class__.__qualname__}({', '.join(told)})"


def _refuse_to_set(_self: object, name: str, _value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _set_state(self: object, state: tuple[None, dict[str, object]]) -> None:
    """Take back what `copy` and `pickle` took: they would set, which is refused."""
    for name, value in state[1].items():
        _set(self, name, value)
