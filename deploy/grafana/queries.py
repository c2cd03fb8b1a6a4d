"""What the panels ask: SQL of the ledger, PromQL of Prometheus."""

from collections.abc import Mapping
from typing import Final

from grafana_foundation_sdk.builders import prometheus
from grafana_foundation_sdk.cog import builder as cog
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.dashboard import DataSourceRef

METRICS: Final = DataSourceRef(type_val="prometheus", uid="${metrics}")
LEDGER: Final = DataSourceRef(type_val="grafana-postgresql-datasource", uid="${ledger}")

SECONDS_BEFORE_NOW: Final = "EXTRACT(EPOCH FROM now()) - {} / 1000000.0"
"""How long ago a time of the ledger was; its times are microseconds since 1970."""
TIME: Final = "to_timestamp({} / 1000000.0)"

CHANNELS: Final = "REPLACE(BTRIM(channels, '|'), '|', ', ')"
"""The channels of a case for people: the ledger keeps them between bars."""
TOPIC: Final = "COALESCE(topic, 'none')"

WEEKS_IN_RANGE: Final = (
    "begins_at / 1000000 BETWEEN $__unixEpochFrom() AND $__unixEpochTo() ORDER BY begins_at"
)


class SqlQuery(Dataquery):
    """One query of PostgreSQL whose answer is a table; the SDK has no class of its own for it."""

    def __init__(self, sql: str, ref_id: str = "A") -> None:
        self.sql = sql
        self.ref_id = ref_id

    def to_json(self) -> dict[str, object]:
        """Return it as Grafana keeps it."""
        return {
            "refId": self.ref_id,
            "datasource": LEDGER,
            "format": "table",
            "editorMode": "code",
            "rawQuery": True,
            "rawSql": self.sql,
        }


class Sql(cog.Builder[Dataquery]):
    """Builds a query of the ledger."""

    def __init__(self, sql: str) -> None:
        self._query = SqlQuery(" ".join(sql.split()))

    def build(self) -> Dataquery:
        """Return the query."""
        return self._query


def ask(expr: str, legend: str = "", ref_id: str = "A") -> prometheus.Dataquery:
    """Return a query of Prometheus over the time of the dashboard."""
    asked = prometheus.Dataquery().expr(expr).range().ref_id(ref_id).datasource(METRICS)
    return asked.legend_format(legend) if legend else asked


def ask_now(expr: str, legend: str = "") -> prometheus.Dataquery:
    """Return a query of Prometheus for the present alone."""
    return ask(expr, legend).instant()


def figure(name: str, columns: str, scope: str = "all", *, shared: bool = False) -> Sql:
    """Return the query for columns of a published figure; ``shared`` heeds what is withheld."""
    also = " AND NOT withheld" if shared else ""
    return Sql(
        f"SELECT {columns} FROM ccm_figure WHERE scope = '{scope}' AND name = '{name}'{also}"  # noqa: S608 - our own words
    )


def weekly(name: str, columns: str, *, shared: bool = False) -> Sql:
    """Return the query for a figure of each week in the time of the panel."""
    also = "NOT withheld AND " if shared else ""
    return Sql(
        f"SELECT {TIME.format('begins_at')} AS time, {columns} FROM ccm_figure "  # noqa: S608 - our own words
        f"WHERE scope = 'week' AND name = '{name}' AND {also}{WEEKS_IN_RANGE}"
    )


def counts(what: str, told: Mapping[str, str], *, shared: bool = False) -> Sql:
    """Return the query for the numbers of cases by state, named as on the pages, the most first."""
    also = " AND NOT withheld" if shared else ""
    named = ", ".join(f"('{state}', '{words}')" for state, words in told.items())
    return Sql(
        f"WITH words (state, told) AS (VALUES {named}) "  # noqa: S608 - our own words
        "SELECT COALESCE(told, state) AS state, number "
        "FROM ccm_count LEFT JOIN words USING (state) "
        f"WHERE scope = 'all' AND what = '{what}'{also} ORDER BY number DESC, state"
    )
