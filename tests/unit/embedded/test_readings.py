"""The engine reads a text once: what it said stands in the log, whatever dies or is replaced."""

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.domain.events import Erasure, Event, Message
from pipeline.domain.policy import Policy
from pipeline.embedded.audit import audit, lines_of
from pipeline.embedded.erasure import BLANK
from pipeline.embedded.inbox import Inbox
from pipeline.embedded.replay import replay
from pipeline.embedded.state import SqliteStore
from pipeline.errors import StoreError
from pipeline.wire import decode_event, encode_event
from tests.unit.embedded.parts import AT, NOW, Model, parts


def message(number: int, text: str = "Where is it?") -> Message:
    """Return an unread message of Ada, an hour after the one before."""
    return Message(
        id=f"m:{number}",
        at=AT + timedelta(hours=number),
        customer=("x:ada",),
        channel="email",
        visibility="private",
        direction="inbound",
        text=text,
    )


def replayed(log: list[Event]) -> list[bytes]:
    """The batch over a log, with no model."""
    return replay(log, as_of=NOW, policy=Policy(), reader=None, events_max=99).lines


def test_a_text_is_read_once(tmp_path: Path) -> None:
    """Another model, installed later, is asked about new texts alone."""
    old, new = Model("m-1", "chase"), Model("m-2", "spam")
    with parts(tmp_path, old) as one:
        one.feed(message(1), message(5))
        one.feed(message(9))
        before = one.verdicts()
    assert old.asked == 3
    with parts(tmp_path, new) as one:
        one.feed(message(1))
        assert one.verdicts() == before
        assert new.asked == 0
        one.feed(message(12))
        assert new.asked == 1
        assert [reading.model for reading in one.readings()] == ["m-1"] * 3 + ["m-2"]
        assert one.verdicts() == replayed(one.log())


def test_an_earlier_text_that_comes_late_is_context(tmp_path: Path) -> None:
    """What follows on it is read again; what was read before stays in the log, unused."""
    model = Model("m-1", "chase")
    with parts(tmp_path, model) as one:
        one.feed(message(5))
        one.feed(message(1))
        assert [reading.of for reading in one.readings()] == ["m:5", "m:1", "m:5"]
        assert one.verdicts() == replayed(one.log())
        one.feed(message(9))
        assert model.asked == 4


def test_a_death_before_the_reading_is_kept_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was told and nothing is committed: the text is read again."""
    append = Inbox.append

    def die(self: Inbox, source: str, *rest: object) -> None:
        if source == "reader":
            raise StoreError("killed")
        append(self, source, *rest)  # type: ignore[arg-type]  # passed on as it came

    model = Model("m-1", "chase")
    with parts(tmp_path, model) as one:
        monkeypatch.setattr(Inbox, "append", die)
        with pytest.raises(StoreError):
            one.feed(message(1))
        assert one.verdicts() == []
    monkeypatch.undo()
    with parts(tmp_path, model) as one:
        one.engine.drain()
        assert len(one.readings()) == 1
        assert one.verdicts() == replayed(one.log()) != []


def test_a_death_after_the_reading_is_kept_leaves_it_to_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if another model is installed meanwhile: the log says which of the two holds."""
    with parts(tmp_path, Model("m-1", "chase")) as one:
        monkeypatch.setattr(SqliteStore, "commit", _killed)
        with pytest.raises(StoreError):
            one.feed(message(1), message(2))
    monkeypatch.undo()
    with parts(tmp_path, Model("m-2", "accepts")) as one:
        one.engine.batch_max = 2  # the readings are not met before the texts are judged
        one.engine.drain()
        assert one.verdicts() == replayed(one.log())
        assert {reading.model for reading in one.readings()} == {"m-1", "m-2"}


def _killed(*_: object) -> None:
    raise StoreError("killed")


def test_an_audit_asks_no_model(tmp_path: Path) -> None:
    """Not even where the engine has not met its own readings in the log yet."""
    with parts(tmp_path, Model("m-1", "chase")) as one:
        one.inbox.append("test", [encode_event(message(1)), encode_event(message(2))], NOW)
        assert one.engine.step() == 2
        assert one.engine.offset < one.inbox.last_offset()
        found = audit(
            lines=lines_of(one.inbox, one.engine.offset),
            ledger=one.ledger.all_verdicts(),
            decode=decode_event,
            policy=Policy(),
            events_max=99,
        )
    assert found.differences == ()
    assert found.cases == 1


def test_readings_of_a_forgotten_customer_say_nothing(tmp_path: Path) -> None:
    """Their ids are digests of the texts, and they may name deeds: blanked, in log and state."""
    with parts(tmp_path, Model("m-1", "chase")) as one:
        one.feed(message(1), message(2))
        names = [reading.id.encode() for reading in one.readings()]
        one.feed(Erasure(id="gdpr:1", at=AT + timedelta(days=40), customer=("x:ada",)))
        assert {reading.id for reading in one.readings()} == {BLANK}
        assert {reading.signals for reading in one.readings()} == {()}
        assert one.verdicts() == replayed(one.log())
    on_disk = b"".join(
        path.read_bytes() for path in tmp_path.glob("*.db*") if "l.db" not in str(path)
    )
    assert [name for name in (*names, b"x:ada") if name in on_disk] == []
