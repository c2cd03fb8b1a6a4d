"""Panels as all dashboards have them: what each shows, what it means, and where to go from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeVar

from grafana_foundation_sdk.builders import bargauge, common, dashboard, stat, table, timeseries
from grafana_foundation_sdk.cog import builder as cog
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models import common as how
from grafana_foundation_sdk.models.dashboard import (
    DashboardLinkType,
    DynamicConfigValue,
    FieldColorModeId,
    Threshold,
    ThresholdsMode,
    ValueMap,
    ValueMappingResult,
)

from deploy.grafana.queries import LEDGER, METRICS, Sql
from pipeline.config import Settings
from pipeline.domain.measures import DEFINITIONS
from pipeline.domain.rates import Definition

PAGES: Final = "${pages}"
"""Where the monitor's own pages are; a variable of each dashboard."""
CASE: Final = "/cases/${__value.raw:percentencode}"
"""The page of the case whose id a cell holds."""
FINE, LOOK, ACT, PLAIN = "green", "orange", "red", "text"
"""Colours by meaning: all is well, look at it, do something; a number without a judgement."""
HEIGHT: Final = 9

Query = cog.Builder[Dataquery]
Steps = Sequence[tuple[float, str]]
Options = list[DynamicConfigValue]
P = TypeVar("P", stat.Panel, table.Panel, bargauge.Panel, timeseries.Panel)


@dataclass(frozen=True, slots=True)
class About:
    """What stands over a panel: its title, what it means, and the page where its cases are."""

    title: str
    means: str
    link: dashboard.DashboardLink


# ------------------------------------------------------------------------------- words and colours


def meaning(*names: str, more: str = "") -> str:
    """Return what published figures mean, in the words of their definitions."""
    beside = (
        "n is over how many cases (or promises) it was measured. The number is that of the "
        "monitor's pages; nothing is worked out here."
    )
    told = [_definition(DEFINITIONS[name]) for name in names]
    return "\n\n".join([*told, *([more] if more else []), beside])


def _definition(one: Definition) -> str:
    return f"**{one.label}**: {one.note}" if one.note else f"**{one.label}**"


def against(settings: Settings) -> str:
    """Return what is aimed at, in words."""
    return (
        f"The objective is {settings.objective.ftr:.0%}: red where not even the upper end reaches "
        "it. "
    )


def page(title: str, path: str) -> dashboard.DashboardLink:
    """Return a link to a page of the monitor."""
    link = dashboard.DashboardLink(title).type(DashboardLinkType.LINK)
    return link.url(f"{PAGES}{path}").target_blank(True)


def thresholds(*steps: tuple[float, str], base: str = FINE) -> dashboard.ThresholdsConfig:
    """Return colours from values on; ``base`` below the first."""
    found = [Threshold(None, base), *(Threshold(value, color) for value, color in steps)]
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(found)


# --------------------------------------------------------------------------- settings of one column


def option(name: str, value: Any) -> DynamicConfigValue:
    """Return one setting of a column."""
    return DynamicConfigValue(id_val=name, value=value)


def column(unit: str, **more: Any) -> Options:
    """Return the unit of a column, and more of its settings."""
    return [option("unit", unit), *(option(name, value) for name, value in more.items())]


def fixed(color: str) -> DynamicConfigValue:
    """Return that a column has one colour."""
    return option("color", {"mode": "fixed", "fixedColor": color})


def named(told: Mapping[str, str]) -> Options:
    """Return that a column shows names in data in the words of the monitor's pages."""
    results = {
        name: ValueMappingResult(text=text, index=place)
        for place, (name, text) in enumerate(told.items())
    }
    return [option("mappings", [ValueMap(options=results)])]


def leads_to(path: str, title: str) -> Options:
    """Return that a column's cells are links into the monitor's pages."""
    return [option("links", [{"title": title, "url": f"{PAGES}{path}", "targetBlank": True}])]


def coloured(steps: Steps) -> Options:
    """Return that a column's numbers have the colours of these steps."""
    found = [Threshold(None, PLAIN), *(Threshold(value, color) for value, color in steps)]
    return [
        option("thresholds", {"mode": "absolute", "steps": found}),
        option("custom.cellOptions", {"type": "color-text"}),
    ]


def below(objective: float) -> Options:
    """Return that a number is red where it is below an objective."""
    steps = [Threshold(None, ACT), Threshold(objective, PLAIN)]
    return [option("thresholds", {"mode": "absolute", "steps": steps})]


# ------------------------------------------------------------------------------------------ panels


def _dressed(panel: P, about: About, queries: Sequence[Query], span: int, height: int) -> P:
    """Return a panel with all that every panel has."""
    panel.title(about.title).description(about.means).links([about.link]).span(span).height(height)
    panel.datasource(LEDGER if isinstance(queries[0], Sql) else METRICS)
    for query in queries:
        panel.with_target(query)
    return panel


def number(
    about: About,
    query: Query,
    *,
    unit: str = "none",
    steps: Steps = (),
    span: int = 4,
    height: int = 5,
    empty: str = "no case yet",
    columns: Mapping[str, Options] = MappingProxyType({}),
) -> stat.Panel:
    """Return a panel of a few numbers side by side; n, where there is one, is a count."""
    made = _dressed(stat.Panel(), about, [query], span, height)
    made.unit(unit).decimals(1 if unit == "s" else 0).no_value(empty)
    made.thresholds(thresholds(*steps) if steps else thresholds(base=PLAIN))
    made.color_mode(how.BigValueColorMode.VALUE).graph_mode(how.BigValueGraphMode.NONE)
    made.text_mode(how.BigValueTextMode.VALUE_AND_NAME).orientation(how.VizOrientation.AUTO)
    made.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]).values(False).fields(""))
    for name, settings in columns.items():
        made.override_by_name(name, settings)
    return made.override_by_name("n", [*column("none"), fixed(PLAIN)])


def listing(
    about: About,
    query: Query,
    columns: Mapping[str, Options],
    *,
    span: int = 12,
    height: int = HEIGHT,
    empty: str = "none",
) -> table.Panel:
    """Return a table; ``columns`` says how some of them are shown."""
    made = _dressed(table.Panel(), about, [query], span, height)
    made.show_header(True).no_value(empty).thresholds(thresholds(base=PLAIN))
    for name, settings in columns.items():
        made.override_by_name(name, settings)
    return made


def bars(
    about: About,
    query: Query,
    *,
    unit: str = "none",
    span: int = 8,
    height: int = HEIGHT,
    empty: str = "no case yet",
) -> bargauge.Panel:
    """Return bars, one a row: the first column names it, the second is its length."""
    made = _dressed(bargauge.Panel(), about, [query], span, height)
    made.unit(unit).decimals(0).min(0).no_value(empty).thresholds(thresholds(base="blue"))
    made.display_mode(how.BarGaugeDisplayMode.BASIC).orientation(how.VizOrientation.HORIZONTAL)
    made.show_unfilled(True).value_mode(how.BarGaugeValueMode.TEXT)
    made.reduce_options(common.ReduceDataOptions().values(True).calcs([]).fields(""))
    return made.max(1) if unit == "percentunit" else made


def lines(
    about: About,
    *queries: Query,
    unit: str = "none",
    span: int = 12,
    height: int = 8,
    steps: Steps = (),
    stacked: bool = False,
) -> timeseries.Panel:
    """Return lines over time; ``steps`` are drawn where they mean something."""
    made = _dressed(timeseries.Panel(), about, queries, span, height)
    made.unit(unit).min(0).line_width(2).show_points(how.VisibilityMode.NEVER)
    made.color_scheme(dashboard.FieldColor().mode(FieldColorModeId.PALETTE_CLASSIC))
    made.legend(_legend()).tooltip(_tooltip()).fill_opacity(20 if stacked else 0)
    if stacked:
        made.stacking(common.StackingConfig().mode(how.StackingMode.NORMAL).group("A"))
    if steps:
        style = common.GraphThresholdsStyleConfig().mode(how.GraphTresholdsStyleMode.DASHED)
        made.thresholds(thresholds(*steps, base="transparent")).thresholds_style(style)
    return made


def _legend() -> common.VizLegendOptions:
    made = common.VizLegendOptions().display_mode(how.LegendDisplayMode.LIST).show_legend(True)
    return made.placement(how.LegendPlacement.BOTTOM).calcs(["lastNotNull"])


def _tooltip() -> common.VizTooltipOptions:
    made = common.VizTooltipOptions().mode(how.TooltipDisplayMode.MULTI)
    return made.sort(how.SortOrder.DESCENDING)


def weeks(
    about: About, query: Query, *, since: str = "13w", span: int = 16, height: int = HEIGHT
) -> timeseries.Panel:
    """Return a share by week of opening: the rate where it is known, in the band that is sure."""
    made = lines(about, query, unit="percentunit", span=span, height=height)
    made.max(1).time_from(since)
    unseen = {"legend": True, "tooltip": False, "viz": True}
    edge = [option("custom.lineWidth", 0), fixed("blue")]
    band = [option("custom.fillBelowTo", "at least"), option("custom.fillOpacity", 25)]
    dots = [option("custom.showPoints", "always"), option("custom.pointSize", 8)]
    hidden = [option("custom.hideFrom", unseen), option("custom.axisPlacement", "hidden")]
    made.override_by_name("at least", edge).override_by_name("at most", [*edge, *band])
    made.override_by_name("rate", [*dots, fixed("dark-blue")])
    return made.override_by_name("n", [*column("none"), *hidden])
