"""The published figures as rows, for whoever asks the database itself: Grafana, a notebook, SQL.

The rows are the figures of the pages and nothing else, so that no query needs to work one out a
second time, in its own way: of all cases, of the mature weeks, of each week, topic, channel and
team. They are replaced together, in one transaction. Names are those of ``/api/v1/figures``. A row
with ``withheld`` is one that a shared report leaves out (`pipeline.domain.suppression`); of
channels and teams each by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Table, select, update

from pipeline.domain.calendar import week_bounds
from pipeline.domain.figures import Figures, publish, publish_overall
from pipeline.domain.policy import Policy
from pipeline.domain.scope import EVERYTHING, Scope
from pipeline.domain.suppression import suppress, suppress_cell
from pipeline.domain.tally import BAND_ORDER
from pipeline.ledger.census import Census
from pipeline.ledger.engines import upsert
from pipeline.ledger.tables import count, figure, gap, meta, ticks

Row = Mapping[str, Any]

WEEKS_MAX: Final = 156
"""Three years of cohorts; older ones are in the ledger, and told by whoever asks for them."""
NAMES_MAX: Final = 50
"""So many channels, and so many teams, have rows; their names are open."""
PUBLISHED: Final = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """One set of figures and where it stands: ``week`` ``2026-W47``, ``team`` ``care``.

    ``shared`` is what a shared report may show of it.
    """

    scope: str
    figures: Figures
    shared: Figures
    name: str = ""
    begins_at: int | None = None

    @property
    def place(self) -> Row:
        """What its rows have in common."""
        policy, as_of = ", ".join(self.figures.policies), ticks(self.figures.as_of)
        return {"scope": self.scope, "cell": self.name, "policy": policy, "as_of": as_of}


def is_published(connection: Connection, as_of: datetime) -> bool:
    """Return whether the rows are those of this moment. Cheap."""
    found = select(meta.c.number).where(meta.c.name == PUBLISHED)
    return connection.scalar(found) == ticks(as_of)


def write(connection: Connection, rows: Mapping[Table, Sequence[Row]], as_of: datetime) -> bool:
    """Replace the published rows; return whether there was anything to do.

    Several processes may publish: who comes second waits for the first, and writes only what is of
    another moment.

    Args:
        connection: in a transaction that may write. Others wait for it: make the rows before.
        rows: what `rows_of` returned.
        as_of: their moment.
    """
    at = ticks(as_of)
    upsert(connection, meta, [{"name": PUBLISHED, "number": -1, "words": ""}], replace=False)
    ours = update(meta).where(meta.c.name == PUBLISHED, meta.c.number != at)
    if connection.execute(ours.values(number=at)).rowcount == 0:
        return False
    for table, told in rows.items():
        upsert(connection, table, told)
        connection.execute(table.delete().where(table.c.as_of != at))
    return True


def rows_of(census: Census, policy: Policy) -> dict[Table, list[Row]]:
    """Return the rows of the three tables."""
    cells = list(_cells(census, policy))
    return {
        figure: [row for cell in cells for row in _figure_rows(cell)],
        count: [row for cell in cells for row in _count_rows(cell)],
        gap: [row for cell in cells for row in _gap_rows(cell)],
    }


def _cells(census: Census, policy: Policy) -> Iterator[_Cell]:
    whole = publish(census.cells(EVERYTHING), census.as_of, policy)
    shared = suppress(whole, policy.suppress_below)
    yield _Cell(scope="all", figures=whole.overall, shared=shared.overall)
    yield _Cell(scope="mature", figures=whole.matured, shared=shared.matured)
    for topic, figures in whole.topics.items():
        yield _Cell(scope="topic", name=topic, figures=figures, shared=shared.topics[topic])
    weeks = [*zip(whole.weeks, shared.weeks, strict=True)]
    for figures, allowed in weeks[-WEEKS_MAX:]:
        yield _week(figures, allowed, policy)
    for scope, name in _narrower(census):
        some = publish_overall(census.cells(Scope(**{scope: name})), census.as_of, policy)
        allowed = suppress_cell(some, policy.suppress_below)
        yield _Cell(scope=scope, name=name, figures=some, shared=allowed)


def _week(figures: Figures, allowed: Figures, policy: Policy) -> _Cell:
    name = figures.week or ""
    begins_at = ticks(week_bounds(name, policy.report_zone)[0])
    return _Cell(scope="week", name=name, figures=figures, shared=allowed, begins_at=begins_at)


def _narrower(census: Census) -> Iterator[tuple[str, str]]:
    """Yield channels and teams; of either the first by name, where there are more than can be."""
    yield from (("channel", name) for name in census.facets.channels[:NAMES_MAX])
    yield from (("team", name) for name in census.facets.teams[:NAMES_MAX])


def _figure_rows(cell: _Cell) -> Iterator[Row]:
    for one in cell.figures.figures.values():
        yield {
            **cell.place,
            "name": one.name,
            "label": one.label,
            "unit": one.unit,
            "kind": one.kind,
            "n": one.n,
            "count": one.count,
            "value": one.value,
            "low": one.low,
            "high": one.high,
            "withheld": cell.shared[one.name].hidden,
            "mature": cell.figures.mature,
            "begins_at": cell.begins_at,
            "note": one.note,
        }


def _count_rows(cell: _Cell) -> Iterator[Row]:
    told, shared = _counts(cell.figures), _counts(cell.shared)
    for key, number in told.items():
        what, state = key
        yield {
            **cell.place,
            "what": what,
            "state": state,
            "number": number,
            "withheld": shared[key] != number,
            "begins_at": cell.begins_at,
        }


def _counts(figures: Figures) -> dict[tuple[str, str], int | None]:
    groups: Mapping[str, Mapping[str, int | None]] = {
        "cases": {"all": figures.cases, "counted": figures.n},
        "outcome": figures.outcomes,
        "not_counted": figures.not_counted,
        "route": figures.routes,
        "left_in": figures.left_in,
        "confirmed_by": figures.confirmed_by,
        "promise": figures.promises,
    }
    return {(what, state): n for what, group in groups.items() for state, n in group.items()}


def _gap_rows(cell: _Cell) -> Iterator[Row]:
    for one, shared in zip(cell.figures.gaps, cell.shared.gaps, strict=True):
        yield {
            **cell.place,
            "band": one.band,
            "place": BAND_ORDER.index(one.band),
            "n": one.private.n,
            "private_seconds": one.private.value,
            "public_seconds": one.public.value,
            "cut_short": one.cut_short,
            "withheld": shared.private.hidden,
        }
