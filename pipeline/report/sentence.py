"""The finding in one sentence, by rules: what an executive has to know, and how sure it is.

The first rule that applies writes the sentence. A change is only called one where the control chart
signals it in the newest mature week; escalation-only is told as what happened, never as a cause.
"""

from pipeline.domain.control_chart import Chart, Point
from pipeline.domain.figures import Figures, Published
from pipeline.domain.rates import Figure
from pipeline.report.telling import percent, value_of


def build_sentence(published: Published, chart: Chart, week: str) -> str:
    """Return the sentence for the weeks up to ``week``."""
    whole = published.overall
    if whole.hidden or whole["ftr"].hidden:
        return f"Too few complaints were opened in the half-year to {week} to say anything of them."
    if whole.n == 0:
        return f"No complaint was opened in the half-year to {week}, so there is nothing to report."
    return f"{_rightness(published, chart)}{_escalations(whole)}."


def _rightness(published: Published, chart: Chart) -> str:
    mature = published.matured["ftr"]
    if mature.n == 0 or mature.value is None or not chart.points:
        return _young(published.overall["ftr"])
    newest = chart.points[-1]
    if newest.signals and chart.centre is not None:
        return _changed(newest, chart.centre)
    return (
        f"{percent(mature.value)} of complaints up to {newest.label} were put right the first time "
        f"({_interval(mature)}, n = {mature.n:,}){_steady(chart)}"
    )


def _steady(chart: Chart) -> str:
    """Say that nothing changed, where it could have been seen; earlier signals are told below."""
    if not chart.has_limits:
        return ""
    earlier = sum(bool(point.signals) for point in chart.points)
    if earlier == 0:
        return ", with no sign of change"
    return f", though {earlier} earlier week{'s' if earlier > 1 else ''} stood out"


def _young(figure: Figure) -> str:
    return (
        f"It is too early for a rate: of the {figure.n:,} complaints counted so far, between "
        f"{percent(figure.low or 0.0)} and {percent(figure.high or 0.0)} will turn out "
        "to have been put right the first time"
    )


def _changed(newest: Point, centre: float) -> str:
    """Tell a signal: further from the usual than chance explains, or a run on one side of it."""
    way, side = ("fell to", "below") if newest.share < centre else ("rose to", "above")
    told = f"{percent(newest.share)} of the {newest.n:,} complaints of {newest.label}"
    if "beyond_limits" in newest.signals:
        return (
            f"First-time-right {way} {told}, further {side} the usual {percent(centre)} than "
            "chance explains"
        )
    return (
        f"First-time-right has been {side} its usual {percent(centre)} for longer than chance "
        f"explains: {told} were put right the first time"
    )


def _interval(figure: Figure) -> str:
    return f"95% interval {percent(figure.low or 0.0)}–{percent(figure.high or 0.0)}"


def _escalations(whole: Figures) -> str:
    figure = whole["eor_escalated"]
    if figure.hidden:
        return "; too few customers went public to say what helped them"
    if figure.n == 0:
        return "; no customer went public after trying in private"
    if not figure.count:
        return f"; none of the {figure.n:,} customers who went public was helped only after that"
    return (
        f"; {figure.count:,} of {figure.n:,} customers who went public ({value_of(figure)}) had "
        "got no real answer before and were helped only then"
    )
