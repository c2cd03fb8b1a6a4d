"""The definition comparator over a ledger, kept for a while as the figures are."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import Final

from pipeline.domain.comparison import Comparison, build_comparison
from pipeline.domain.policy import Policy
from pipeline.domain.scope import Scope
from pipeline.ledger import Ledger

SCOPES_MAX: Final = 16
FRESH_SECONDS: Final = 60.0
SHARE_OF_TIME: Final = 20
"""What took long is not done again before 20 times as long has passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    comparison: Comparison
    changes: int
    fresh_until: float
    busy_until: float


class Comparer:
    """Compares definitions over the cases of a ledger. May be used from several threads.

    Args:
        ledger: gives the verdicts.
        policy: gives the report zone and the time to maturity.
    """

    def __init__(self, ledger: Ledger, policy: Policy) -> None:
        self._ledger = ledger
        self._policy = policy
        self._lock = Lock()
        self._kept: OrderedDict[Scope, _Kept] = OrderedDict()

    def compare(self, now: datetime, scope: Scope) -> Comparison:
        """Return the comparison over a scope as of ``now``, or a little earlier."""
        with self._lock:
            changes, kept, at = self._ledger.revision(), self._kept.get(scope), monotonic()
            if kept is not None and kept.comparison.as_of <= now:
                is_fresh = kept.changes == changes and at < kept.fresh_until
                if is_fresh or at < kept.busy_until:
                    return kept.comparison
            found = build_comparison(self._ledger.all_verdicts(), now, self._policy, scope)
            took = monotonic() - at
            self._kept[scope] = _Kept(
                comparison=found,
                changes=changes,
                fresh_until=monotonic() + FRESH_SECONDS,
                busy_until=monotonic() + SHARE_OF_TIME * took,
            )
            while len(self._kept) > SCOPES_MAX:
                self._kept.popitem(last=False)
            return found
