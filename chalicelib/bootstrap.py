"""Builds the services of a process, once, from settings: the only module that sees every slice.

Nothing here asks the network; clients, keys and definitions are reached on first use.
"""

import dataclasses
import os
from collections.abc import Callable, Mapping
from functools import cached_property
from random import SystemRandom
from threading import Lock
from typing import Final

from chalicelib.audit.service import AccessLog
from chalicelib.audit.store import TableAccessLog
from chalicelib.aws.clients import Clients
from chalicelib.aws.consume import Consumer
from chalicelib.aws.eventlog import EventLog
from chalicelib.aws.keys import Keys
from chalicelib.aws.objects import Objects
from chalicelib.aws.outbox import Relay
from chalicelib.aws.queues import FailureQueue
from chalicelib.aws.table import Table
from chalicelib.consent.service import Consents
from chalicelib.consent.store import TableConsents
from chalicelib.definitions.load import base
from chalicelib.definitions.model import Catalogue, Kind
from chalicelib.definitions.service import Definitions
from chalicelib.definitions.store import TableDefinitions
from chalicelib.fees import definition as fees_kinds
from chalicelib.fees.benefits import CONSUMER as BENEFITS_CONSUMER
from chalicelib.fees.benefits import Benefits
from chalicelib.fees.reports import Reports
from chalicelib.fees.service import Quotes
from chalicelib.fees.store import TableBenefits, TableQuotes
from chalicelib.forms import definition as forms_kinds
from chalicelib.forms.definition import PROCEDURES
from chalicelib.forms.purposes import FormPurposes
from chalicelib.forms.service import Procedures
from chalicelib.kernel.clock import Clock, SystemClock
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ids import IdSource, ProcedureCode, RandomIds
from chalicelib.kernel.log import Log
from chalicelib.matching import RegisteredPeople
from chalicelib.prefill import projection_definition as projections_kinds
from chalicelib.prefill.asking import Asking
from chalicelib.prefill.complete import CONSUMER, Completion
from chalicelib.prefill.editing import Editing
from chalicelib.prefill.facts import RevisionFacts
from chalicelib.prefill.port import Archive
from chalicelib.prefill.profile_saving import ProfileSaving
from chalicelib.prefill.reader import Reader
from chalicelib.prefill.refreshing import Refreshing
from chalicelib.prefill.service import Prefills
from chalicelib.prefill.store import TablePrefills
from chalicelib.prefill.warehouse_archive import WarehouseArchive
from chalicelib.prefill.writing import Writer
from chalicelib.representing import RegisteredRepresented
from chalicelib.settings import Settings
from chalicelib.sources import definition as sources_kinds
from chalicelib.sources.definition import REGISTERS
from chalicelib.sources.http import HttpTransport, ThreadPool
from chalicelib.sources.manners import Restraint
from chalicelib.sources.model import own_only
from chalicelib.sources.service import Pool, Sources, Transport
from chalicelib.vocabulary import authorities as authorities_kinds
from chalicelib.vocabulary import definition as vocabulary_kinds
from chalicelib.vocabulary import unit_tables as units_kinds
from chalicelib.vocabulary.model import Text
from chalicelib.vocabulary.service import Messages, Vocabulary, vocabulary
from chalicelib.warehouse import definition as warehouse_kinds
from chalicelib.warehouse import trust_definition as trust_kinds
from chalicelib.warehouse.assembly import Around, Warehouse, assemble
from chalicelib.warehouse.port import Malware, Papers
from chalicelib.web.caller import Callers
from chalicelib.web.exchange import Edge
from chalicelib.web.jwks import Fetch, Jwks
from chalicelib.web.jwks_http import HttpFetch
from chalicelib.web.limits import Rate, RateLimits
from chalicelib.web.paging import Cursors

KINDS: Final[tuple[Kind[object], ...]] = (
    *vocabulary_kinds.KINDS,
    *authorities_kinds.KINDS,
    *units_kinds.KINDS,
    *sources_kinds.KINDS,
    *forms_kinds.KINDS,
    *fees_kinds.KINDS,
    *projections_kinds.KINDS,
    *warehouse_kinds.KINDS,
    *trust_kinds.KINDS,
)
_RATE: Final = Rate(burst=120, per_second=40.0)
_RESTRAINT: Final = Restraint(SystemRandom().random)


@dataclass(frozen=True, slots=True)
class World:
    """What the service takes from outside itself; tests pass their own."""

    clock: Clock
    ids: IdSource
    log: Log
    clients: Clients
    transport: Transport
    pool: Pool
    fetch: Fetch
    rate: Rate = _RATE
    restraint: Restraint = _RESTRAINT
    archive: Archive | None = None
    """None stands for the warehouse."""
    papers: Papers | None = None
    malware: Malware | None = None
    """None stands for the libraries that open files, and for the scanner that the settings name."""
    matching: Transport | None = None
    """What carries the bus's matching question; None stands for the bus of the settings."""


@dataclasses.dataclass(frozen=True)
class Services:
    """Everything that routes and events call."""

    settings: Settings
    edge: Edge
    definitions: Definitions
    procedures: Procedures
    prefills: Prefills
    editing: Editing
    refreshing: Refreshing
    profile_saving: ProfileSaving
    completion: Completion
    completion_consumer: Consumer
    quotes: Quotes
    fee_reports: Reports
    benefits: Benefits
    benefits_consumer: Consumer
    access_log: AccessLog
    consents: Consents
    warehouse: Warehouse
    table: Table
    keys: Keys
    relay: Relay
    event_log: EventLog
    failures: FailureQueue

    @property
    def words(self) -> Vocabulary:
        """Return the live vocabulary."""
        return vocabulary(self.definitions.current())

    @cached_property
    def cursors(self) -> Cursors:
        """Return what signs list positions; its key is derived from KMS on first use."""
        return Cursors(self.keys.derive("cursors"))


def world(settings: Settings) -> World:
    """Return the real world."""
    clock = SystemClock()
    return World(
        clock=clock,
        ids=RandomIds(clock),
        log=Log(clock),
        clients=Clients(),
        transport=HttpTransport(settings.ngsp_url, settings.lgsp_url),
        pool=ThreadPool(),
        fetch=HttpFetch(clock),
    )


def build(settings: Settings, around: World) -> Services:
    """Put the services together."""
    table = Table(around.clients, settings.state_table, settings.outbox_table, around.clock, around.ids)
    keys = Keys(around.clients, settings.data_key, settings.mac_key, around.clock)
    objects = Objects(around.clients)
    failures = FailureQueue(around.clients, settings.failure_queue_url, settings.bus)
    store = TableDefinitions(table, objects, settings.definitions_bucket)
    definitions = Definitions(store, base(KINDS), KINDS, around.clock, around.ids, around.log)
    sources = Sources(around.transport, around.pool, around.clock, around.ids, around.restraint)
    prefills = TablePrefills(table, keys)
    represented = RegisteredRepresented(definitions, sources, around.clock)
    people = _people(settings, around, definitions)
    warehouse = assemble(_around(settings, around, table, keys, definitions), represented, people)
    asking = Asking(prefills, sources, around.archive or WarehouseArchive(warehouse.shelf), around.clock)
    reader = Reader(prefills, definitions, around.clock)
    writer = Writer(prefills, reader, around.clock, around.ids)
    return Services(
        settings=settings,
        edge=_edge(settings, around, definitions),
        definitions=definitions,
        procedures=Procedures(definitions),
        prefills=Prefills(prefills, asking, reader, definitions, around.clock, around.ids),
        editing=Editing(writer),
        refreshing=Refreshing(writer, asking),
        profile_saving=ProfileSaving(prefills, reader, warehouse.shelf, definitions, around.clock, around.ids),
        completion=Completion(prefills, asking, reader, around.clock, around.ids),
        completion_consumer=Consumer(CONSUMER, failures, around.log),
        quotes=Quotes(TableQuotes(table, keys, RevisionFacts(definitions)), definitions, around.clock, around.ids),
        fee_reports=Reports(definitions, around.clock, _procedure_names),
        benefits=Benefits(TableBenefits(table)),
        benefits_consumer=Consumer(BENEFITS_CONSUMER, failures, around.log),
        access_log=AccessLog(TableAccessLog(table, keys), lambda code: _procedure_name(definitions.current(), code)),
        consents=_consents(around, table, keys, definitions),
        warehouse=warehouse,
        table=table,
        keys=keys,
        relay=Relay(around.clients, settings.outbox_table, settings.bus, around.clock, around.log),
        event_log=EventLog(objects, settings.events_bucket),
        failures=failures,
    )


class Held:
    """The services of this process: built from the environment on first use, unless others were put in."""

    def __init__(self, make: Callable[[], Services]) -> None:
        self._make = make
        self._services: Services | None = None
        self._lock = Lock()

    def __call__(self) -> Services:
        """Return them. Raises Misconfigured when a setting is missing."""
        with self._lock:
            if self._services is None:
                self._services = self._make()
            return self._services

    def put(self, services: Services | None) -> None:
        """Use these from now on; None forgets, so that the next call builds again."""
        with self._lock:
            self._services = services


def from_environment() -> Services:
    """Build the services that the environment describes. Raises Misconfigured."""
    settings = Settings.from_env(os.environ)
    return build(settings, world(settings))


services: Final = Held(from_environment)


def _consents(around: World, table: Table, keys: Keys, definitions: Definitions) -> Consents:
    purposes = FormPurposes(definitions, lambda known: own_only(known.all(REGISTERS)))
    return Consents(TableConsents(table, keys), purposes, around.clock, around.ids)


def _people(settings: Settings, around: World, definitions: Definitions) -> RegisteredPeople:
    matching = around.matching or HttpTransport(settings.ngsp_url, settings.lgsp_url, "match")
    return RegisteredPeople(definitions, matching, around.clock, around.ids)


def _edge(settings: Settings, around: World, definitions: Definitions) -> Edge:
    issuers = [(issuer, Jwks(issuer, around.fetch, around.clock)) for issuer in settings.issuers]
    callers = Callers(issuers, settings.audience, around.clock, allows_synthetic=settings.allows_synthetic)
    limits = RateLimits(around.clock, around.rate)
    return Edge(callers, Messages(definitions), limits, around.ids, around.log)


def _around(settings: Settings, around: World, table: Table, keys: Keys, definitions: Definitions) -> Around:
    objects = Objects(around.clients)
    failures = FailureQueue(around.clients, settings.failure_queue_url, settings.bus)
    world = (around.clients, table, keys, objects, failures)
    return Around(settings, *world, definitions, around.clock, around.ids, around.log, around.papers, around.malware)


def _procedure_name(catalogue: Catalogue, code: ProcedureCode) -> Text | None:
    found = catalogue.find(PROCEDURES, code)
    return None if found is None else found.name


def _procedure_names(catalogue: Catalogue) -> Mapping[ProcedureCode, Text]:
    return {ProcedureCode(each.code): each.name for each in catalogue.all(PROCEDURES)}
