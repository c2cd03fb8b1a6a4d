"""What posts of X's API v2 become, and how they are asked for."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from pipeline.channels.mail import MailSettings
from pipeline.channels.x_posts import parse
from pipeline.config import ChannelTable
from pipeline.connectors.ports import Channel
from pipeline.connectors.registry import build_channel
from pipeline.domain.events import Message
from pipeline.errors import AccessRefused, BadPayload, ConfigError
from tests.contract.rigs import x_posts
from tests.contract.rigs.x_posts import START, TOKEN, US, user, whole
from tests.services.answers import Reply
from tests.services.processes import wait_until
from tests.unit.connectors.test_mastodon import AROUND, running


def read(raw: bytes) -> Message:
    (found,) = parse(raw, MailSettings())
    assert isinstance(found, Message)
    return found


def test_a_mention() -> None:
    """Golden: every field."""
    assert read(whole(1, text="@Acme order #4711 &amp; no answer")) == Message(
        id="x:1001",
        at=START + timedelta(minutes=1),
        customer=("x:ann_1",),
        channel="x",
        visibility="public",
        direction="inbound",
        text="@Acme order #4711 & no answer",
        lang="en",
        thread="x:1001",
        refs=("order:4711",),
        reach=11,
    )


def test_an_edit_keeps_the_id() -> None:
    """X numbers it anew, and tells what it was before."""
    edited = read(whole(5, edit_history_tweet_ids=["1001", "1003", "1005"]))
    assert (edited.id, edited.version) == ("x:1001", 2)


def test_ours_protected_and_reposts() -> None:
    """Outbound to whom it answers; a protected writer is private; a repost is no contact."""
    replied = [{"type": "replied_to", "id": "1001"}]
    answer = whole(
        2, user(1), author_id=US, in_reply_to_user_id="91", referenced_tweets=replied
    )  # fmt: skip
    found = read(answer)
    assert (found.direction, found.customer) == ("outbound", ("x:ann_1",))
    assert found.in_reply_to == "x:1001"
    assert read(whole(1, user(1, protected=True))).visibility == "private"
    repost = whole(1, referenced_tweets=[{"type": "retweeted", "id": "9"}])
    assert parse(repost, MailSettings()) == []
    assert parse(whole(2, author_id=US), MailSettings()) == []
    assert read(whole(1, referenced_tweets=[{"type": "quoted", "id": "9"}])).text


def test_an_unknown_writer_is_told() -> None:
    """Whose post it is cannot be guessed."""
    with pytest.raises(BadPayload, match="users: expected the account 91"):
        parse(whole(1, user(7)), MailSettings())


@pytest.fixture
def timeline() -> Iterator[x_posts.Timeline]:
    with x_posts.source() as opened:
        yield opened


def channel(timeline: x_posts.Timeline, token: str = TOKEN, **more: Any) -> Channel:
    values = {**x_posts.RIG.values, **timeline.values, **more}
    table = ChannelTable(name="tweets", kind="x-posts", values=values)
    return build_channel(table, AROUND, {"CCM_CHANNEL_TWEETS_TOKEN": token})


def test_pages_are_gathered_before_anything_is_kept(timeline: x_posts.Timeline) -> None:
    """Oldest first; a page that could not be had leaves no gap."""
    for number in range(7):
        timeline.add(x_posts.make(number))
    timeline.server.instead += [Reply(status=429, headers={"x-rate-limit-reset": "0"})] * 3
    with running(channel(timeline)) as (sink, supervisor):
        wait_until(lambda: len(sink.lines) == 7)
        errors = [one.errors.get("rate_limited", 0) for one in supervisor.reports()]
    assert sum(errors) == 3
    assert sink.ids == [f"x:{1_000 + 2 * number}" for number in range(7)]
    assert sink.cursors == {"tweets/mentions": "1012"}


def test_check_says_who_is_asked_for(timeline: x_posts.Timeline) -> None:
    """And what is wrong."""
    (found,) = channel(timeline).check()
    assert found.found == "X tells of @Acme"
    with pytest.raises(AccessRefused):
        list(channel(timeline, "wrong").check())
    with pytest.raises(ConfigError, match=r"tweets\.user_id"):
        channel(timeline, user_id="@acme")
