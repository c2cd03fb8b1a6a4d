"""Reddit on a local server that speaks its API, and what can go wrong."""

from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.config import ChannelTable
from pipeline.connectors.ports import Channel
from pipeline.connectors.registry import build_channel
from pipeline.errors import AccessRefused, ConfigError
from tests.contract.rigs import reddit
from tests.contract.rigs.reddit import OWN_PATH, US, comment, letter, make, packed
from tests.services.answers import Reply
from tests.services.processes import wait_until
from tests.unit.connectors.test_mastodon import AROUND, running

SECRETS = {"CCM_CHANNEL_TALK_CLIENT_SECRET": reddit.SECRET}
ALL = {**SECRETS, "CCM_CHANNEL_TALK_REFRESH_TOKEN": reddit.REFRESH}


@pytest.fixture
def site() -> Iterator[reddit.Site]:
    with reddit.source() as opened:
        yield opened


def channel(site: reddit.Site, secrets: Any = None, **more: Any) -> Channel:
    values = {**reddit.RIG.values, **site.values, **more}
    table = ChannelTable(name="talk", kind="reddit", values=values)
    return build_channel(table, AROUND, SECRETS if secrets is None else secrets)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(status=429, headers={"x-ratelimit-reset": "0"}), "rate_limited"),
        (Reply(status=500, body=b"<h1>Ow</h1>"), "unreachable"),
        (Reply(body=b"<html>you are a robot</html>"), "garbled"),
        (Reply(body=b'{"kind": "Listing", "data": {"children": [{"kind": 1}]}}'), "garbled"),
        (None, "unreachable"),
    ],
)
def test_bad_answers_are_told_and_tried_again(
    site: reddit.Site, reply: Reply | None, kind: str
) -> None:
    """By kind; a page that could not be had leaves no gap."""
    for number in range(5):
        site.add(make(number))
    site.lists["/r/acme/comments"] = []
    client = channel(site)
    posts = [one for one in client.connectors if one.name == "talk/posts"]
    site.server.instead += [Reply(body=b'{"access_token": "token-1", "expires_in": 9}'), reply]
    site.tokens = 1
    from dataclasses import replace

    with running(replace(client, connectors=tuple(posts))) as (sink, supervisor):
        wait_until(lambda: len(sink.lines) == 5)
        assert supervisor.reports()[0].errors[kind] == 1
    assert sink.ids == [f"reddit:t3_p{2 * number}" for number in range(5)]


def test_an_expired_token_is_renewed(site: reddit.Site) -> None:
    """At once, without an error: Reddit's tokens live for a day."""
    with running(channel(site)) as (sink, supervisor):
        site.add(make(1))
        wait_until(lambda: len(sink.lines) == 1)
        site.tokens = 2
        site.add(make(2))
        wait_until(lambda: len(sink.lines) == 2)
        assert not any(one.errors for one in supervisor.reports())


def test_what_shows_up_late_is_taken(site: reddit.Site) -> None:
    """A comment that is older than the newest one seen, but was not there."""
    with running(channel(site)) as (sink, _):
        site.add(make(3))
        wait_until(lambda: len(sink.lines) == 1)
        site.lists["/r/acme/new"].insert(0, make(2))
        wait_until(lambda: len(sink.lines) == 2)
    assert sink.ids == ["reddit:t3_p6", "reddit:t3_p4"]


def test_what_was_removed_does_not_hide_what_is_new(site: reddit.Site) -> None:
    """The last thing that we saw may be gone, by which Reddit's own cursor ends for ever."""
    with running(channel(site)) as (sink, _):
        site.add(make(1))
        wait_until(lambda: len(sink.lines) == 1)
        site.lists["/r/acme/new"].clear()
        site.add(make(2))
        wait_until(lambda: len(sink.lines) == 2)


def test_our_answer_goes_to_whom_it_answers(site: reddit.Site) -> None:
    """Reddit tells the parent by number alone, so it is asked for."""
    site.lists["/r/acme/comments"] = [packed(comment(2))]
    site.lists[OWN_PATH] = [packed(comment(3, author=US, parent_id="t1_c2"))]
    with running(channel(site)) as (sink, _):
        wait_until(lambda: len(sink.lines) == 2)
    ours = next(one for one in sink.lines if b"outbound" in one)
    assert b'"customer":["reddit:ann_2"]' in ours


def test_the_inbox_needs_our_own_token(site: reddit.Site) -> None:
    """With it letters come both ways; they are not marked as read."""
    site.lists["/message/inbox"] = [packed(letter(1))]
    site.lists["/message/sent"] = [packed(letter(2, author=US, dest="Ann_1"))]
    with running(channel(site, ALL)) as (sink, _):
        wait_until(lambda: len(sink.lines) == 2)
    asked = [one for one in site.server.asked if one.path.startswith("/message/")]
    assert all(one.query["mark"] == "false" for one in asked)
    names = [one.name for one in channel(site).connectors]
    assert names == ["talk/posts", "talk/comments", "talk/own"]


def test_who_has_no_requests_left_waits(site: reddit.Site) -> None:
    """As long as Reddit says, instead of running into its refusal."""
    token = Reply(body=b'{"access_token": "token-1", "expires_in": 86400}')
    spent = {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "600"}
    empty = b'{"kind": "Listing", "data": {"children": [], "after": null}}'
    site.tokens = 1
    site.server.instead += [token, *[Reply(body=empty, headers=spent)] * 3]
    with running(channel(site)) as (_, supervisor):
        wait_until(lambda: all(one.state == "running" for one in supervisor.reports()))
        asked = len(site.server.asked)
        site.add(make(1))
        assert len(site.server.asked) == asked == 4


def test_check_says_what_is_wrong(site: reddit.Site) -> None:
    """Another account's token, a subreddit that is closed to us, wrong secrets and settings."""
    assert [one.found for one in channel(site, ALL).check()] == [
        f"Reddit lets u/{US} in",
        "r/acme is read",
    ]
    token = Reply(body=b'{"access_token": "token-1", "expires_in": 86400}')
    site.tokens = 1
    site.server.instead += [token, Reply(body=b'{"name": "Other"}'), Reply(status=403)]
    me, closed = channel(site, ALL).check()
    assert 'account = "Other"' in me.advice
    assert "private or banned" in closed.advice
    with pytest.raises(AccessRefused, match="renew the credentials"):
        list(channel(site, {"CCM_CHANNEL_TALK_CLIENT_SECRET": "wrong"}).check())
    with pytest.raises(ConfigError, match="without u/ or r/"):
        channel(site, subreddits=["r/acme"])
    with pytest.raises(ConfigError, match="nothing to read"):
        channel(site, subreddits=[])
