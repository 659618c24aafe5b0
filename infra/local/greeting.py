"""What `make run` prints once it is ready: addresses, the made-up citizens, and lines to try."""

import json
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path

from infra.local.children import ROOT
from infra.local.home import Home
from infra.simulators.personas import Persona

# Marriage registration, and the half of it that is the first persona's.
PROCEDURE, ROLE = "1.000894", "groom"
# His card was issued since the communes of today came to be, so its address is read.
CARD_HOLDER = "001212999015"


def greeting(home: Home, personas: Iterable[Persona]) -> str:
    """Return the text; ids are printed first on their lines, so that they are easily taken out."""
    people = list(personas)
    lines = [
        "Một Lần is ready.",
        f"  API          {home.api}   (documentation: {home.api}/docs)",
        f"  simulators   {home.simulators}   (VNeID, national and provincial integration buses)",
        f"  embedded AWS {home.aws}   state in {home.state}",
        "",
        "Made-up citizens:",
        *(f"  {each.personal_id}  level {each.identity_level}  {each.title.vi} / {each.title.en}" for each in people),
        "",
        "Try, from the checkout:",
        *(f"  {line}" for line in curl_lines(home, people[0].personal_id)),
        "",
        "Ctrl-C stops everything; the state stays.",
    ]
    return "\n".join(lines)


def curl_lines(home: Home, persona: str) -> list[str]:
    """Return lines for a shell: what there is, a prefill, who looked, a card to put into the warehouse."""
    bearer = f'-H "Authorization: Bearer $({_prefix(home)}{_python()} -m infra.local token {persona})"'
    body = json.dumps({"procedure": PROCEDURE, "subjects": {ROLE: {"personal_id": persona}}})
    key = '-H "Idempotency-Key: $(date +%s%N)"'
    return [
        f"curl -sS {home.api}/v1/procedures",
        f"curl -sS {home.api}/v1/prefills {bearer} {key} -H 'Content-Type: application/json' -d '{body}'",
        f"curl -sS {home.api}/v1/access-log {bearer}",
        f"{_python()} -m infra.simulators card {CARD_HOLDER} /tmp/card.jpg   # then README, The warehouse",
    ]


def _python() -> str:
    """Return this interpreter as one would type it in the checkout."""
    path = Path(sys.executable)
    return shlex.quote(str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path))


def _prefix(home: Home) -> str:
    """Return the settings that another command needs to find this run, none when they are the defaults."""
    port = "" if home.port == Home.from_env({}).port else f"PORT={home.port} "
    state = "" if home.state == ROOT / Path(".local") else f"STATE={shlex.quote(str(home.state))} "
    return port + state
