"""All cases of a ledger in a few numbers each, from which figures over any scope follow at once.

Cases that add the same to the counts of a figure share a signature (a digest of these counts, told
once in a table of its own); SQL counts how many cases of each signature lie in each cell, without
reading a verdict. `Census.cells` then adds them up by the functions that add up verdicts, so that
what comes out is what `build_figures` gives over the same verdicts; a test compares the two.
"""

import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, Text, cast, func, select

from pipeline.domain.figures import NO_TOPIC, Cell
from pipeline.domain.members import WINDOWS, mark, marks_of
from pipeline.domain.scope import Facets, Scope
from pipeline.domain.tally import END_OF_TIME, Counts, Key, Tally, counts_of, reach_band
from pipeline.domain.verdict import Verdict
from pipeline.ledger.suspicions import widening
from pipeline.ledger.tables import TICK, signature, ticks, verdict

ROWS_AT_ONCE: Final = 5_000
UNBANDED: Final = ("avoidance", "resolution_wall", "resolution_business")
SAMPLES: Final = ("private_wait", "public_wait", *UNBANDED)
_PLACE: Final = tuple(verdict.c[name] for name in ("opened_week", "topic", "team", "channels"))


class Place(NamedTuple):
    """Where cases stand; ``channels`` as the column has them."""

    week: str
    topic: str | None
    team: str | None
    channels: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """The cases of a ledger as counted at ``as_of``."""

    as_of: datetime
    groups: Mapping[Place, Sequence[tuple[int, int]]]
    """Of each place: the number of a signature, and how many cases have it."""
    signatures: Mapping[int, tuple[str, Counts]]
    """By its number: the policy of a signature, and what it adds to the counts."""
    corrections: Sequence[tuple[Place, Key, int]]
    """What signatures cannot know: running windows, cases that came back or are suspected."""
    samples: Mapping[Place, Mapping[Key, "array[int]"]]
    facets: Facets

    def cells(self, scope: Scope) -> dict[Cell, Tally]:
        """Return what was counted of the cases in a scope, by week and topic."""
        inside = {place: _cell(place) for place in _within(self.groups, scope)}
        cells: defaultdict[Cell, Tally] = defaultdict(Tally)
        alike: Counter[tuple[Cell, int]] = Counter()
        for place, cell in inside.items():
            for number, times in self.groups[place]:
                alike[cell, number] += times
        for (cell, number), times in alike.items():
            policy, counts = self.signatures[number]
            cells[cell].take(counts, policy, times)
        for place, key, times in self.corrections:
            if place in inside:
                cells[inside[place]].counts[key] += times
        for place, sample in self.samples.items():
            if place in inside:
                for key, seconds in sample.items():
                    cells[inside[place]].samples[key].extend(seconds)
        return dict(cells)


class Standing(NamedTuple):
    """What a case counts as: the number of its signature, what it adds in JSON, and its marks."""

    signature: int
    counts: str
    marks: int


def standing_of(verdict: Verdict) -> Standing:
    """Return what a case counts as."""
    counts = tuple(counts_of(verdict, END_OF_TIME))
    return Standing(*_signed(verdict.policy, counts), marks_of(verdict, counts))


@lru_cache(maxsize=10_000)
def _signed(policy: str, counts: Counts) -> tuple[int, str]:
    """Return the number of a signature, and what it adds, in JSON.

    The counts are those at the end of time: a window that still runs is counted apart, when the
    census is taken.
    """
    plain = sorted((*key, number) for key, number in counts)
    told = json.dumps([policy, plain], separators=(",", ":"))
    digest = blake2b(told.encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True), told


def take_census(connection: Connection, as_of: datetime) -> Census:
    """Count the cases of a ledger, in one state of it."""
    c = verdict.c
    counted = select(*_PLACE, c.signature, func.count()).group_by(*_PLACE, c.signature)
    places: dict[Place, Place] = {}
    groups: defaultdict[Place, list[tuple[int, int]]] = defaultdict(list)
    for *where, number, cases in connection.execute(counted):
        groups[_kept(places, where)].append((number, cases))
    told = connection.execute(select(signature.c.id, signature.c.counts))
    signatures = {number: _counts(line) for number, line in told}
    return Census(
        as_of=as_of,
        groups=groups,
        signatures=signatures,
        corrections=[
            *_running(connection, as_of, signatures),
            *_recurred(connection),
            *_suspected(connection),
        ],
        samples=_samples(connection, places),
        facets=_facets(places),
    )


def _running(
    connection: Connection, as_of: datetime, signatures: Mapping[int, tuple[str, Counts]]
) -> Iterator[tuple[Place, Key, int]]:
    """Yield the cases whose window still runs: not yet a yes, though nothing went wrong."""
    c = verdict.c
    for name, window in WINDOWS.items():
        late = c.settled_at > ticks(as_of) - window // TICK
        running = select(*_PLACE, c.signature, func.count()).where(late)
        for *where, number, cases in connection.execute(running.group_by(*_PLACE, c.signature)):
            if ((name, "yes"), 1) in signatures[number][1]:
                yield Place(*where), (name, "yes"), -cases
                yield Place(*where), (name, "undetermined"), cases


def _recurred(connection: Connection) -> Iterator[tuple[Place, Key, int]]:
    """Yield the confirmed cases that came back as counted ones."""
    c, again = verdict.c, verdict.alias("again")
    found = (
        select(*_PLACE, func.count(c.case_id.distinct()))
        .join_from(again, verdict, c.case_id == again.c.recurrence_of)
        .where(
            again.c.recurrence_of > "",
            again.c.outcome != "not_counted",
            c.marks.bitwise_and(mark("confirmed")) != 0,
        )
    )
    for *where, number in connection.execute(found.group_by(*_PLACE)):
        yield Place(*where), ("case", "recurred"), number


def _suspected(connection: Connection) -> Iterator[tuple[Place, Key, int]]:
    for where, perhaps in widening(connection):
        yield Place(*where), ("case", "suspected"), 1
        yield Place(*where), ("case", "suspected_possible"), int(perhaps)


def _samples(
    connection: Connection, places: dict[Place, Place]
) -> Mapping[Place, Mapping[Key, "array[int]"]]:
    samples: defaultdict[Place, defaultdict[Key, array[int]]] = defaultdict(
        lambda: defaultdict(lambda: array("q"))
    )
    for where, key, seconds in chain(_gaps(connection), _waits(connection)):
        samples[_kept(places, where)][key].extend(seconds)
    return samples


def _gaps(connection: Connection) -> Iterator[tuple[Sequence[str | None], Key, Sequence[int]]]:
    """Yield the waits in private and in public of each case that has both, with its band."""
    c = verdict.c
    found = select(*_PLACE, c.reach, c.private_wait, c.public_wait).where(
        c.private_wait.is_not(None)
    )
    for *where, reach, private, public in _streamed(connection, found):
        band = reach_band(reach)
        yield where, ("private_wait", band), (private,)
        yield where, ("public_wait", band), (public,)


def _waits(connection: Connection) -> Iterator[tuple[Sequence[str | None], Key, Sequence[int]]]:
    """Yield the other samples, those of a place in one text: ten times as fast as row by row."""
    told = [func.aggregate_strings(cast(verdict.c[name], Text), " ") for name in UNBANDED]
    for row in _streamed(connection, select(*_PLACE, *told).group_by(*_PLACE)):
        for name, seconds in zip(UNBANDED, row[4:], strict=True):
            if seconds:
                yield row[:4], (name, ""), array("q", map(int, seconds.split(" ")))


def _streamed(connection: Connection, found: Select[Any]) -> Iterator[Any]:
    return iter(connection.execution_options(yield_per=ROWS_AT_ONCE).execute(found))


def _counts(line: str) -> tuple[str, Counts]:
    policy, counts = json.loads(line)
    return policy, tuple(((name, state), number) for name, state, number in counts)


def _kept(places: dict[Place, Place], where: Iterable[str | None]) -> Place:
    """Return one and the same object for equal places: a ledger has far fewer places than cases."""
    week, topic, team, channels = where
    place = Place(week or "", topic, team, channels or "")
    return places.setdefault(place, place)


def _cell(place: Place) -> Cell:
    return place.week, place.topic or NO_TOPIC


def _within(places: Iterable[Place], scope: Scope) -> Iterator[Place]:
    for place in places:
        if scope.holds(place.week, place.topic, place.team, place.channels.split("|")[1:-1]):
            yield place


def _facets(places: Iterable[Place]) -> Facets:
    known = list(places)
    return Facets(
        channels=tuple(sorted({name for one in known for name in one.channels.split("|")[1:-1]})),
        topics=tuple(sorted({one.topic for one in known if one.topic})),
        teams=tuple(sorted({one.team for one in known if one.team})),
    )
