"""Who asks to be forgotten is: in the log and in the state; the verdict stays as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.rules import RulesReader
from pipeline.domain.evaluate import evaluate
from pipeline.domain.events import Erasure, Event, Identity, Message, Signal
from pipeline.domain.linking import components
from pipeline.domain.policy import Policy
from pipeline.embedded.dead_letters import DeadLetters
from pipeline.embedded.engine import Engine, keep_in
from pipeline.embedded.erasure import ERASED, load_key
from pipeline.embedded.inbox import Inbox
from pipeline.embedded.state import SqliteStore
from pipeline.errors import StoreError
from pipeline.monitor import Monitor
from pipeline.reading import ReadAtOnce
from pipeline.wire import decode_event, encode_event, verdict_line
from tests.e2e.engine_worker import Verdicts
from tests.readings import read_by

AT = datetime(2026, 11, 16, 9, tzinfo=UTC)
NOW = AT + timedelta(days=50)
SECRETS = (b"ada@example.org", b"x:ada", b"parcel", b"Violet")


def message(number: int, customer: str, text: str, **changes: object) -> Message:
    """Return a message of a customer whose text nobody has read yet."""
    told: dict[str, object] = {
        "id": f"m:{number}",
        "at": AT + timedelta(hours=number),
        "customer": (customer,),
        "channel": "email",
        "visibility": "private",
        "direction": "inbound",
        "text": text,
    }
    return Message(**{**told, **changes})  # type: ignore[arg-type]  # a table of good values


EVENTS: list[Event] = [
    message(1, "email:ada@example.org", "My parcel is still not here!", thread="t1"),
    message(2, "email:ada@example.org", "We need your order number.", direction="outbound"),
    message(30, "x:ada", "No parcel, no answer. @shop", visibility="public", channel="x"),
    message(31, "x:ada", "", visibility="public", channel="x", subject="Violet"),
    Identity(id="i:1", at=AT, same=("email:ada@example.org", "x:ada"), evidence="crm"),
    message(5, "x:eva", "The lamp is broken.", signals=(Signal(name="complaint"),)),
]
ERASURE = Erasure(id="gdpr:1", at=AT + timedelta(days=40), customer=("email:ada@example.org",))


@contextmanager
def engine(data: Path) -> Iterator[tuple[Engine, Verdicts]]:
    """Open an engine on a directory, and close it again."""
    parts = (Inbox(data / "inbox.db"), DeadLetters(data / "letters.db"))
    store, verdicts = SqliteStore(data / "state.db"), Verdicts(data / "ledger.db")
    try:
        yield (
            Engine(
                inbox=parts[0],
                letters=parts[1],
                store=store,
                monitor=Monitor(
                    Policy(), store, verdicts, ReadAtOnce(RulesReader(), keep_in(parts[0]))
                ),
                decode=decode_event,
                clock=lambda: NOW,
                policy=Policy(),
                data=data,
            ),
            verdicts,
        )
    finally:
        for part in (*parts, store, verdicts):
            part.close()


def judged(events: list[Event]) -> list[bytes]:
    """Return the verdicts of events, as a batch over them says."""
    lines: list[bytes] = []
    for timeline in components(events):
        read = read_by(RulesReader(), timeline)
        lines += map(verdict_line, evaluate(read, NOW, Policy()))
    return sorted(lines)


def on_disk(data: Path) -> bytes:
    """Return all bytes of log and state."""
    files = (*data.glob("inbox.db*"), *data.glob("state.db*"))
    return b"".join(path.read_bytes() for path in files)


def feed(one: Engine, *events: Event) -> None:
    """Append events and let the engine do its work."""
    one.inbox.append("test", [encode_event(event) for event in events], NOW)
    one.drain()


def test_nothing_is_left_but_the_verdict(tmp_path: Path) -> None:
    """Neither words nor names, in any file; the same verdict, byte for byte."""
    with engine(tmp_path) as (one, verdicts):
        feed(one, *EVENTS)
        assert all(secret in on_disk(tmp_path) for secret in SECRETS)
        feed(one, ERASURE)
        assert verdicts.lines() == judged([*EVENTS, ERASURE])
    assert [secret for secret in SECRETS if secret in on_disk(tmp_path)] == []
    assert b"The lamp is broken." in on_disk(tmp_path)


def test_the_log_alone_gives_the_same_verdicts(tmp_path: Path) -> None:
    """So that audit and replay agree with the ledger after an erasure."""
    with engine(tmp_path) as (one, verdicts):
        feed(one, *EVENTS, ERASURE)
        log = [decode_event(record.raw) for record in one.inbox.read_after(0, 100)]
        assert judged(log) == verdicts.lines()
        assert {name for event in log for name in event.customer if name.startswith(ERASED)}


def test_a_crash_before_the_log_is_rewritten_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state knows what is still to be done."""
    with engine(tmp_path) as (one, _):
        monkeypatch.setattr(Inbox, "rewrite", _full_disk)
        with pytest.raises(StoreError):
            feed(one, *EVENTS, ERASURE)
    monkeypatch.undo()
    assert b"parcel" in on_disk(tmp_path)
    with engine(tmp_path) as (one, verdicts):
        one.drain()
        assert verdicts.lines() == judged([*EVENTS, ERASURE])
    assert [secret for secret in SECRETS if secret in on_disk(tmp_path)] == []


def _full_disk(*_: object) -> int:
    raise StoreError("the disk is full")


def test_a_second_erasure_changes_nothing(tmp_path: Path) -> None:
    """The same request again, by another id."""
    with engine(tmp_path) as (one, verdicts):
        feed(one, *EVENTS, ERASURE)
        before = verdicts.lines()
        feed(one, Erasure(id="gdpr:2", at=ERASURE.at, customer=("email:ada@example.org",)))
        assert verdicts.lines() == before


def test_the_key_stays_the_same_and_is_private(tmp_path: Path) -> None:
    """Otherwise two erasures of one person would not link."""
    assert load_key(tmp_path) == load_key(tmp_path)
    assert (tmp_path / "erasure.key").stat().st_mode & 0o077 == 0
