"""Freshdesk on a local server that speaks its API, and what can go wrong."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Event as Flag
from typing import Any

import pytest

from pipeline.config import ChannelTable
from pipeline.connectors import freshdesk as connector
from pipeline.connectors.ports import Channel
from pipeline.connectors.receiving import Receiver
from pipeline.connectors.registry import build_channel
from pipeline.connectors.supervisor import Supervisor
from pipeline.errors import AccessRefused, ConfigError
from pipeline.payloads import Taken
from tests.contract.rigs import freshdesk
from tests.contract.rigs.freshdesk import conversation, minute, rating, whole
from tests.contract.sinks import MemorySink
from tests.services.answers import Reply
from tests.services.processes import wait_until
from tests.unit.connectors.test_mastodon import AROUND, running

SECRETS = {"CCM_CHANNEL_DESK_TOKEN": freshdesk.TOKEN, "CCM_CHANNEL_DESK_KEY": freshdesk.KEY}


@pytest.fixture
def account() -> Iterator[freshdesk.Account]:
    with freshdesk.source() as opened:
        yield opened


def channel(account: freshdesk.Account, secrets: Any = None, **more: Any) -> Channel:
    values = {**freshdesk.RIG.values, **account.values, **more}
    table = ChannelTable(name="desk", kind="freshdesk", values=values)
    return build_channel(table, AROUND, SECRETS if secrets is None else secrets)


def gateway(account: freshdesk.Account) -> tuple[MemorySink, Receiver]:
    """Return what takes in webhooks and fetches nothing, as in front of Kafka."""
    sink = MemorySink()
    desk = replace(channel(account, ratings=False), connectors=())
    return sink, Supervisor([desk], sink, AROUND.clock).receiver


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(status=429, headers={"retry-after": "0"}), "rate_limited"),
        (Reply(status=500, body=b"<h1>Oops</h1>"), "unreachable"),
        (Reply(status=401), "access_refused"),
        (Reply(body=b"<html>a captive portal</html>"), "garbled"),
        (Reply(body=b'[{"id": 7}]'), "garbled"),
        (None, "unreachable"),
    ],
)
def test_bad_answers_are_told_and_tried_again(
    account: freshdesk.Account, reply: Reply | None, kind: str
) -> None:
    """By kind; nothing is lost."""
    account.add(whole(1))
    account.server.instead.append(reply)
    with running(channel(account, ratings=False)) as (sink, supervisor):
        wait_until(lambda: len(sink.lines) == 1)
        assert supervisor.reports()[0].errors[kind] == 1


def test_many_tickets_of_one_second(
    account: freshdesk.Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bulk change fills pages with one time: each ticket comes once, none is passed over."""
    monkeypatch.setattr(connector, "AT_ONCE", 3)
    monkeypatch.setitem(connector._WANTED, "per_page", "3")
    for number in range(8):
        account.add(whole(number, updated_at=minute(5)))
    account.add(whole(9, updated_at=minute(6)))
    with running(channel(account, ratings=False)) as (sink, _):
        wait_until(lambda: len(sink.lines) == 9)
    assert len(set(sink.ids)) == 9


def test_what_changed_just_now_waits(account: freshdesk.Account) -> None:
    """A ticket may change twice within a second; it is read when that second is over."""
    now = datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    account.add(whole(1))
    account.add(whole(2, updated_at=now))
    with running(channel(account, ratings=False)) as (sink, _):
        wait_until(lambda: len(sink.lines) == 1)
        assert sink.cursors["desk/tickets"].startswith(minute(1))
        wait_until(lambda: len(sink.lines) == 2)
    assert sink.cursors["desk/tickets"] == f"{now} 72"


def test_a_changed_ticket_is_read_again(account: freshdesk.Account) -> None:
    """With what was said since; what was there has the same id."""
    account.add(whole(1))
    with running(channel(account)) as (sink, _):
        wait_until(lambda: len(sink.lines) == 1)
        account.tickets[0] = whole(1, conversation(2), updated_at=minute(9))
        wait_until(lambda: len(sink.lines) == 3)
    assert sink.ids[0] == sink.ids[1]


def test_ratings_are_fetched_once(account: freshdesk.Account) -> None:
    """In any order of the source, and from the cursor on."""
    account.ratings += [rating(1, 103), rating(2, -103)]
    with running(channel(account)) as (sink, _):
        wait_until(lambda: len(sink.lines) == 2)
        account.ratings.append(rating(3, 100))
        wait_until(lambda: len(sink.lines) == 3)
    assert sink.ids == [f"freshdesk:127.0.0.1/rating/{number}" for number in (1, 2, 3)]
    _, ratings = channel(account).connectors
    batch = next(ratings.batches(sink.cursors["desk/ratings"], Flag()))
    assert batch.payloads == ()


def test_its_webhook_brings_the_ticket_at_once(account: freshdesk.Account) -> None:
    """To whoever takes it in, be it a gateway that fetches nothing else; the list repeats it."""
    account.add(whole(1, conversation(1)))
    sink, receiver = gateway(account)
    good = freshdesk.sign(freshdesk.rings(1), AROUND.clock())
    assert receiver.receive("desk", good).events == 2
    with running(channel(account, ratings=False)) as (listed, _):
        wait_until(lambda: len(listed.lines) == 2)
    assert listed.lines == sink.lines


def test_what_its_webhook_could_not_bring_comes_with_the_list(account: freshdesk.Account) -> None:
    """Freshdesk is told that all is well: to send it again would not help. A delivery that names no
    ticket, or something else than a number, is a dead letter.
    """
    account.add(whole(1))
    account.server.instead.append(Reply(status=500))
    sink, receiver = gateway(account)
    ring = freshdesk.sign(freshdesk.rings(1), AROUND.clock())
    assert receiver.receive("desk", ring) == Taken(events=0, dead_letters=0)
    for bad in (b'{"a": 1}', b'{"ticket_id": "../../agents"}', b'{"ticket_id": "\xd9\xa1"}'):
        assert receiver.receive("desk", freshdesk.sign(bad, AROUND.clock())).dead_letters == 1
    assert sink.lines == []
    with running(channel(account, ratings=False)) as (listed, _):
        wait_until(lambda: len(listed.lines) == 1)


def test_many_deliveries_at_once_do_not_hold_up_the_gateway(account: freshdesk.Account) -> None:
    """Only some ask at a time; for what comes meanwhile the list is there."""
    account.add(whole(1))
    webhook = channel(account).webhook
    assert isinstance(webhook, connector.TicketWebhook)
    ring = freshdesk.sign(freshdesk.rings(1), AROUND.clock())
    for _ in range(connector.RINGS_MAX):
        assert webhook._room.acquire(blocking=False)
    assert webhook.payloads(ring) == []
    webhook._room.release()
    assert len(webhook.payloads(ring)) == 1


def test_it_begins_where_the_settings_say(account: freshdesk.Account) -> None:
    """At the start of that day, in UTC."""
    account.add(whole(1))
    with running(channel(account, since=date(2024, 11, 2))) as (sink, _):
        wait_until(lambda: len(sink.lines) == 1)
    asked = [one.query for one in account.server.asked if one.path == "/api/v2/tickets"]
    assert asked[0]["updated_since"] == "2024-11-02T00:00:00Z"


def test_check_says_what_is_wrong(account: freshdesk.Account) -> None:
    """A wrong key, a plan without surveys, an agent who sees too little, wrong settings."""
    assert [one.found for one in channel(account).check()] == [
        "Freshdesk lets bea@acme.example in",
        "tickets are given",
        "its webhook names what changed",
    ]
    with pytest.raises(AccessRefused, match="renew the credentials"):
        list(channel(account, {"CCM_CHANNEL_DESK_TOKEN": "wrong"}).check())
    limited = Reply(body=b'{"ticket_scope": 3, "contact": {"email": "x@acme.example"}}')
    account.server.instead += [limited, Reply(body=b"[]"), Reply(status=403)]
    me, _, ratings, _ = channel(account).check()
    assert "global access" in me.advice
    assert "ratings = false" in ratings.advice
    with pytest.raises(ConfigError, match="social"):
        channel(account, social="both")
