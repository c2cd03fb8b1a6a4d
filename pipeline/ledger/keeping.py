"""Figures without waiting: of a large ledger the census is taken off the request path.

A small ledger is counted anew whenever it changed, by whoever asks. Where that takes long, whoever
asks gets the figures that are at hand, with the moment at which they were right, and a thread takes
the next census: no more than a twentieth of the time goes into it.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock, Thread
from time import monotonic
from typing import Final

from pipeline.domain.figures import Published, publish
from pipeline.domain.policy import Policy
from pipeline.domain.scope import Facets, Scope
from pipeline.errors import StoreError
from pipeline.ledger.census import Census

FRESH_FOR: Final = timedelta(minutes=1)
QUICK_SECONDS: Final = 0.2
"""A census that takes no longer is taken by whoever asks."""
SHARE_OF_TIME: Final = 20
"""A census that took long is not taken again before 20 times as long has passed."""
SCOPES_MAX: Final = 64
"""How many scopes are remembered; the one unseen longest goes first."""
RENEWED_MAX: Final = 8
"""Of how many scopes, those asked for last, the figures are ready before a new census is shown."""
_LOG: Final = logging.getLogger("ccm.figures")


@dataclass(slots=True, kw_only=True)
class _Kept:
    """A census, when it is not to be taken anew before, and the figures that were made of it."""

    census: Census
    changes: int
    until: float
    took: float
    published: OrderedDict[Scope, Published]


class KeptFigures:
    """Published figures by scope. May be used from several threads.

    Args:
        take: takes a census as of a moment.
        changes: returns another number after every change of the ledger.
        policy: gives the report zone and the time to maturity.
    """

    def __init__(
        self, take: Callable[[datetime], Census], changes: Callable[[], int], policy: Policy
    ) -> None:
        self._take = take
        self._changes = changes
        self._policy = policy
        self._lock = Lock()
        self._busy = Lock()
        self._kept: _Kept | None = None

    def figures(self, now: datetime, scope: Scope) -> Published:
        """Return the figures over a scope; nothing that is known only after ``now``."""
        kept = self._current(now)
        return self._figures(kept, scope)

    def census(self, now: datetime) -> Census:
        """Return the census of which the figures are made."""
        return self._current(now).census

    def facets(self, now: datetime) -> Facets:
        """Return by what cases can be narrowed."""
        return self._current(now).census.facets

    def _figures(self, kept: _Kept, scope: Scope) -> Published:
        with self._lock:
            found = kept.published.get(scope)
            if found is not None:
                kept.published.move_to_end(scope)
                return found
        census = kept.census
        found = publish(census.cells(scope), census.as_of, self._policy, scope)
        with self._lock:
            kept.published[scope] = found
            while len(kept.published) > SCOPES_MAX:
                kept.published.popitem(last=False)
        return found

    def _current(self, now: datetime) -> _Kept:
        kept = self._kept
        if kept is None or kept.census.as_of > now:
            with self._busy:
                return self._newer(now)
        is_fresh = now - kept.census.as_of < FRESH_FOR and kept.changes == self._changes()
        if is_fresh or monotonic() < kept.until:
            return kept
        if kept.took > QUICK_SECONDS:
            self._renew_apart(now)
            return kept
        with self._busy:
            return self._newer(now)

    def _newer(self, now: datetime) -> _Kept:
        """Return a census of now, unless somebody else has just taken one; one at a time."""
        kept, changes = self._kept, self._changes()
        if kept is not None and kept.census.as_of == now and kept.changes == changes:
            return kept
        began = monotonic()
        census = self._take(now)
        took = monotonic() - began
        until = monotonic() + SHARE_OF_TIME * took if took > QUICK_SECONDS else 0.0
        new = _Kept(census=census, changes=changes, until=until, took=took, published=OrderedDict())
        for scope in self._asked_last(kept):
            self._figures(new, scope)
        self._kept = new
        return new

    def _asked_last(self, kept: _Kept | None) -> list[Scope]:
        if kept is None or kept.took <= QUICK_SECONDS:
            return []
        with self._lock:
            return list(kept.published)[-RENEWED_MAX:]

    def _renew_apart(self, now: datetime) -> None:
        """Take a census in a thread, unless one is being taken."""
        if self._busy.acquire(blocking=False):
            Thread(target=self._renew, args=(now,), name="census", daemon=True).start()

    def _renew(self, now: datetime) -> None:
        try:
            self._newer(now)
        except StoreError as error:
            _LOG.warning("the figures get old, trying again: %s", error)
        finally:
            self._busy.release()
