"""Every threshold of the definitions, in one versioned, frozen object."""

from dataclasses import dataclass, field
from datetime import timedelta

from pipeline.domain.calendar import Calendar
from pipeline.domain.events import TOPICS


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The thresholds behind every verdict; ``version`` is stamped on verdicts and figures.

    Change a threshold, change the version: ``pipeline.config.load_policy`` appends a digest of the
    values to the version of a policy file, so that two policies never share a stamp.
    """

    version: str = "2026.1"
    report_zone: str = "UTC"
    """IANA zone that decides the week of a cohort and the end of a bare date."""
    burst: timedelta = timedelta(minutes=30)
    """§3: longest gap between two messages of one contact."""
    parallel: timedelta = timedelta(minutes=60)
    """§4: a public contact this soon after the first private attempt is parallel, not escalated."""
    crossed: timedelta = timedelta(minutes=60)
    """§6: a substantive reply sent this shortly before the post crossed it."""
    same_issue: timedelta = timedelta(days=30)
    """§4: longest silence over which the same topic is still the same issue."""
    confirmation: timedelta = timedelta(days=14)
    """§5: silence after a claim that confirms it; attempts inside it refute."""
    recurrence: timedelta = timedelta(days=30)
    """§5: after a confirmation, an attempt up to here is a recurrence."""
    lapse: timedelta = timedelta(days=28)
    """§5: a reminded request for information unanswered this long lapses the case."""
    horizon: timedelta = timedelta(days=42)
    """§6: a case that is not confirmed this long after its opening is unresolved."""
    escalation_answer: timedelta = timedelta(hours=72)
    """§6 (d): the first substantive answer to a post must come within this time, or cite it."""
    restatement: timedelta = timedelta(days=90)
    """§6: events up to here after ``final`` restate the figure; later ones leave a note."""
    clock_skew: timedelta = timedelta(minutes=5)
    """§2: how far ``at`` may lie after ``received_at`` before it is clamped."""
    avoidance_private_days: int = 2
    """§6: business days after which an unanswered private contact is being avoided."""
    avoidance_public: timedelta = timedelta(hours=24)
    """§6: the same for a public contact, by the wall clock."""
    pause_limit: timedelta = timedelta(days=30)
    """§6: the most that a customer's own pauses may add up to."""
    suppress_below: int = 10
    """§7: cells of shared reports with fewer cases (and at least one) are suppressed."""
    topics: frozenset[str] = frozenset(TOPICS)
    """§2: the closed list of topics, at most 20; an unknown topic counts as absent."""
    calendar: Calendar = field(default_factory=Calendar)
    """Business hours, holidays and their zone."""
