"""Verdicts of all kinds for tests: journeys of every script, judged in the midst of it all."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from pipeline.domain.evaluate import evaluate
from pipeline.domain.linking import components
from pipeline.domain.policy import Policy
from pipeline.domain.verdict import Verdict
from pipeline.simulation import SCRIPTS, Plan, simulate
from pipeline.wire import decode_event

PLAN = Plan(journeys=4 * len(SCRIPTS), mix={script.name: 1 for script in SCRIPTS})
AS_OF: datetime = PLAN.until - timedelta(days=24)
"""Old cases are over, young ones are open, and windows of 7 and 30 days are running."""

OTHERS = (
    # In a language that nobody reads.
    '{"id": "told:1", "kind": "message", "at": "%(day)sT09:00:00Z", "customer": ["email:k@e.org"],'
    ' "channel": "email", "visibility": "private", "direction": "inbound", "text": "Hol van?",'
    ' "signals": [{"name": "unread"}]}',
    # One issue, two tickets.
    '{"id": "told:2", "kind": "message", "at": "%(day)sT09:00:00Z", "customer": ["email:l@e.org"],'
    ' "channel": "email", "visibility": "private", "direction": "inbound", "text": "It leaks.",'
    ' "signals": [{"name": "complaint"}], "topic": "repair", "refs": ["ticket:1"]}',
    '{"id": "told:3", "kind": "message", "at": "%(day)sT19:00:00Z", "customer": ["email:l@e.org"],'
    ' "channel": "email", "visibility": "private", "direction": "inbound", "text": "Any news?",'
    ' "signals": [{"name": "chase"}], "topic": "repair", "refs": ["ticket:1", "ticket:2"]}',
)
"""What no script of the simulation tells."""


@cache
def every_kind(as_of: datetime = AS_OF) -> Sequence[Verdict]:
    """Return the verdicts of the plan at ``as_of``."""
    events = [decode_event(line) for line in [*simulate(PLAN).lines, *map(_encoded, OTHERS)]]
    return [
        verdict
        for timeline in components(events)
        for verdict in evaluate(timeline, as_of, Policy())
    ]


def _encoded(line: str) -> bytes:
    return (line % {"day": (AS_OF - timedelta(days=60)).date()}).encode()
