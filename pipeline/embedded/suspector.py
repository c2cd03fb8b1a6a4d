"""Looks for private complaints that a public one may continue: a bounded look at recent cases."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from pipeline.domain.calendar import iso_week
from pipeline.domain.events import Event
from pipeline.domain.policy import Policy
from pipeline.domain.scope import CaseFilter, Scope
from pipeline.domain.suspecting import (
    Suspicion,
    Trace,
    can_be_one,
    shows_name_of,
    suspicions,
    trace_of,
)
from pipeline.domain.verdict import Route, Verdict

LOOKS_BACK: Final = timedelta(days=90)
"""Older posts are past deciding: their figures are no longer restated."""
POSTS_MAX: Final = 500
PRIVATE_MAX: Final = 20_000
NEAREST_MAX: Final = 20
"""With how many private cases one post is compared: those whose name it shows, then the latest."""

EventsOf = Callable[[Verdict, datetime], Sequence[Event]]


class Cases(Protocol):
    """What is asked of the ledger."""

    def stream(self, which: CaseFilter, now: datetime, limit: int) -> Iterator[Verdict]:
        """Yield at most ``limit`` cases that pass, the latest opened first."""

    def roots(self, cases: Iterable[str]) -> Mapping[str, str]:
        """Return which timeline holds each of ``cases``."""


class Keeps(Protocol):
    """Where probable links are kept."""

    def keep(self, found: Sequence[Suspicion], now: datetime) -> None:
        """Keep the probable links that were found."""


class Suspector:
    """Finds probable links among the cases of a ledger.

    A pair that one timeline holds is passed over: there, hard evidence or a person has decided.

    Args:
        ledger: current verdicts.
        events_of: gives the events of a case, as the verdict was judged on them.
        policy: judges the case that two would be.
    """

    def __init__(self, ledger: Cases, events_of: EventsOf, policy: Policy) -> None:
        self._ledger = ledger
        self._events_of = events_of
        self._policy = policy

    def find(self, now: datetime) -> list[Suspicion]:
        """Return the probable links of the last 90 days, the most probable first."""
        since = Scope(since=iso_week(now - LOOKS_BACK, self._policy.report_zone))
        posts = self._cases("public_first", since, now, POSTS_MAX)
        by_topic: defaultdict[str | None, list[Verdict]] = defaultdict(list)
        for one in self._cases("private_only", since, now, PRIVATE_MAX) if posts else ():
            by_topic[one.facts.topic].append(one)
        traces: dict[str, Trace] = {}
        found: list[Suspicion] = []
        for post in posts:
            near = self._nearest(post, by_topic[post.facts.topic])
            held = [self._trace(one, now, traces) for one in (post, *near)]
            found += suspicions(held[0], held[1:], self._policy, now)
        return sorted(self._undecided(found), key=_first_probable)

    def _cases(self, route: Route, scope: Scope, now: datetime, limit: int) -> list[Verdict]:
        which = CaseFilter(scope=scope, route=route)
        return [one for one in self._ledger.stream(which, now, limit) if one.customer]

    def _undecided(self, found: Sequence[Suspicion]) -> list[Suspicion]:
        named = {case for one in found for case in (one.public.case, one.private.case)}
        roots = self._ledger.roots(named)
        return [one for one in found if roots[one.public.case] != roots[one.private.case]]

    def _nearest(self, post: Verdict, private: Sequence[Verdict]) -> list[Verdict]:
        possible = [one for one in private if can_be_one(post, one, self._policy)]
        possible.sort(
            key=lambda one: (not shows_name_of(post, one), post.opened_at - one.opened_at)
        )
        return possible[:NEAREST_MAX]

    def _trace(self, verdict: Verdict, now: datetime, traces: dict[str, Trace]) -> Trace:
        if verdict.case not in traces:
            traces[verdict.case] = trace_of(verdict, self._events_of(verdict, now))
        return traces[verdict.case]


class KeptSuspicions:
    """Keeps the probable links of a ledger fresh; for a `pipeline.ledger.Publisher`.

    Args:
        suspector: finds them.
        kept: keeps them.
        revision: returns another number after every change of the ledger.
    """

    def __init__(self, suspector: Suspector, kept: Keeps, revision: Callable[[], int]) -> None:
        self._suspector = suspector
        self._kept = kept
        self._revision = revision
        self._seen = -1

    def publish(self, now: datetime) -> bool:
        """Look again where something changed.

        Raises:
            StoreError: the ledger cannot be used.
        """
        if self._revision() == self._seen:
            return False
        self._kept.keep(self._suspector.find(now), now)
        self._seen = self._revision()
        return True


def _first_probable(one: Suspicion) -> tuple[int, str, str]:
    return -one.points, one.public.case, one.private.case
