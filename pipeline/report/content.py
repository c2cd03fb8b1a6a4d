"""What a weekly report says, as data: every form of it (HTML, PDF, CSV, JSON) is made of this."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pipeline.domain.causes import Cause
from pipeline.domain.comparison import Comparison
from pipeline.domain.control_chart import Chart
from pipeline.domain.figures import Figures, Published

Paper = Literal["a4", "us-letter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One of the most frequent causes, in the customers' own words.

    Attributes:
        cause: its name.
        label: the same in words.
        count: cases of the window; `share` of all that were not right the first time.
        in_week: of these, opened in the week of the report; None where withheld.
        topic: what most of them are about; None where no theme is named, or it is withheld.
        topic_count: how many are.
        quotes: what customers wrote, without personal data.
    """

    cause: Cause
    label: str
    count: int
    share: float
    in_week: int | None
    topic: str | None
    topic_count: int
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restatements:
    """What of earlier figures was restated during the week. Numbers are cases.

    Attributes:
        total: entries of the restatement log.
        was_final: of these, verdicts that had been final.
        lost: first-time-right before, not so now.
        gained: the other way round.
        merged: cases that became part of another one.
        reasons: by why: late events, texts read anew, another policy, time.
    """

    total: int | None
    was_final: int | None
    lost: int | None
    gained: int | None
    merged: int | None
    reasons: Mapping[str, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """What nobody knows yet. Numbers are cases of the window unless said otherwise.

    Attributes:
        open: nobody has said that it is solved.
        pending: claimed to be solved, and the customer may still object.
        unread: with a text that could not be read.
        promises: promises whose fulfilment nobody could observe.
        stated: posts that say that an earlier contact had failed, without one being linked.
        dead_letters: inputs that could not be used and wait for a mend; None where not known.
    """

    open: int | None
    pending: int | None
    unread: int | None
    promises: int | None
    stated: int | None
    dead_letters: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The weekly report.

    Attributes:
        week: the ISO week that it is about.
        first_week: the first of the weeks that `figures` cover; ``week`` is the last.
        monday: first day of ``week``.
        sunday: last day of ``week``.
        has_ended: whether the week was over at ``as_of``.
        zone: the report zone, which decides what a week is.
        as_of: the state of the ledger.
        policies: versions of the policies of the verdicts.
        company: whose report it is.
        below: cells with fewer cases are withheld; None in a report that withholds nothing.
        base_url: where the dashboard is, without a slash at the end; empty where not known.
        sentence: the finding.
        figures: of all weeks together, of those that are mature, by week and by theme.
        of_week: the figures of ``week``; None where no case was opened in it.
        newest: the newest mature week; None where there is none, or it is withheld.
        chart: first-time-right of the mature weeks against chance.
        causes: the three most frequent causes.
        causes_n: how many cases were not right the first time.
        causes_withheld: how many of the causes were withheld.
        comparison: the same cases under other definitions.
        restatements: what was restated in the week.
        unknown: what is not known yet.
        note: said below the sentence, such as that the report comes late; empty where nothing is.
        paper: of the PDF.
    """

    week: str
    first_week: str
    monday: date
    sunday: date
    has_ended: bool
    zone: str
    as_of: datetime
    policies: tuple[str, ...]
    company: str
    below: int | None
    base_url: str
    sentence: str
    figures: Published
    of_week: Figures | None
    newest: Figures | None
    chart: Chart
    causes: tuple[Told, ...]
    causes_n: int | None
    causes_withheld: int
    comparison: Comparison
    restatements: Restatements
    unknown: Unknown
    note: str = ""
    paper: Paper = "a4"

    @property
    def whole(self) -> Figures:
        """The figures of all weeks of the window together."""
        return self.figures.overall
