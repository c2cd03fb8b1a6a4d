"""Puts a report into words."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from pipeline.domain.comparison import Compared
from pipeline.domain.control_chart import Chart, Point
from pipeline.domain.figures import Figures
from pipeline.domain.rates import Figure
from pipeline.report.content import Report, Restatements, Told, Unknown
from pipeline.report.telling import (
    NOTHING,
    RULES,
    WITHHELD,
    cases_of,
    days,
    duration,
    moment,
    n_of,
    number,
    percent,
    reach_of,
    value_of,
)
from pipeline.report.view import (
    CauseView,
    DefinitionView,
    GapView,
    Line,
    Number,
    View,
    WeekView,
)

SIGNALS_SHOWN: Final = 3
CONDUCT: Final = (
    ("escalation", "Went public after trying in private", ""),
    ("eor_escalated", "Helped only then, of those who went public", "association, not cause"),
    ("eor_counted", "Helped only then, of all", ""),
    ("promises_kept", "Promises kept", "of those kept, late or broken"),
    ("promises_broken", "Promises broken", ""),
    ("run_around", "Sent around", "two empty replies or more, or asked again"),
    ("avoidance", "Avoided", "longer without a reply than 2 business days, in public 24 h"),
    ("avoidance_wait", "Time avoided, where it happened", ""),
    ("contacts_per_resolution", "Contacts per resolution", ""),
    ("resolution_wall", "Time to resolution, wall clock", ""),
    ("resolution_business", "Time to resolution, business hours", ""),
)
GAMING: Final = (
    ("ask_and_wait", "Ask and wait", "asked again for information instead of answering"),
    ("closed_unconfirmed", "Closed unconfirmed", "closed, and the customer had not agreed"),
    ("false_pause", "Snoozed as closed", "set to pending while the customer waited"),
    ("reticketed", "Split into tickets", "one issue under several tickets"),
    ("recurrence", "Back as a new case", "the same issue within 30 days of its confirmation"),
)


def build_view(report: Report) -> View:
    """Return the report in words."""
    whole = report.whole
    week = report.week.partition("-W")
    company = f" at {report.company}" if report.company else ""
    return View(
        title=f"Complaints{company}, week {int(week[2])} of {week[0]}",
        week=report.week,
        company=report.company,
        days=days(report.monday, report.sunday),
        window=f"{report.first_week} to {report.week}",
        as_of=moment(report.as_of, report.zone),
        sentence=report.sentence.replace("-W", "\N{NON-BREAKING HYPHEN}W"),
        note=" ".join(_notes(report)),
        caption=_caption(report.chart),
        signals=tuple(_signals(report.chart)),
        numbers=tuple(_numbers(report)),
        causes=tuple(_cause(one, report) for one in report.causes),
        causes_said=_causes_said(report),
        gaps=tuple(_gaps(whole)),
        gaps_said=_gaps_said(whole),
        conduct=tuple(_line(whole, report.of_week, *named) for named in CONDUCT),
        definitions=tuple(_definition(one, report) for one in report.comparison.rows),
        gaming=tuple(_line(whole, report.of_week, *named) for named in GAMING),
        restated=tuple(_restated(report.restatements)),
        unknown=tuple(_unknown(report.unknown)),
        weeks=tuple(_weeks(report)),
        method=tuple(_method(report)),
        is_empty=whole.cases == 0 and not whole.hidden,
        base_url=report.base_url,
    )


def _notes(report: Report) -> Iterator[str]:
    if report.note:
        yield report.note
    if not report.has_ended:
        yield f"Week {report.week} has not ended: more cases will be opened in it."


def _caption(chart: Chart) -> str:
    if chart.centre is None:
        return "No week is mature yet: each will lie in its band, and gets a rate after 42 days."
    if not chart.has_limits:
        return (
            f"Centre line {percent(chart.centre)}. With fewer than eight mature weeks there are no "
            "control limits, and nothing is called a change."
        )
    wide = (
        f" They are {chart.spread:.1f} times as wide as counting alone would make them, since the "
        "weeks differ by more than that (Laney)."
        if chart.spread > 1
        else ""
    )
    return (
        f"Centre line {percent(chart.centre)}; between the dotted lines a week differs from it by "
        f"chance.{wide} Ringed weeks are signals, of which chance alone gives one in 92."
    )


def _signals(chart: Chart) -> Iterator[str]:
    """Yield the signals, the latest first, and how many more the table below shows."""
    found = [point for point in reversed(chart.points) if point.signals]
    for point in found[:SIGNALS_SHOWN]:
        side = "above" if point.sigmas > 0 else "below"
        rules = ", ".join(RULES[one] for one in point.signals)
        yield f"{point.label}: {percent(point.share)}, {side} the centre line ({rules})"
    if len(found) > SIGNALS_SHOWN:
        yield f"and {len(found) - SIGNALS_SHOWN} earlier, in the table below"


def _numbers(report: Report) -> Iterator[Number]:
    newest, whole = report.newest, report.whole
    if newest is not None:
        label = f"First-time-right, {newest.week}"
        yield _number(newest["ftr"], label, "the newest week that is mature")
    elif report.of_week is not None:
        yield _number(
            report.of_week["ftr"], f"First-time-right, {report.week}", "no week is mature"
        )
    else:
        yield _number(whole["ftr"], "First-time-right", "no week is mature")
    yield _number(whole["eor_escalated"], "Helped only after going public", "of the escalated")
    yield _number(whole["promises_kept"], "Promises kept", "of those whose end was seen")
    yield _number(whole["run_around"], "Sent around", "two empty replies or more, or asked again")


def _number(figure: Figure, label: str, note: str) -> Number:
    return Number(
        label=label, value=value_of(figure), reach=reach_of(figure), n=n_of(figure), note=note
    )


def _cause(told: Told, report: Report) -> CauseView:
    more = []
    if told.topic is not None:
        more.append(f"most often about {told.topic.replace('_', ' ')} ({told.topic_count:,})")
    if told.in_week:
        more.append(f"{told.in_week:,} opened in {report.week}")
    return CauseView(
        label=told.label,
        share=percent(told.share),
        count=f"{told.count:,} cases",
        more="; ".join(more),
        quotes=told.quotes,
    )


def _causes_said(report: Report) -> str:
    if report.causes_n == 0:
        return "No case has failed to be right the first time so far."
    held = f" Causes with fewer than {report.below} cases are left out." if report.below else ""
    if report.causes_n is None or not report.causes:
        return f"Too few cases failed to say why.{held}"
    return (
        f"Of {report.causes_n:,} cases that were not right the first time, by what went wrong "
        f"first; each has one cause.{held} Quotations are drawn by lot, personal data left out."
    )


def _gaps(whole: Figures) -> Iterator[GapView]:
    for gap in whole.gaps:
        yield GapView(
            band=gap.band,
            private=value_of(gap.private),
            public=value_of(gap.public),
            n=cases_of(gap.private),
            cut_short="" if gap.cut_short is None else f"{gap.cut_short:,}",
        )


def _gaps_said(whole: Figures) -> str:
    private, public = whole["private_wait"], whole["public_wait"]
    if private.hidden or private.value is None or public.value is None:
        return "Too few customers went public and were answered to compare the two waits."
    return (
        f"The same {private.n:,} customers waited {duration(private.value)} in private and "
        f"{duration(public.value)} after going public (medians; association, not cause)."
    )


def _line(whole: Figures, of_week: Figures | None, name: str, label: str, note: str) -> Line:
    figure = whole[name]
    return Line(
        label=label,
        in_week=NOTHING if of_week is None else value_of(of_week[name]),
        value=value_of(figure),
        reach=reach_of(figure),
        n=cases_of(figure),
        note=note,
    )


def _definition(one: Compared, report: Report) -> DefinitionView:
    causes = [f"{hidden.label.lower()} ({hidden.count:,})" for hidden in one.hidden if hidden.count]
    link = f"{report.base_url}/definitions?of={quote(one.figure.name)}" if report.base_url else ""
    return DefinitionView(
        label=one.figure.label,
        value=value_of(one.figure),
        n=cases_of(one.figure),
        solved=number(one.solved),
        denied=number(one.denied),
        public=number(one.denied_public),
        why="; ".join(causes[:2]),
        left_out=number(one.left_out),
        is_ours=one.figure.name == "ftr",
        link=link,
    )


def _restated(told: Restatements) -> Iterator[str]:
    if told.total == 0:
        yield "Nothing that had been published was restated in this week."
        return
    yield (
        f"Restated in this week: {number(told.total)}; of these final before: "
        f"{number(told.was_final)}."
    )
    yield (
        f"First-time-right before and not so now: {number(told.lost)}; the other way round: "
        f"{number(told.gained)}; merged into another case: {number(told.merged)}."
    )
    for reason, count in told.reasons.items():
        yield f"Because {reason}: {number(count)}."


def _unknown(told: Unknown) -> Iterator[str]:
    yield f"Open, nobody has said that it is solved: {number(told.open)}."
    yield f"Said to be solved, the customer may still object: {number(told.pending)}."
    yield f"Promises of which nobody could see whether they were kept: {number(told.promises)}."
    yield f"Cases with a text in a language that is not read: {number(told.unread)}."
    yield (
        "Posts that speak of an earlier complaint, without one being linked: "
        f"{number(told.stated)}; they widen the range of escalations."
    )
    if told.dead_letters is not None:
        yield f"Inputs that could not be used and wait for a mend: {told.dead_letters:,}."


def _weeks(report: Report) -> Iterator[WeekView]:
    points = {point.label: point for point in report.chart.points}
    for week in reversed(report.figures.weeks):
        name, figure = week.week or "", week["ftr"]
        point = points.get(name)
        yield WeekView(
            week=name,
            n=NOTHING if figure.hidden else f"{figure.n:,}",
            value=value_of(figure),
            reach=reach_of(figure),
            limits="" if point is None else _limits(point),
            signals=", ".join(RULES[one] for one in point.signals) if point is not None else "",
            link=f"{report.base_url}/cases?week={quote(name)}" if report.base_url else "",
        )


def _limits(point: Point) -> str:
    if point.low is None or point.high is None:
        return ""
    return f"{percent(point.low)}–{percent(point.high)}"


def _method(report: Report) -> Iterator[str]:
    yield (
        "First-time-right: confirmed by the customer's word or by 14 days of silence, after one "
        "contact and one answer, without chasing, disputes, reopening, broken promises or a public "
        "post. Every case that was opened in a week counts, open ones included, and a week is "
        "mature 42 days after its end; until then only bounds are known."
    )
    yield (
        "Intervals are 95% Wilson intervals. The range of escalations holds the cases that only "
        "say that they had complained in private before; that of promises, those that nobody could "
        "see kept; that of closed tickets, those whose customer may still object."
    )
    yield (
        f"Weeks are ISO weeks in {report.zone}. Unless a week is named, figures go over the cases "
        f"opened from {report.first_week} to {report.week}: "
        f"{WITHHELD if report.whole.hidden else number(report.whole.n)} counted."
    )
    if report.below is not None:
        yield (
            f"Cells with 1 to {report.below - 1} cases are withheld, and the next smallest where "
            "the missing one could be worked out."
        )
    yield (
        f"Policy {', '.join(report.policies)}. As of {moment(report.as_of, report.zone)}: what "
        f"came later is not in it. To repeat it: ccm report --week {report.week}."
    )
