"""Where the journeys touch the code: lines of the interchange format in, verdicts out."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from pipeline.domain.evaluate import evaluate
from pipeline.domain.linking import components
from pipeline.domain.policy import Policy
from pipeline.wire import decode_event, verdict_line


def judge(lines: list[bytes], as_of: str) -> list[dict[str, Any]]:
    """The verdicts, sorted by case, that `lines` give at `as_of`."""
    events = [decode_event(line) for line in lines]
    policy, when = Policy(), datetime.fromisoformat(as_of)
    verdicts = [
        json.loads(verdict_line(verdict))
        for timeline in components(events)
        for verdict in evaluate(timeline, when, policy)
    ]
    return sorted(verdicts, key=lambda verdict: str(verdict["case"]))
