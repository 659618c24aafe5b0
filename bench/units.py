"""What a process pays for the tables of units, and for reading an address: `python -m bench.units`."""

from collections.abc import Callable, Mapping
from datetime import date
from time import perf_counter
from typing import Final

from chalicelib.bootstrap import KINDS
from chalicelib.definitions.load import base
from chalicelib.vocabulary.addresses import read_address
from chalicelib.vocabulary.places import Gazetteer
from chalicelib.vocabulary.unit_tables import units_of

TODAY: Final = date(2026, 11, 22)
CURRENT: Final = "Số 12 phố Hòe Nhai, Phường Ba Đình, Thành phố Hà Nội"
FORMER: Final = "12 Hàng Bài, P. Hàng Bài, Q. Hoàn Kiếm, Hà Nội"
_READS: Final = 300


def figures() -> Mapping[str, float]:
    """Return milliseconds by what was done, in the order a process would first do them."""
    catalogue = base(KINDS)
    found: dict[str, float] = {}

    def timed(name: str, work: Callable[[], object], times: int = 1) -> None:
        begun = perf_counter()
        for _ in range(times):
            work()
        found[name] = round((perf_counter() - begun) * 1000 / times, 3)

    timed("provinces opened", lambda: units_of(catalogue))
    units = units_of(catalogue)
    places = Gazetteer(units)
    timed("communes opened", lambda: units.load("communes"))
    timed("former communes opened", lambda: units.load("former-communes"))
    timed("first address, with the indexes of its province", lambda: read_address(CURRENT, TODAY, places))
    timed("address of today", lambda: read_address(CURRENT, TODAY, places), _READS)
    timed("address with a district", lambda: read_address(FORMER, TODAY, places), _READS)
    timed("successor of an old commune", lambda: units.successors("00001"), _READS)
    return found


if __name__ == "__main__":
    for name, milliseconds in figures().items():
        print(f"{name}: {milliseconds} ms")
