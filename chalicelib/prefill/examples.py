"""One request and its answer, as the API's description shows them; a made-up citizen."""

from typing import Final

from chalicelib.kernel.canonical import JsonObject

REQUEST: Final[JsonObject] = {
    "procedure": "1.000894",
    "subjects": {"groom": {"personal_id": "001090999001"}},
    "deadline_ms": 2500,
}
ANSWER: Final[JsonObject] = {}
