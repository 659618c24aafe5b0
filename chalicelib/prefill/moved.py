"""An address in units of before 01/07/2025 as it stands today (sources.md §0.6). Pure; guesses nothing.

Of 3,321 codes in force all but five were in use before, most for another unit, so a code says what it means only with
the name and the province beside it, and where these fit both times, with the day of the record.
"""

from datetime import date
from typing import Final, TypeAlias

from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.vocabulary.places import spelt_out
from chalicelib.vocabulary.units import Ambiguous, Commune, Exact, Units

_HOME: Final = "VN"
_Unit: TypeAlias = tuple[str, str]
"""A code and a name, as written."""


def today(address: Json, units: Units, recorded: date | None, on: date) -> tuple[Json, ...]:
    """Return where the address lies on a day: one address, one for each successor of a divided unit, none if unknown.

    `recorded` is the day of the record it stands in. What needs no change comes back as it is: an address abroad, one
    in units of the day, any address before the reform; also one whose name fits neither time, if its code is of its
    province today. Only a code that is not plainly today's opens the big table.
    """
    if not isinstance(address, dict) or address.get("country") != _HOME or units.provinces.is_former(on):
        return (address,)
    written = _unit(address, "commune"), _unit(address, "province")
    now = units.load("communes").get(written[0][0])
    if now is not None and _fits(now, written) and (recorded is None or not units.provinces.is_former(recorded)):
        return (address,)
    if not _is_before(now, written, units):
        return (address,) if now is not None and now.province == written[1][0] else ()
    return tuple(_placed(address, each, units, on) for each in _successors(written[0][0], units))


def _is_before(now: Commune | None, written: tuple[_Unit, _Unit], units: Units) -> bool:
    """Say whether a unit of before is meant: no other has the code, or the name or else the province fits that one."""
    (code, name), (province, _) = written
    before = units.load("former-communes").get(code)
    if now is None or before is None:
        return now is None
    return _same(before, name) or (before.province == province and now.province != province)


def _fits(commune: Commune, written: tuple[_Unit, _Unit]) -> bool:
    (_, name), (province, _) = written
    return commune.province == province and _same(commune, name)


def _successors(code: str, units: Units) -> tuple[str, ...]:
    match units.successors(code):
        case Exact(found):
            return (found,)
        case Ambiguous(candidates):
            return candidates
        case _:
            return ()


def _placed(address: JsonObject, code: str, units: Units, on: date) -> Json:
    commune = units.commune_at(code, on)
    province = None if commune is None else units.province_at(commune.province, on)
    if commune is None or province is None:
        return address
    placed: JsonObject = {
        "province": {"code": province.code, "name": province.name},
        "commune": {"code": commune.code, "name": commune.name},
    }
    return address | placed


def _unit(address: JsonObject, level: str) -> _Unit:
    unit = address.get(level)
    return (str(unit.get("code")), str(unit.get("name"))) if isinstance(unit, dict) else ("", "")


def _same(commune: Commune, name: str) -> bool:
    return commune.name == name or spelt_out(commune.name) == spelt_out(name)
