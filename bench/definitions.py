"""What a cold process pays for the definitions, and a search over 6,000 procedures: `python -m bench.definitions`.

Every load is measured in a process of its own, imports aside; in a package there is no checkout to distrust, so the
index is used as it stands.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from bench.figures import Figure, median, spread
from chalicelib.bootstrap import KINDS
from chalicelib.definitions.load import SCHEMAS, base
from chalicelib.definitions.model import Catalogue, Entry, catalogue_of, indexed
from chalicelib.forms.definition import PROCEDURES
from chalicelib.forms.search import Wanted
from chalicelib.forms.service import Procedures
from chalicelib.kernel.canonical import digest

_RUNS: Final = 9
_PROCEDURES: Final = 6_000
_COLD: Final = """
import json, sys
from pathlib import Path
from time import perf_counter
from chalicelib.bootstrap import KINDS
from chalicelib.definitions.load import base
folder, told = Path(sys.argv[1]), {}
begun = perf_counter()
catalogue = base(KINDS, folder)
told["index"] = perf_counter() - begun
for kind in KINDS:
    if kind.name != "units":
        catalogue.all(kind)
told["all but units"] = perf_counter() - begun
units = next(kind for kind in KINDS if kind.name == "units")
catalogue.all(units)
told["all"] = perf_counter() - begun
print(json.dumps(told))
"""


def figures() -> Iterator[Figure]:
    """Yield load and search, in milliseconds."""
    yield from load()
    yield from search()


def load(runs: int = _RUNS) -> Iterator[Figure]:
    """Yield what a cold process pays for the index, for every body but the tables of units, and for those too."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "schemas"
        shutil.copytree(SCHEMAS, folder)
        command = [sys.executable, "-c", _COLD, str(folder)]
        samples = [_milliseconds(command) for _ in range(runs)]
    aims = {"index": None, "all but units": "≤ 60", "all": None}
    for part, aim in aims.items():
        taken = [each[part] for each in samples]
        yield Figure(f"definitions: cold load, {part}", "ms", median(taken), runs, aim, spread(taken))


def search(number: int = _PROCEDURES) -> Iterator[Figure]:
    """Yield the first search over so many procedures, which reads the index, and the later ones."""
    first, later, paged = [], [], []
    for _ in range(_RUNS):
        service = Procedures(_Fixed(many(number)))
        first.append(_timed(service, Wanted("dang ky hon nhan")))
        later += [_timed(service, Wanted(words)) for words in ("dang ky hon nhan", "khong co", "so 5999 dat dai")]
        paged.append(_timed(service, Wanted("")))
    for name, taken in (("first", first), ("later", later), ("all, first page", paged)):
        yield Figure(
            f"procedures: search over {number:,}, {name}", "ms", median(taken), len(taken), "≤ 50", spread(taken)
        )


def many(number: int) -> Catalogue:
    """Return the packaged set with so many procedures, all of them closed."""
    packaged = base(KINDS)
    model = packaged.envelopes["procedures", packaged.codes(PROCEDURES)[0]]
    nouns = ("hộ tịch", "hôn nhân", "đất đai", "cư trú", "lý lịch")
    made = []
    for place in range(number):
        name = {"vi": f"Thủ tục đăng ký số {place} về {nouns[place % 5]}", "en": f"Procedure {place}"}
        body: Any = {**model.body, "name": name}
        made.append(replace(model, code=f"5.{place:06d}", body=body, hash=digest(["bench", place])))
    others = [each for each in packaged.envelopes.values() if each.kind != "procedures"]
    every = catalogue_of([*others, *made], KINDS)

    def opener(entry: Entry) -> Any:  # noqa: ANN401 - an envelope
        return every.envelopes[entry.key]

    return indexed(every.envelopes.entries, opener)


class _Fixed:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def current(self) -> Catalogue:
        return self._catalogue


def _timed(service: Procedures, wanted: Wanted) -> float:
    begun = perf_counter()
    service.page(wanted, None, 20)
    return (perf_counter() - begun) * 1000


def _milliseconds(command: list[str]) -> dict[str, float]:
    ran = subprocess.run(command, cwd=SCHEMAS.parent, capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(ran.stdout)
    return {part: seconds * 1000 for part, seconds in told.items()}


if __name__ == "__main__":
    for each in figures():
        print(f"{each.name:<56} {each.value:8.2f} {each.unit}  {each.aim or ''}")
