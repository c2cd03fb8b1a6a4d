"""What runs beside whoever serves, and keeps fresh what is told of all cases together."""

from collections.abc import Callable
from datetime import datetime

from pipeline.config import Settings
from pipeline.embedded.book import EmbeddedBook
from pipeline.embedded.suspector import EventsOf, KeptSuspicions, Suspector
from pipeline.embedded.view import StateView
from pipeline.ledger import Ledger, Publisher


def build_publishers(
    settings: Settings, ledger: Ledger, events_of: EventsOf, clock: Callable[[], datetime]
) -> tuple[Publisher, ...]:
    """Return what keeps the published figures and the probable links of a ledger fresh.

    Args:
        settings: how often, and the policy.
        ledger: holds them.
        events_of: gives the events of a case, with their texts as they came where possible.
        clock: the present moment.
    """
    suspicions = KeptSuspicions(
        Suspector(ledger, events_of, settings.policy), ledger.suspicions, ledger.revision
    )
    every = settings.ledger.publish_seconds
    return (
        Publisher(ledger, clock, every),
        Publisher(suspicions, clock, every, "the probable links"),
    )


def events_in(state: StateView, settings: Settings, ledger: Ledger) -> EventsOf:
    """Return what gives the events of a case from the engine's state, whole."""
    book = EmbeddedBook(ledger=ledger, timeline_of=state.timeline_of, policy=settings.policy)
    return lambda verdict, now: book.events(verdict.case, now)
