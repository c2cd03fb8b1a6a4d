"""One log, one set of verdicts: however its texts and readings come, and whoever read them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from models.reading import Text
from pipeline.domain.events import Event, Message, Reading
from pipeline.domain.policy import Policy
from pipeline.domain.texts import Unread
from pipeline.embedded.memory import MemoryStore
from pipeline.monitor import Monitor
from pipeline.reading import Desk, ReadAtOnce
from pipeline.wire import decode_event, encode_event
from tests.readings import Model
from tests.unit.test_monitor import AT, Cases, journey


class NoReader:
    """A desk for logs in which everything is read."""

    def read(self, unread: Sequence[Unread], now: datetime) -> Sequence[Reading]:
        """Fail: there is nothing to ask."""
        raise AssertionError(f"asked for {[one.message.id for one in unread]} at {now}")


class Log:
    """What was sent, and what the desk has read, as lines."""

    def __init__(self, events: Iterable[Event]) -> None:
        self.lines = [encode_event(event) for event in events]

    def keep(self, readings: Sequence[Reading], _: datetime) -> None:
        """Append readings."""
        self.lines += [encode_event(one) for one in readings]

    def events(self) -> list[Event]:
        """Everything in the log, as it is read again."""
        return [decode_event(line) for line in self.lines]


def run(
    log: Log, as_of: datetime, draw: Random, *models: str, settling: float = 0.3
) -> list[bytes]:
    """Feed a log in any order, some of it twice, to engines with one model each; the verdicts.

    Each has a store of its own, like a worker that was thought dead and the one in its place: what
    one has read the other meets later.
    """
    desks: list[Desk] = [ReadAtOnce(Model(one), log.keep) for one in models] or [NoReader()]
    engines = [
        (Monitor(Policy(), MemoryStore(), one, desk), one) for desk in desks for one in [Cases()]
    ]
    fed = log.events()
    fed += draw.sample(fed, len(fed) // 2)
    draw.shuffle(fed)
    known = len(log.lines)
    for event in fed:
        for monitor, _ in engines:
            monitor.handle(event, as_of)
            if draw.random() < settling:
                monitor.settle(as_of)
    for monitor, _ in engines:
        monitor.settle(as_of)
    while known < len(log.lines):  # what was read meanwhile is met again in the log
        new, known = log.lines[known:], len(log.lines)
        draw.shuffle(new)
        for monitor, _ in engines:
            for line in new:
                monitor.handle(decode_event(line), as_of)
            monitor.settle(as_of)
    verdicts = [cases.lines() for _, cases in engines]
    assert verdicts.count(verdicts[0]) == len(verdicts)
    return verdicts[0]


@pytest.mark.parametrize("seed", range(50))
def test_a_log_gives_the_same_verdicts_without_any_model(seed: int) -> None:
    """Late arrivals, edits, links and duplicates; read in batches as they came."""
    draw = Random(seed)
    log, as_of = Log(journey(seed)), AT + timedelta(hours=draw.randint(1, 400))
    verdicts = run(log, as_of, draw, "m-1")
    for _ in range(2):
        assert run(log, as_of, draw, settling=0) == verdicts


@pytest.mark.parametrize("seed", range(50))
def test_order_of_arrival_does_not_show_in_what_one_model_reads(seed: int) -> None:
    """Two logs of the same events, with other stale readings each, end alike."""
    draw = Random(seed)
    as_of = AT + timedelta(hours=draw.randint(1, 400))
    one, other = (run(Log(journey(seed)), as_of, draw, "m-1") for _ in range(2))
    assert one == other


@pytest.mark.parametrize("seed", range(50))
def test_racing_readers_end_alike(seed: int) -> None:
    """Two models read the same texts at the same time; the log decides for one of the readings."""
    draw = Random(seed)
    log, as_of = Log(journey(seed)), AT + timedelta(hours=draw.randint(1, 400))
    verdicts = run(log, as_of, draw, "m-1", "m-2")
    assert run(log, as_of, draw, settling=0) == verdicts
    assert run(log, as_of, draw, settling=0) == verdicts


@pytest.mark.parametrize("seed", range(50))
def test_another_model_changes_nothing_until_it_revises(seed: int) -> None:
    """What was read stays read; a revision in the log holds, in any order and number."""
    draw = Random(seed)
    log, as_of = Log(journey(seed)), AT + timedelta(hours=draw.randint(1, 400))
    before = run(log, as_of, draw, "m-1")
    assert run(log, as_of, draw, "m-2", settling=0) == before
    readings = [event for event in log.events() if isinstance(event, Reading)]
    for one in draw.sample(readings, len(readings) // 2):
        signals = Model("m-2").read([Text(id="", text=one.id, direction="inbound")])[0].signals
        told = replace(one.signals[0], name=signals[0].name) if one.signals else None
        log.keep([replace(one, model="m-2", version=1, signals=(told,) if told else ())], AT)
    revised = run(log, as_of, draw, settling=0)
    assert run(log, as_of, draw, settling=0) == revised


@pytest.mark.parametrize("seed", range(20))
def test_readings_stay_bounded(seed: int) -> None:
    """In the worst order of arrival, with a settling after each event: seven of a text, and one."""
    events = [event for event in journey(seed) if isinstance(event, Message)]
    log = Log(sorted(events, key=lambda one: one.at, reverse=True))
    store = MemoryStore()
    monitor = Monitor(Policy(), store, Cases(), ReadAtOnce(Model("m-1"), log.keep))
    for event in log.events():
        monitor.handle(event, AT + timedelta(days=30))
        monitor.settle(AT + timedelta(days=30))
    texts = {(one.id, one.version) for one in events}
    assert len(log.lines) - len(events) <= 7 * len(texts)
