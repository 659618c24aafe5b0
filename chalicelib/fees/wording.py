"""The words that answers about fees are made of: names of rules, inputs and places, amounts, legal bases. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from chalicelib.definitions.model import Catalogue
from chalicelib.fees.answer import Checked, Missing, Total
from chalicelib.fees.model import FOREVER, NEVER, Among, Basis, Input, RowRef
from chalicelib.fees.reckon import line_title, places_of, row_of, yearly_name
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.frozen import dataclass
from chalicelib.vocabulary.model import Text
from chalicelib.vocabulary.service import Vocabulary

AS_OF: Final = "as_of"
PLACE: Final = "place"
YEARLY: Final = "yearly:"
"""Conditions that no file declares as inputs: when a basis is in force, where a policy holds, what the year leaves."""
_CALLED: Final = {
    AS_OF: Text("Ngày tiếp nhận hồ sơ", "Day of reception"),
    PLACE: Text("Nơi tiếp nhận hồ sơ", "Place of reception"),
}


def dong(amount: int) -> Text:
    """Write an amount as each language groups it: 200.000 đ and 200,000 đ."""
    grouped = f"{amount:,}"
    return Text(f"{grouped.replace(',', '.')} đ", f"{grouped} đ")


def total_shown(total: Total) -> JsonObject:
    """Write a sum; without an amount, what bounds it."""
    return without_none({"status": total.status, "amount": total.amount, "low": total.low, "high": total.high})


def without_none(document: Mapping[str, Json]) -> JsonObject:
    """Leave out what is not there."""
    return {name: value for name, value in document.items() if value is not None}


def pair(text: Text) -> JsonObject:
    """Write a text in both languages."""
    return {"vi": text.vi, "en": text.en}


def ref_shown(ref: RowRef) -> JsonObject:
    """Name a row."""
    return {"file": ref.file, "row": ref.row}


def basis_shown(basis: Basis) -> JsonObject:
    """Write a legal basis with its days."""
    return without_none(
        {
            "document": basis.document,
            "article": basis.article,
            "effective_from": basis.since.isoformat(),
            "effective_to": None if basis.until is None else basis.until.isoformat(),
            "status": basis.status,
            "source": basis.source,
        }
    )


@dataclass(frozen=True, slots=True)
class Wording:
    """Puts rules and inputs of one set into words."""

    catalogue: Catalogue
    inputs: Mapping[str, Input]
    words: Vocabulary

    def text(self, code: str, **params: Text) -> JsonObject:
        """Return the text of a code with its placeholders filled, in both languages."""
        return {
            "vi": self.words.text(code, "vi", **{name: each.vi for name, each in params.items()}),
            "en": self.words.text(code, "en", **{name: each.en for name, each in params.items()}),
        }

    def rule(self, ref: RowRef) -> JsonObject:
        """Write a row with the article it rests on."""
        row = row_of(self.catalogue, ref)
        return {**ref_shown(ref), "name": pair(row.name), **basis_shown(row.basis)}

    def missing(self, missing: Missing) -> JsonObject:
        """Write what has to be known before the amount is."""
        label = self._missed(missing)
        said: dict[str, Json] = {
            "what": missing.what,
            "name": missing.name,
            "label": pair(label),
            "row": None if missing.row is None else ref_shown(missing.row),
            "message": self.text(f"fee.missing.{missing.what}", name=label),
        }
        return without_none(said)

    def _missed(self, missing: Missing) -> Text:
        if missing.what == "fact":
            return self.called(missing.name)
        if missing.what == "history":
            return yearly_name(self.catalogue, missing.name) or Text(missing.name, missing.name)
        if missing.row is not None:
            return row_of(self.catalogue, missing.row).name
        return line_title(self.catalogue, missing.name) or Text(missing.name, missing.name)

    def label(self, name: str) -> JsonObject:
        """Write what rules go by, with its name."""
        return {"name": name, "label": pair(self.called(name))}

    def called(self, name: str) -> Text:
        """Return what an input, or a condition that no file declares, is called."""
        if name in self.inputs:
            return self.inputs[name].label
        if name.startswith(YEARLY):
            return yearly_name(self.catalogue, name.removeprefix(YEARLY)) or Text(name, name)
        return _CALLED.get(name, Text(name, name))

    def wants(self, checked: Checked) -> JsonObject:
        """Write what a condition asks for."""
        name, cell = checked.condition.input, checked.condition.cell
        if name == PLACE:
            return {"one_of": [*places_of(self.catalogue, checked.condition)]}
        if name.startswith(YEARLY):
            return {}
        if isinstance(cell, Among):
            values: list[Json] = sorted(cell.values, key=str)
            return {"none_of" if cell.others else "one_of": values}
        known = self.inputs.get(name)
        if name == AS_OF or (known is not None and known.type == "date"):
            return without_none({"at_least": _day(cell.low), "at_most": _day(cell.high)})
        return {"at_least": cell.low, "at_most": cell.high}


def _day(ordinal: int) -> str | None:
    """Write a day; None for the ends of time, which say nothing."""
    return None if ordinal in {NEVER, FOREVER} else date.fromordinal(ordinal).isoformat()
