"""Figures that were worked out are kept for a while, by scope."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from pipeline.domain.figures import Published
from pipeline.domain.scope import Scope

FRESH_FOR: Final = timedelta(minutes=1)
QUICK_SECONDS: Final = 0.5
SHARE_OF_TIME: Final = 20
"""Figures that took long are not worked out again before 20 times as long has passed."""
SCOPES_MAX: Final = 64
"""How many scopes are remembered; the one unseen longest goes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    published: Published
    changes: int
    until: float


class KeptFigures:
    """Published figures by scope. Its owner takes turns between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Scope, _Kept] = OrderedDict()

    def figures(
        self, now: datetime, scope: Scope, changes: int, build: Callable[[], Published]
    ) -> Published:
        """Return the figures of a scope: those that are kept, else new ones.

        Args:
            now: nothing that is known only later is returned.
            scope: over which cases.
            changes: another number after every change of the ledger.
            build: works the figures out.
        """
        kept = self._kept.get(scope)
        if kept is not None and kept.published.overall.as_of <= now:
            age = now - kept.published.overall.as_of
            if (kept.changes == changes and age < FRESH_FOR) or monotonic() < kept.until:
                self._kept.move_to_end(scope)
                return kept.published
        began = monotonic()
        published = build()
        took = monotonic() - began
        until = monotonic() + SHARE_OF_TIME * took if took > QUICK_SECONDS else 0.0
        self._kept[scope] = _Kept(published=published, changes=changes, until=until)
        self._kept.move_to_end(scope)
        while len(self._kept) > SCOPES_MAX:
            self._kept.popitem(last=False)
        return published
