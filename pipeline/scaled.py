"""Builds the parts of the monitor on Kafka and PostgreSQL, in one place."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from threading import Event as Flag
from typing import TYPE_CHECKING, Final

from models.readers import warm
from models.reading import Reader
from pipeline.config import ServerSettings, Settings
from pipeline.domain.timeline import Timeline
from pipeline.errors import StoreError
from pipeline.monitor import Monitor, Store
from pipeline.topology.batches import Batches, Letter, encode_letter
from pipeline.topology.desk import ApartDesk, InlineDesk
from pipeline.topology.log import TopicLog
from pipeline.topology.reading import ReadingStage
from pipeline.topology.topics import Topics, build_topics
from pipeline.topology.watchdog import Watchdog
from pipeline.wiring import (
    Clock,
    build_channels,
    build_decode,
    build_reader,
    build_readers,
    build_warner,
    open_ledger,
    utc_now,
)

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from starlette.applications import Starlette

    from pipeline.connectors.ports import Channel, Sink
    from pipeline.connectors.supervisor import Supervisor
    from pipeline.embedded.suspector import EventsOf
    from pipeline.intake.ports import Ready
    from pipeline.intake.spooling import Sender
    from pipeline.ledger import Ledger
    from pipeline.metrics import GatewayMetrics, Metrics, WorkerVitals
    from pipeline.topology.connecting import KafkaSink
    from pipeline.topology.watching import WorkerWatcher
    from pipeline.topology.worker import Parts


def topics_of(settings: Settings) -> Topics:
    """Return the topics of the settings."""
    return build_topics(settings.kafka)


# ---------------------------------------------------------------------------------------- worker


def build_worker(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    watcher: "WorkerWatcher | None" = None,
    metrics: "Metrics | None" = None,
) -> "Parts":
    """Return a worker's parts: it folds the events of its partitions and tells the ledger.

    Args:
        settings: brokers, ledger, policy, limits.
        clock: the present moment.
        watcher: hears what the worker does.
        metrics: count and time what its monitor does.
    """
    from pipeline.topology.worker import Parts

    ledger, topics = open_ledger(settings, metrics), topics_of(settings)
    watchdog = Watchdog(settings.kafka.stall_seconds)
    desk: ApartDesk | InlineDesk = ApartDesk(topics)
    if settings.kafka.reading == "inline":
        reader = build_reader(settings.policy, settings.reader)
        desk = InlineDesk(_timed(reader, metrics), topics, watchdog, partial(warm, reader))

    def build_monitor(store: Store) -> Monitor:
        events_max = settings.limits.timeline_events_max
        if metrics is None:
            return Monitor(settings.policy, store, ledger, desk, events_max=events_max)
        from pipeline.metrics import TimedMonitor

        return TimedMonitor(
            settings.policy, store, ledger, desk, metrics=metrics, events_max=events_max
        )

    batches = Batches(topics, build_decode(settings, settings.policy), clock, desk)
    return Parts(
        kafka=settings.kafka,
        batches=batches,
        build_monitor=build_monitor,
        watchdog=watchdog,
        watcher=watcher,
    )


def build_vitals(
    settings: Settings, registry: "CollectorRegistry", ledger: "Ledger", metrics: "Metrics"
) -> "WorkerVitals":
    """Return what hears of a worker's life, and answers for it."""
    from pipeline.metrics import WorkerVitals

    metrics.state_build(version("complaint-channel-monitor"), settings.policy.version)
    return WorkerVitals(registry, settings.kafka.stall_seconds, ledger.check, metrics)


def build_health(
    settings: Settings, registry: "CollectorRegistry", ready: "Ready", stalls: "Ready"
) -> "Starlette":
    """Return what machines may ask of a process without pages."""
    from pipeline.intake.app import create_health

    hosts = ServerSettings(host=settings.health.host).allowed_hosts
    return create_health(registry, ready, stalls, hosts)


# ---------------------------------------------------------------------------------------- reader


def build_reading_stage(
    settings: Settings, *, clock: Clock = utc_now, metrics: "Metrics | None" = None
) -> ReadingStage:
    """Return what reads the texts that workers leave to others."""
    reader = build_reader(settings.policy, settings.reader)
    return ReadingStage(topics_of(settings), _timed(reader, metrics), clock)


def _timed(reader: Reader, metrics: "Metrics | None") -> Reader:
    if metrics is None:
        return reader
    from pipeline.metrics import TimedReader

    return TimedReader(reader, metrics)


# ----------------------------------------------------------------------------------- application

SPOOL_FILE: Final = "spool.db"
SPOOL_LOCK_FILE: Final = "spool.lock"
NOWHERE: Final = "no Kafka broker answers, and nothing may be kept on disk meanwhile"


@contextmanager
def open_sender(settings: Settings, metrics: "GatewayMetrics | None" = None) -> "Iterator[Sender]":
    """Yield what brings the gateway's records to Kafka, as ``gateway.when_down`` says.

    What an earlier process kept on disk is sent, whatever the setting says now.

    Raises:
        StoreError: the disk cannot be used, or another gateway uses the folder.
    """
    from pipeline.embedded.lock import take_lock
    from pipeline.embedded.spool import Spool
    from pipeline.intake.kafka import Producer
    from pipeline.intake.spooling import SpoolingSender

    data, told = settings.engine.data, settings.gateway
    producer = Producer(settings.kafka.bootstrap, settings.kafka.delivery_seconds)
    with ExitStack() as opened:
        opened.callback(producer.close)
        if told.when_down == "refuse" and not (data / SPOOL_FILE).exists():
            yield producer
            return
        opened.enter_context(take_lock(data, SPOOL_LOCK_FILE, "ccm gateway"))
        spool = Spool(data / SPOOL_FILE, told.spool_bytes_max, settings.engine.synchronous)
        opened.callback(spool.close)
        if metrics is not None:
            metrics.follow_spool(records=lambda: spool.count, size=lambda: spool.size_bytes)
        sender = SpoolingSender(producer, spool, is_open=told.when_down == "spool")
        opened.callback(sender.close)
        yield sender


def build_gateway(
    settings: Settings,
    producer: "Sender",
    registry: "CollectorRegistry",
    *,
    clock: Clock = utc_now,
) -> "Starlette":
    """Return the ways in, in front of Kafka."""
    from pipeline.intake.app import create_app

    sink = _build_sink(settings, producer, {})
    webhooks = [
        replace(one, connectors=(), listeners=()) for one in build_channels(settings, clock=clock)
    ]
    supervisor = _build_supervisor(webhooks, sink, registry, clock)
    return create_app(
        inbox=sink.inbox,
        dead_letters=sink.letters,
        readers=build_readers(settings, settings.policy),
        settings=settings,
        registry=registry,
        clock=clock,
        ready=lambda: (
            ()
            if producer.is_reachable()
            else ("no Kafka broker answers, and nothing more can be kept on disk",)
        ),
        channels=supervisor.receiver,
    )


def build_connect(
    settings: Settings,
    producer: "Sender",
    registry: "CollectorRegistry",
    *,
    clock: Clock = utc_now,
) -> "Supervisor":
    """Return what runs the connectors and listeners of the settings into Kafka.

    Raises:
        StoreError: the cursors cannot be read.
        ConfigError: a channel's table is wrong.
    """
    from pipeline.topology.connecting import read_cursors

    stored = read_cursors(open_log(settings, lambda topics: topics.cursors.name))
    fetched = [replace(one, webhook=None) for one in build_channels(settings, clock=clock)]
    return _build_supervisor(fetched, _build_sink(settings, producer, stored), registry, clock)


def _build_sink(settings: Settings, producer: "Sender", stored: dict[str, str]) -> "KafkaSink":
    from pipeline.intake.kafka import KafkaDeadLetters, KafkaInbox
    from pipeline.topology.connecting import KafkaSink

    topics, decode = topics_of(settings), build_decode(settings, settings.policy)
    letters = KafkaDeadLetters(
        producer,
        topics.dead_letters.name,
        lambda reason, origin, raw, at: encode_letter(
            Letter(reason=reason, origin=origin, at=at, key=None, raw=raw)
        ),
    )
    return KafkaSink(
        producer=producer,
        inbox=KafkaInbox(producer, topics.events.name, decode),
        letters=letters,
        decode=decode,
        cursors=topics.cursors.name,
        stored=stored,
    )


def _build_supervisor(
    channels: "list[Channel]", sink: "Sink", registry: "CollectorRegistry", clock: Clock
) -> "Supervisor":
    from pipeline.connectors.supervisor import Supervisor
    from pipeline.metrics import ConnectorFigures

    supervisor = Supervisor(channels, sink, clock)
    registry.register(ConnectorFigures(supervisor.reports))
    return supervisor


def build_dashboard(
    settings: Settings, ledger: "Ledger", registry: "CollectorRegistry", *, clock: Clock = utc_now
) -> "Starlette":
    """Return the pages of the shared ledger; their texts come by `build_following`."""
    from pipeline.dashboard import dashboard_routes
    from pipeline.embedded.book import EmbeddedBook
    from pipeline.intake.app import create_pages
    from pipeline.metrics import OfficialFigures

    registry.register(OfficialFigures(ledger, clock))
    book = EmbeddedBook(
        ledger=ledger,
        timeline_of=lambda _: Timeline(),
        policy=settings.policy,
        warner=build_warner(settings),
        shown=ledger.shown,
    )
    routes = dashboard_routes(book=book, policy=settings.policy, clock=clock)

    def troubles() -> Sequence[str]:
        try:
            ledger.check()
        except StoreError as error:
            return (str(error),)
        return ()

    return create_pages(routes, settings, registry, troubles)


def shown_events(settings: Settings, ledger: "Ledger") -> "EventsOf":
    """Return what gives the events of a case as the log has told them, without personal data."""
    from pipeline.embedded.book import EmbeddedBook

    book = EmbeddedBook(
        ledger=ledger,
        timeline_of=lambda _: Timeline(),
        policy=settings.policy,
        shown=ledger.shown,
    )
    return lambda verdict, now: book.events(verdict.case, now)


def build_following(settings: Settings, ledger: "Ledger") -> Callable[[Flag], None]:
    """Return what follows the log until a flag is set, so that case pages have texts."""
    from pipeline.redacting import redaction_of
    from pipeline.topology.showing import follow

    decode = build_decode(settings, settings.policy)
    return partial(follow, settings.kafka, decode, redaction_of(settings), ledger.shown)


def open_log(settings: Settings, choose: Callable[[Topics], str]) -> TopicLog:
    """Return one of our topics for reading."""
    return TopicLog(settings.kafka.bootstrap, choose(topics_of(settings)))
