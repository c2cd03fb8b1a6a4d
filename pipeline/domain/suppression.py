"""What a shared report withholds, so that nobody is recognised in it (definitions §7).

`Figures.suppressed` withholds every cell of 1 to 9 cases. Here is what comes on top: where a total
is shown beside its parts and just one part is withheld, the missing number is a subtraction away.
Then the smallest part that was shown is withheld as well (secondary or complementary suppression;
A. Hundepool et al., *Statistical Disclosure Control*, 2012). It is done for weeks, themes
and the counts within a cell, each by itself; what could be worked out from several reports taken
together is not looked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from pipeline.domain.figures import Counts, Figures, Published

K = TypeVar("K")


def suppress(published: Published, below: int) -> Published:
    """Return what a shared report may show: no cell from 1 to ``below - 1``, none left alone."""
    topics = dict(zip(published.topics, _cells([*published.topics.values()], below), strict=True))
    return replace(
        published,
        overall=suppress_cell(published.overall, below),
        matured=suppress_cell(published.matured, below),
        weeks=tuple(_cells(published.weeks, below)),
        topics=topics,
    )


def shown(parts: Mapping[K, int], below: int) -> dict[K, int | None]:
    """Return the parts of a shown total, with None for those that are withheld."""
    small = {name for name, n in parts.items() if 0 < n < below}
    if len(small) == 1:
        rest = [(n, str(name), name) for name, n in parts.items() if n >= below]
        small |= {min(rest)[2]} if rest else set()
    return {name: None if name in small else n for name, n in parts.items()}


def _cells(cells: Sequence[Figures], below: int) -> list[Figures]:
    """Return cells that add up to a shown total."""
    parts = shown({place: cell.n for place, cell in enumerate(cells)}, below)
    return [
        suppress_cell(cell, below if parts[place] is not None else max(below, cell.cases + 1))
        for place, cell in enumerate(cells)
    ]


def suppress_cell(cell: Figures, below: int) -> Figures:
    """Return what a shared report may show of one cell, its own counts not left alone."""
    return replace(
        cell.suppressed(below),
        outcomes=_counts(cell.outcomes, below),
        not_counted=_counts(cell.not_counted, below),
        routes=_counts(cell.routes, below),
        left_in=_counts(cell.left_in, below),
        confirmed_by=_counts(cell.confirmed_by, below),
        promises=_counts(cell.promises, below),
    )


def _counts(counts: Counts, below: int) -> Counts:
    return shown({state: n for state, n in counts.items() if n is not None}, below)
