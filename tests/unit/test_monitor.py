"""The monitor: events in any order, once or twice, in any batches, give the same verdicts."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from models.reading import Reading as TextReading
from models.reading import Signal as ReadSignal
from models.reading import Text
from pipeline.domain.events import Event, Identity, Message, Reading, Signal, Status
from pipeline.domain.policy import Policy
from pipeline.domain.texts import Unread
from pipeline.domain.timeline import collect
from pipeline.embedded.memory import MemoryStore
from pipeline.errors import TooLarge
from pipeline.monitor import ASKED_AGAIN_AFTER, READINGS_AN_EVENT_MAX, Change, Monitor
from pipeline.reading import ReadAtOnce
from pipeline.wire import verdict_line
from tests.readings import heard_by

AT = datetime(2026, 11, 16, 9, tzinfo=UTC)
LATER = AT + timedelta(days=60)


class Cases:
    """A sink that holds the current verdicts, as the ledger does."""

    def __init__(self) -> None:
        self.by_root: dict[str, Change] = {}
        self.told = 0

    def apply(self, changes: Sequence[Change]) -> None:
        """Replace what is superseded."""
        for change in changes:
            self.told += 1
            for root in change.absorbed:
                self.by_root.pop(root, None)
            self.by_root[change.root] = change

    def lines(self) -> list[bytes]:
        """The verdicts as bytes, sorted."""
        found = [verdict_line(one) for change in self.by_root.values() for one in change.verdicts]
        return sorted(found)


class ContextReader:
    """Reads a signal out of text and context, so that every difference in them shows."""

    version = "context-1"

    def __init__(self) -> None:
        self.calls: list[int] = []

    def read(self, texts: Sequence[Text]) -> list[TextReading]:
        """Say `info_supplied` or `chase`, by what text and context hold."""
        self.calls.append(len(texts))
        return [self._reading(text) for text in texts]

    def _reading(self, text: Text) -> TextReading:
        words = text.text + "".join(one.text for one in text.context)
        names = ("info_supplied", "chase") if text.direction == "inbound" else ("stock", "referral")
        name = names[sum(words.encode()) % 2]
        weak = ReadSignal(name="accepts", probability=0.49)
        return TextReading(id=text.id, signals=(ReadSignal(name=name, probability=0.9), weak))


def message(number: int, customer: str = "x:ada", **changes: object) -> Message:
    """Return a message of a customer, an hour after the one before."""
    told: dict[str, object] = {
        "id": f"m:{number:03}",
        "at": AT + timedelta(hours=number),
        "customer": (customer,),
        "channel": "email",
        "visibility": "private",
        "direction": "inbound",
        "text": f"text {number}",
        "signals": (),
    }
    return Message(**{**told, **changes})  # type: ignore[arg-type]  # a table of good values


def build(reader: ContextReader | None = None) -> tuple[Monitor, MemoryStore, Cases]:
    """Return a monitor with its store and sink."""
    store, cases = MemoryStore(), Cases()
    desk = None if reader is None else ReadAtOnce(reader)
    return Monitor(Policy(), store, cases, desk), store, cases


def test_handling_says_whether_anything_is_new() -> None:
    """A duplicate changes nothing and is not settled."""
    monitor, _, cases = build()
    assert monitor.handle(message(1), AT)
    assert not monitor.handle(message(1), AT)
    assert [change.causes for change in monitor.settle(LATER)] == [("m:001",)]
    assert monitor.settle(LATER) == []
    assert cases.told == 1


def test_a_touched_timeline_is_settled_once() -> None:
    """However many events touched it."""
    monitor, _, _ = build()
    for number in range(5):
        monitor.handle(message(number), AT + timedelta(minutes=number))
    (change,) = monitor.settle(AT + timedelta(hours=9))
    assert change.root == "x:ada"
    assert len(change.causes) == 5
    assert change.since == AT
    assert [verdict.case for verdict in change.verdicts] == ["m:000"]


def test_timelines_that_meet_become_one_under_the_smallest_label() -> None:
    """Their verdicts are superseded, whichever was first."""
    monitor, store, cases = build()
    monitor.handle(message(1, "x:eva"), AT)
    monitor.handle(message(2, "x:ada"), AT)
    monitor.settle(AT)
    link = Identity(id="i:1", at=AT, same=("x:ada", "x:eva"))
    assert monitor.handle(link, AT)
    (change,) = monitor.settle(LATER)
    assert (change.root, change.absorbed) == ("x:ada", ("x:eva",))
    assert set(cases.by_root) == {"x:ada"}
    assert len(store) == 1


def test_a_smaller_identifier_renames_the_timeline() -> None:
    """So that the label does not depend on what came first."""
    monitor, store, _ = build()
    monitor.handle(message(1, "x:eva"), AT)
    monitor.settle(AT)
    monitor.handle(Status(id="s:1", at=AT, customer=("a:1", "x:eva"), status="open"), AT)
    (change,) = monitor.settle(LATER)
    assert (change.root, change.absorbed) == ("a:1", ("x:eva",))
    assert store.roots(["x:eva", "event m:001"]) == {"a:1"}


def test_silence_alone_settles_when_its_time_has_come() -> None:
    """Timers follow the verdicts' ``revisit_at``, and each look has no causes."""
    monitor, store, cases = build()
    monitor.handle(message(0, signals=(Signal(name="complaint"),)), AT)
    monitor.settle(AT)
    looks = 0
    while (at := store.next_timer()) is not None:
        assert monitor.settle(at - timedelta(microseconds=1)) == []
        (change,) = monitor.settle(at)
        assert change.causes == ()
        looks += 1
    assert looks < 10
    (verdict,) = cases.by_root["x:ada"].verdicts
    assert verdict.outcome == "unresolved"
    assert verdict.as_of >= AT + Policy().horizon


def test_an_event_of_the_future_is_looked_at_when_it_becomes_known() -> None:
    """Until then it appears nowhere."""
    monitor, store, cases = build()
    monitor.handle(message(5), AT)
    monitor.settle(AT)
    assert cases.lines() == []
    assert store.next_timer() == AT + timedelta(hours=5)
    monitor.settle(AT + timedelta(hours=5))
    assert len(cases.lines()) == 1


def test_a_timeline_is_bounded() -> None:
    """An identifier that half the world shares is refused in words, not in a crash."""
    monitor = Monitor(Policy(), MemoryStore(), Cases(), events_max=3)
    for number in range(3):
        monitor.handle(message(number), AT)
    with pytest.raises(TooLarge, match="x:ada has 4 events, at most 3"):
        monitor.handle(message(3), AT)
    assert not monitor.handle(message(2), AT)


def journey(seed: int) -> list[Event]:
    """Return events of a few customers that meet by threads, refs and identities."""
    draw = random.Random(seed)
    customers = ["x:ada", "email:a@b.c", "phone:+49123", "x:eva"]
    events: list[Event] = []
    for number in range(draw.randint(4, 14)):
        customer = draw.choice(customers)
        unread = draw.random() < 0.6
        events.append(
            message(
                number,
                customer,
                direction=draw.choice(["inbound", "inbound", "outbound"]),
                visibility=draw.choice(["private", "private", "public"]),
                thread=draw.choice([None, None, "t1", "t2"]),
                refs=draw.choice([(), (), ("order:1",)]),
                signals=None if unread else (Signal(name="complaint"),),
                version=draw.choice([0, 0, 1]),
            )
        )
    pair = tuple(draw.sample(customers, 2))
    events.append(Identity(id="i:1", at=AT + timedelta(hours=draw.randint(0, 9)), same=pair))
    edit = draw.choice(events)
    if isinstance(edit, Message):
        at = edit.at + timedelta(minutes=draw.randint(0, 300))
        events.append(message(int(edit.id[2:]), edit.customer[0], at=at, version=3, text="edited"))
    return events


@pytest.mark.parametrize("seed", range(60))
def test_order_duplicates_and_batches_do_not_show(seed: int) -> None:
    """The verdicts are those of the set, byte for byte, unread texts included."""
    draw, events = random.Random(seed), journey(seed)
    as_of = AT + timedelta(hours=draw.randint(1, 400))
    expected = run(events, as_of, random.Random(0), shuffled=False)
    for _ in range(3):
        assert run(events, as_of, draw, shuffled=True) == expected


def run(
    events: list[Event], as_of: datetime, draw: random.Random, *, shuffled: bool
) -> list[bytes]:
    """Feed a monitor, settling now and then at the same moment, and return the verdicts."""
    monitor, store, cases = build(ContextReader())
    fed = [*events, *draw.sample(events, len(events) // 2)]
    if shuffled:
        draw.shuffle(fed)
    for event in fed:
        monitor.handle(event, as_of)
        if draw.random() < 0.3:
            monitor.settle(as_of)
    monitor.settle(as_of)
    assert len(cases.by_root) == len(store)
    return cases.lines()


@pytest.mark.parametrize("seed", range(20))
def test_what_comes_after_as_of_does_not_show(seed: int) -> None:
    """Not even in how an earlier text is read."""
    as_of = AT + timedelta(hours=6)
    events = journey(seed)
    known = [event for event in events if event.at <= as_of]
    draw = random.Random(seed)
    assert run(events, as_of, draw, shuffled=True) == run(known, as_of, draw, shuffled=True)


def test_unread_texts_of_a_settling_are_read_in_one_call() -> None:
    """And only once."""
    reader = ContextReader()
    monitor, _, _ = build(reader)
    for number in range(6):
        monitor.handle(message(number, f"x:{number % 3}", signals=None), AT)
    monitor.settle(LATER)
    monitor.handle(message(7, "x:1", signals=()), AT)
    monitor.settle(LATER)
    assert reader.calls == [6]


def test_given_signals_are_trusted_and_weak_readings_left_out() -> None:
    """No model is asked about a text that came with signals; half is the line for the others."""
    reader = ContextReader()
    given, unread = message(1), message(2, signals=None)
    deleted = message(3, signals=None, deleted=True, text="")
    timeline = heard_by(reader, collect([given, unread, deleted]))
    (read,) = timeline.versions["m:002"]
    assert isinstance(read, Message)
    assert [signal.probability for signal in read.signals or ()] == [0.9]
    assert timeline.versions["m:001"] == (given,)
    assert timeline.versions["m:003"] == (deleted,)
    assert reader.calls == [1]


def test_the_context_is_that_of_the_thread_as_it_was_then() -> None:
    """Six messages at most, the latest; later edits and other threads are left out."""
    seen: list[Text] = []

    class Listening(ContextReader):
        def read(self, texts: Sequence[Text]) -> list[TextReading]:
            seen.extend(texts)
            return super().read(texts)

    before = [message(number, thread="t1") for number in range(9)]
    edit = message(7, at=AT + timedelta(hours=30), thread="t1", version=1, text="edited")
    asked = message(20, thread="t1", signals=None)
    other = message(10, thread="t2")
    events = [*before, edit, other, asked]
    heard_by(Listening(), collect(events))
    assert [one.text for one in seen[0].context] == [f"text {number}" for number in range(3, 9)]


class LaterDesk:
    """A desk whose readings come by the log."""

    def __init__(self) -> None:
        self.asked: list[Unread] = []

    def read(self, unread: Sequence[Unread], now: datetime) -> Sequence[Reading]:
        """Take the texts."""
        assert now.tzinfo is not None
        self.asked += unread
        return ()


def reading(unread: Unread, name: str, **changes: object) -> Reading:
    """Return a reading of a text."""
    told: dict[str, object] = {
        "id": unread.id,
        "at": unread.message.at,
        "customer": unread.message.customer,
        "of": unread.message.id,
        "model": "m-1",
        "signals": (Signal(name=name, probability=0.8),),
    }
    return Reading(**{**told, **changes})  # type: ignore[arg-type]  # a table of good values


def test_what_waits_for_its_reading_is_not_judged_yet() -> None:
    """It comes in with its reading, as if it had just arrived; the desk is asked again, later."""
    desk, store, cases = LaterDesk(), MemoryStore(), Cases()
    monitor = Monitor(Policy(), store, cases, desk)
    monitor.handle(message(0), AT)
    monitor.handle(message(1, signals=None), AT)
    (change,) = monitor.settle(LATER)
    assert [one.events for one in change.verdicts] == [("m:000",)]
    assert store.next_timer() == LATER + ASKED_AGAIN_AFTER
    monitor.settle(LATER + ASKED_AGAIN_AFTER)
    first, again = desk.asked
    assert first == again
    assert monitor.handle(reading(first, "chase"), LATER)
    (change,) = monitor.settle(LATER + ASKED_AGAIN_AFTER)
    assert [one.events for one in change.verdicts] == [("m:000", "m:001")]
    assert change.causes == ("m:001",)
    assert change.models == ()
    assert len(desk.asked) == 2


def test_a_text_read_anew_says_which_model_took_whose_place() -> None:
    """The reason of what the ledger restates; by `handle` and by `join`."""
    desk = LaterDesk()
    monitor = Monitor(Policy(), MemoryStore(), Cases(), desk)
    monitor.handle(message(1, signals=None), AT)
    monitor.settle(LATER)
    (unread,) = desk.asked
    monitor.handle(reading(unread, "chase"), LATER)
    monitor.settle(LATER)
    better = reading(unread, "accepts", version=1, model="m-2")
    monitor.handle(better, LATER)
    (change,) = monitor.settle(LATER)
    assert change.models == (("m-1", "m-2"),)
    best = reading(unread, "spam", version=2, model="m-3")
    assert monitor.join("x:ada", collect([best, better]), LATER)
    (change,) = monitor.settle(LATER)
    assert change.models == (("m-2", "m-3"),)
    assert not monitor.handle(better, LATER)


def test_readings_do_not_count_as_events_but_are_bounded() -> None:
    """Those sent from outside; what is read here and has no room is used all the same."""
    reader = ContextReader()
    store, cases = MemoryStore(), Cases()
    monitor = Monitor(Policy(), store, cases, ReadAtOnce(reader), events_max=1)
    monitor.handle(message(1, signals=None), AT)
    monitor.settle(LATER)
    expected = cases.lines()
    assert len(store.load("x:ada").readings) == 1
    held = next(iter(store.load("x:ada").readings.values()))
    room = READINGS_AN_EVENT_MAX - 1
    for number in range(room):
        assert monitor.handle(replace(held, id=f"reading:{number}"), AT)
    with pytest.raises(TooLarge, match="x:ada has 9 readings, at most 8 for each of 1"):
        monitor.handle(replace(held, id="reading:more"), AT)
    monitor.handle(message(1, signals=None, version=1, text="edited"), AT)
    monitor.settle(LATER)
    monitor.settle(LATER)
    assert len(store.load("x:ada").readings) == READINGS_AN_EVENT_MAX
    assert cases.lines() != []
    assert expected != []
