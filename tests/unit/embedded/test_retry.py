"""`ccm dead-letters retry` on one machine: what can be read now is in the log, once, and noted."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.config import ChannelTable, Settings
from pipeline.embedded.dead_letters import DeadLetters, retry
from pipeline.embedded.inbox import Inbox
from pipeline.rereading import build_reread
from pipeline.wire import decode_event
from tests.contract.rigs import fake
from tests.unit.test_rereading import LINE, MAIL

CAME = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
NOW = CAME + timedelta(days=1)


def test_mails_forms_and_lines_go_back_into_the_inbox(tmp_path: Path) -> None:
    """What is still bad stays, with the reason of today; the rest is not offered again."""
    kept, inbox = DeadLetters(tmp_path / "letters.db"), Inbox(tmp_path / "inbox.db")
    for origin, where, raw in (
        ("POST /v1/mail", "mail", MAIL),
        ("POST /v1/events", "line 1", LINE),
        ("POST /v1/complaints", "form", b"text=Late+again&email=bob%40example.org"),
        ("POST /v1/events", "line 2", b"no event"),
    ):
        kept.add("could not be read then", where, origin, raw, CAME)
    results = retry(
        kept.letters(), kept=kept, inbox=inbox, reread=build_reread(Settings()), now=NOW
    )
    assert [reason is None for _, reason in results] == [True, True, True, False]
    events = [decode_event(one.raw) for one in inbox.read_after(0, 10)]
    assert [event.customer for event in events] == [
        ("email:ada@example.org",), ("x:ada",), ("email:bob@example.org",)
    ]  # fmt: skip
    assert events[2].at == CAME
    assert [one.raw for one in kept.letters()] == [b"no event"]
    kept.close()
    inbox.close()


def test_what_a_channel_brought_is_read_by_its_parser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fetched or sent to us; a way in that is no more is told."""
    monkeypatch.setenv("CCM_CHANNEL_DESK_KEY", fake.KEY)
    kept, inbox = DeadLetters(tmp_path / "letters.db"), Inbox(tmp_path / "inbox.db")
    for number, way in enumerate(("desk", "desk/webhook", "desk/gone")):
        kept.add("a bug of ours", "post 1", way, fake.make(number), CAME)
    table = ChannelTable(name="desk", kind=fake.RIG.kind)
    results = retry(
        kept.letters(),
        kept=kept,
        inbox=inbox,
        reread=build_reread(Settings(channels=(table,))),
        now=NOW,
    )
    assert [reason for _, reason in results[:2]] == [None, None]
    assert "has no desk/gone any more" in str(results[2][1])
    assert [decode_event(one.raw).id for one in inbox.read_after(0, 10)] == ["fake:0", "fake:1"]
    kept.close()
    inbox.close()
