"""The kind `projections`: from what is written to the value that answers are projected with."""

from collections.abc import Mapping
from typing import Final

from chalicelib.definitions.body import parser
from chalicelib.definitions.model import Envelope, Kind
from chalicelib.kernel.ids import ClientId, FormCode
from chalicelib.prefill.projection import Place, Projection, Rows
from chalicelib.prefill.projection_checks import check_projection
from chalicelib.prefill.projection_written import PlaceBody, ProjectionBody
from chalicelib.vocabulary.definition import text_of


def _compile(envelope: Envelope, body: ProjectionBody) -> Projection:
    lists = body.get("lists", {}).items()
    rows = (Rows(at, written["key"], _places(written["columns"])) for at, written in lists)
    return Projection(
        code=envelope.code,
        form=FormCode(body["form"]),
        title=text_of(body["title"]),
        client=ClientId(body["client"]) if "client" in body else None,
        style=body["style"],
        places=_places(body["fields"]),
        rows=tuple(sorted(rows, key=lambda each: each.key)),
    )


def _places(written: Mapping[str, PlaceBody]) -> tuple[Place, ...]:
    # In one order, however the set was stored: the same revision is the same answer, byte for byte.
    places = (Place(at, each["key"], each.get("written_as"), each.get("values", {})) for at, each in written.items())
    return tuple(sorted(places, key=lambda each: each.key))


PROJECTIONS: Final[Kind[Projection]] = Kind("projections", parser(ProjectionBody), _compile, check_projection)
KINDS: Final[tuple[Kind[object], ...]] = (PROJECTIONS,)
