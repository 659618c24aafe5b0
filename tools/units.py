"""Rebuild the tables of administrative units from a published data set, or check those in `schemas/units`.

    python -m tools.units build FIRST.whl [SECOND.whl]     rewrite schemas/units and the findings in docs/units.md
    python -m tools.units check                            counts, uniqueness, references

FIRST is the wheel of `vietnamadminunits` (MIT), whose data nobody has checked; SECOND, of `vietnam-provinces`, is read
only to compare: where the two disagree about an old commune, the table says so and the service asks the citizen.
Wheels are read as zip files; neither is installed, and neither is needed by the service.
"""

import argparse
import json
import re
import sqlite3
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from chalicelib.definitions.load import SCHEMAS
from chalicelib.vocabulary.unit_tables import UNITS

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = SCHEMAS / "units"
FINDINGS: Final = ROOT / "docs" / "units.md"
MARK: Final = "<!-- written by tools/units.py from here on -->\n"
REFORM: Final = "2025-07-01"
COUNTS: Final = {
    "provinces": 34,
    "communes": 3_321,
    "former provinces": 63,
    "districts": 696,
    "former communes": 10_035,
}
"""sources.md §7."""
ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "79": ("HCM", "TPHCM", "HCMC", "Sài Gòn", "Thành phố Sài Gòn"),
    "01": ("HN", "Thủ đô Hà Nội"),
    "46": ("Thừa Thiên Huế", "Thừa Thiên - Huế", "TT Huế", "TT-Huế"),
    "66": ("Đăk Lăk", "Đắc Lắc"),
}
"""Names that people write; sources.md §2.7 for HCM, §2.1 for TT-Huế, the rest common spelling."""
FORMER_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    **ALIASES,
    "67": ("Đăk Nông", "Đắc Nông"),
    "77": ("BR-VT", "BRVT", "Bà Rịa Vũng Tàu"),
}
RENAMED: Final = {"75": ("2026-04-30", "Thành phố Đồng Nai")}
"""NQ 30/2026/QH16 [secondary], sources.md §7."""
_CONVERTED = re.compile(
    r"OldToNewEntry\(\s*OldWardRef\((\d+), \d+, \d+, (True|False)\),\s*\(((?:NewWardRef\(\d+, \d+\),?\s*)+)\)"
)
_ONE = re.compile(r"NewWardRef\((\d+), ")


@dataclass(slots=True)
class Built:
    """What was read, as the three bodies are to be written."""

    former_provinces: dict[str, str] = field(default_factory=dict)
    provinces: dict[str, str] = field(default_factory=dict)
    made_of: dict[str, set[str]] = field(default_factory=dict)
    communes: dict[str, dict[str, str]] = field(default_factory=dict)
    districts: dict[str, dict[str, Any]] = field(default_factory=dict)
    successors: dict[str, set[str]] = field(default_factory=dict)
    partly: set[str] = field(default_factory=set)
    disputed: dict[str, tuple[list[str], list[str]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read(wheel: Path) -> Built:
    """Read the first wheel. Raises KeyError when its mapping names a unit its own table does not have."""
    with zipfile.ZipFile(wheel) as held:
        data = sqlite3.connect(":memory:")
        data.deserialize(held.read("vietnamadminunits/data/dataset.db"))
        converter = json.loads(held.read("vietnamadminunits/data/converter_2025.json"))
    built = Built()
    new, old, provinces = _tables(data, built)
    for key, formers in converter["DICT_PROVINCE"].items():
        built.made_of[provinces["new", key]] = {provinces["old", former] for former in formers}
    for province, merged in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, formers in merged.items():
            for former in formers:
                built.successors.setdefault(old[former], set()).add(new[province, ward])
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for former, parts in divided.items():
            built.successors.setdefault(old[former], set()).update(new[province, each["newWardKey"]] for each in parts)
    return built


def _tables(
    data: sqlite3.Connection, built: Built
) -> tuple[dict[tuple[str, str], str], dict[str, str], dict[tuple[str, str], str]]:
    """Fill in provinces, districts and communes; return the codes under the data set's own keys."""
    new: dict[tuple[str, str], str] = {}
    old: dict[str, str] = {}
    provinces: dict[tuple[str, str], str] = {}
    for pcode, pname, pkey, code, name, key in data.execute(
        "select provinceCode, province, provinceKey, wardCode, ward, wardKey from admin_units order by 1, 4"
    ):
        built.provinces[pcode] = pname
        built.communes.setdefault(pcode, {})[code] = name
        new[pkey, key] = code
        provinces["new", pkey] = pcode
    for pcode, pname, pkey, dcode, dname, dkey, code, name, key in data.execute(
        "select provinceCode, province, provinceKey, districtCode, district, districtKey, wardCode, ward, wardKey"
        " from admin_units_legacy order by 1, 4, 7"
    ):
        built.former_provinces[pcode] = pname
        district = built.districts.setdefault(dcode, {"name": dname, "province": pcode, "communes": {}})
        if code:
            district["communes"][code] = name
        old[f"{pkey}_{dkey}_{key or ''}"] = code or dcode
        provinces["old", pkey] = pcode
    return new, old, provinces


def compare(built: Built, wheel: Path) -> None:
    """Hold the second wheel against what was read, marking what differs."""
    with zipfile.ZipFile(wheel) as held:
        source = held.read("vietnam_provinces/_ward_conversion_2025.py").decode()
        nested = json.loads(held.read("vietnam_provinces/data/nested-divisions.json"))
    listed = {f"{each['code']:05d}" for province in nested for each in province["wards"]}
    ours = {code for held_ in built.communes.values() for code in held_}
    built.notes.append(f"Communes in force: {len(ours & listed)} codes in both, {len(ours ^ listed)} in one only.")
    compared = 0
    for found in _CONVERTED.finditer(source[: source.index("NEW_TO_OLD")]):
        old, partly = found[1].zfill(5), found[2] == "True"
        theirs = {each.zfill(5) for each in _ONE.findall(found[3])}
        mine = built.successors.get(old)
        compared += 1
        if mine is None:
            built.notes.append(f"{old} is in the second table only.")
        elif mine != theirs:
            built.disputed[old] = (sorted(mine), sorted(theirs))
            built.successors[old] = mine | theirs
        elif partly and len(mine) == 1:
            built.partly.add(old)
    agreed = compared - len(built.disputed)
    built.notes.append(f"Old communes: {compared} compared, {agreed} mapped alike, {len(built.disputed)} not.")
    built.notes.append(f"Merged in part, one successor named: {len(built.partly)}; answered as ambiguous.")


def _envelope(
    code: str, sources: Iterable[str], body: Mapping[str, Any], status: str = "single_source"
) -> dict[str, Any]:
    return {
        "kind": UNITS.name,
        "code": code,
        "version": "1",
        "effective_from": REFORM,
        "status": status,
        "sources": list(sources),
        "body": body,
    }


_DATA = (
    "Data: vietnamadminunits 1.0.4 (MIT, Tran Ngoc Minh Hieu), rebuilt and compared by tools/units.py; docs/units.md"
)
_LAW = "Law: QĐ 19/2025/QĐ-TTg, NQ 202/2025/QH15, in force 01/07/2025; sources.md §7"


def documents(built: Built) -> Iterator[dict[str, Any]]:
    """Yield the three definitions."""
    former = {
        code: {"names": [{"since": "1976-01-01", "name": name}], **_aliases(FORMER_ALIASES, code)}
        for code, name in sorted(built.former_provinces.items())
    }
    current = {
        code: {
            "names": _names(code, name),
            **_aliases(ALIASES, code),
            "former": sorted(built.made_of[code]),
        }
        for code, name in sorted(built.provinces.items())
    }
    yield _envelope(
        "provinces",
        [
            _LAW,
            "sources.md §0.6: codes 24, 15, 44, 52, 80, 82, 91 mean another province since 01/07/2025",
            "NQ 30/2026/QH16: Đồng Nai a city from 30/04/2026 [secondary, sources.md §7]",
            "sources.md §2.7: names people write for Hồ Chí Minh City [C]; other aliases are inference",
            "Names before are those of 30/06/2025; 1976-01-01 stands for 'as far back as the table is used'",
            _DATA,
        ],
        {"table": "provinces", "reform": REFORM, "former": former, "current": current},
        "unverified",
    )
    yield _envelope("communes", [_LAW, _DATA], {"table": "communes", "communes": built.communes})
    yield _envelope(
        "former-communes",
        [_LAW, "Old communes and districts as of 30/06/2025", _DATA],
        {
            "table": "former-communes",
            "districts": dict(sorted(built.districts.items())),
            "successors": {old: sorted(found) for old, found in sorted(built.successors.items())},
            "partly": sorted(built.partly),
            "disputed": sorted(built.disputed),
        },
    )


def _names(code: str, name: str) -> list[dict[str, str]]:
    names = [{"since": REFORM, "name": name}]
    if code in RENAMED:
        since, renamed = RENAMED[code]
        names.append({"since": since, "name": renamed})
    return names


def _aliases(table: Mapping[str, tuple[str, ...]], code: str) -> dict[str, list[str]]:
    return {"aliases": list(table[code])} if code in table else {}


def lines(value: Any, indent: int = 0) -> str:  # noqa: ANN401 - any JSON
    """Write JSON with one line to each name, and lists of words on one line: small, and kind to diffs."""
    if isinstance(value, dict) and value and not _flat(value):
        inner = ",\n".join(f"{' ' * (indent + 1)}{json.dumps(k)}: {lines(v, indent + 1)}" for k, v in value.items())
        return "{\n" + inner + "\n" + " " * indent + "}"
    return json.dumps(value, ensure_ascii=False)


def _flat(value: Mapping[str, Any]) -> bool:
    return len(value) <= 3 and all(isinstance(each, str) for each in value.values())


def counts(bodies: Mapping[str, Any]) -> dict[str, int]:
    """Return how many units of each sort the three bodies hold."""
    former = bodies["former-communes"]
    return {
        "provinces": len(bodies["provinces"]["current"]),
        "communes": sum(len(each) for each in bodies["communes"]["communes"].values()),
        "former provinces": len(bodies["provinces"]["former"]),
        "districts": len(former["districts"]),
        "former communes": sum(len(each["communes"]) for each in former["districts"].values()),
    }


def wrong(bodies: Mapping[str, Any]) -> list[str]:
    """Return what is not as the law and the other tables have it; references are the kind's own check."""
    found = [f"{sort}: {n}, not {COUNTS[sort]}" for sort, n in counts(bodies).items() if n != COUNTS[sort]]
    reached = {new for each in bodies["former-communes"]["successors"].values() for new in each}
    everywhere = {code for each in bodies["communes"]["communes"].values() for code in each}
    return found + [f"commune {code}: made of nothing" for code in sorted(everywhere - reached)]


def findings(built: Built, problems: Iterable[str]) -> str:
    """Return the findings in Markdown."""
    names = {code: name for each in built.districts.values() for code, name in each["communes"].items()}
    places = {code: each["name"] for each in built.districts.values() for code in each["communes"]}
    text = ["", *(f"- {note}" for note in built.notes), *(f"- **{problem}**" for problem in problems), ""]
    text += ["## Old communes on which the two tables disagree", "", "| Code | Name | First | Second |"]
    text += ["|---|---|---|---|"]
    for old, (mine, theirs) in sorted(built.disputed.items()):
        text.append(f"| {old} | {names[old]}, {places[old]} | {' '.join(mine)} | {' '.join(theirs)} |")
    return "\n".join(text) + "\n"


def build(first: Path, second: Path | None) -> int:
    """Rewrite the tables and the findings."""
    built = read(first)
    if second is not None:
        compare(built, second)
    FOLDER.mkdir(exist_ok=True)
    written = list(documents(built))
    for each in written:
        (FOLDER / f"{each['code']}.json").write_text(lines(each) + "\n", encoding="utf-8")
    problems = wrong({each["code"]: each["body"] for each in written})
    found = findings(built, problems)
    print(found)
    before = FINDINGS.read_text(encoding="utf-8").split(MARK)[0]
    FINDINGS.write_text(before + MARK + found, encoding="utf-8")
    return 1 if problems else 0


def check() -> int:
    """Hold the tables in the repository against the counts of the law."""
    bodies = {path.stem: json.loads(path.read_text(encoding="utf-8"))["body"] for path in FOLDER.glob("*.json")}
    for body in bodies.values():
        UNITS.parse(body)
    problems = wrong(bodies)
    print(*problems, *(f"{sort}: {n}" for sort, n in counts(bodies).items()), sep="\n")
    return 1 if problems else 0


def main(arguments: list[str]) -> int:
    """Run one command; the exit status is 0 when the tables are whole."""
    parser = argparse.ArgumentParser(prog="python -m tools.units", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check")
    rebuild = commands.add_parser("build")
    rebuild.add_argument("first", type=Path)
    rebuild.add_argument("second", type=Path, nargs="?")
    chosen = parser.parse_args(arguments)
    return check() if chosen.command == "check" else build(chosen.first, chosen.second)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
