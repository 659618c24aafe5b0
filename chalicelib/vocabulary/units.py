"""Administrative units by date: provinces, communes, and which unit stands where another stood. Pure.

On 01/07/2025 the districts went, 63 provinces became 34 and 10,035 communes 3,321 (QĐ 19/2025/QĐ-TTg), and seven
province codes came to mean another province (sources.md §0.6), so that no code says anything without a day. Earlier
reforms are not held: "before" is the state of 30/06/2025. Knows no file and no store; a table is read when first asked.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal, TypeAlias

from chalicelib.kernel.frozen import dataclass

Table: TypeAlias = Literal["communes", "former-communes"]
"""The two tables of communes (cấp xã): those in force, and those of the three-level country before."""


@dataclass(frozen=True, slots=True)
class Province:
    """A province or city under the central government, as it is called on the day asked for."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class District:
    """A district (cấp huyện), of the time when there were any."""

    code: str
    name: str
    province: str


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune, ward, township or special zone: five digits. `district` is that of its own time."""

    code: str
    name: str
    province: str
    district: District | None = None


@dataclass(frozen=True, slots=True)
class Exact:
    """The whole of the old unit lies in this one."""

    code: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The old unit was divided, or the data disagree about it: the citizen is asked which one."""

    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unmapped:
    """No such old unit is known, or nothing is known of what became of it ("none" in the published data)."""


Successor: TypeAlias = Exact | Ambiguous | Unmapped


@dataclass(frozen=True, slots=True)
class ProvinceEntry:
    """A province of one table: its names, each from its first day on, and the old provinces it was made of."""

    code: str
    names: tuple[tuple[date, str], ...]
    aliases: tuple[str, ...] = ()
    former: tuple[str, ...] = ()

    def on(self, day: date) -> Province:
        """Return the province under its name of that day, or its first name where the day is before all."""
        held = [name for since, name in self.names if since <= day]
        return Province(self.code, held[-1] if held else self.names[0][1], self.aliases)


@dataclass(frozen=True, slots=True)
class Provinces:
    """The 63 provinces up to the reform and the 34 since."""

    reform: date
    former: Mapping[str, ProvinceEntry]
    current: Mapping[str, ProvinceEntry]

    def at(self, code: str, day: date) -> Province | None:
        """Return the province that the two-digit code meant on the day, None for a code not in use then."""
        entry = self._table(day).get(code)
        return entry.on(day) if entry else None

    def all_at(self, day: date) -> tuple[Province, ...]:
        """Return the provinces there were on the day, by code."""
        return tuple(entry.on(day) for _, entry in sorted(self._table(day).items()))

    def made_of(self, code: str) -> tuple[str, ...]:
        """Return the old codes of which a province of today was made."""
        entry = self.current.get(code)
        return entry.former if entry else ()

    def successor(self, old_code: str) -> str | None:
        """Return the code today of where an old province's land lies now."""
        return next((code for code, entry in self.current.items() if old_code in entry.former), None)

    def is_former(self, day: date) -> bool:
        """Say whether the day is before the reform."""
        return day < self.reform

    def _table(self, day: date) -> Mapping[str, ProvinceEntry]:
        return self.former if self.is_former(day) else self.current


@dataclass(frozen=True, slots=True)
class Communes:
    """One table of communes: `names` by parent (a district, or a province since the reform), and `parents` by code."""

    names: Mapping[str, Mapping[str, str]]
    parents: Mapping[str, str]
    districts: Mapping[str, District]
    successors: Mapping[str, tuple[str, ...]]
    doubtful: frozenset[str] = frozenset()

    def get(self, code: str) -> Commune | None:
        """Return the commune of a code."""
        parent = self.parents.get(code)
        return None if parent is None else self._commune(code, parent)

    def of_province(self, code: str) -> tuple[Commune, ...]:
        """Return the communes of a province, by its code of this table's time."""
        parents = [each.code for each in self.districts.values() if each.province == code] if self.districts else [code]
        return tuple(self._commune(each, parent) for parent in parents for each in self.names.get(parent, {}))

    def districts_of(self, province: str) -> tuple[District, ...]:
        """Return the districts of a province; none since the reform."""
        return tuple(each for each in self.districts.values() if each.province == province)

    def _commune(self, code: str, parent: str) -> Commune:
        district = self.districts.get(parent)
        return Commune(code, self.names[parent][code], district.province if district else parent, district)


@dataclass(frozen=True, slots=True)
class Units:
    """All units; the big tables come from `load`, which keeps them after the first time."""

    provinces: Provinces
    load: Callable[[Table], Communes]

    def province_at(self, code: str, day: date) -> Province | None:
        """Return the province that the code meant on the day."""
        return self.provinces.at(code, day)

    def commune_at(self, code: str, day: date) -> Commune | None:
        """Return the commune that the code meant on the day."""
        return self.communes_at(day).get(code)

    def communes_at(self, day: date) -> Communes:
        """Return the table in force on the day."""
        return self.load("former-communes" if self.provinces.is_former(day) else "communes")

    def successors(self, old_code: str) -> Successor:
        """Say where an old commune, or a district that had no communes, lies now.

        Exact only where the data agree that all of it went to one commune.
        """
        former = self.load("former-communes")
        found = former.successors.get(old_code, ())
        if not found:
            return Unmapped()
        return Exact(found[0]) if len(found) == 1 and old_code not in former.doubtful else Ambiguous(found)

    def birth_province(self, personal_id: str) -> Province | None:
        """Return the province in a personal id's first three digits: always of the 63 (sources.md §2.1), None if none.

        It is where the birth was registered, and no proof of anything.
        """
        if not personal_id.startswith("0"):
            return None
        entry = self.provinces.former.get(personal_id[1:3])
        return entry.on(self.provinces.reform) if entry else None
