"""Builds everything from settings, in one place."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from models.reading import THEMES, Reader
from pipeline.channels import mail, web_form
from pipeline.channels.company import Company
from pipeline.channels.files import Advance, FileSettings, Rejected, read_file
from pipeline.channels.limits import Limits as ChannelLimits
from pipeline.config import ChannelTable, ReaderSettings, Settings
from pipeline.domain.events import Event, Message
from pipeline.domain.policy import Policy
from pipeline.embedded.dead_letters import DeadLetters
from pipeline.embedded.engine import Engine, keep_in
from pipeline.embedded.inbox import Inbox
from pipeline.embedded.lock import take_lock
from pipeline.embedded.state import SqliteStore
from pipeline.embedded.view import StateView
from pipeline.errors import ConfigError
from pipeline.monitor import Monitor
from pipeline.reading import CountAlike, Desk, ReadAtOnce
from pipeline.warning import Warner
from pipeline.wire import Limits, decode_event

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from starlette.applications import Starlette

    from pipeline.connectors.ports import Channel
    from pipeline.connectors.supervisor import Supervisor
    from pipeline.intake.ports import FieldError, Readers
    from pipeline.ledger import Ledger
    from pipeline.metrics import Metrics

Clock = Callable[[], datetime]

INBOX_FILE: Final = "inbox.db"
STATE_FILE: Final = "state.db"
LEDGER_FILE: Final = "ledger.db"
LETTERS_FILE: Final = "dead-letters.db"
RISK_FILE: Final = "risk.json"


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def build_decode(settings: Settings, policy: Policy) -> Callable[[bytes], Event]:
    """Return the reader of interchange lines, with the limits and topics of the settings."""
    limits = Limits(
        bytes_max=settings.limits.line_bytes_max,
        depth_max=settings.limits.line_depth_max,
        items_max=settings.limits.line_items_max,
    )
    return partial(decode_event, topics=policy.topics, limits=limits)


def build_warner(settings: Settings) -> Warner:
    """Return the warning: by a model fitted on the company's own cases where there is one.

    Raises:
        ConfigError: that file holds no model.
    """
    from models.risk import BadRiskModel, bundled, load

    own = settings.engine.data / RISK_FILE
    try:
        return Warner(load(own) if own.exists() else bundled())
    except BadRiskModel as error:
        raise ConfigError(f"{error}; fit it again with `ccm risk train`") from None


def build_reader(policy: Policy | None = None, named: ReaderSettings | None = None) -> Reader:
    """Return the reader of texts; its themes are the topics of the policy.

    Args:
        policy: whose topics are the themes; the default ones without it.
        named: which model reads; the one that ships without it.

    Raises:
        ConfigError: the model is missing or damaged.
    """
    from models.readers import BadArtefact, load_reader

    named = named or ReaderSettings()
    themes: Sequence[str] = THEMES
    if policy is not None:
        usual = [theme for theme in THEMES if theme in policy.topics]
        themes = (*usual, *sorted(policy.topics.difference(usual)))
    try:
        return load_reader(named.model, max(1, named.threads), themes)
    except BadArtefact as error:
        raise ConfigError(f"reader.model: {error}") from None


# ----------------------------------------------------------------------------------------- files


def read_files(
    paths: Iterable[Path], settings: Settings, policy: Policy, advance: Advance
) -> Iterator[Event | Rejected]:
    """Yield the events and refusals of files and directories, each read as what it is."""
    how = FileSettings(mail=build_mail_settings(settings), decode=build_decode(settings, policy))
    for path in paths:
        yield from read_file(path, how, advance)


def build_mail_settings(settings: Settings) -> mail.MailSettings:
    """Return how mails are read: who "we" are, and the bounds."""
    limits = ChannelLimits(
        mail_bytes=settings.intake.mail_bytes_max,
        form_bytes=settings.intake.form_bytes_max,
        line_bytes=settings.limits.line_bytes_max,
    )
    ours = settings.company
    company = Company(
        domains=frozenset(ours.domains),
        addresses=frozenset(ours.addresses),
        handles=frozenset(ours.handles),
    )
    return mail.MailSettings(company=company, own_hosts=frozenset(ours.mail_hosts), limits=limits)


# ---------------------------------------------------------------------------------------- engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """The parts of the monitor in one process; `close` when done."""

    lock: TextIO
    inbox: Inbox
    letters: DeadLetters
    store: SqliteStore
    ledger: "Ledger"
    engine: Engine
    reader: Reader
    policy: Policy

    def close(self) -> None:
        """Close every file; the lock last."""
        for part in (self.inbox, self.letters, self.store, self.ledger, self.lock):
            part.close()


def build_embedded(
    settings: Settings, *, clock: Clock = utc_now, metrics: "Metrics | None" = None
) -> Embedded:
    """Return the embedded engine on the data directory of the settings.

    Args:
        settings: where the data lie, the policy, the limits.
        clock: the present moment.
        metrics: count and time what the engine does.

    Raises:
        StoreError: a file cannot be used, or another engine works in the directory.
    """
    policy, reader, options = (
        settings.policy,
        build_reader(settings.policy, settings.reader),
        settings.engine,
    )
    lock = take_lock(options.data)
    inbox, letters = open_inbox(settings), open_letters(settings)
    desk = _build_desk(settings, reader, inbox, metrics)
    ledger = open_ledger(settings, metrics)
    store = SqliteStore(options.data / STATE_FILE, cached_max=options.timelines_cached_max)
    engine = Engine(
        inbox=inbox,
        store=store,
        monitor=_build_monitor(settings, store, ledger, desk, metrics),
        letters=letters,
        decode=build_decode(settings, policy),
        clock=clock,
        policy=policy,
        data=options.data,
        watchers=() if metrics is None else (metrics,),
        batch_max=options.batch_events_max,
    )
    return Embedded(
        lock=lock,
        inbox=inbox,
        letters=letters,
        store=store,
        ledger=ledger,
        engine=engine,
        reader=reader,
        policy=policy,
    )


def _build_monitor(
    settings: Settings,
    store: SqliteStore,
    ledger: "Ledger",
    desk: Desk,
    metrics: "Metrics | None",
) -> Monitor:
    events_max = settings.limits.timeline_events_max
    if metrics is None:
        return Monitor(settings.policy, store, ledger, desk, events_max=events_max)
    from pipeline.metrics import TimedMonitor

    return TimedMonitor(
        settings.policy, store, ledger, desk, metrics=metrics, events_max=events_max
    )


def _build_desk(
    settings: Settings, reader: Reader, inbox: Inbox, metrics: "Metrics | None"
) -> Desk:
    """Return the desk that reads for the engine; what it reads stands in the inbox first."""
    alike = CountAlike() if settings.reader.alike else None
    if metrics is None:
        return ReadAtOnce(reader, keep_in(inbox), alike)
    from pipeline.metrics import TimedReader

    return ReadAtOnce(TimedReader(reader, metrics), keep_in(inbox), alike)


def open_inbox(settings: Settings) -> Inbox:
    """Return the log of the data directory."""
    return Inbox(settings.engine.data / INBOX_FILE, settings.engine.synchronous)


def open_letters(settings: Settings) -> DeadLetters:
    """Return the dead letters of the data directory."""
    return DeadLetters(settings.engine.data / LETTERS_FILE, settings.engine.synchronous)


def open_ledger(settings: Settings, metrics: "Metrics | None" = None) -> "Ledger":
    """Return the ledger: at its URL, else in the data directory; ``metrics`` count what it takes.

    Raises:
        StoreError: the database cannot be used.
        ConfigError: the URL is none, or its driver is not installed.
    """
    from pipeline.ledger import Ledger, open_engine

    file = settings.engine.data / LEDGER_FILE
    engine = open_engine(settings.ledger.url, file, settings.engine.synchronous)
    told = None if metrics is None else metrics.applied
    return Ledger(engine, settings.policy, told, build_warner(settings).score)


# ----------------------------------------------------------------------------------- application


def build_app(
    embedded: Embedded,
    settings: Settings,
    registry: "CollectorRegistry",
    *,
    clock: Clock = utc_now,
    ready: Callable[[], Sequence[str]] = tuple,
    channels: "Supervisor | None" = None,
) -> "Starlette":
    """Return the gateway and the pages as one ASGI application.

    Args:
        embedded: what they feed and show.
        settings: limits and rights.
        registry: what ``/metrics`` exposes.
        clock: the present moment.
        ready: what is not ready yet, in words.
        channels: those that send by themselves get their addresses.
    """
    from pipeline.dashboard import dashboard_routes
    from pipeline.embedded.book import EmbeddedBook
    from pipeline.intake.app import create_app
    from pipeline.redacting import redaction_of

    state = StateView(settings.engine.data / STATE_FILE)
    book = EmbeddedBook(
        ledger=embedded.ledger,
        timeline_of=state.timeline_of,
        timelines_by=state.timelines_by,
        policy=embedded.policy,
        warner=build_warner(settings),
        redact=redaction_of(settings),
    )
    return create_app(
        inbox=embedded.inbox,
        dead_letters=embedded.letters,
        readers=build_readers(settings, embedded.policy),
        settings=settings,
        registry=registry,
        dashboard_routes=dashboard_routes(book=book, policy=embedded.policy, clock=clock),
        clock=clock,
        ready=ready,
        channels=None if channels is None else channels.receiver,
    )


def build_channel(table: ChannelTable, settings: Settings, *, clock: Clock = utc_now) -> "Channel":
    """Return one channel of the settings, built; nothing is opened yet.

    Raises:
        ConfigError: its table is wrong; the message names the key.
    """
    from pipeline.connectors.ports import Surroundings
    from pipeline.connectors.registry import build_channel as build

    around = Surroundings(
        mail=build_mail_settings(settings), topics=settings.policy.topics, clock=clock
    )
    return build(table, around)


def build_channels(settings: Settings, *, clock: Clock = utc_now) -> "list[Channel]":
    """Return the enabled channels of the settings, built.

    Raises:
        ConfigError: a table is wrong; the message names the key.
    """
    return [build_channel(one, settings, clock=clock) for one in settings.channels if one.enabled]


def build_supervisor(
    settings: Settings, embedded: Embedded, registry: "CollectorRegistry", *, clock: Clock = utc_now
) -> "Supervisor":
    """Return what runs the channels of the settings into the inbox, and tells how they fare.

    Raises:
        ConfigError: a table is wrong; the message names the key.
    """
    from pipeline.connectors.supervisor import Supervisor
    from pipeline.embedded.sink import EmbeddedSink
    from pipeline.metrics import ConnectorFigures

    sink = EmbeddedSink(embedded.inbox, embedded.letters)
    supervisor = Supervisor(build_channels(settings, clock=clock), sink, clock)
    registry.register(ConnectorFigures(supervisor.reports))
    return supervisor


def follow(
    metrics: "Metrics", registry: "CollectorRegistry", embedded: Embedded, settings: Settings
) -> None:
    """Let the registry tell the official figures, and how far behind the engine is."""
    from pipeline.metrics import OfficialFigures

    state, inbox, engine = (
        StateView(settings.engine.data / STATE_FILE),
        embedded.inbox,
        embedded.engine,
    )

    def lag_seconds() -> float:
        oldest = inbox.oldest_after(engine.offset)
        return 0.0 if oldest is None else max(0.0, (utc_now() - oldest).total_seconds())

    metrics.follow(
        timers_due=lambda: state.count_due(utc_now()),
        timelines=state.count,
        inbox_lag_events=lambda: inbox.last_offset() - engine.offset,
        inbox_lag_seconds=lag_seconds,
    )
    metrics.state_build(version("complaint-channel-monitor"), embedded.policy.version)
    registry.register(OfficialFigures(embedded.ledger, utc_now))


def build_readers(settings: Settings, policy: Policy) -> "Readers":
    """Return how the bytes of each way in become events."""
    from pipeline.intake.ports import Readers

    mails = build_mail_settings(settings)
    rules = web_form.FormRules(topics=tuple(sorted(policy.topics)), limits=mails.limits)

    def parse_mail(raw: bytes, *, received_at: datetime) -> Sequence[Event]:
        return mail.parse(raw, mails, received_at=received_at)

    return Readers(
        form=partial(_parse_form, rules), mail=parse_mail, line=build_decode(settings, policy)
    )


def _parse_form(
    rules: web_form.FormRules, fields: Mapping[str, Any], *, reference: str, at: datetime
) -> "Message | Sequence[FieldError]":
    try:
        return web_form.parse(fields, at=at, new_id=reference, rules=rules)[0]
    except web_form.FilledByProgram:
        raise
    except web_form.BadForm as bad:
        return bad.errors
