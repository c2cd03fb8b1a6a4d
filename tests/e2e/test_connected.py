"""A fresh settings file connects a mailbox and a provider's posts: one case on the dashboard."""

import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.contract.rigs import mail_webhooks
from tests.e2e.test_cli import ccm, post, running, wait_for_cases
from tests.services.dovecot import DovecotServer
from tests.services.processes import LOOPBACK

NOW = datetime.now(UTC).replace(microsecond=0)
USER = "support@acme.example"


def mail(
    text: str, hours_ago: float, number: int, *, reply_to: str = "", ours: bool = False
) -> bytes:
    """Return a mail of Ada's, or of ours to her."""
    at = format_datetime(NOW - timedelta(hours=hours_ago))
    people = ("Ada <ada@example.org>", USER)
    sender, recipient = reversed(people) if ours else people
    answers = f"In-Reply-To: <{reply_to}>\r\nReferences: <{reply_to}>\r\n" if reply_to else ""
    received = "" if ours else f"Received: from a.example by mx.acme.example; {at}\r\n"
    return (
        f"{received}From: {sender}\r\nTo: {recipient}\r\nDate: {at}\r\n"
        f"Message-ID: <n{number}@example.org>\r\n{answers}Subject: Order #4711\r\n\r\n{text}\r\n"
    ).encode()


def settings(dovecot: DovecotServer) -> str:
    return f"""
[company]
domains = ["acme.example"]
mail_hosts = ["mx.acme.example"]

[[channels]]
name = "support"
kind = "imap"
host = "{LOOPBACK}"
port = {dovecot.port}
security = "plain"
user = "{USER}"
password_file = "{dovecot.password_file}"

[[channels]]
name = "second-mime"
kind = "mailgun"
key_env = "MAILGUN_KEY"
"""


def test_one_case_across_the_channels(
    dovecot: DovecotServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The complaint in the inbox, our answer in the sent folder, a chaser that the provider posts,
    and the web form: told by order number and address, though no channel knows of another."""
    monkeypatch.setenv("MAILGUN_KEY", mail_webhooks.KEY)
    config = tmp_path / "ccm.toml"
    config.write_text(settings(dovecot))
    with dovecot.client(USER) as client:
        client.append("INBOX", mail("My parcel for order #4711 never came.", 5, 1))
        client.append("Sent", mail("We look into it.", 4, 2, reply_to="n1@example.org", ours=True))
    checked = ccm("channels", "check", "--config", config, cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout.decode()
    assert b"folder \\Sent: 1 mails" in checked.stdout
    with running(tmp_path / "data", tmp_path, "--config", config) as url:
        chaser = mail("Still nothing about order #4711!", 2, 3)
        sent = mail_webhooks.mailgun(chaser, datetime.now(UTC))
        post_delivery(f"{url}/v1/webhooks/second-mime", sent.raw, dict(sent.headers))
        form = {"email": "ada@example.org", "text": "Nobody answers.", "order": "4711"}
        post(f"{url}/v1/complaints", urlencode(form).encode(), "application/x-www-form-urlencoded")
        case = wait_for_events(url, 4)
    assert case["channels"] == ["email", "web_form"]
    assert {one for one in case["events"] if one.startswith("email:")} == {
        "email:n1@example.org", "email:n2@example.org", "email:n3@example.org"
    }  # fmt: skip


def post_delivery(url: str, body: bytes, headers: dict[str, str]) -> None:
    with urlopen(Request(url, body, headers), timeout=10) as answer:
        assert json.load(answer) == {"accepted": 1, "rejected": 0}


def wait_for_events(url: str, count: int) -> dict[str, Any]:
    """Return the one case once it has so many events."""
    cases: list[dict[str, Any]] = []
    for _ in range(200):
        cases = wait_for_cases(url, 1)
        if len(cases) == 1 and len(cases[0]["events"]) >= count:
            return cases[0]
        time.sleep(0.05)
    raise AssertionError(cases)
