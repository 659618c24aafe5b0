"""Money is a whole number of đồng; a published fee of 12,500 đ stays 12,500, so nothing here rounds."""

from typing import NewType

from chalicelib.kernel.errors import InvalidValue

Dong = NewType("Dong", int)


def dong(value: object) -> Dong:
    """Accept a whole number of đồng.

    Raises InvalidValue for anything else: a float, a Decimal, text, or a boolean passing for a number.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidValue(what="dong")
    return Dong(value)


def display(amount: Dong) -> str:
    """Write an amount as people read it in Vietnamese: 12.500 đ."""
    return f"{amount:,}".replace(",", ".") + " đ"
