"""Plain values to and from DynamoDB's tagged form; whole numbers only, so nothing comes back as another number."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from chalicelib.kernel.errors import Corrupt, InvalidValue

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

Scalar: TypeAlias = str | int | bool | bytes | None
Value: TypeAlias = Scalar | Sequence["Value"] | Mapping[str, "Value"]


def encode(value: Value) -> "AttributeValueTypeDef":  # noqa: PLR0911 - one return for each type
    """Tag a value. Raises InvalidValue for a type that has no tag, e.g. a float."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case bytes():
            return {"B": value}
        case Mapping():
            return {"M": encode_map(value)}
        case Sequence():
            return {"L": [encode(each) for each in value]}
    raise InvalidValue(what=f"stored {type(value).__name__}")


def encode_map(fields: Mapping[str, Value]) -> "dict[str, AttributeValueTypeDef]":
    """Tag every value of a map."""
    return {name: encode(value) for name, value in fields.items()}


def decode(tagged: Mapping[str, Any]) -> Value:
    """Read a tagged value. Raises Corrupt for a tag that `encode` never writes."""
    ((tag, value),) = tagged.items()
    match tag:
        case "S" | "BOOL":
            return value  # type: ignore[no-any-return]
        case "B":
            return bytes(value)
        case "N":
            return int(value)
        case "NULL":
            return None
        case "M":
            return decode_map(value)
        case "L":
            return [decode(each) for each in value]
    raise Corrupt(what="attribute")


def decode_map(tagged: Mapping[str, Mapping[str, Any]]) -> dict[str, Value]:
    """Read every value of a tagged map."""
    return {name: decode(value) for name, value in tagged.items()}
