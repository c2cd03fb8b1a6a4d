"""What a reader looks at: which cases a figure is taken over, and which cases a list holds.

A `Scope` narrows every figure and list of a page alike; a `CaseFilter` names the cases behind one
number inside of it. Both say by ``holds`` what they mean; a ledger's SQL only repeats it.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from pipeline.domain.calendar import iso_week
from pipeline.domain.members import Part, is_member
from pipeline.domain.tally import band_bounds
from pipeline.domain.verdict import Ftr, LeftIn, Outcome, PromiseState, Route, Verdict, Why

NONE: Final = "none"
"""Names the cases without a theme or team, where a theme or team is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which cases figures and lists are taken over; None leaves a condition out.

    Attributes:
        channel: the customer got in touch there, among other channels maybe.
        topic: what the case is about; ``none`` for those without.
        team: the team named last; ``none`` for those without.
        since: the first ISO week of opening, in the report zone, such as ``2026-W40``.
        until: the last one, inclusive.
    """

    channel: str | None = None
    topic: str | None = None
    team: str | None = None
    since: str | None = None
    until: str | None = None

    def holds(
        self, week: str, topic: str | None, team: str | None, channels: Collection[str]
    ) -> bool:
        """Return whether a case of these four lies in the scope."""
        return (
            (self.since is None or self.since <= week)
            and (self.until is None or week <= self.until)
            and self.topic in (None, topic or NONE)
            and self.team in (None, team or NONE)
            and (self.channel is None or self.channel in channels)
        )

    def covers(self, verdict: Verdict, zone: str) -> bool:
        """Return whether a case lies in the scope; ``zone`` is the report zone."""
        week = iso_week(verdict.opened_at, zone)
        return self.holds(week, verdict.facts.topic, verdict.facts.team, verdict.channels)


EVERYTHING: Final = Scope()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """By what cases can be narrowed: the values that cases have, sorted."""

    channels: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases a list holds; None and False leave a condition out, all others are joined by and.

    Attributes:
        scope: where they are looked for.
        outcome, route, left_in, ftr, why, confirmed_by: what the verdict says.
        promise: a promise of the case is in this state.
        band: the reach of the author lies in this band (`tally.BAND_ORDER`).
        figure: the case is counted in the published figure of that name.
        part: where in it: in its denominator (``all``), its numerator (``yes``), or as a known
            failure (``no``).
        unfinished: the verdict is not final.
        waiting: a contact waits for a reply.
        public: where it waits, None for anywhere.
        promised: a promise is still to be kept, be it overdue.
        false_pause: the helpdesk set the case to pending while the customer was waiting.
        paused: it is in a false pause now, None for either.
        words: found in the name of the case or the customer, in a reference, or in a shown text.
    """

    scope: Scope = field(default=EVERYTHING)
    outcome: Outcome | None = None
    route: Route | None = None
    left_in: LeftIn | None = None
    ftr: Ftr | None = None
    why: Why | None = None
    confirmed_by: Literal["explicit", "silent"] | None = None
    promise: PromiseState | None = None
    band: str | None = None
    figure: str | None = None
    part: Part = "all"
    unfinished: bool = False
    waiting: bool = False
    public: bool | None = None
    promised: bool = False
    false_pause: bool = False
    paused: bool | None = None
    words: str = ""

    def holds(
        self, verdict: Verdict, now: datetime, zone: str, recurred: Collection[str] = ()
    ) -> bool:
        """Return whether a case passes; ``recurred`` are the cases that came back.

        The words are not looked for: they are found elsewhere than in a verdict.
        """
        return (
            self.scope.covers(verdict, zone)
            and self._says(verdict)
            and self._stands(verdict, now)
            and (
                self.figure is None or is_member(self.figure, self.part, verdict, now, recurred)
            )
        )  # fmt: skip

    def _says(self, verdict: Verdict) -> bool:
        names = ("outcome", "route", "left_in", "ftr", "why", "confirmed_by")
        told = all(getattr(self, name) in (None, getattr(verdict, name)) for name in names)
        kept = self.promise is None or verdict.promises.get(self.promise, 0) > 0
        return told and kept and (self.band is None or _reaches(verdict.facts.reach, self.band))

    def _stands(self, verdict: Verdict, now: datetime) -> bool:
        facts = verdict.facts
        since = verdict.waiting_since
        public = facts.waiting_public_since is not None
        return (
            not (self.unfinished and verdict.final)
            and (not self.waiting or (since is not None and since <= now))
            and self.public in (None, public)
            and (not self.promised or is_promised(verdict))
            and not (self.false_pause and verdict.false_pauses == 0)
            and self.paused in (None, paused_since(verdict) is not None)
        )


def _reaches(reach: int | None, band: str) -> bool:
    low, high = band_bounds(band)
    if reach is None or low is None:
        return reach is None and low is None
    return low <= reach and (high is None or reach < high)


def is_promised(verdict: Verdict) -> bool:
    """Return whether a promise is still to be kept, be it due or overdue."""
    facts = verdict.facts
    promised = facts.promise_due is not None or facts.promise_failed_at is not None
    return promised and not verdict.final


def paused_since(verdict: Verdict) -> datetime | None:
    """Return since when a case stands in a false pause: set to pending while a contact waits."""
    pending, waiting = verdict.facts.pending_since, verdict.waiting_since
    if verdict.false_pauses == 0 or pending is None or waiting is None:
        return None
    return max(pending, waiting)


EVERY_CASE: Final = CaseFilter()
