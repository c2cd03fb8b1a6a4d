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


@cache
def every_kind(as_of: datetime = AS_OF) -> Sequence[Verdict]:
    """Return the verdicts of the plan at ``as_of``."""
    events = [decode_event(line) for line in simulate(PLAN).lines]
    return [
        verdict
        for timeline in components(events)
        for verdict in evaluate(timeline, as_of, Policy())
    ]
