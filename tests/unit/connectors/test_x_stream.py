"""X's filtered stream on a local server that speaks it, and what can go wrong."""

from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.config import ChannelTable
from pipeline.connectors import streams
from pipeline.connectors.ports import Channel
from pipeline.connectors.registry import build_channel
from pipeline.errors import AccessRefused, ConfigError
from tests.contract.rigs import x_stream
from tests.contract.rigs.x_posts import TOKEN
from tests.contract.rigs.x_stream import RULES, SEARCH, STREAM, make
from tests.services.answers import Reply
from tests.services.processes import wait_until
from tests.unit.connectors.test_mastodon import AROUND, running


@pytest.fixture
def x() -> Iterator[x_stream.Streaming]:
    with x_stream.source() as opened:
        yield opened


def channel(x: x_stream.Streaming, token: str = TOKEN, **more: Any) -> Channel:
    values = {**x_stream.RIG.values, **x.values, **more}
    table = ChannelTable(name="tweets", kind="x-stream", values=values)
    return build_channel(table, AROUND, {"CCM_CHANNEL_TWEETS_TOKEN": token})


def asked(x: x_stream.Streaming, path: str) -> list[Any]:
    return [one for one in x.server.asked if one.path == path]


def test_rules_are_made_ours(x: x_stream.Streaming) -> None:
    """What lacks is added, what ours is no longer wanted goes, those of others are let be."""
    x.rules = {
        "8": {"id": "8", "value": "from:Old", "tag": "ccm-tweets"},
        "9": {"id": "9", "value": "kettle", "tag": "of somebody else"},
    }
    with running(channel(x, rules=["@Acme -is:retweet", "from:Acme"])):
        wait_until(lambda: bool(asked(x, STREAM)))
    assert sorted((one["value"], one["tag"]) for one in x.rules.values()) == [
        ("@Acme -is:retweet", "ccm-tweets"),
        ("from:Acme", "ccm-tweets"),
        ("kettle", "of somebody else"),
    ]


def test_what_only_others_rules_match_is_left_alone(x: x_stream.Streaming) -> None:
    """One app's stream tells everything that any of its rules matches."""
    with running(channel(x, search=False)) as (sink, _):
        wait_until(lambda: bool(asked(x, STREAM)))
        x.tag = "of somebody else"
        x.add(make(1))
        x.says.append(b'{"data": {"id": "1"}, "matching_rules": []}')
        wait_until(lambda: not x.says)
        x.tag = None
        x.add(make(2))
        wait_until(lambda: len(sink.lines) == 1)
    assert sink.ids == ["x:1004"]


def test_a_break_is_searched_for(x: x_stream.Streaming) -> None:
    """From the last post on; what comes by both ways comes once."""
    x.add(make(1))
    with running(channel(x)) as (sink, _):
        wait_until(lambda: len(sink.lines) == 1)
        x.add(make(2))
        wait_until(lambda: len(sink.lines) == 2)
        x.cut()
        x.add(make(3))
        wait_until(lambda: len(sink.lines) == 3)
    assert sink.ids == ["x:1002", "x:1004", "x:1006"]
    assert sink.cursors["tweets"].startswith("1006 ")


def test_a_number_that_is_too_old_is_left_out(x: x_stream.Streaming) -> None:
    """X refuses it; then the last seven days are searched."""
    old = 10**18
    x.add(make(1))
    with running(channel(x)) as (sink, supervisor):
        wait_until(lambda: len(sink.lines) == 1)
        sink.cursors["tweets"] = f"{old} "
        x.server.instead += [Reply(body=b"{}"), Reply(body=b"{}"), Reply(lines=iter([b"\r\n"] * 3))]
        x.server.instead.append(Reply(status=400, body=b'{"title": "Invalid Request"}'))
        x.cut()
        wait_until(lambda: len(asked(x, SEARCH)) >= 3)
        assert "garbled" not in supervisor.reports()[0].errors
    searches = [one.query for one in asked(x, SEARCH)]
    assert "since_id" in searches[1]
    assert "since_id" not in searches[2]


def test_x_goes_back_itself_where_it_may(x: x_stream.Streaming) -> None:
    """For Enterprise access; the search is not needed then."""
    with running(channel(x, backfill_minutes=5, search=False)):
        wait_until(lambda: bool(asked(x, STREAM)))
    assert asked(x, STREAM)[0].query["backfill_minutes"] == "5"
    assert not asked(x, SEARCH)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b'{"errors": [{"title": "operational-disconnect", "detail": "bye"}]}', "unreachable"),
        (b'{"title": "ConnectionException", "connection_issue": "TooMany"}', "unreachable"),
        (b'{"data": {"id"', "garbled"),
        (b"<html>", "garbled"),
    ],
)
def test_what_x_says_instead_of_posts(x: x_stream.Streaming, line: bytes, kind: str) -> None:
    """An end with a reason, half a line: told by kind, and begun again."""
    with running(channel(x)) as (sink, supervisor):
        wait_until(lambda: bool(asked(x, STREAM)))
        x.says.append(line)
        wait_until(lambda: supervisor.reports()[0].errors.get(kind) == 1)
        x.add(make(1))
        wait_until(lambda: len(sink.lines) == 1)


def test_a_stream_that_is_silent_is_dead(
    x: x_stream.Streaming, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """X says every 20 s that it is there; who hears nothing connects anew."""
    monkeypatch.setattr(streams, "ALIVE_SECONDS", 0.3)
    x.is_silent.set()
    with running(channel(x)) as (_, supervisor):
        wait_until(lambda: supervisor.reports()[0].errors.get("unreachable", 0) >= 1)
        x.is_silent.clear()
        wait_until(lambda: supervisor.reports()[0].state == "running")
    assert "ReadTimeout" in caplog.text


def test_too_many_connections_are_waited_out(x: x_stream.Streaming) -> None:
    """By the time that X names."""
    busy = Reply(status=429, body=b"{}", headers={"x-rate-limit-reset": "0"})
    rules = Reply(
        body=b'{"data": [{"id": "1", "value": "@Acme -is:retweet", "tag": "ccm-tweets"}]}'
    )
    x.server.instead += [rules, busy]
    with running(channel(x)) as (_, supervisor):
        wait_until(lambda: supervisor.reports()[0].errors.get("rate_limited") == 1)


def test_check_says_what_is_wrong(x: x_stream.Streaming) -> None:
    """Nothing is changed at X; a rule that it would not take is named."""
    found = list(channel(x, rules=["@Acme", "(from:Acme"]).check())
    assert [one.found for one in found] == [
        "X tells of @Acme",
        "0 of 2 rules are at X; 2 will be added",
        "'(from:Acme': '(from:Acme': unclosed (",
    ]
    assert not found[-1].is_well
    assert x.rules == {}
    with pytest.raises(AccessRefused):
        list(channel(x, "wrong").check())
    slips: list[dict[str, Any]] = [{"rules": []}, {"backfill_minutes": 6}, {"user_id": "@acme"}]
    for wrong in slips:
        with pytest.raises(ConfigError, match=next(iter(wrong))):
            channel(x, **wrong)
    with running(channel(x, rules=["(from:Acme"])) as (_, supervisor):
        wait_until(lambda: "unclosed (" in supervisor.reports()[0].trouble)
    assert len(asked(x, RULES)) >= 2
