"""Who may ask the issuer for tokens: the published clients, or two built in while there are none.

Secrets are a local rule of the simulator, never real ones: `local-secret-of-<client>`.
"""

import json
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

_SCHEMAS: Final = Path(__file__).parents[2] / "schemas" / "clients"


class Name(BaseModel):
    """How citizens see the client."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    vi: str
    en: str


class Client(BaseModel):
    """A portal or an agency; its redirect URIs are compared letter by letter (OAuth 2.1 §2.3.1)."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    id: str
    name: Name
    type: Literal["public", "confidential"]
    redirect_uris: tuple[str, ...] = ()
    scopes: tuple[str, ...] = Field(default=())

    @property
    def secret(self) -> str | None:
        """Return the secret that a confidential client shows here; a public one has none."""
        return f"local-secret-of-{self.id}" if self.type == "confidential" else None


def _by_id(*clients: Client) -> dict[str, Client]:
    return {client.id: client for client in clients}


BUILT_IN: Final = _by_id(
    Client(
        id="motlan-portal",
        name=Name(vi="Cổng Một Lần", en="Một Lần portal"),
        type="public",
        redirect_uris=("http://127.0.0.1:8000/portal/callback",),
        scopes=("openid", "prefill", "access_log", "consent", "fees", "warehouse"),
    ),
    Client(
        id="ubnd-demo",
        name=Name(vi="UBND xã mẫu (trình diễn)", en="Demonstration commune (synthetic)"),
        type="confidential",
        scopes=("prefill", "fees", "issue"),
    ),
)


def load_clients(folder: Path = _SCHEMAS) -> dict[str, Client]:
    """Read the published clients by id; the newest version of each counts. ValueError where a file does not hold."""
    found: dict[str, tuple[str, Client]] = {}
    for path in sorted(folder.glob("*.json")):
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        client = Client.model_validate({**document["body"], "id": document["code"]})
        version = str(document.get("effective_from", ""))
        if client.id not in found or version >= found[client.id][0]:
            found[client.id] = (version, client)
    return {code: client for code, (_, client) in found.items()} or BUILT_IN
