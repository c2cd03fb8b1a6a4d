"""What every dashboard has: where its data come from, links, and the way to the other two."""

import json
from collections.abc import Iterable
from typing import Final

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.cog import builder as cog
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import (
    Dashboard,
    DashboardCursorSync,
    DashboardLinkType,
    Panel,
    RowPanel,
    VariableHide,
    VariableOption,
    VariableRefresh,
)

from deploy.grafana.queries import LEDGER

TAG: Final = "complaint-channel-monitor"
Panels = Iterable[cog.Builder[Panel] | dashboard.Row]


def build_frame(
    uid: str,
    title: str,
    says: str,
    panels: Panels,
    *,
    pages: str,
    since: str,
    refresh: str,
    by_topic: bool = False,
) -> Dashboard:
    """Return a dashboard.

    Args:
        uid: names it in addresses; never changes.
        title: as it is listed.
        says: for whom it is, and what it answers.
        panels: from the top left to the bottom right.
        pages: where the monitor's own pages are.
        since: how far back it looks at first, as Grafana writes it.
        refresh: how often it asks anew.
        by_topic: whether its lists can be narrowed to topics.
    """
    made = (
        dashboard.Dashboard(title).uid(uid).description(says).tags([TAG]).readonly()
        .timezone("utc").time(f"now-{since}", "now").refresh(refresh)
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .link(_others()).link(_pages(pages))
        .with_variable(_source("metrics", "Metrics", "prometheus", "ccm-metrics"))
        .with_variable(_source("ledger", "Ledger", "grafana-postgresql-datasource", "ccm-ledger"))
        .with_variable(dashboard.ConstantVariable("pages").value(pages))
    )  # fmt: skip
    if by_topic:
        made.with_variable(_topics())
    for panel in panels:
        if isinstance(panel, dashboard.Row):
            made.with_row(panel)
        else:
            made.with_panel(panel)
    return _numbered(made.build())


def render(made: Dashboard) -> str:
    """Return the JSON of a dashboard as it is kept and provisioned."""
    return json.dumps(made, cls=JSONEncoder, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _others() -> dashboard.DashboardLink:
    link = dashboard.DashboardLink("The three dashboards").type(DashboardLinkType.DASHBOARDS)
    return link.tags([TAG]).as_dropdown(False).keep_time(False)


def _pages(address: str) -> dashboard.DashboardLink:
    link = dashboard.DashboardLink("The monitor's own pages").type(DashboardLinkType.LINK)
    return link.url(address).icon("external link").target_blank(True)


def _source(name: str, label: str, kind: str, uid: str) -> dashboard.DatasourceVariable:
    return (
        dashboard.DatasourceVariable(name).label(label).type(kind)
        .current(VariableOption(text=uid, value=uid, selected=True))
        .hide(VariableHide.HIDE_VARIABLE)
    )  # fmt: skip


def _topics() -> dashboard.QueryVariable:
    return (
        dashboard.QueryVariable("topic").label("Topic").datasource(LEDGER)
        .query(
            "SELECT cell FROM ccm_figure WHERE scope = 'topic' AND name = 'ftr' "
            "ORDER BY n DESC, cell"
        )
        .refresh(VariableRefresh.ON_DASHBOARD_LOAD).multi(True).include_all(True)
        .current(VariableOption(text="All", value="$__all", selected=True))
    )  # fmt: skip


def _numbered(made: Dashboard) -> Dashboard:
    """Give every panel a number of its own: links to single panels name it."""
    found: list[Panel | RowPanel] = []
    for panel in made.panels or []:
        found += [panel, *(panel.panels if isinstance(panel, RowPanel) else [])]
    for place, panel in enumerate(found, 1):
        panel.id_val = place
    return made
