"""Where a local run keeps its things and how others find it: the state folder, its ports, the record of what runs."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from chalicelib.settings import SCANNER
from infra.local.children import ROOT
from infra.local.lambdas import REGION


@dataclass(frozen=True, slots=True)
class Home:
    """PORT, STATE and MALWARE of the environment: the API's port (simulators one above, embedded AWS two), the folder,
    and what scans uploads.
    """  # noqa: D205

    port: int
    state: Path
    malware: str = "none"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read PORT (8000), STATE (.local in the checkout), MALWARE (none). Raises ValueError with what is wrong."""
        port, malware = env.get("PORT") or "8000", env.get("MALWARE") or "none"
        if not port.isdecimal() or not 0 < int(port) <= 65533:
            raise ValueError("PORT must be a number from 1 to 65533")
        if not SCANNER.fullmatch(malware):
            raise ValueError("MALWARE must be none, s3-tags or clamd:HOST:PORT")
        state = Path(env.get("STATE") or ".local")
        return cls(int(port), state if state.is_absolute() else ROOT / state, malware)

    @property
    def api(self) -> str:
        """Return the service's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def simulators(self) -> str:
        """Return the simulators' address."""
        return f"http://127.0.0.1:{self.port + 1}"

    @property
    def aws(self) -> str:
        """Return the embedded AWS's address."""
        return f"http://127.0.0.1:{self.port + 2}"

    @property
    def record(self) -> Path:
        """Return the file that tells what runs here."""
        return self.state / "running.json"


@dataclass(frozen=True, slots=True)
class Running:
    """What a run tells other commands: its addresses and the environment that the app got."""

    simulators: str
    aws: str
    environment: Mapping[str, str]

    def write(self, path: Path) -> None:
        """Leave the record."""
        path.write_text(json.dumps(asdict(self), indent=1))

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """Read the record, or None when nothing runs here."""
        try:
            document = json.loads(path.read_text())
        except FileNotFoundError:
            return None
        return cls(document["simulators"], document["aws"], document["environment"])


def aws_environment(endpoint: str) -> dict[str, str]:
    """Return what the SDK reads so that it can reach nothing but the embedded AWS."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
