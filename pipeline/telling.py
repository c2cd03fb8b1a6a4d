"""Builds what tells of alerts, in one place: for `ccm run` and for a process of its own."""

import os
import secrets
import socket
from collections.abc import Callable
from datetime import datetime

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from pipeline.alerts import Alerter, Courier, build_receiver
from pipeline.alerts.notices import Notices
from pipeline.alerts.ports import Story, TellStory
from pipeline.config import Settings
from pipeline.dashboard.brief import tell_brief
from pipeline.domain.timeline import Timeline
from pipeline.domain.verdict import Verdict
from pipeline.embedded.book import EmbeddedBook
from pipeline.embedded.view import StateView
from pipeline.errors import StoreError
from pipeline.intake.app import create_pages
from pipeline.ledger import Ledger
from pipeline.metrics import AlertingFigures, PulseFigures
from pipeline.redacting import NOBODY, shared_redaction_of
from pipeline.wiring import STATE_FILE, Clock, Embedded, build_warner, utc_now

TimelineOf = Callable[[str], Timeline]


def build_alerter(
    settings: Settings,
    ledger: Ledger,
    timeline_of: TimelineOf | None = None,
    *,
    clock: Clock = utc_now,
) -> Alerter:
    """Return what looks at the cases and tells the receivers of the settings; it is not begun.

    Args:
        settings: rules, receivers, addresses.
        ledger: verdicts, and what was told.
        timeline_of: gives the timeline that holds an event id; without it the ledger's own events.
        clock: the present moment.

    Raises:
        ConfigError: a receiver's table is wrong; the message names the key.
    """
    notices = Notices(build_story(settings, ledger, timeline_of), settings.alerts.runbook_url)
    couriers = [
        Courier(
            build_receiver(table),
            table.least,
            ledger.alerts,
            notices,
            clock,
            settings.alerts.messages_per_hour,
        )
        for table in settings.receivers
        if table.enabled
    ]
    return Alerter(
        ledger.alerts,
        couriers,
        settings.alerts.rules,
        build_risk(settings),
        clock=clock,
        every=settings.alerts.every,
        holder=f"{socket.gethostname()} {os.getpid()} {secrets.token_hex(4)}",
    )


def build_story(
    settings: Settings, ledger: Ledger, timeline_of: TimelineOf | None = None
) -> TellStory:
    """Return what tells the story of a case.

    It leaves the house, so personal data are left out of it whatever ``server.redact`` says.
    """
    redact = shared_redaction_of(settings)
    book = EmbeddedBook(
        ledger=ledger,
        timeline_of=timeline_of or (lambda _: Timeline()),
        policy=settings.policy,
        redact=redact,
        shown=ledger.shown,
    )
    zone, base = settings.policy.report_zone, settings.alerts.base_url.rstrip("/")

    def tell(case: str, now: datetime) -> Story:
        who, lines, path = tell_brief(book, case, now, zone, lambda text: redact(text, NOBODY).text)
        return Story(who=who, lines=lines, link=base + path)

    return tell


def build_risk(settings: Settings) -> Callable[[Verdict, datetime], float | None]:
    """Return what gives a case's risk of going public, as a multiple of the usual one."""
    warner = build_warner(settings)

    def risk(verdict: Verdict, now: datetime) -> float | None:
        warned = warner.judge(verdict, now)
        return None if warned is None else warned.times_usual

    return risk


def start_alerter(settings: Settings, embedded: Embedded, registry: CollectorRegistry) -> Alerter:
    """Begin to tell of alerts beside the embedded engine, and let the registry tell of both.

    Raises:
        ConfigError: a receiver's table is wrong; the message names the key.
    """
    state = StateView(settings.engine.data / STATE_FILE)
    alerter = build_alerter(settings, embedded.ledger, state.timeline_of)
    follow_pulse(registry, settings, embedded.ledger)
    follow_alerter(registry, alerter)
    alerter.start()
    return alerter


def follow_pulse(
    registry: CollectorRegistry, settings: Settings, ledger: Ledger, clock: Clock = utc_now
) -> None:
    """Let the registry tell the rules of Prometheus what they look at."""
    aim, recent = settings.objective, settings.alerts.recent
    registry.register(PulseFigures(lambda now: ledger.alerts.pulse(now, aim, recent), clock))


def follow_alerter(registry: CollectorRegistry, alerter: Alerter) -> None:
    """Let the registry tell how telling fares."""
    registry.register(AlertingFigures(alerter.counts, alerter.reports))


def build_alerting_app(
    settings: Settings, ledger: Ledger, registry: CollectorRegistry
) -> Starlette:
    """Return what machines may ask of the process that tells."""

    def troubles() -> tuple[str, ...]:
        try:
            ledger.check()
        except StoreError as error:
            return (str(error),)
        return ()

    return create_pages([], settings, registry, troubles)
