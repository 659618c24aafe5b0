"""Events as CloudEvents 1.0 values.

Thin: ids, codes, outcomes, counts, digests. Never a value of a person: consumers read the state again.
"""

from dataclasses import field
from datetime import datetime

from chalicelib.kernel.canonical import Json, JsonObject
from chalicelib.kernel.clock import from_iso, iso
from chalicelib.kernel.errors import InvalidRequest
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import EventId

PREFIX = "vn.motlan."


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, said once.

    `kind` is `<slice>.<fact>`, e.g. `prefill.incomplete`; `subject` the id of the thing; `cause` the event or
    request that led here.
    """

    id: EventId
    kind: str
    subject: str
    at: datetime
    data: JsonObject = field(default_factory=dict)
    version: int = 1
    cause: str | None = None

    @property
    def type(self) -> str:
        """Return the CloudEvents type: vn.motlan.<slice>.<fact>.v<version>."""
        return f"{PREFIX}{self.kind}.v{self.version}"

    def to_json(self) -> JsonObject:
        """Write the CloudEvents 1.0 JSON form."""
        document: JsonObject = {
            "specversion": "1.0",
            "id": self.id,
            "source": f"/motlan/{self.kind.split('.')[0]}",
            "type": self.type,
            "subject": self.subject,
            "time": iso(self.at),
            "datacontenttype": "application/json",
            "data": dict(self.data),
        }
        if self.cause is not None:
            document["causationid"] = self.cause
        return document


def from_json(document: Json) -> Event:
    """Read the CloudEvents JSON form. Raises InvalidRequest when it is not one of ours."""
    if not isinstance(document, dict):
        raise InvalidRequest
    data, cause = document.get("data"), document.get("causationid")
    kind, _, version = str(document.get("type", "")).removeprefix(PREFIX).rpartition(".v")
    texts = [document.get(name) for name in ("id", "subject", "time")]
    if not (kind and version.isdigit() and isinstance(data, dict) and all(isinstance(text, str) for text in texts)):
        raise InvalidRequest
    identifier, subject, time = (str(text) for text in texts)
    try:
        at = from_iso(time)
    except ValueError as error:
        raise InvalidRequest from error
    return Event(EventId(identifier), kind, subject, at, data, int(version), None if cause is None else str(cause))
