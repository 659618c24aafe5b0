"""The checkout as the architecture tests see it: which files are ours."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
_NOT_OURS = frozenset({".git", ".venv", ".local", "build", "node_modules", "__pycache__"})
_SERVICE = ("app.py", "chalicelib", "infra")


def files() -> Iterator[Path]:
    """Yield every file that is or could be committed."""
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if path.is_file() and not any(part in _NOT_OURS or part.endswith("_cache") for part in parts):
            yield path


def modules(*within: str) -> list[Path]:
    """Return the Python modules under those folders, of the service and what surrounds it when none is named."""
    wanted = within or _SERVICE
    return sorted(
        path for path in files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0].startswith(wanted)
    )


def shown(path: Path) -> str:
    """Return the path as an operator would write it."""
    return path.relative_to(ROOT).as_posix()
