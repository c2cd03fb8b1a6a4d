"""Builds what the weekly report reads, on the ledger of one process or on the shared one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final

from pipeline.config import Settings
from pipeline.config.report import WEEKDAYS
from pipeline.domain.causes import Pick
from pipeline.domain.events import Event, Message
from pipeline.domain.timeline import Timeline
from pipeline.domain.verdict import Verdict
from pipeline.embedded.book import EmbeddedBook
from pipeline.embedded.view import StateView
from pipeline.errors import ConfigError
from pipeline.ledger import Ledger, Restatement
from pipeline.redacting import Redact, redacted, shared_redaction_of
from pipeline.report.build import Edition, build_report
from pipeline.report.clerk import Clerk
from pipeline.report.mailing import mail_report
from pipeline.report.schedule import Schedule
from pipeline.wiring import (
    LEDGER_FILE,
    LETTERS_FILE,
    STATE_FILE,
    Clock,
    Embedded,
    open_ledger,
    open_letters,
    utc_now,
)

MAILED: Final = "weekly report"
"""Under this name the ledger remembers the last week that was mailed."""

if TYPE_CHECKING:
    from pipeline.embedded.dead_letters import DeadLetters


class LedgerSources:
    """`pipeline.report.Sources` on a ledger and whoever knows the events of a case.

    Args:
        ledger: current verdicts and restatements.
        events_of: the events of a case as known at a moment, by ``(at, id)``.
        redact: takes personal data out of what customers wrote. A report always does, whatever the
            pages show: it leaves the house.
        dead_letters: how many inputs wait for a mend; None where nobody counts them.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        events_of: Callable[[str, datetime], Sequence[Event]],
        redact: Redact,
        dead_letters: Callable[[], int | None] = lambda: None,
    ) -> None:
        self._ledger = ledger
        self._events_of = events_of
        self._redact = redact
        self.dead_letters = dead_letters

    def verdicts(self, first_week: str) -> Iterable[Verdict]:
        """Return all verdicts of cases opened in ``first_week`` or later, in one state."""
        weeks = [week for week in self._ledger.weeks() if week >= first_week]
        return self._ledger.all_verdicts(weeks)

    def restated(self, start: datetime, end: datetime) -> Iterator[Restatement]:
        """Return what was restated in ``[start, end)``."""
        return self._ledger.restated(start, end)

    def quote(self, pick: Pick, now: datetime) -> str | None:
        """Return the customer's message at which the case went wrong, without personal data.

        Where that was the company's doing, what the customer wrote next, else how it began.
        """
        events = self._events_of(pick.case, now)
        theirs = [one for one in events if isinstance(one, Message) and one.direction == "inbound"]
        at = next((one.at for one in events if one.id == pick.event), None)
        later = [one for one in theirs if at is not None and one.at >= at and one.text.strip()]
        chosen = next(iter(later or theirs), None)
        if chosen is None:
            return None
        told = redacted(chosen, self._redact)
        return told.text if isinstance(told, Message) else None


@contextmanager
def open_sources(settings: Settings) -> Iterator[tuple[Ledger, LedgerSources]]:
    """Yield the ledger of the settings and what a report reads of it.

    Raises:
        ConfigError: there is no ledger where the settings say.
        StoreError: it cannot be used.
    """
    data = settings.engine.data
    if not settings.ledger.url and not (data / LEDGER_FILE).exists():
        raise ConfigError(
            f"{data}: there is no {LEDGER_FILE}; name the folder of `ccm run` with --data, or set "
            "ledger.url"
        )
    with ExitStack() as opened:
        ledger = open_ledger(settings)
        opened.callback(ledger.close)
        letters = view = None
        if (data / LETTERS_FILE).exists():
            letters = open_letters(settings)
            opened.callback(letters.close)
        if (data / STATE_FILE).exists():
            view = StateView(data / STATE_FILE)
            opened.callback(view.close)
        yield ledger, build_sources(settings, ledger, letters, view)


def build_sources(
    settings: Settings,
    ledger: Ledger,
    letters: "DeadLetters | None" = None,
    view: StateView | None = None,
) -> LedgerSources:
    """Return what a report reads.

    Args:
        settings: the policy, and who "we" are.
        ledger: verdicts and restatements.
        letters: where inputs that could not be used are counted.
        view: the state in which texts are; without it they are those that the ledger keeps to show.
    """
    book = EmbeddedBook(
        ledger=ledger,
        timeline_of=(lambda _: Timeline()) if view is None else view.timeline_of,
        policy=settings.policy,
        shown=ledger.shown,
    )
    return LedgerSources(
        ledger=ledger,
        events_of=book.events,
        redact=shared_redaction_of(settings),
        dead_letters=(lambda: None) if letters is None else letters.count,
    )


def edition_of(settings: Settings, *, shared: bool | None = None, note: str = "") -> Edition:
    """Return for whom the settings have a report made; ``shared`` goes before them."""
    told = settings.report
    return Edition(
        company=settings.company.name if settings.company.name != "us" else "",
        shared=told.shared if shared is None else shared,
        base_url=told.base_url,
        note=note,
        paper=told.paper,
    )


class LedgerJournal:
    """Remembers in the ledger which week was mailed last, wherever it was mailed from.

    Args:
        ledger: keeps the number beside the offsets of its sources.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def last(self) -> int:
        """Return the number of the week that was mailed last; -1 where none ever was."""
        return self._ledger.offset(MAILED)

    def note(self, number: int) -> None:
        """Remember that the report of this week was mailed."""
        self._ledger.apply([], offset=(MAILED, number))


def schedule_of(settings: Settings) -> Schedule:
    """Return when the settings want the report."""
    told = settings.report
    return Schedule(
        weekday=WEEKDAYS.index(told.weekday), at=told.at, zone=settings.policy.report_zone
    )


def build_clerk(
    settings: Settings, ledger: Ledger, sources: LedgerSources, *, clock: Clock = utc_now
) -> Clerk:
    """Return who mails the report each week; nothing is begun.

    Args:
        settings: when, and to whom.
        ledger: remembers what was mailed.
        sources: what a report reads.
        clock: the present moment.
    """

    def send(week: str, note: str) -> None:
        now = clock()
        edition = edition_of(settings, note=note)
        report = build_report(sources, week, now, settings.policy, edition)
        mail_report(report, settings.report, now)

    return Clerk(
        schedule=schedule_of(settings), journal=LedgerJournal(ledger), send=send, clock=clock
    )


def start_clerk(settings: Settings, embedded: Embedded) -> Clerk | None:
    """Begin to mail the report each week beside the engine; None where nobody is to get it."""
    if not settings.report.recipients:
        return None
    view = StateView(settings.engine.data / STATE_FILE)
    sources = build_sources(settings, embedded.ledger, embedded.letters, view)
    clerk = build_clerk(settings, embedded.ledger, sources)
    clerk.start()
    return clerk
