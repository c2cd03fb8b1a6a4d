"""Bluesky by a local Jetstream, and what can go wrong."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.config import ChannelTable
from pipeline.connectors.bluesky import Jetstream
from pipeline.connectors.ports import Channel
from pipeline.connectors.registry import build_channel
from pipeline.errors import ConfigError, Unreachable
from tests.contract.rigs.bluesky import RIG, US, answer, deletion, packed, person, post
from tests.services.jetstream import JetstreamServer
from tests.services.processes import wait_until
from tests.unit.connectors.test_mastodon import AROUND, messages, running


def test_a_handle_is_met_with_where_its_did_stands() -> None:
    """Handles change, so the number behind them is wanted; the address is ready to be opened."""
    table = ChannelTable(name="sky", kind="bluesky", values={"did": "@acme.bsky.social"})
    with pytest.raises(ConfigError, match=r"sky\.did: .*\?handle=acme\.bsky\.social tells"):
        build_channel(table, AROUND, {})


@pytest.fixture
def server() -> Iterator[JetstreamServer]:
    with JetstreamServer() as started:
        yield started


def channel(server: JetstreamServer, **more: Any) -> Channel:
    values = {**RIG.values, **server.values, **more}
    return build_channel(ChannelTable(name="sky", kind="bluesky", values=values), AROUND, {})


def test_only_what_concerns_us_is_kept(server: JetstreamServer) -> None:
    """Of the whole network; our answer, an edit and a deletion too; the cursor passes the rest."""
    for number in range(300):
        server.add(packed(post(number, facets=[])))
    asked = post(300)
    server.add(packed(asked))
    server.add(packed(answer(301, US, asked)))
    server.add(packed(deletion(302, post(17))))
    server.add(packed(deletion(303, asked)))
    with running(channel(server)) as (sink, _):
        wait_until(lambda: len(sink.lines) == 3)
    first, reply, gone = messages(sink)
    assert (first.direction, reply.direction) == ("inbound", "outbound")
    assert (gone.id, gone.deleted) == (first.id, True)
    assert int(sink.cursors["sky"]) == deletion(303, asked)["time_us"]


def test_after_a_break_it_goes_on_from_the_cursor(server: JetstreamServer) -> None:
    """What the cursor names comes again from Jetstream, and is passed over."""
    server.add(packed(post(1)))
    with running(channel(server)) as (sink, _):
        wait_until(lambda: len(sink.lines) == 1)
        server.cut()
        server.add(packed(post(2)))
        wait_until(lambda: len(sink.lines) == 2)
    assert [one["cursor"] for one in server.asked][-1] == [str(post(1)["time_us"])]


@pytest.mark.parametrize("frame", ["no JSON", '{"time_us": "now"}', b"\xff\xff\xff\xff"])
def test_garbage_is_an_error_and_it_goes_on(server: JetstreamServer, frame: str | bytes) -> None:
    """The connection is made anew."""
    with running(channel(server)) as (sink, supervisor):
        wait_until(lambda: server.listeners == 1)
        server.send(frame)
        wait_until(lambda: supervisor.reports()[0].errors.get("garbled", 0) >= 1)
        server.add(packed(post(1)))
        wait_until(lambda: len(sink.lines) == 1)


def test_half_a_frame_is_an_end_of_the_connection(server: JetstreamServer) -> None:
    """Nothing of it is used; it comes whole the next time."""
    with running(channel(server)) as (sink, supervisor):
        wait_until(lambda: server.listeners == 1)
        server.send(b"\x81\x7e\x01\x00half")
        server.cut()
        wait_until(lambda: supervisor.reports()[0].errors.get("unreachable", 0) >= 1)
        server.add(packed(post(1)))
        wait_until(lambda: len(sink.lines) == 1)
    assert not sink.rejected


def test_a_network_that_says_nothing_has_forgotten_us(
    server: JetstreamServer, caplog: pytest.LogCaptureFixture
) -> None:
    """The connection is open and nothing comes: it is made anew."""
    (connector,) = channel(server).connectors
    assert isinstance(connector, Jetstream)
    with running(replace(channel(server), connectors=(replace(connector, quiet_seconds=0.5),))) as (
        _,
        supervisor,
    ):
        wait_until(lambda: supervisor.reports()[0].errors.get("unreachable", 0) >= 1)
    assert "nothing came" in caplog.text


def test_the_first_start_goes_back_as_told(server: JetstreamServer) -> None:
    """And no further: all posts of that time have to pass."""
    with running(channel(server, back="1 h")) as (sink, _):
        wait_until(lambda: bool(server.asked))
    back = datetime.now(UTC).timestamp() - int(server.asked[0]["cursor"][0]) / 1e6
    assert 3_600 <= back < 3_700
    assert server.asked[0]["wantedCollections"] == ["app.bsky.feed.post"]
    assert not sink.lines


def test_check_opens_the_stream(server: JetstreamServer) -> None:
    """And says what came, or that nothing did."""
    found = [one.found for one in channel(server).check()]
    assert found[0].endswith("streams")
    assert found[1].startswith("nothing came")
    with pytest.raises(Unreachable, match="Connection refused"):
        list(channel(server, url="ws://127.0.0.1:1").check())


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"did": "acme.example"}, r"channels\.sky\.did: .* write the account's DID"),
        ({"url": "https://x.example"}, r"channels\.sky\.url"),
        ({"url": "ws://x.example"}, "in the clear"),
    ],
)
def test_slips_are_named(server: JetstreamServer, more: dict[str, Any], told: str) -> None:
    """With what to write."""
    assert person(1) != US
    with pytest.raises(ConfigError, match=told):
        channel(server, **more)
