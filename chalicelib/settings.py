"""Every setting, read from the environment once, here and nowhere below."""

import json
import re
from collections.abc import Mapping
from typing import Self

from chalicelib.kernel.errors import Misconfigured
from chalicelib.kernel.frozen import dataclass

_STAGES = ("local", "demo", "staging", "production")
_KINDS = frozenset({"citizen", "system"})
SCANNER = re.compile(r"none|s3-tags|clamd:[A-Za-z0-9.-]+:[0-9]{1,5}")
_ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})


@dataclass(frozen=True, slots=True)
class Issuer:
    """An identity issuer whose tokens are accepted; only one of kind `citizen` speaks for citizens."""

    iss: str
    jwks_uri: str
    algs: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are; names of tables, queues and keys come from the template."""

    stage: str
    state_table: str
    outbox_table: str
    bus: str
    events_bucket: str
    definitions_bucket: str
    uploads_bucket: str
    documents_bucket: str
    failure_queue_url: str
    data_key: str
    mac_key: str
    issuers: tuple[Issuer, ...]
    audience: str
    ngsp_url: str
    lgsp_url: str
    malware: str = "none"
    """What scans uploads: `none`, `clamd:HOST:PORT`, or `s3-tags` (the scanner of the cloud tags the object)."""

    @property
    def allows_synthetic(self) -> bool:
        """Say whether made-up citizens may be used: everywhere but in production."""
        return self.stage != "production"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read the settings. Raises Misconfigured naming what is missing or not allowed."""
        stage = _need(env, "MOTLAN_STAGE")
        if stage not in _STAGES:
            raise Misconfigured(setting="MOTLAN_STAGE")
        settings = cls(
            stage=stage,
            state_table=_need(env, "MOTLAN_STATE_TABLE"),
            outbox_table=_need(env, "MOTLAN_OUTBOX_TABLE"),
            bus=_need(env, "MOTLAN_BUS"),
            events_bucket=_need(env, "MOTLAN_EVENTS_BUCKET"),
            definitions_bucket=_need(env, "MOTLAN_DEFINITIONS_BUCKET"),
            uploads_bucket=_need(env, "MOTLAN_UPLOADS_BUCKET"),
            documents_bucket=_need(env, "MOTLAN_DOCUMENTS_BUCKET"),
            failure_queue_url=_need(env, "MOTLAN_FAILURE_QUEUE_URL"),
            data_key=_need(env, "MOTLAN_DATA_KEY"),
            mac_key=_need(env, "MOTLAN_MAC_KEY"),
            issuers=_issuers(_need(env, "MOTLAN_ISSUERS")),
            audience=env.get("MOTLAN_AUDIENCE", "motlan-api"),
            ngsp_url=_need(env, "MOTLAN_NGSP_URL"),
            lgsp_url=_need(env, "MOTLAN_LGSP_URL"),
            malware=_malware(env.get("MOTLAN_MALWARE", "none")),
        )
        if stage == "production":
            _need_trust(settings)
        return settings


def _need(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "")
    if not value:
        raise Misconfigured(setting=name)
    return value


def _malware(named: str) -> str:
    if not SCANNER.fullmatch(named):
        raise Misconfigured(setting="MOTLAN_MALWARE")
    return named


def _need_trust(settings: Settings) -> None:
    """Fail closed: in production somebody real issues tokens, and nothing personal travels in the clear."""
    addresses = [settings.ngsp_url, settings.lgsp_url]
    addresses += [address for issuer in settings.issuers for address in (issuer.iss, issuer.jwks_uri)]
    if not settings.issuers:
        raise Misconfigured(setting="MOTLAN_ISSUERS")
    for address in addresses:
        if not address.startswith("https://") or ".invalid" in address:
            raise Misconfigured(setting="production address")


def _issuers(text: str) -> tuple[Issuer, ...]:
    try:
        issuers = tuple(
            Issuer(str(each["iss"]), str(each["jwks_uri"]), tuple(each["algs"]), str(each["kind"]))
            for each in json.loads(text)
        )
        if not all(issuer.kind in _KINDS and _ALGORITHMS.issuperset(issuer.algs) for issuer in issuers):
            raise Misconfigured(setting="MOTLAN_ISSUERS")
    except (ValueError, TypeError, KeyError) as error:
        raise Misconfigured(setting="MOTLAN_ISSUERS") from error
    return issuers
