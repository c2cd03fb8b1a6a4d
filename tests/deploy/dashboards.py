"""What the committed dashboards hold: their panels, and what each of these asks."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.deploy.agreement import DEPLOY

FOLDER = DEPLOY / "grafana" / "dashboards"
KAFKA_ROW = "On Kafka"
"""Its panels have data only where workers run."""

Panel = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One query of one panel; ``text`` is SQL or PromQL."""

    dashboard: str
    panel: Panel
    is_sql: bool
    is_instant: bool
    text: str

    @property
    def name(self) -> str:
        """Where it stands, for a test's report."""
        return f"{self.dashboard}: {self.panel['title']}: {self.text[:60]}"


def dashboards() -> dict[str, Any]:
    """The committed dashboards by uid, as Grafana loads them."""
    return {
        path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))
    }


def panels(dashboard: Mapping[str, Any]) -> Iterator[tuple[str, Panel]]:
    """Every panel with the title of its row, those of closed rows included."""
    for panel in dashboard["panels"]:
        if panel["type"] == "row":
            yield from ((panel["title"], inner) for inner in panel["panels"])
        else:
            yield "", panel


def queries(*, on_kafka: bool) -> list[Query]:
    """Every query of every panel: of those that need a worker, or of all others."""
    return [
        Query(
            dashboard=uid,
            panel=panel,
            is_sql="rawSql" in target,
            is_instant=target.get("instant", False),
            text=target.get("rawSql") or target["expr"],
        )
        for uid, dashboard in dashboards().items()
        for row, panel in panels(dashboard)
        if (row == KAFKA_ROW) == on_kafka
        for target in panel["targets"]
    ]


def variables() -> dict[str, str]:
    """The queries that fill the choices of a dashboard, by name."""
    return {
        variable["name"]: variable["query"]
        for dashboard in dashboards().values()
        for variable in dashboard["templating"]["list"]
        if variable["type"] == "query"
    }


def filled(text: str, *, begin: float, end: float, choices: Mapping[str, list[str]]) -> str:
    """Return a query as Grafana sends it: its macros and variables put in.

    Raises:
        AssertionError: one is left over, which Grafana would send as it stands.
    """
    text = text.replace("$__unixEpochFrom()", str(int(begin)))
    text = text.replace("$__unixEpochTo()", str(int(end))).replace("$__rate_interval", "20s")
    for name, values in choices.items():
        quoted = ",".join("'" + value.replace("'", "''") + "'" for value in values)
        text = text.replace(f"${{{name}:singlequote}}", quoted)
    assert not re.search(r"\$[_a-z{]", text), f"left over in {text}"
    return text
