"""The checkout as the architecture tests see it: which files are ours."""

import os
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
_NOT_OURS = frozenset({".git", ".hypothesis", ".venv", ".local", "build", "node_modules", "__pycache__"})
_SERVICE = ("app.py", "chalicelib", "infra")


@cache
def files() -> tuple[Path, ...]:
    """Return every file that is or could be committed; folders that are not ours are never entered."""
    found: list[Path] = []
    for folder, inner, names in os.walk(ROOT):
        inner[:] = [name for name in inner if name not in _NOT_OURS and not name.endswith("_cache")]
        found += [Path(folder, name) for name in names]
    return tuple(found)


def modules(*within: str) -> list[Path]:
    """Return the Python modules under those folders, of the service and what surrounds it when none is named."""
    wanted = within or _SERVICE
    return sorted(
        path for path in files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0].startswith(wanted)
    )


def shown(path: Path) -> str:
    """Return the path as an operator would write it."""
    return path.relative_to(ROOT).as_posix()
