"""deploy/grafana: the committed dashboards are those of the code, whole, and true to it."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.grafana.__main__ import rendered
from pipeline.config import Settings
from pipeline.config.alerts import AlertSettings
from pipeline.domain.objective import Objective
from pipeline.metrics import METRICS
from tests.deploy.agreement import DEPLOY, load
from tests.deploy.dashboards import FOLDER, dashboards, filled, panels, queries
from tests.deploy.test_kubernetes import build

GRAFANA = DEPLOY / "grafana"
COLUMNS = 24
OTHERS = {"up", "ALERTS"}
"""Metrics that Prometheus makes itself."""
ALL = [
    pytest.param(panel, id=f"{uid}: {panel['title']}")
    for uid, dashboard in dashboards().items()
    for _, panel in panels(dashboard)
]


def provisioned(path: str) -> Any:
    return yaml.safe_load((GRAFANA / "provisioning" / path).read_text())


def test_the_committed_files_are_those_of_the_code() -> None:
    """After a change: `make dashboards`."""
    found = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.json")}
    assert found == rendered(), "run `make dashboards` and commit what it writes"


def test_they_follow_the_settings() -> None:
    """Who serves the pages elsewhere, or aims at something else, renders them for that."""
    settings = Settings(
        alerts=AlertSettings(base_url="https://ccm.example"), objective=Objective(ftr=0.65)
    )
    told = rendered(settings)
    for text in told.values():
        assert "127.0.0.1" not in text
        assert '"query": "https://ccm.example"' in text
    assert '"value": 0.65' in told["ccm-operations.json"]
    assert "The objective is 65%" in told["ccm-executives.json"]


@pytest.mark.parametrize("uid", dashboards())
def test_grafana_s_own_models_take_the_dashboard_and_lose_nothing(uid: str) -> None:
    """What its SDK reads it writes again: no field is misspelt or of the wrong kind."""
    register_default_plugins()
    told = dashboards()[uid]
    again = json.loads(json.dumps(Dashboard.from_json(_without_sql(told)), cls=JSONEncoder))
    assert again == _without_sql(told)


def _without_sql(told: Any) -> Any:
    """Return the dashboard without queries of PostgreSQL, for which the SDK has no model."""
    if isinstance(told, Mapping):
        return {
            key: [one for one in value if "rawSql" not in one]
            if key == "targets"
            else _without_sql(value)
            for key, value in told.items()
        }
    return [_without_sql(one) for one in told] if isinstance(told, list) else told


@pytest.mark.parametrize("panel", ALL)
def test_each_panel_says_what_it_means_and_where_its_cases_are(panel: Mapping[str, Any]) -> None:
    """A title, a meaning in a sentence, a unit, a word where there is nothing, a page to go to."""
    assert panel["title"]
    assert len(panel["description"]) > 30
    assert panel["options"]
    (link,) = panel["links"]
    assert link["url"].startswith("${pages}/")
    defaults = panel["fieldConfig"]["defaults"]
    assert panel["type"] == "table" or "unit" in defaults
    assert panel["type"] == "timeseries" or defaults["noValue"]
    assert [target["refId"] for target in panel["targets"]]


def _figures_of(panel: Mapping[str, Any]) -> str:
    return " ".join(target.get("rawSql", "") for target in panel["targets"])


@pytest.mark.parametrize(
    "panel",
    [one for one in ALL if "FROM ccm_figure" in _figures_of(one.values[0])],  # type: ignore[arg-type]  # pytest types values as objects
)
def test_each_figure_stands_beside_its_n(panel: Mapping[str, Any]) -> None:
    """A rate over 4 cases must not look like one over 4,000."""
    sql = _figures_of(panel)
    assert 'n AS "n"' in sql or "n = " in sql or panel["type"] in ("bargauge", "timeseries")
    assert "n is over how many cases" in panel["description"]


def test_figures_are_never_worked_out_in_a_query() -> None:
    """SQL picks, orders and names what the monitor published: it does not calculate shares."""
    for query in (*queries(on_kafka=False), *queries(on_kafka=True)):
        if not query.is_sql:
            continue
        assert not re.search(r"(?i)\b(sum|avg|stddev|percentile\w*|count)\s*\(", query.text), query
        outside = query.text.replace("/ 1000000.0", "").replace("/ 1000000 ", "")
        assert not re.search(r"[/*%]", outside), f"{query.name} calculates"


@pytest.mark.parametrize("uid", dashboards())
def test_panels_have_numbers_of_their_own_and_do_not_overlap(uid: str) -> None:
    """Nothing lies under something else, nothing sticks out."""
    dashboard = dashboards()[uid]
    ids = [panel["id"] for _, panel in panels(dashboard)]
    ids += [one["id"] for one in dashboard["panels"] if one["type"] == "row"]
    assert max(Counter(ids).values()) == 1
    places = [panel["gridPos"] for _, panel in panels(dashboard)]
    assert all(place["x"] + place["w"] <= COLUMNS for place in places)
    for one, other in combinations(places, 2):
        apart = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        above = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert apart or above, (one, other)


def test_metrics_are_those_of_the_catalogue() -> None:
    """No panel asks for a metric that nobody exposes."""
    known = {one.name for one in METRICS} | OTHERS
    known |= {
        f"{one.name}_{part}"
        for one in METRICS
        if one.kind == "histogram"
        for part in ("bucket", "sum", "count")
    }
    for query in (*queries(on_kafka=False), *queries(on_kafka=True)):
        if not query.is_sql:
            named = set(re.findall(r"\b(?:ccm_\w+|up|ALERTS)\b", query.text))
            assert named, query
            assert named <= known, f"{query.name}: no such metric: {named - known}"


def test_data_sources_are_those_that_are_provisioned() -> None:
    """The names that the dashboards ask for, of the same kinds; no password stands in a file."""
    sources = {one["uid"]: one for one in provisioned("datasources/ccm.yaml")["datasources"]}
    assert sources.keys() == {"ccm-metrics", "ccm-ledger"}
    for dashboard in dashboards().values():
        for variable in dashboard["templating"]["list"]:
            if variable["type"] == "datasource":
                assert sources[variable["current"]["value"]]["type"] == variable["query"]
        for _, panel in panels(dashboard):
            assert panel["datasource"]["uid"] in ("${metrics}", "${ledger}")
    secrets = [one.get("secureJsonData", {}) for one in sources.values()]
    assert [value for one in secrets for value in one.values()] == ["$CCM_GRAFANA_DB_PASSWORD"]


def test_compose_gives_what_the_provisioning_asks_for() -> None:
    """Each variable is set for Grafana, and each folder is mounted where it is looked for."""
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["grafana"]
    text = (GRAFANA / "provisioning/datasources/ccm.yaml").read_text()
    assert set(re.findall(r"\$(CCM_\w+)", text)) <= compose["environment"].keys()
    mounts = dict(one.split(":")[:2] for one in compose["volumes"])
    (provider,) = provisioned("dashboards/ccm.yaml")["providers"]
    assert mounts["./grafana/dashboards"] == provider["options"]["path"]
    assert all((DEPLOY / path).exists() for path in mounts if path.startswith("./"))


def test_kubernetes_gets_every_dashboard() -> None:
    """The ConfigMap of deploy/grafana holds them all, under the label that sidecars look for."""
    (made,) = load(build("../grafana"))
    assert made["kind"] == "ConfigMap"
    assert made["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert made["data"] == rendered()


def test_a_variable_that_is_left_over_is_noticed() -> None:
    """The substitution that the other tests stand on does not let anything through."""
    assert filled(
        "$__unixEpochFrom() IN (${a:singlequote})", begin=1, end=2, choices={"a": ["x'"]}
    ) == ("1 IN ('x''')")
    for text in ("$__interval", "${b}", "$b"):
        with pytest.raises(AssertionError, match="left over"):
            filled(text, begin=1, end=2, choices={})


def test_the_folder_holds_nothing_else() -> None:
    """A dashboard that was renamed leaves no old file that Grafana would still show."""
    assert {path.name for path in Path(FOLDER).iterdir()} == set(rendered())
