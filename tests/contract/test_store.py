"""What every store of timelines promises, asked of each of them."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from pipeline.domain.events import Message, Signal, connecting_keys
from pipeline.domain.timeline import Timeline, collect, merge
from pipeline.embedded.memory import MemoryStore
from pipeline.embedded.state import SqliteStore
from pipeline.errors import StoreError
from pipeline.monitor import Store

AT = datetime(2026, 11, 16, 9, tzinfo=UTC)


class Timed(Store, Protocol):
    """A store that can also say when it next has something due."""

    def next_timer(self) -> datetime | None:
        """Return when the next timer is due."""


@pytest.fixture(params=["memory", "sqlite", "sqlite, committed at once, nothing cached"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Timed]:
    """Each store in turn, empty."""
    if request.param == "memory":
        yield MemoryStore()
        return
    is_eager = request.param != "sqlite"
    opened = Eager(tmp_path / "state.db") if is_eager else SqliteStore(tmp_path / "state.db")
    yield opened
    opened.close()


class Eager(SqliteStore):
    """Commits after every write and forgets, so that every read comes from the file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, cached_max=0)

    def save(self, root: str, timeline: Timeline, keys: object) -> None:
        super().save(root, timeline, keys)  # type: ignore[arg-type]  # handed through
        self.commit(1)

    def absorb(self, root: str, other: str) -> None:
        super().absorb(root, other)
        self.commit(1)

    def schedule(self, root: str, at: datetime | None) -> None:
        super().schedule(root, at)
        self.commit(1)


def message(number: int, customer: str = "x:ada", **changes: object) -> Message:
    """Return a message of a customer."""
    told: dict[str, object] = {
        "id": f"m:{number}",
        "at": AT + timedelta(minutes=number),
        "customer": (customer,),
        "channel": "email",
        "visibility": "private",
        "direction": "inbound",
        "text": "Hello",
    }
    return Message(**{**told, **changes})  # type: ignore[arg-type]  # a table of good values


def save(store: Store, root: str, *events: Message) -> Timeline:
    """Save events under a root with their keys, and return their timeline."""
    timeline = collect(events)
    store.save(root, timeline, [key for event in events for key in connecting_keys(event)])
    return timeline


def test_an_unknown_root_is_empty(store: Timed) -> None:
    """Nobody needs to ask whether it is there."""
    assert store.load("x:nobody") == Timeline()
    assert store.roots(["x:nobody", "event m:1"]) == set()
    assert store.next_timer() is None


def test_what_is_saved_is_loaded(store: Timed) -> None:
    """All versions, signals and conflicts, through the file as well."""
    first = message(1, signals=(Signal(name="promise", due=AT, asks=("a",)),), topic="weather")
    other = collect([message(1, text="Other"), message(1, text="Hello"), message(1, version=2)])
    saved = merge(collect([first, message(2, text="two\nlines")]), other)
    assert saved.conflicts
    store.save("x:ada", saved, ["x:ada"])
    assert store.load("x:ada") == saved


def test_every_key_leads_to_the_root(store: Timed) -> None:
    """By customer, by event, by thread."""
    save(store, "x:ada", message(1, thread="t1"))
    for key in ("x:ada", "event m:1", "thread t1"):
        assert store.roots([key]) == {"x:ada"}
    save(store, "x:eva", message(2, "x:eva"))
    assert store.roots(["x:ada", "x:eva", "x:nobody"]) == {"x:ada", "x:eva"}


def test_a_later_save_replaces(store: Timed) -> None:
    """The store keeps what it is given; joining is the monitor's work."""
    save(store, "x:ada", message(1))
    later = save(store, "x:ada", message(1), message(2))
    assert store.load("x:ada") == later


def test_absorbed_keys_lead_to_the_new_root(store: Timed) -> None:
    """And the timeline that was absorbed is gone, with its timer."""
    save(store, "x:eva", message(2, "x:eva", refs=("order:1",)))
    store.schedule("x:eva", AT)
    save(store, "x:ada", message(1))
    store.absorb("x:ada", "x:eva")
    save(store, "x:ada", message(1), message(2, "x:eva", refs=("order:1",)))
    assert store.roots(["x:eva", "ref order:1", "event m:2"]) == {"x:ada"}
    assert store.load("x:eva") == Timeline()
    assert store.due(AT, 10) == []


def test_a_root_may_come_back_after_it_was_absorbed(store: Timed) -> None:
    """Labels are names of people, not of timelines."""
    save(store, "x:eva", message(2, "x:eva"))
    store.absorb("x:ada", "x:eva")
    back = save(store, "x:eva", message(3, "x:eva"))
    assert store.load("x:eva") == back
    assert store.roots(["x:eva"]) == {"x:eva"}


def test_due_roots_come_longest_due_first_and_bounded(store: Timed) -> None:
    """Until they are scheduled anew they stay due."""
    for number, root in enumerate(("x:c", "x:b", "x:a")):
        save(store, root, message(number, root))
        store.schedule(root, AT + timedelta(hours=number))
    assert store.due(AT - timedelta(microseconds=1), 10) == []
    assert store.due(AT, 10) == ["x:c"]
    assert store.due(AT + timedelta(hours=5), 2) == ["x:c", "x:b"]
    assert store.due(AT + timedelta(hours=5), 10) == ["x:c", "x:b", "x:a"]
    assert store.next_timer() == AT


def test_a_timer_can_be_moved_and_taken_away(store: Timed) -> None:
    """The last word counts."""
    save(store, "x:ada", message(1))
    store.schedule("x:ada", AT)
    store.schedule("x:ada", AT + timedelta(days=1))
    assert store.due(AT, 10) == []
    store.schedule("x:ada", AT - timedelta(days=1))
    assert store.due(AT, 10) == ["x:ada"]
    store.schedule("x:ada", None)
    assert store.due(AT, 10) == []
    assert store.next_timer() is None


def test_many_moves_of_a_timer_leave_one(store: Timed) -> None:
    """A case that is touched a thousand times does not fill the memory."""
    save(store, "x:ada", message(1))
    for number in range(300):
        store.schedule("x:ada", AT + timedelta(minutes=number % 7))
    assert store.due(AT + timedelta(days=1), 10) == ["x:ada"]


def test_uncommitted_state_is_forgotten(tmp_path: Path) -> None:
    """State and offset are those of the last commit: all or nothing."""
    path = tmp_path / "state.db"
    one = SqliteStore(path)
    kept = save(one, "x:ada", message(1))
    one.commit(7)
    save(one, "x:ada", message(1), message(2))
    one.schedule("x:ada", AT)
    assert one.due(AT, 1) == ["x:ada"]
    one.close()
    again = SqliteStore(path)
    assert (again.offset(), again.load("x:ada"), again.due(AT, 1)) == (7, kept, [])
    again.close()


def test_a_damaged_timeline_ends_the_engine_with_what_to_do(tmp_path: Path) -> None:
    """It is our file, not somebody's bad input: no dead letters because of it."""
    path = tmp_path / "state.db"
    one = SqliteStore(path, cached_max=0)
    save(one, "x:ada", message(1))
    one.commit(1)
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("UPDATE timeline SET events = x'5b5d0a7b7d'")
    database.close()
    with pytest.raises(StoreError, match="the timeline of x:ada is damaged"):
        one.load("x:ada")
    one.close()
