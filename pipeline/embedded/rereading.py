"""Texts are read anew by the reader that is installed now: revisions for the log, and their effect.

Installing a model changes nothing by itself; this does. What the new reader says alike is left as
it is, so that the log grows by what differs.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.reading import Reader
from pipeline.domain.evaluate import evaluate
from pipeline.domain.events import Reading
from pipeline.domain.policy import Policy
from pipeline.domain.texts import heard, texts_of, without
from pipeline.domain.timeline import Timeline, collect, merge
from pipeline.domain.verdict import Verdict
from pipeline.reading import Alike, read_texts, revised

TIMELINES_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A case of which the new reading says something else."""

    case: str
    before: Verdict | None
    after: Verdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """What came of reading some timelines anew.

    Attributes:
        texts: how many texts were read.
        readings: what is said differently, or for the first time, as the log is to hold it.
        models: which models said it before; None where nobody had read it.
        moves: cases whose outcome or first-time-right changes with it.
    """

    texts: int
    readings: tuple[Reading, ...]
    models: tuple[str | None, ...]
    moves: tuple[Move, ...]


def reread(
    timelines: Iterable[Timeline],
    reader: Reader,
    policy: Policy,
    as_of: datetime,
    since: datetime | None = None,
    alike: Alike | None = None,
) -> Iterator[Reread]:
    """Yield what reading anew changes, a number of timelines at a time.

    Args:
        timelines: with the readings that they hold now.
        reader: reads.
        policy: judges.
        as_of: the moment of the verdicts that are compared.
        since: texts written before are left as they are.
        alike: counts replies alike, where the first reader did.
    """
    part: list[Timeline] = []
    for timeline in timelines:
        part.append(timeline)
        if len(part) == TIMELINES_AT_ONCE:
            yield _reread(part, reader, policy, as_of, since, alike)
            part = []
    if part:
        yield _reread(part, reader, policy, as_of, since, alike)


def _reread(
    timelines: list[Timeline],
    reader: Reader,
    policy: Policy,
    as_of: datetime,
    since: datetime | None,
    alike: Alike | None,
) -> Reread:
    texts = [
        [text for text in texts_of(timeline, policy) if since is None or text.at >= since]
        for timeline in timelines
    ]
    said = iter(read_texts([text for part in texts for text in part], reader, alike))
    readings: list[Reading] = []
    models: list[str | None] = []
    moves: list[Move] = []
    for timeline, part in zip(timelines, texts, strict=True):
        new = list(_revisions(timeline, [next(said) for _ in part]))
        if new:
            readings += new
            models += [_model(timeline, one) for one in new]
            moves += _moves(timeline, merge(timeline, collect(new)), policy, as_of)
    return Reread(
        texts=sum(map(len, texts)),
        readings=tuple(readings),
        models=tuple(models),
        moves=tuple(moves),
    )


def _revisions(timeline: Timeline, said: Iterable[Reading]) -> Iterator[Reading]:
    for reading in said:
        revision = revised(reading, timeline.readings.get(reading.id))
        if revision is not None:
            yield revision


def _model(timeline: Timeline, reading: Reading) -> str | None:
    held = timeline.readings.get(reading.id)
    return None if held is None else held.model


def _moves(before: Timeline, after: Timeline, policy: Policy, as_of: datetime) -> Iterator[Move]:
    was, now = (
        {one.case: one for one in evaluate(without(*heard(one, policy)), as_of, policy)}
        for one in (before, after)
    )
    for case in sorted(was.keys() | now.keys()):
        if _said(was.get(case)) != _said(now.get(case)):
            yield Move(case=case, before=was.get(case), after=now.get(case))


def _said(verdict: Verdict | None) -> tuple[str | None, ...]:
    return () if verdict is None else (verdict.outcome, verdict.ftr)
