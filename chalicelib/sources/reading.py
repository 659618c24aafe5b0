"""From a mapping as written to one that reads replies. Pure; knows paths, and no register."""

from chalicelib.kernel.ids import ItemId
from chalicelib.sources.model import Attribute, Column
from chalicelib.sources.written import AttributeBody, ColumnBody
from chalicelib.vocabulary.paths import compile_path, leads_to_one


def attribute_of(written: AttributeBody, key_item: str) -> Attribute:
    """Return the attribute; one without a key of its own is asked for by its register's."""
    return Attribute(
        asks=written["asks"],
        path=written["path"],
        item=ItemId(written["item"]),
        read=compile_path(written["path"]),
        absent_means=written.get("absent_means", "not_found"),
        codes=written.get("codes", {}),
        columns=tuple(_column(each) for each in written.get("columns", ())),
        several=not leads_to_one(written["path"]),
        key=ItemId(written.get("key", key_item)),
    )


def _column(written: ColumnBody) -> Column:
    return Column(written["path"], ItemId(written["item"]), compile_path(written["path"]), written.get("codes", {}))
