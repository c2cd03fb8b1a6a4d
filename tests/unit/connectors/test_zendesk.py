"""Zendesk on a local server that speaks its API, and what can go wrong."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from pipeline.config import ChannelTable
from pipeline.connectors.ports import Channel
from pipeline.connectors.registry import build_channel
from pipeline.errors import AccessRefused, ConfigError
from tests.contract.rigs import zendesk
from tests.services.answers import Reply
from tests.services.processes import wait_until
from tests.unit.connectors.test_mastodon import AROUND, running

SECRETS = {"CCM_CHANNEL_DESK_TOKEN": zendesk.TOKEN, "CCM_CHANNEL_DESK_KEY": zendesk.KEY}


@pytest.fixture
def account() -> Iterator[zendesk.Account]:
    with zendesk.source() as opened:
        yield opened


def channel(account: zendesk.Account, secrets: Any = None, **more: Any) -> Channel:
    values = {**zendesk.RIG.values, **account.values, **more}
    table = ChannelTable(name="desk", kind="zendesk", values=values)
    return build_channel(table, AROUND, SECRETS if secrets is None else secrets)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(status=429, headers={"retry-after": "0"}), "rate_limited"),
        (Reply(status=500, body=b"<h1>Oops</h1>"), "unreachable"),
        (Reply(status=401), "access_refused"),
        (Reply(body=b"<html>a captive portal</html>"), "garbled"),
        (Reply(body=b'{"tickets": 7}'), "garbled"),
        (None, "unreachable"),
    ],
)
def test_bad_answers_are_told_and_tried_again(
    account: zendesk.Account, reply: Reply | None, kind: str
) -> None:
    """By kind; nothing is lost, of a ticket whose audits could not be had neither."""
    account.add(zendesk.exported(1))
    account.server.instead.append(reply)
    with running(channel(account)) as (sink, supervisor):
        wait_until(lambda: len(sink.lines) == 1)
        assert supervisor.reports()[0].errors[kind] == 1
    with running(channel(account)) as (sink, supervisor):
        wait_until(lambda: len(sink.lines) == 1)


def test_the_export_begins_where_the_settings_say(account: zendesk.Account) -> None:
    """With a start_time the first time, with the cursor then."""

    account.add(zendesk.exported(1))
    with running(channel(account, since=date(2026, 11, 1))) as (sink, _):
        wait_until(lambda: sink.cursors.get("desk/tickets") == "1")
        wait_until(lambda: len(account.server.asked) > 3)
    asked = [one.query for one in account.server.asked if "incremental" in one.path]
    assert asked[0]["start_time"] == "1793491200"
    assert asked[-1]["cursor"] == "1"


def test_check_says_who_we_are(account: zendesk.Account) -> None:
    """And whether the webhook is taken."""
    found = list(channel(account).check())
    assert found[0].found == "127.0.0.1 lets bea@acme.example in as admin"
    assert found[1].found == "its webhook is taken"
    without = channel(account, {"CCM_CHANNEL_DESK_TOKEN": zendesk.TOKEN})
    assert without.webhook is None
    account.server.instead.append(Reply(body=b'{"user": {"role": "end-user"}}'))
    first = next(iter(without.check()))
    assert not first.is_well
    assert "only admins may export" in first.advice


def test_check_says_what_is_wrong(account: zendesk.Account) -> None:
    """A wrong token; an address in the clear."""
    with pytest.raises(AccessRefused, match="renew the credentials"):
        list(channel(account, {"CCM_CHANNEL_DESK_TOKEN": "wrong"}).check())
    with pytest.raises(ConfigError, match="in the clear"):
        channel(account, url="http://acme.zendesk.com")
