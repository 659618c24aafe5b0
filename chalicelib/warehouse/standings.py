"""Who may act for an organisation's warehouse: its representative of record (người đại diện theo pháp luật).

The business register says so in the caller's own record; it is asked only after the asking stands in the caller's
access log, and what it said is used for a quarter of an hour. Without its answer nobody acts for anybody: no guess.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import Final, Protocol

from chalicelib.audit.model import Access
from chalicelib.audit.service import Entries
from chalicelib.consent.model import REPRESENTED
from chalicelib.kernel.clock import Clock
from chalicelib.kernel.errors import Forbidden, SourceError
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import (
    ClientId,
    OrganisationId,
    PersonalId,
    RegisterCode,
    SubjectId,
    is_business_code,
    organisation_id,
)

KEPT: Final = timedelta(minutes=15)
PURPOSE: Final = "representatives"
"""What the secret is for that their names in logs are made with."""


class NotRepresentative(Forbidden):
    """The register does not list the caller as a representative of this organisation; whether it exists is not said."""

    code = "not_representative"


class StandingUnknown(SourceError):
    """The register gave no answer that can be used."""

    code = "standing_unknown"


class Represented(Protocol):
    """The register's word."""

    def registers(self) -> tuple[RegisterCode, ...]:
        """Return which registers will be asked."""
        ...

    def of(self, person: PersonalId) -> frozenset[str]:
        """Return the codes of the organisations that somebody represents. Raises StandingUnknown."""
        ...


class Remembered(Protocol):
    """What the register said a little while ago."""

    def find(self, person: PersonalId) -> frozenset[str] | None:
        """Return it, None where it was not asked lately."""
        ...

    def keep(self, person: PersonalId, codes: frozenset[str], until: timedelta) -> None:
        """Keep it for so long; who comes second keeps nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Standings:
    """The use case: may this caller act for that organisation?"""

    represented: Represented
    remembered: Remembered
    entries: Entries
    clock: Clock
    secret: Callable[[], bytes]

    def need(self, person: PersonalId, client: ClientId, organisation: str) -> OrganisationId:
        """Return the organisation as the owner of a warehouse, for its representative.

        Raises NotRepresentative, StandingUnknown (with the seconds until it may be asked again), Contention,
        StoreUnavailable.
        """
        if not is_business_code(organisation):
            raise NotRepresentative
        codes = self.remembered.find(person)
        if codes is None:
            codes = self._asked(person, client)
        if organisation not in codes:
            raise NotRepresentative
        return organisation_id(organisation)

    def stands_for(self, person: PersonalId, organisation: SubjectId) -> str:
        """Return what stands for a representative in the log of one organisation: the same there, elsewhere another.

        So those who act for it are told apart and none is named. Raises StoreUnavailable.
        """
        return hmac.new(self.secret(), f"{organisation}#{person}".encode(), hashlib.sha256).hexdigest()[:12]

    def _asked(self, person: PersonalId, client: ClientId) -> frozenset[str]:
        self.entries.enter(person, self._entry(client))
        codes = self.represented.of(person)
        self.remembered.keep(person, codes, KEPT)
        return codes

    def _entry(self, client: ClientId) -> Access:
        return Access(
            self.clock.now(),
            prefill=None,
            procedure=None,
            client=client,
            own=True,
            wave=1,
            decision="allowed",
            registers=self.represented.registers(),
            items=(REPRESENTED,),
            basis="own",
            action="represented",
        )
