"""Makes a report: one pass over the verdicts, and the rules of what may be shown of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipeline.domain.causes import LABELS, Cause, CauseCount, CauseTally
from pipeline.domain.comparison import ComparisonTally, watched
from pipeline.domain.control_chart import Chart, Subgroup, build_chart
from pipeline.domain.figures import Figures, Published, build_figures
from pipeline.domain.policy import Policy
from pipeline.domain.scope import Scope
from pipeline.domain.suppression import shown, suppress
from pipeline.report.content import Paper, Report, Restatements, Told, Unknown
from pipeline.report.ports import Restated, Sources
from pipeline.report.sentence import build_sentence
from pipeline.report.telling import quoted
from pipeline.report.weeks import check_week, days_of, weeks_until

CAUSES_SHOWN: Final = 3
QUOTES_EACH: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """For whom a report is made.

    Attributes:
        company: whose report it is; named at the top.
        shared: whether small cells are withheld, as they are from everybody who may not see cases.
        base_url: where the dashboard is, for links; empty for none.
        note: said below the sentence; empty for none.
        paper: of the PDF.
    """

    company: str = ""
    shared: bool = True
    base_url: str = ""
    note: str = ""
    paper: Paper = "a4"


def build_report(
    sources: Sources, week: str, now: datetime, policy: Policy, edition: Edition
) -> Report:
    """Return the report of ``week`` as the ledger stands at ``now``.

    It covers the half-year of which ``week`` is the last week, since most of what is opened in one
    week is not known for six more.

    Raises:
        InputError: ``week`` is no ISO week, or has not begun.
        StoreError: the ledger cannot be read.
    """
    start, end = check_week(week, now, policy.report_zone)
    window = weeks_until(week)
    causes = CauseTally(seed=week, start=start, end=end)
    comparison = ComparisonTally()
    scope = Scope(since=window[0], until=week)
    verdicts = watched(sources.verdicts(window[0]), now, policy, [causes, comparison], scope)
    published = build_figures(verdicts, now, policy, scope=scope)
    below = policy.suppress_below if edition.shared else None
    figures = published if below is None else suppress(published, below)
    compared = comparison.compared(published.overall)
    chart = _chart(figures)
    monday, sunday = days_of(week)
    counts = causes.causes()
    return Report(
        week=week,
        first_week=window[0],
        monday=monday,
        sunday=sunday,
        has_ended=end <= now,
        zone=policy.report_zone,
        as_of=now,
        policies=published.overall.policies or (policy.version,),
        company=edition.company,
        below=below,
        base_url=edition.base_url.rstrip("/"),
        sentence=build_sentence(figures, chart, week),
        figures=figures,
        of_week=next((one for one in figures.weeks if one.week == week), None),
        newest=next((one for one in reversed(figures.weeks) if one.mature and one.n), None),
        chart=chart,
        causes=tuple(_causes(counts, below, sources, now)),
        causes_n=_shown(sum(one.count for one in counts), below),
        causes_withheld=sum(n is None for n in _parts(counts, below).values()),
        comparison=compared if below is None else compared.suppressed(below),
        restatements=_restatements(sources.restated(start, end), below),
        unknown=_unknown(published.overall, figures.overall, sources, below),
        note=edition.note,
        paper=edition.paper,
    )


def _chart(figures: Published) -> Chart:
    mature = [(one.week or "", one["ftr"]) for one in figures.weeks if one.mature]
    return build_chart([
        Subgroup(label=week, count=ftr.count, n=ftr.n)
        for week, ftr in mature
        if ftr.count is not None
    ])  # fmt: skip


def _causes(
    causes: Sequence[CauseCount], below: int | None, sources: Sources, now: datetime
) -> Iterator[Told]:
    """Yield the most frequent causes that may be shown, each with what customers wrote."""
    total, may_be_shown = sum(one.count for one in causes), _parts(causes, below)
    for cause in [one for one in causes if may_be_shown[one.cause] is not None][:CAUSES_SHOWN]:
        is_topic_shown = cause.topic is not None and _shown(cause.topic_count, below) is not None
        yield Told(
            cause=cause.cause,
            label=LABELS[cause.cause],
            count=cause.count,
            share=cause.count / total,
            in_week=_shown(cause.in_week, below),
            topic=cause.topic if is_topic_shown else None,
            topic_count=cause.topic_count if is_topic_shown else 0,
            quotes=tuple(_quotes(cause, sources, now)),
        )


def _parts(causes: Sequence[CauseCount], below: int | None) -> Mapping[Cause, int | None]:
    return shown({one.cause: one.count for one in causes}, below or 0)


def _quotes(cause: CauseCount, sources: Sources, now: datetime) -> list[str]:
    found: list[str] = []
    for pick in cause.picks:
        text = quoted(sources.quote(pick, now) or "")
        if text and text not in found:
            found.append(text)
        if len(found) == QUOTES_EACH:
            break
    return found


def _restatements(log: Iterable[Restated], below: int | None) -> Restatements:
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for one in log:
        counts["total"] += 1
        counts["was_final"] += one.was_final
        counts["lost"] += one.ftr_before == "yes" and one.ftr_after == "no"
        counts["gained"] += one.ftr_before == "no" and one.ftr_after == "yes"
        counts["merged"] += one.outcome_after is None
        reasons[_reason(one)] += 1
    told = {name: _shown(counts[name], below) for name in ("total", "was_final", "lost", "gained")}
    return Restatements(
        **told,
        merged=_shown(counts["merged"], below),
        reasons={name: _shown(n, below) for name, n in reasons.most_common()},
    )


def _reason(one: Restated) -> str:
    """Return why a figure was restated, without naming a case or an event."""
    if "texts were read anew" in one.reason:
        return "texts were read anew by another model"
    if one.outcome_after is None:
        return "two cases turned out to be one"
    if one.causes:
        return "events came late" if one.was_final else "further events came"
    if one.policy_before != one.policy_after:
        return "the policy changed"
    return "time passed"


def _unknown(whole: Figures, may_be_shown: Figures, sources: Sources, below: int | None) -> Unknown:
    escalation = whole["escalation"]
    stated = round(((escalation.high or 0.0) - (escalation.value or 0.0)) * escalation.n)
    return Unknown(
        open=may_be_shown.outcomes.get("open", 0),
        pending=may_be_shown.outcomes.get("pending_confirmation", 0),
        unread=_shown(whole["unread"].count or 0, below),
        promises=may_be_shown.promises.get("unknown", 0),
        stated=_shown(stated, below),
        dead_letters=sources.dead_letters(),
    )


def _shown(number: int, below: int | None) -> int | None:
    return None if below is not None and 0 < number < below else number
