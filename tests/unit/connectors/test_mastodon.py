"""A Mastodon account on a local server that speaks the protocol, and all that can go wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.channels.mail import MailSettings
from pipeline.config import ChannelTable
from pipeline.connectors.ports import Channel, Surroundings
from pipeline.connectors.registry import build_channel
from pipeline.connectors.runner import Patience
from pipeline.connectors.supervisor import Supervisor
from pipeline.domain.events import Message
from pipeline.errors import AccessRefused, ConfigError, RateLimited, Unreachable
from pipeline.wire import decode_event
from tests.contract.rigs.mastodon import make, own, packed, status
from tests.contract.sinks import MemorySink
from tests.services.mastodon import TOKEN, MastodonServer
from tests.services.processes import wait_until

QUICK = Patience(first_seconds=0.01, most_seconds=0.05, open_seconds=0.2)
AROUND = Surroundings(mail=MailSettings(), topics=frozenset(), clock=lambda: datetime.now(UTC))


@pytest.fixture
def server() -> Iterator[MastodonServer]:
    with MastodonServer() as started:
        yield started


def channel(server: MastodonServer, token: str = TOKEN, **more: Any) -> Channel:
    values = {**server.values, "account": "help", **more}
    secrets = {} if "token_file" in more else {"CCM_CHANNEL_TOOTS_TOKEN": token}
    return build_channel(
        ChannelTable(name="toots", kind="mastodon", values=values), AROUND, secrets
    )


@contextmanager
def running(*channels: Channel) -> Iterator[tuple[MemorySink, Supervisor]]:
    sink = MemorySink()
    supervisor = Supervisor(channels, sink, AROUND.clock, QUICK)
    supervisor.start()
    try:
        yield sink, supervisor
    finally:
        supervisor.stop()


def messages(sink: MemorySink) -> list[Message]:
    found = [decode_event(line) for line in sink.lines]
    return [one for one in found if isinstance(one, Message)]


def test_mentions_and_our_answers_are_fetched(server: MastodonServer) -> None:
    """Those of before and those that the stream tells of, also in pages of many."""
    for number in range(95):
        server.add(make(number))
    with running(channel(server)) as (sink, _):
        wait_until(lambda: len(sink.lines) == 95)
        server.post(packed(own(500, status(1), "Sorry!")))
        wait_until(lambda: len(sink.lines) == 96)
    assert len(set(sink.ids)) == 96
    assert messages(sink)[-1].direction == "outbound"
    assert set(sink.cursors) == {"toots/mentions", "toots/posts"}


def test_edits_and_deletions_are_taken_from_the_stream(server: MastodonServer) -> None:
    """Of statuses that we took, also before a restart; of others nothing."""
    server.add(make(1))
    with running(channel(server)) as (sink, _):
        wait_until(lambda: len(sink.lines) == 1)
    with running(channel(server)) as (sink, supervisor):
        sink.cursors["toots/mentions"] = "51"
        wait_until(lambda: len(server._bells) == 2)
        wait_until(lambda: supervisor.reports()[0].last_contact_at is not None)
        edited = status(1, "Broken, and late", edited_at="2026-11-02T10:00:00.000Z")
        server.tell("delete", b"4711")
        server.tell("status.update", packed(edited))
        wait_until(lambda: any("late" in one.text for one in messages(sink)))
        server.tell("delete", b"1001")
        wait_until(lambda: any(one.deleted for one in messages(sink)))
    versions = {one.version: one for one in messages(sink)}
    last = versions[max(versions)]
    assert (last.deleted, last.visibility, last.text) == (True, "public", "")
    assert {one.id for one in messages(sink)} == {"mastodon:127.0.0.1/1001"}


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        ("no JSON at all", "garbled"),
        ('{"event": "update", "payload": "{"}', "garbled"),
        (b"\xff\xff\xff\xff", "garbled"),  # no frame of WebSocket
    ],
)
def test_garbage_on_the_stream_is_an_error_and_it_goes_on(
    server: MastodonServer, frame: str | bytes, kind: str
) -> None:
    """The connection is made anew, and what came meanwhile is fetched."""
    with running(channel(server)) as (sink, supervisor):
        wait_until(lambda: len(server._bells) == 2)
        server.send(frame)
        wait_until(lambda: supervisor.reports()[0].errors.get(kind, 0) >= 1)
        server.add(make(1))
        wait_until(lambda: len(sink.lines) == 1)


def test_half_a_frame_is_an_end_of_the_connection(server: MastodonServer) -> None:
    """Nothing of it is used."""
    with running(channel(server)) as (sink, supervisor):
        wait_until(lambda: len(server._bells) == 2)
        server.send(b"\x81\x7e\x01\x00half")  # a text frame of 256 bytes, of which 4 come
        server.cut()
        wait_until(lambda: supervisor.reports()[0].errors.get("unreachable", 0) >= 1)
        server.add(make(1))
        wait_until(lambda: len(sink.lines) == 1)
    assert not sink.rejected


@pytest.mark.parametrize(
    ("status_code", "headers", "body", "kind"),
    [
        (429, {"retry-after": "0"}, b"{}", "rate_limited"),
        (500, {}, b"<h1>Oops</h1>", "unreachable"),
        (200, {}, b"<html>a captive portal</html>", "garbled"),
        (200, {}, b'{"error": "no list"}', "garbled"),
    ],
)
def test_bad_answers_are_told_and_tried_again(
    server: MastodonServer, status_code: int, headers: dict[str, str], body: bytes, kind: str
) -> None:
    """By kind; nothing is lost."""
    server.add(make(1))
    server.answers += [(status_code, headers, body)] * 6
    with running(channel(server)) as (sink, supervisor):
        wait_until(lambda: len(sink.lines) == 1)
        errors = [one.errors for one in supervisor.reports()]
    assert sum(one.get(kind, 0) for one in errors) >= 1


def test_an_expired_token_is_renewed_without_a_restart(
    server: MastodonServer, tmp_path: Path
) -> None:
    """The breaker opens, the other channel goes on; a new token in the file is taken."""
    token = tmp_path / "token"
    token.write_text("expired")
    with (
        MastodonServer() as other,
        running(channel(server, token_file=str(token)), channel(other)) as (sink, supervisor),
    ):
        wait_until(lambda: supervisor.reports()[0].errors.get("access_refused", 0) >= 1)
        assert "renew the credentials" in supervisor.reports()[0].trouble
        other.add(make(7))
        wait_until(lambda: len(sink.lines) == 1)
        token.write_text(TOKEN)
        server.add(make(8))
        wait_until(lambda: len(sink.lines) == 2)


def test_what_is_older_than_since_is_left_alone(server: MastodonServer) -> None:
    """By the day on which it was written."""
    server.add(packed({"id": "1", "type": "mention", "created_at": "2020-01-01T00:00:00Z"}))
    server.add(make(1))
    since = datetime(2026, 1, 1, tzinfo=UTC).date()
    with running(channel(server, since=since)) as (sink, _):
        wait_until(lambda: len(sink.lines) == 1)
    assert not sink.rejected


# -------------------------------------------------------------------------------------------- check


def test_check_says_who_we_are(server: MastodonServer) -> None:
    """And that the stream opens; a wrong account is named."""
    found = list(channel(server).check())
    assert [one.is_well for one in found] == [True, True]
    wrong = next(iter(channel(server, account="sales").check()))
    assert (wrong.is_well, wrong.advice) == (
        False,
        'write account = "help", or use a token of sales',
    )


def test_check_says_what_is_wrong(server: MastodonServer) -> None:
    """A wrong token, nobody there, a server that wants us to wait."""
    with pytest.raises(AccessRefused, match="renew the credentials"):
        list(channel(server, token="wrong").check())
    with pytest.raises(Unreachable, match="127"):
        list(channel(server, url="http://127.0.0.1:1").check())
    server.answers.append((429, {"x-ratelimit-reset": "2999-01-01T00:00:00.000Z"}, b"{}"))
    with pytest.raises(RateLimited):
        list(channel(server).check())


@pytest.mark.parametrize(
    "url", ["http://social.example", "social.example", "https://u:p@social.example", "ftp://x"]
)
def test_a_wrong_address_is_named(server: MastodonServer, url: str) -> None:
    """A token must not cross the network in the clear."""
    with pytest.raises(ConfigError, match=r"channels\.toots\.url"):
        channel(server, url=url)
