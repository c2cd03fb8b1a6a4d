"""Claimed, confirmed, refuted (definitions §5, §8 Verdict): a small state machine over time.

States: nothing claimed → claimed → confirmed (by silence after the window, or by the customer's
word) — and back to nothing claimed whenever the customer shows inside a window that it was not so.
Feed it in rising order of time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal


@dataclass(slots=True, kw_only=True)
class Resolution:
    """Where a case stands between claim and confirmation.

    Attributes:
        window: the silence that confirms a claim, and the time in which an acceptance can be
            refuted.
        claimed_at: the last claim that stands and is not yet confirmed.
        confirmed_at: when the claim was confirmed; None again once that is refuted.
        resolved_at: the claim that got confirmed, or the acceptance where nothing was claimed.
        first_word_at: the acceptance that ended the route of the case.
        refuted: how many claims and acceptances the customer refuted.
    """

    window: timedelta
    claimed_at: datetime | None = None
    claimed_by: str | None = None
    confirmed_at: datetime | None = None
    confirmed_by: Literal["explicit", "silent"] | None = None
    confirmed_event: str | None = None
    resolved_at: datetime | None = None
    first_word_at: datetime | None = None
    refuted: int = 0

    def advance(self, now: datetime) -> None:
        """Let silence confirm a claim whose window has ended by ``now``."""
        claimed = self.claimed_at
        if claimed is None or self.confirmed_at is not None or now < claimed + self.window:
            return
        self.confirmed_at, self.confirmed_by = claimed + self.window, "silent"
        self.confirmed_event, self.resolved_at = self.claimed_by, claimed

    def claim(self, at: datetime, event: str) -> None:
        """Take a claim of the company; the last one counts. Without effect once confirmed."""
        if self.confirmed_at is None:
            self.claimed_at, self.claimed_by = at, event

    def accept(self, at: datetime, event: str) -> None:
        """Take the customer's word that it is solved."""
        if self.confirmed_at is not None:
            return
        self.confirmed_at, self.confirmed_by, self.confirmed_event = at, "explicit", event
        self.resolved_at = self.claimed_at or at
        self.first_word_at = self.first_word_at or at

    def refute(self, at: datetime, *, public: bool = False) -> bool:
        """Take a sign that it is not solved; return whether it took back a claim or confirmation.

        After the window it changes nothing: a new attempt is then a recurrence, another case. An
        acceptance that a public contact refutes has still ended the route (§8: posts after it do
        not count for the route); one refuted in private is as if it had never been given.
        """
        if self.confirmed_at is not None and self.settled(at):
            return False
        if self.claimed_at is None and self.confirmed_at is None:
            return False
        if self.confirmed_at is not None and not public:
            self.first_word_at = None
        self.claimed_at = self.claimed_by = None
        self.confirmed_at = self.confirmed_by = self.confirmed_event = self.resolved_at = None
        self.refuted += 1
        return True

    def settled(self, at: datetime) -> bool:
        """Return whether it is confirmed for good: no attempt at ``at`` can refute it any more."""
        if self.confirmed_at is None:
            return False
        silent = self.confirmed_by == "silent"
        return at >= self.confirmed_at + (timedelta() if silent else self.window)
