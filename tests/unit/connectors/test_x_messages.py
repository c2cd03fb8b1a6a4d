"""X's direct messages on a local server, what they become, and what can go wrong."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from pipeline.channels.mail import MailSettings
from pipeline.channels.x_direct import parse
from pipeline.config import ChannelTable, Secret
from pipeline.connectors.ports import Channel
from pipeline.connectors.registry import build_channel
from pipeline.connectors.x_api import Keys
from pipeline.domain.events import Message
from pipeline.errors import AccessRefused, BadPayload, ConfigError
from tests.contract.rigs import x_messages
from tests.contract.rigs.x_messages import START, TOKEN, US, user, whole
from tests.services.answers import Reply
from tests.services.processes import wait_until
from tests.unit.connectors.test_mastodon import AROUND, running

KEYS = {
    "CCM_CHANNEL_DMS_CONSUMER_SECRET": "secret-of-the-app",
    "CCM_CHANNEL_DMS_ACCESS_TOKEN_SECRET": "secret-of-the-account",
}


@pytest.fixture
def inbox() -> Iterator[x_messages.Inbox]:
    with x_messages.source() as opened:
        yield opened


def channel(inbox: x_messages.Inbox, secrets: Any = None, **more: Any) -> Channel:
    values = {**x_messages.RIG.values, **inbox.values, **more}
    table = ChannelTable(name="dms", kind="x-messages", values=values)
    return build_channel(table, AROUND, secrets or {"CCM_CHANNEL_DMS_TOKEN": TOKEN})


def read(raw: bytes) -> Message:
    (found,) = parse(raw, MailSettings())
    assert isinstance(found, Message)
    return found


def test_a_message() -> None:
    """Golden: every field; as the Account Activity API has it."""
    assert read(whole(1)) == Message(
        id="x:dm/1001",
        at=START.replace(minute=1),
        customer=("x:ann_1",),
        channel="x",
        visibility="private",
        direction="inbound",
        text="Hello & goodbye",
        thread="x:dm/ann_1",
    )
    ours = read(whole(1, ours=True))
    assert (ours.direction, ours.customer, ours.thread) == ("outbound", ("x:ann_1",), "x:dm/ann_1")


def test_groups_and_comings() -> None:
    """Who writes into a group is heard; to whom we write there cannot be said."""
    assert read(whole(1, dm_conversation_id="77")).thread == "x:dm/77"
    assert parse(whole(1, ours=True, dm_conversation_id="77"), MailSettings()) == []
    assert parse(whole(1, event_type="ParticipantsJoin"), MailSettings()) == []
    with pytest.raises(BadPayload, match="users: expected the account 91"):
        parse(whole(1, user(7)), MailSettings())


def test_both_ways_with_the_handle_of_the_other(inbox: x_messages.Inbox) -> None:
    """X names those to whom we write by number alone, so their handle is asked for."""
    inbox.add(whole(1))
    inbox.add(whole(2, ours=True))
    with running(channel(inbox)) as (sink, _):
        wait_until(lambda: len(sink.lines) == 2)
        inbox.add(whole(3))
        wait_until(lambda: len(sink.lines) == 3)
    assert sink.ids == ["x:dm/1001", "x:dm/1002", "x:dm/1003"]
    assert b'"customer":["x:ann_2"]' in sink.lines[1]
    assert sum(one.path == "/2/users" for one in inbox.server.asked) == 1


def test_a_page_that_fails_leaves_no_gap(inbox: x_messages.Inbox) -> None:
    """All that is newer is gathered before anything is kept."""
    for number in range(1, 6):
        inbox.add(whole(number))
    page = Reply(body=b'{"data": [], "meta": {"next_token": "2"}}')
    inbox.server.instead += [page, Reply(status=429, headers={"x-rate-limit-reset": "0"})]
    with running(channel(inbox)) as (sink, supervisor):
        wait_until(lambda: len(sink.lines) == 5)
        assert supervisor.reports()[0].errors["rate_limited"] == 1
    assert sink.ids == [f"x:dm/{1_000 + number}" for number in range(1, 6)]


def test_a_signature_of_oauth_1() -> None:
    """The example of X's documentation of how to create a signature, without a body."""
    keys = Keys(
        consumer_key="xvz1evFS4wEEPTGEFPHBog",
        consumer_secret=Secret(lambda: "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw"),
        access_token="370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        access_token_secret=Secret(lambda: "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE"),
        clock=lambda: datetime.now(UTC),
    )
    status = "Hello Ladies + Gentlemen, a signed OAuth request!"
    url = httpx.URL(
        "https://api.twitter.com/1.1/statuses/update.json",
        params={"include_entities": "true", "status": status},
    )
    at = datetime.fromtimestamp(1318622958, UTC)
    header = keys.header("POST", url, at, "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg")
    assert 'oauth_signature="hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D"' in header


def test_keys_that_do_not_run_out(inbox: x_messages.Inbox) -> None:
    """Each request is signed; no secret goes over the line."""
    inbox.signed = True
    inbox.add(whole(1))
    keyed = channel(inbox, KEYS, consumer_key="key", access_token="2244-x")
    with running(keyed) as (sink, _):
        wait_until(lambda: len(sink.lines) == 1)
    told = " ".join(one.headers["authorization"] for one in inbox.server.asked)
    assert 'oauth_consumer_key="key"' in told
    assert "secret-of" not in told


def test_check_says_what_is_wrong(inbox: x_messages.Inbox) -> None:
    """Another account's token, one that has run out, missing keys."""
    assert [one.found for one in channel(inbox).check()] == [
        "X lets @Acme in",
        "its direct messages are given",
    ]
    other = next(iter(channel(inbox, user_id="77").check()))
    assert f'user_id = "{US}"' in other.advice
    with pytest.raises(AccessRefused, match="renew the credentials"):
        list(channel(inbox, {"CCM_CHANNEL_DMS_TOKEN": "old"}).check())
    with pytest.raises(ConfigError, match="consumer_key, consumer_secret"):
        channel(inbox, {"CCM_CHANNEL_DMS_CONSUMER_SECRET": "x"})
