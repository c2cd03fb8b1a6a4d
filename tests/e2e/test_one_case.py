"""A mailbox, a Mastodon account and a helpdesk in one file: one customer's complaint is one case.

All three are local servers that speak the real protocols; the monitor is the program itself.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from tests.contract.rigs import helpdesks
from tests.contract.rigs.mastodon import notification, own, packed, status
from tests.e2e.test_channels_cli import post
from tests.e2e.test_cli import ccm, running, wait_for_cases
from tests.services.dovecot import DovecotServer
from tests.services.mastodon import TOKEN, MastodonServer
from tests.services.processes import LOOPBACK

USER = "help@acme.example"
MAIL = """\
Received: from a.example by mx.acme.example; {at}
From: Ann <ann@example.org>
To: help@acme.example
Message-ID: <m1@example.org>
Date: {at}
Subject: Order #4711

I want to complain. My kettle arrived damaged and I have been waiting for two weeks. This is
unacceptable, I want a refund.
"""
STOCK = """\
From: help@acme.example
To: Ann <ann@example.org>
Message-ID: <r1@acme.example>
In-Reply-To: <m1@example.org>
References: <m1@example.org>
Date: {at}
Subject: Re: Order #4711

Thank you for your message. We will get back to you as soon as possible.
"""
THANKS = """\
Received: from a.example by mx.acme.example; {at}
From: Ann <ann@example.org>
To: help@acme.example
Message-ID: <m2@example.org>
In-Reply-To: <r1@acme.example>
References: <m1@example.org> <r1@acme.example>
Date: {at}
Subject: Re: Order #4711

The new kettle has arrived and works. My problem is solved, thank you!
"""
CONFIG = """
[company]
domains = ["acme.example"]
mail_hosts = ["mx.acme.example"]

[[channels]]
name = "support"
kind = "imap"
host = "{host}"
port = {imap}
security = "plain"
user = "help@acme.example"
password_file = "{password}"

[[channels]]
name = "toots"
kind = "mastodon"
url = "{mastodon}"
account = "help"
token_file = "{token}"

[[channels]]
name = "desk"
kind = "webhook"
mapping = "{mapping}"
key_file = "{key}"
"""


@pytest.fixture
def mastodon() -> Iterator[MastodonServer]:
    with MastodonServer() as server:
        yield server


@pytest.fixture
def config(tmp_path: Path, dovecot: DovecotServer, mastodon: MastodonServer) -> Path:
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "key").write_text(helpdesks.KEY)
    path = tmp_path / "ccm.toml"
    path.write_text(
        CONFIG.format(
            host=LOOPBACK,
            imap=dovecot.port,
            password=dovecot.password_file,
            mastodon=mastodon.url,
            token=tmp_path / "token",
            mapping=helpdesks.EXAMPLE,
            key=tmp_path / "key",
        )
    )
    return path


def hour(number: int) -> datetime:
    """Return a time of the story, which ended an hour ago."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(
        hours=number - 13
    )


def append(dovecot: DovecotServer, folder: str, mail: str, at: datetime) -> None:
    """Let a mail arrive."""
    raw = mail.format(at=format_datetime(at)).replace("\n", "\r\n").encode()
    with dovecot.client(USER) as client:
        client.append(folder, raw)


def wait_for(url: str, channels: list[str], outcome: str) -> dict[str, Any]:
    """Return the only case once it is as expected."""
    found: list[dict[str, Any]] = []
    for _ in range(300):
        found = wait_for_cases(url, 1)
        if [(one["channels"], one["outcome"]) for one in found] == [(channels, outcome)]:
            return found[0]
        time.sleep(0.1)
    raise AssertionError(found)


def send(url: str, told: dict[str, Any]) -> int:
    """Post as the helpdesk does."""
    return post(f"{url}/v1/webhooks/desk", helpdesks.sign(packed(told), datetime.now(UTC)))


def test_three_channels_make_one_case(
    config: Path, tmp_path: Path, dovecot: DovecotServer, mastodon: MastodonServer
) -> None:
    """A mail and a stock answer, a public post hours later, help by the helpdesk, thanks."""
    checked = ccm("channels", "check", "--config", config, cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout.decode() + checked.stderr.decode()
    append(dovecot, "INBOX", MAIL, hour(0))
    append(dovecot, "Sent", STOCK, hour(1))
    data = tmp_path / "data"
    with running(data, tmp_path, "--config", config) as url:
        wait_for(url, ["email"], "open")
        words = "Broken kettle, nobody helps. Order #4711"
        toot = status(180, words, created_at=hour(4).isoformat())
        mastodon.add(packed(notification(180, status=toot)))
        wait_for(url, ["email", "mastodon"], "open")
        sorry = own(190, toot, "Sorry! We look into it.", created_at=hour(5).isoformat())
        mastodon.post(packed(sorry))
        ticket = {"id": 77, "order": "4711", "customer": {"email": "ann@example.org"}}
        reply = {
            "type": "reply",
            "id": 240,
            "at": hour(6).isoformat(),
            "ticket": ticket,
            "author": {"kind": "agent"},
            "text": "We have sent you a new kettle today, it arrives tomorrow.",
        }
        done = {"type": "state", "state": "done", "at": hour(7).isoformat(), "ticket": ticket}
        assert send(url, reply) == 200
        assert send(url, done) == 200
        claimed = wait_for(url, ["email", "mastodon"], "pending_confirmation")
        append(dovecot, "INBOX", THANKS, hour(12))
        case = wait_for(url, ["email", "mastodon"], "escalation_only")
        with urlopen(f"{url}/cases/{quote(case['case'], safe='')}", timeout=10) as answer:
            page = answer.read().decode()
    assert claimed["case"] == case["case"] == "email:m1@example.org"
    assert (case["route"], case["left_in"]) == ("escalated", "promised")
    assert {one.partition(":")[0] for one in case["events"]} == {"email", "mastodon", "desk"}
    assert case["confirmed_by"] == "explicit"
    rules = {one["rule"]: one["event"] for one in case["evidence"]}
    assert rules["public_escalation"] == "mastodon:127.0.0.1/1180"
    assert rules["first_substantive_reply"] == "desk:reply/240"
    assert "nobody helps" in page
    assert "new kettle today" in page
    dead = ccm("dead-letters", "list", "--data", data, "--config", config, cwd=tmp_path)
    assert dead.stdout.count(b"\n") <= 1, dead.stdout.decode()
