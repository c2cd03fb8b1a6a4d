"""The same log in, the same verdicts out, byte for byte: the engine and the batch over its log."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import pytest

from pipeline.config import EngineSettings, Settings
from pipeline.domain.events import Event
from pipeline.domain.policy import Policy
from pipeline.embedded.audit import audit, lines_of
from pipeline.embedded.replay import replay
from pipeline.errors import InputError
from pipeline.simulation import ROUGH, UNTIL, Plan, simulate
from pipeline.wire import verdict_line
from pipeline.wiring import Embedded, build_decode, build_embedded, build_reader, read_files


class Clock:
    """Stands still until it is set."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def embedded(data: Path, batch: int) -> Iterator[Embedded]:
    """Build the engine as `ccm run` does, with a clock that stands at the simulation's end."""
    options = EngineSettings(data=data, batch_events_max=batch, synchronous="normal")
    built = build_embedded(Settings(engine=options), clock=lambda: UNTIL)
    try:
        yield built
    finally:
        built.close()


@pytest.mark.parametrize("batch", [7, 1_000])
@pytest.mark.parametrize("signals", [True, False])
def test_the_engine_says_what_the_replay_says(tmp_path: Path, batch: int, signals: bool) -> None:
    """With noise of every kind, texts read or signals given, whatever the size of a batch."""
    lines = list(simulate(Plan(journeys=60, seed=11, noise=ROUGH, signals=signals)).lines)
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\n".join(lines))
    settings = Settings()
    replayed = replay(
        read_files([path], settings, Policy(), lambda _: None),
        as_of=UNTIL,
        policy=Policy(),
        reader=build_reader(),
        events_max=1_000,
    )
    with embedded(tmp_path / "data", batch) as parts:
        for start in range(0, len(lines), 100):
            parts.inbox.append("test", lines[start : start + 100], UNTIL)
            parts.engine.drain()
        ledger = [verdict_line(one) for one in parts.ledger.all_verdicts()]
        assert ledger == replayed.lines
        assert replayed_log(parts) == ledger
        assert parts.letters.count() == len({one.raw for one in replayed.bad})


def replayed_log(parts: Embedded) -> list[bytes]:
    """The batch over the engine's log, in which every text is read: no model is there to ask."""
    decode, lines = build_decode(Settings(), Policy()), lines_of(parts.inbox, parts.engine.offset)
    events = list(events_of(lines, decode))
    result = replay(events, as_of=UNTIL, policy=Policy(), reader=None, events_max=1_000)
    return result.lines


def events_of(lines: Iterable[bytes], decode: Callable[[bytes], Event]) -> Iterator[Event]:
    """What of a log can be read."""
    for line in lines:
        with suppress(InputError):
            yield decode(line)


@pytest.mark.parametrize("signals", [True, False])
def test_an_engine_that_follows_the_clock_agrees_with_the_log(
    tmp_path: Path, signals: bool
) -> None:
    """Events as they happen, timers as they come due, stopped and started again on the way."""
    lines = list(simulate(Plan(journeys=40, seed=3, signals=signals)).lines)
    decode = build_decode(Settings(), Policy())
    data, clock = tmp_path / "data", Clock(decode(lines[0]).at)
    for part in range(4):
        options = EngineSettings(data=data, synchronous="normal")
        parts = build_embedded(Settings(engine=options), clock=clock)
        for line in lines[part::4]:
            clock.now = max(clock.now, decode(line).at)
            parts.inbox.append("test", [line], clock.now)
            parts.engine.step()
        parts.close()
    with embedded(data, 1_000) as parts:
        parts.engine.drain()
        found = audit(
            lines=lines_of(parts.inbox, parts.engine.offset),
            ledger=parts.ledger.all_verdicts(),
            decode=decode,
            policy=Policy(),
            events_max=1_000,
        )
    assert found.records >= len(set(lines))
    assert signals == (found.records == len(set(lines)))
    assert found.differences == ()
