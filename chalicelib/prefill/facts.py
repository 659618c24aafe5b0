"""What a prefill knows of who opened it, handed down to those who reckon with it: fees first.

Knows the item that holds a revision, and opens it; asks nobody and reads nothing itself. Only what is about the caller
is told: what a consent of somebody else gave is left out, so that nothing here can outlive a consent.
"""

from collections.abc import Iterator

from chalicelib.aws.keys import DataKey
from chalicelib.aws.writes import Key, Stored
from chalicelib.definitions.service import Definitions
from chalicelib.fees.facts import NoSuchPrefill, PrefillLevel
from chalicelib.fees.port import Known, Named, Who
from chalicelib.forms.definition import FORMS
from chalicelib.forms.model import Field
from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.clock import from_iso
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import CitizenRef
from chalicelib.prefill.model import MAY_HOLD_VALUE, Absent, FieldAnswer, Provenance
from chalicelib.prefill.revision import Revision
from chalicelib.prefill.sealed import answered_from_bytes
from chalicelib.prefill.sheet import shown
from chalicelib.prefill.stored import (
    CLAIM,
    number_of,
    place_of,
    prefill_of,
    read_header,
    revision_item,
)
from chalicelib.vocabulary.service import vocabulary


@dataclass(frozen=True, slots=True)
class RevisionFacts:
    """Reads one revision at its place."""

    definitions: Definitions

    def place(self, named: Named) -> Key:
        """Return where the revision stands."""
        return revision_item(named.prefill, named.revision)

    def read(self, who: Who, owner: CitizenRef, stored: Stored | None, key: DataKey) -> tuple[Known, ...]:
        """Return what it knows of the caller, one value for each item.

        Raises NoSuchPrefill for what is not there or not this citizen's through this client, PrefillLevel for what a
        higher identity level opened.
        """
        revision = None if stored is None else _revision(who, owner, stored, key)
        if revision is None:
            raise NoSuchPrefill
        if who.level < revision.opening.level:
            raise PrefillLevel
        found: dict[str, Known] = {}
        for known in self._told(revision):
            before = found.get(known.item)
            if before is None or (known.is_verified and not before.is_verified):
                found[known.item] = known
        return tuple(found[item] for item in sorted(found))

    def _told(self, revision: Revision) -> Iterator[Known]:
        catalogue = self.definitions.at(revision.header.catalogue)
        form = catalogue.get(FORMS, revision.header.form)
        items = vocabulary(catalogue).items
        answers = shown(form, items, revision.resolution, revision.sheet).fields
        opening = revision.opening
        for field in form.fields:
            is_own = field.role is not None and opening.subjects.get(field.role) == opening.caller
            if is_own and field.derive is None and (answer := answers.get(field.pointer)) is not None:
                yield from _known(field, answer)


def _revision(who: Who, owner: CitizenRef, stored: Stored, key: DataKey) -> Revision | None:
    """Open the revision; None for somebody else's, one opened through another client, and a claim without answers."""
    prefill, number = prefill_of(stored), number_of(stored)
    header = read_header(prefill, stored)
    if (header.owner, header.client) != (owner, who.client) or number == CLAIM:
        return None
    plain = key.open(stored.data("sealed"), place_of(prefill, number))
    return answered_from_bytes(plain).revision(header, number, from_iso(stored.text("made_at")))


def _known(field: Field, answer: FieldAnswer) -> Iterator[Known]:
    if field.item is None or answer.outcome not in MAY_HOLD_VALUE or isinstance(answer.value, Absent):
        return
    provenance = answer.provenance
    if provenance is not None and provenance.basis != "own":
        return
    is_verified = answer.outcome == "filled_verified"
    yield Known(field.item, _ours(field, answer.value), is_verified, _origin(provenance))


def _ours(field: Field, value: Json) -> Json:
    """Put a code of the form back into the dictionary's."""
    back = {written: ours for ours, written in field.codes.items()}
    return back.get(value, value) if isinstance(value, str) else value


def _origin(provenance: Provenance | None) -> JsonObject:
    if provenance is None:
        return {}
    return {"register": provenance.register, "record": provenance.record, "as_of": provenance.as_of}
