"""Builds what the weekly report reads, on the ledger of one process or on the shared one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.config import Settings
from pipeline.domain.causes import Pick
from pipeline.domain.events import Event, Message
from pipeline.domain.timeline import Timeline
from pipeline.domain.verdict import Verdict
from pipeline.embedded.book import EmbeddedBook
from pipeline.embedded.view import StateView
from pipeline.errors import ConfigError
from pipeline.ledger import Ledger, Restatement
from pipeline.redacting import Redact, build_redact, redacted
from pipeline.report.build import Edition
from pipeline.wiring import LEDGER_FILE, LETTERS_FILE, STATE_FILE, open_ledger, open_letters

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
        redact=_redact(settings),
        dead_letters=(lambda: None) if letters is None else letters.count,
    )


def edition_of(settings: Settings, *, shared: bool | None = None, note: str = "") -> Edition:
    """Return for whom the settings have a report made; ``shared`` goes before them."""
    told = settings.report
    return Edition(
        company=settings.company.name if settings.company.name != "us" else "",
        shared=told.shared if shared is None else shared,
        address=told.address,
        note=note,
    )


def _redact(settings: Settings) -> Redact:
    ours = settings.company
    handles = (*ours.handles, *(f"@{handle}" for handle in ours.handles))
    return build_redact(frozenset({*ours.addresses, *handles}))
