"""Is the ledger what the log says? Everything is recomputed in one batch and compared.

For each timeline the verdicts are worked out anew at the moment at which the ledger judged it.
What is compared is all of a verdict; only the clocks that run on while a case is open, and the
moment itself, may differ, because a case is not judged again while nothing changes. No model is
asked: what texts say stands in the log, and what nobody has read yet has not come yet.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Final

from pipeline.domain.evaluate import evaluate
from pipeline.domain.events import Event
from pipeline.domain.policy import Policy
from pipeline.domain.texts import heard, without
from pipeline.domain.timeline import Timeline
from pipeline.domain.verdict import RUNNING, Verdict
from pipeline.embedded.engine import READER
from pipeline.embedded.inbox import Inbox
from pipeline.embedded.memory import MemoryStore
from pipeline.errors import InputError
from pipeline.monitor import Change, Monitor

RECORDS_AT_ONCE: Final = 5_000
BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One case on which log and ledger do not agree.

    Attributes:
        case: its id.
        field: what differs; ``case`` where one of the two has no such case.
        ledger: what the ledger says; None where it has no such case.
        log: what the log says; None where it gives no such case.
    """

    case: str
    field: str
    ledger: Any
    log: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What an audit found, and how much it looked at."""

    records: int
    cases: int
    differences: tuple[Difference, ...]


def audit(
    *,
    lines: Iterable[bytes],
    ledger: Iterable[Verdict],
    decode: Callable[[bytes], Event],
    policy: Policy,
    events_max: int,
) -> Audit:
    """Return how the ledger differs from what the log says.

    Args:
        lines: the log, up to the record up to which the ledger was written.
        ledger: every verdict of the ledger.
        decode: makes an event of a record; bad ones are passed over, as the engine did.
        policy: the policy of the engine.
        events_max: the bound of timelines of the engine.
    """
    folded = fold(lines=lines, decode=decode, policy=policy, events_max=events_max)
    held = {verdict.case: verdict for verdict in ledger}
    latest = max((verdict.as_of for verdict in held.values()), default=None)
    differences: list[Difference] = []
    seen: set[str] = set()
    for timeline in folded.timelines():
        for verdict in _judged(timeline, held, latest, policy):
            seen.add(verdict.case)
            differences += compare(held.get(verdict.case), verdict)
    for case in sorted(held.keys() - seen):
        differences += compare(held[case], None)
    differences.sort(key=lambda one: (one.case, one.field))
    return Audit(
        records=folded.records, cases=len(held.keys() | seen), differences=tuple(differences)
    )


def compare(ledger: Verdict | None, log: Verdict | None) -> Iterator[Difference]:
    """Yield every field in which two verdicts of one case differ, running clocks apart."""
    if ledger is None or log is None:
        known = ledger or log
        assert known is not None
        told = None if ledger is None else ledger.outcome, None if log is None else log.outcome
        yield Difference(case=known.case, field="case", ledger=told[0], log=told[1])
        return
    for item in fields(Verdict):
        if item.name in RUNNING and not ledger.final:
            continue
        one, other = _plain(getattr(ledger, item.name)), _plain(getattr(log, item.name))
        if one != other and item.name != "as_of":
            yield Difference(case=log.case, field=item.name, ledger=one, log=other)


def fold(
    *,
    lines: Iterable[bytes],
    decode: Callable[[bytes], Event],
    policy: Policy,
    events_max: int,
) -> "Folded":
    """Return the timelines of a log; the arguments are those of `audit`."""
    folded = Folded()
    monitor = Monitor(policy, folded, _Nobody(), events_max=events_max)
    for raw in lines:
        folded.records += 1
        with suppress(InputError):
            monitor.handle(decode(raw), BEGINNING)
    return folded


class Folded(MemoryStore):
    """A memory store that gives out all it holds, and how many records it was made of."""

    def __init__(self) -> None:
        super().__init__()
        self.records = 0


class _Nobody:
    """A sink for a monitor that never settles."""

    def apply(self, changes: Sequence[Change]) -> None:
        """Take nothing: an audit folds, and evaluates by itself."""


def lines_of(inbox: Inbox, offset: int) -> Iterator[bytes]:
    """Yield the lines of an inbox up to ``offset``, and the readings that stand after it.

    The engine folds what it reads at once, and meets it in the log afterwards.
    """
    done = 0
    while records := inbox.read_after(done, RECORDS_AT_ONCE):
        for record in records:
            if record.seq <= offset or record.source == READER:
                yield record.raw
        done = records[-1].seq


def _judged(
    timeline: Timeline, held: Mapping[str, Verdict], latest: datetime | None, policy: Policy
) -> tuple[Verdict, ...]:
    """Return the verdicts of a timeline at the moment at which the ledger judged it last.

    One of which the ledger knows nothing is judged when the ledger last judged anything, so that
    events of the future are as unknown here as there.
    """
    moments = [held[name].as_of for name in timeline.versions if name in held]
    last = (one.at for one in timeline.all())
    known = without(*heard(timeline, policy))
    return evaluate(known, max(moments, default=latest or max(last)), policy)


def _plain(value: Any) -> Any:
    """Return a value that compares by its content."""
    return dict(value) if isinstance(value, Mapping) else value
