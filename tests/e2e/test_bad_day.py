"""All at once that can be wrong with sources: each is told in words, the other channels go on.

The monitor is the program itself; a mailbox, a network and a mail server are local ones that speak
the real protocols.
"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

from pipeline.domain.events import Message
from pipeline.embedded.inbox import Inbox
from pipeline.wire import decode_event
from tests.contract.rigs import mail_webhooks, mails
from tests.contract.rigs.mastodon import make as mention
from tests.e2e.test_channels_cli import post
from tests.e2e.test_cli import ccm, running
from tests.e2e.test_lmtp import connect
from tests.services.answers import AnsweringServer, Reply
from tests.services.dovecot import DovecotServer
from tests.services.mastodon import TOKEN, MastodonServer
from tests.services.processes import LOOPBACK, free_port, wait_until

USER = "help@acme.example"
HEAD = (
    "From: Ann <ann@example.org>\r\nTo: help@acme.example\r\nSubject: Kettle\r\n"
    "Date: Mon, 02 Nov 2026 09:00:00 +0000\r\n"
)
PART = "--b\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nx\r\n"
WITHOUT_SENDER = HEAD.replace("From: Ann <ann@example.org>\r\n", "") + "\r\nIt broke."
ATTACHMENTS = f"{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n{PART * 10_000}--b--\r\n"
ODD = {
    "charset": f"{HEAD}Message-ID: <charset@x>\r\nContent-Type: text/plain; charset=klingon\r\n\r\n"
    "It broke.",
    "calendar": f"{HEAD}Message-ID: <calendar@x>\r\nContent-Type: text/calendar\r\n\r\n"
    "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    "smime": f"{HEAD}Message-ID: <smime@x>\r\nContent-Type: application/pkcs7-mime; "
    "smime-type=enveloped-data\r\n\r\nMIIB",
}
CONFIG = """
[company]
domains = ["acme.example"]

[[channels]]
name = "good"
kind = "imap"
host = "{host}"
port = {imap}
security = "plain"
user = "{user}"
password_file = "{password}"
folders = ["INBOX"]

[[channels]]
name = "locked"
kind = "imap"
host = "{host}"
port = {imap}
security = "plain"
user = "{user}"
password_file = "{wrong}"
folders = ["INBOX"]

[[channels]]
name = "toots"
kind = "mastodon"
url = "{mastodon}"
account = "help"
token_file = "{token}"

[[channels]]
name = "busy"
kind = "x-posts"
user_id = "2244"
url = "{busy}"
token_file = "{token}"

[[channels]]
name = "drop"
kind = "lmtp"
port = {lmtp}

[[channels]]
name = "posted-mime"
kind = "mailgun"
key_file = "{key}"
"""


def stored(data: Path) -> list[str]:
    """Return the ids of what was taken; what texts were read to say is not from outside."""
    inbox = Inbox(data / "inbox.db")
    try:
        events = [decode_event(one.raw) for one in inbox.read_after(0, 1_000)]
        return [one.id for one in events if isinstance(one, Message)]
    finally:
        inbox.close()


def metrics(url: str) -> str:
    with urlopen(f"{url}/metrics", timeout=10) as answer:
        return str(answer.read().decode())


def deliver(port: int, raw: str) -> None:
    """Deliver as a mail server does; of a mail without a sender the envelope names none either."""
    with connect(port) as client:
        client.sendmail("ann@example.org" if "From: " in raw else "", [USER], raw.encode())


def test_whatever_a_source_does_the_others_go_on(dovecot: DovecotServer, tmp_path: Path) -> None:
    """A wrong password, a limit, errors, garbage, half a frame, forgeries, mails of all sorts."""
    lmtp, data, config = free_port(), tmp_path / "data", tmp_path / "ccm.toml"
    for name, told in (("wrong", "x"), ("token", TOKEN), ("key", mail_webhooks.KEY)):
        (tmp_path / name).write_text(told)
    limited = Reply(status=429, headers={"retry-after": "3600"}, body=b'{"title": "Too Many"}')
    with AnsweringServer(lambda _: limited) as busy, MastodonServer() as mastodon:
        mastodon.answers += [
            (500, {}, b"<h1>Oops</h1>"),
            (200, {}, b"<html>a captive portal</html>"),
        ]
        config.write_text(
            CONFIG.format(
                host=LOOPBACK,
                imap=dovecot.port,
                user=USER,
                password=dovecot.password_file,
                wrong=tmp_path / "wrong",
                mastodon=mastodon.url,
                token=tmp_path / "token",
                busy=busy.url,
                lmtp=lmtp,
                key=tmp_path / "key",
            )
        )
        with running(data, tmp_path, "--config", config) as url:
            for raw in (WITHOUT_SENDER, ATTACHMENTS, *ODD.values()):
                deliver(lmtp, raw)
            good = mail_webhooks.mailgun(mails.make(7), datetime.now(UTC))
            hook = f"{url}/v1/webhooks/posted-mime"
            assert post(hook, good) == 200
            assert post(hook, good) == 409  # a replay
            assert post(hook, replace(good, raw=good.raw.replace(b"token", b"tokem"))) == 403
            assert post(hook, mail_webhooks.mailgun(b"no mail at all", datetime.now(UTC))) == 200
            mastodon.add(mention(1))
            with dovecot.client(USER) as client:
                client.append("INBOX", mails.make(9))
            wanted = {"email:m7@example.org", "email:m9@example.org", "mastodon:127.0.0.1/1001"}
            wanted |= {f"email:{name}@x" for name in ODD}
            wait_until(lambda: wanted <= set(stored(data)), 60)
            mastodon.send(b"\x81\x7e\xff")  # half a frame, then nothing
            mastodon.cut()
            mastodon.add(mention(2))
            wait_until(lambda: "mastodon:127.0.0.1/1002" in stored(data), 60)
            found = metrics(url)
            with urlopen(f"{url}/readyz", timeout=10) as answer:
                assert answer.status == 200
    assert 'ccm_connector_errors_total{connector="locked/INBOX",reason="access_refused"}' in found
    assert 'ccm_connector_errors_total{connector="busy/mentions",reason="rate_limited"}' in found
    assert 'ccm_connector_state{connector="busy/mentions",state="open"} 1.0' in found
    assert (
        'ccm_connector_errors_total{connector="posted-mime/webhook",reason="forged"} 2.0' in found
    )
    assert 'reason="unreachable"' in found
    assert 'reason="garbled"' in found
    listed = ccm("dead-letters", "list", "--data", data, "--config", config, cwd=tmp_path).stdout
    for reason in (b"no address of the sender", b"mime_", b"expected a mail"):
        assert reason in listed
    assert set(stored(data)) == wanted | {"mastodon:127.0.0.1/1002"}
