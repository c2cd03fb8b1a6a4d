"""What is said of a case, and on which evidence (definitions §6)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal

from pipeline.domain.frozen import frozen

Outcome = Literal[
    "not_counted", "first_time_right", "escalation_only", "resolved_after_escalation",
    "resolved_with_effort", "lapsed", "unresolved", "pending_confirmation", "open",
]  # fmt: skip
Why = Literal[
    "spam", "not_a_complaint", "duplicate", "third_party", "company_initiated", "withdrawn"
]
Route = Literal["private_only", "public_first", "parallel", "escalated"]
LeftIn = Literal[
    "unanswered", "auto_ack", "stock", "info_request", "referral", "promised", "promise_broken",
    "rejected", "claimed_resolved",
]  # fmt: skip
Ftr = Literal["yes", "no", "undetermined"]
PromiseState = Literal["open", "kept", "late", "broken", "moved", "vague", "unknown"]

OUTCOMES: Final[tuple[Outcome, ...]] = (
    "not_counted", "first_time_right", "escalation_only", "resolved_after_escalation",
    "resolved_with_effort", "lapsed", "unresolved", "pending_confirmation", "open",
)  # fmt: skip
CONFIRMED: Final[frozenset[Outcome]] = frozenset(
    {"first_time_right", "escalation_only", "resolved_after_escalation", "resolved_with_effort"}
)
RUNNING: Final = frozenset(
    {"as_of", "avoidance_seconds", "paused_seconds", "wall_seconds", "business_seconds"}
)
"""Fields of a verdict that differ between two judgements of an open case without an event."""


@frozen
class Evidence:
    """One fact behind a verdict: the event, the rule that it met, and the words that say so.

    ``at`` is when the fact came true: the event's time, or later for what silence did (a promise
    broken at its due time, a confirmation after the window). ``span`` indexes the event's text.
    """

    event: str
    rule: str
    at: datetime
    span: tuple[int, int] | None = None


@frozen
class Facts:
    """Counts and waits of a case, for published figures (§7) and the warning. In whole seconds.

    Attributes:
        contacts: contacts of the customer, the opening included.
        customer_messages: messages of the customer that are part of a contact.
        agent_replies: non-automatic replies of the company.
        updates: everything that the company did: its replies and its status changes.
        closures: how often the helpdesk set the case solved or closed.
        closing_teams: how many different teams did so (0 where no team is named).
        claims: times at which the company held the case to be resolved, by claim or status.
        info_rounds: rounds of requests for information.
        reopens: ``reopened`` statuses.
        refuted: claims and confirmations that the customer refuted.
        topic: what it is about, the first topic named; None when none is.
        team: the team named last; None when none is.
        reach: followers of the author of the public escalation (or of the first public post).
        private_wait: from the first private attempt to the first substantive answer or, where none
            came before, to the public escalation; None without a private attempt or an end.
        private_wait_ended_by_answer: whether an answer ended ``private_wait`` (else the post did).
        public_wait: from the public escalation to the first substantive answer after it.
        settled_at: the first claim, or the first acceptance where nothing had been claimed.
        accepted_at: the first time that the customer said that it is solved.
        disturbed_at: when first-time-right first failed, for whatever reason; the opening of a
            recurrence counts too.
        chases: contacts that asked again.
        disputes: contacts that did not take the answer.
        threats: messages that threaten to go public or to a third party, or say that it was done.
        prior_contacts: messages that say that an earlier contact elsewhere had failed.
        empty_replies: stock answers, referrals and re-asks.
        last_contact_at: when the customer's last contact began.
        last_reply_at: the last non-automatic reply.
        last_left_in: what the last reply, automatic or not, left the customer in; None without one.
        promise_due: when the next open promise falls due; None where none is open.
        promise_failed_at: when the oldest promise fell due that is still not kept; None where none
            is, or where the case has come to an end without it.
        waiting_public_since: since when a public contact waits for a reply; None where none does.
        pending_since: since when the helpdesk has it set to pending; None where it is not.
        tickets: under how many tickets of the helpdesk the case was handled (0 where none is
            known).
        unread: messages of the customer that nobody could read: of another language or script.
    """

    contacts: int = 0
    customer_messages: int = 0
    agent_replies: int = 0
    updates: int = 0
    closures: int = 0
    closing_teams: int = 0
    claims: int = 0
    info_rounds: int = 0
    reopens: int = 0
    refuted: int = 0
    topic: str | None = None
    team: str | None = None
    reach: int | None = None
    private_wait: int | None = None
    private_wait_ended_by_answer: bool = False
    public_wait: int | None = None
    settled_at: datetime | None = None
    accepted_at: datetime | None = None
    disturbed_at: datetime | None = None
    chases: int = 0
    disputes: int = 0
    threats: int = 0
    prior_contacts: int = 0
    empty_replies: int = 0
    last_contact_at: datetime | None = None
    last_reply_at: datetime | None = None
    last_left_in: LeftIn | None = None
    promise_due: datetime | None = None
    promise_failed_at: datetime | None = None
    waiting_public_since: datetime | None = None
    pending_since: datetime | None = None
    tickets: int = 0
    unread: int = 0


@frozen
class Verdict:
    """All that is said of one case at ``as_of`` under one policy.

    ``case`` is the id of the first event of the case. The clocks (``wall_seconds``,
    ``business_seconds``, ``avoidance_seconds``, ``paused_seconds``) run on while the case is open;
    everything else stays as it is until ``revisit_at`` unless an event comes. ``revisit_at`` is
    None where time alone changes nothing more. ``opened_at`` is the first contact,
    or the first event where the customer made none.
    """

    case: str
    customer: tuple[str, ...]
    events: tuple[str, ...]
    policy: str
    as_of: datetime
    outcome: Outcome
    why: Why | None
    final: bool
    ftr: Ftr | None
    ftr_reasons: tuple[str, ...]
    route: Route
    left_in: LeftIn | None
    stated_escalation: bool
    recurrence_of: str | None
    attempts: int
    channels: tuple[str, ...]
    opened_at: datetime
    escalated_at: datetime | None
    first_reply_at: datetime | None
    first_substantive_at: datetime | None
    resolved_at: datetime | None
    confirmed_at: datetime | None
    confirmed_by: Literal["explicit", "silent"] | None
    run_around: bool
    promises: Mapping[PromiseState, int]
    avoidance_seconds: int
    paused_seconds: int
    false_pauses: int
    wall_seconds: int | None
    business_seconds: int | None
    revisit_at: datetime | None
    waiting_since: datetime | None
    """Since when a contact waits for a non-automatic reply; None when none does."""
    flags: tuple[str, ...]
    facts: Facts
    evidence: tuple[Evidence, ...]

    @property
    def counted(self) -> bool:
        """Whether the case is in the denominator of the published figures (§7)."""
        return self.outcome != "not_counted"

    @property
    def confirmed(self) -> bool:
        """Whether the case counts as resolved: the customer said so, or stayed silent (§5)."""
        return self.outcome in CONFIRMED

    def first_time_right_within(self, window: timedelta, as_of: datetime) -> Ftr | None:
        """Return first-time-right as it would be with another window of confirmation (§7).

        None for a case that is not counted. An acceptance before anything went wrong is a yes under
        every window; else the claim has to stand undisturbed for ``window``.
        """
        facts = self.facts
        if not self.counted:
            return None
        failed, settled = facts.disturbed_at, facts.settled_at
        if facts.accepted_at is not None and (failed is None or facts.accepted_at < failed):
            return "yes"
        if settled is not None and (failed is None or failed >= settled + window):
            return "yes" if as_of >= settled + window else "undetermined"
        if failed is None and self.outcome not in ("lapsed", "unresolved"):
            return "undetermined"
        return "no"
