"""Each receiver: what arrives, and what is said where nothing does."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from pipeline.alerts import build_receiver, posting
from pipeline.alerts.slack import TEXT_MAX, escaped
from pipeline.config import ReceiverTable
from pipeline.errors import ConfigError, Undelivered
from tests.services.answers import Reply
from tests.services.hooks import Webhook
from tests.services.mailbox import Mailbox
from tests.services.processes import LOOPBACK, free_port
from tests.unit.alerts.notices import NOW, notice

HOSTILE = "<!channel> @here <script>alert(1)</script> ![x](http://evil.example/p.png) *a* `b`"


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with Webhook() as opened:
        yield opened


def receiver(kind: str, monkeypatch: pytest.MonkeyPatch | None = None, **values: Any) -> Any:
    if monkeypatch is not None and "url" in values:
        monkeypatch.setenv("CCM_ALERT_DESK_URL", values.pop("url"))
    return build_receiver(ReceiverTable(name="desk", kind=kind, values=values))


# ---------------------------------------------------------------------------------- Alertmanager


def test_alertmanager_hears_labels_that_stay_and_words_that_may_change(hook: Webhook) -> None:
    """By its labels an alert is the same one each time; when it ends is said."""
    pager = receiver("alertmanager", url=f"{hook.url}/proxy/")
    pager.send([notice("k1"), notice("k2")], [notice("k3")], NOW)
    (posted,) = hook.posted
    assert posted.path == "/proxy/api/v2/alerts"
    first, second, over = posted.body
    assert first["labels"] == {
        "alertname": "CcmCaseThreat", "case": "k1", "service": "ccm", "severity": "ticket",
    }  # fmt: skip
    assert second["labels"]["case"] == "k2"
    assert first["annotations"]["description"].splitlines() == list(notice().lines)
    assert first["annotations"]["summary"] == notice().headline.replace("@", "@\u200b")
    assert first["annotations"]["runbook_url"].endswith("#ccmcasethreat")
    assert first["generatorURL"] == notice().link
    assert (first["startsAt"], over["endsAt"]) == ("2026-03-04T10:00:00Z", "2026-03-05T10:00:00Z")
    assert first["endsAt"] > over["endsAt"]


def test_what_alertmanager_hands_on_calls_nobody(hook: Webhook) -> None:
    """Its templates escape nothing: a customer's `<!channel>` would wake a whole company."""
    hostile = notice(headline=HOSTILE, lines=(HOSTILE,))
    receiver("alertmanager", url=hook.url).send([hostile], [], NOW)
    said = " ".join(hook.bodies[0][0]["annotations"][key] for key in ("summary", "description"))
    assert not any(mark in said for mark in ("<", ">", "@h"))


# ----------------------------------------------------------------------------------------- Slack


def test_one_alert_is_told_with_its_story(hook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Headline, story, the way to the case and to the runbook."""
    receiver("slack", monkeypatch, url=f"{hook.url}/T0/B0").send([notice()], [], NOW)
    (body,) = hook.bodies
    title, *story, link = body["text"].splitlines()
    assert title.startswith("*To do: email:a…")
    assert [line[:2] for line in story] == ["> "] * 3
    assert link.startswith("<https://monitor.example/cases/form%3A1|open the case>")


def test_many_alerts_are_one_message(hook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than three would hide each other; past twenty there is a number."""
    many = [notice(f"k{n}", headline=f"customer {n} waits") for n in range(30)]
    receiver("slack", monkeypatch, url=hook.url).send(many, [notice("old")], NOW)
    (body,) = hook.bodies
    lines = body["text"].splitlines()
    assert lines[0] == "*Complaints: 30 new, 1 over*"
    assert "and 10 more" in lines
    assert lines[-1].startswith("Over: ")
    assert len(lines) == 23
    assert len(body["text"]) <= TEXT_MAX


def test_what_customers_wrote_does_nothing(hook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    """No channel is called, no link made, no picture fetched, nothing set in bold."""
    hostile = notice(lines=(HOSTILE, "\u202etxet sdrawkcab"), headline=HOSTILE)
    receiver("slack", monkeypatch, url=hook.url).send([hostile], [], NOW)
    text = hook.bodies[0]["text"]
    for mark in ("<!", "@here", "<script", "](", "*a*", "`b`"):
        assert mark not in text
    assert escaped("a\nb") == "a b"


# -------------------------------------------------------------------------------------- web, both


@pytest.mark.parametrize(
    ("reply", "kind", "seconds", "words"),
    [
        (Reply(status=500, body=b"oops"), "unreachable", 0, "answered 500 'oops'"),
        (Reply(status=503, body=b"\xff\xfe" * 9_000), "unreachable", 0, "answered 503"),
        (Reply(status=404, body=b"<html>no</html>"), "garbled", 0, "is this the address of such"),
        (Reply(status=302, headers={"location": "/x"}), "garbled", 0, "answered 302"),
        (Reply(status=403, body=b"invalid_token"), "access_refused", 0, "renew its address"),
        (Reply(status=429, headers={"retry-after": "7"}), "rate_limited", 7, "wants us to wait"),
        (Reply(status=429, headers={"retry-after": "9e9"}), "rate_limited", 60, "wants us to wait"),
        (None, "unreachable", 0, "no connection"),
    ],
)
def test_a_refusal_says_what_to_do_and_no_secret(
    hook: Webhook,
    monkeypatch: pytest.MonkeyPatch,
    reply: Reply | None,
    kind: str,
    seconds: float,
    words: str,
) -> None:
    """Of the address only the host is named: its path is the key to the channel."""
    hook.instead.append(reply)
    desk = receiver("slack", monkeypatch, url=f"{hook.url}/services/T0/hush")
    with pytest.raises(Undelivered, match=words) as found:
        desk.send([notice()], [], NOW)
    assert (found.value.kind, found.value.seconds) == (kind, seconds)
    assert "hush" not in f"{found.value!r} {found.value.__cause__}"
    assert hook.url in str(found.value)


def test_a_receiver_that_never_answers_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the connection and says nothing: that ends, too."""
    monkeypatch.setattr(posting, "SECONDS_MAX", 0.2)
    with socket.create_server((LOOPBACK, 0)) as silent:
        url = f"http://{LOOPBACK}:{silent.getsockname()[1]}/hush"
        with pytest.raises(Undelivered, match="no answer in time") as found:
            receiver("slack", monkeypatch, url=url).send([notice()], [], NOW)
    assert found.value.kind == "unreachable"


def test_nobody_there_is_told_without_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port where nobody listens."""
    url = f"http://{LOOPBACK}:{free_port()}/hush"
    with pytest.raises(Undelivered, match="no connection") as found:
        receiver("slack", monkeypatch, url=url).send([notice()], [], NOW)
    assert "hush" not in str(found.value)


# ------------------------------------------------------------------------------------------ mail


def mail_table(mailbox: Mailbox, **more: Any) -> dict[str, Any]:
    return {
        "host": LOOPBACK, "port": mailbox.port, "tls": "none",
        "sender": "ccm@acme.example", "to": ["desk@acme.example", "lead@acme.example"], **more,
    }  # fmt: skip


def test_a_mail_is_plain_and_marked_as_a_robots() -> None:
    """Nobody's out-of-office answers it; what is over comes in the same thread."""
    with Mailbox() as mailbox:
        desk = receiver("email", **mail_table(mailbox))
        hostile = notice(headline="a\r\nBcc: evil@example.org", lines=(HOSTILE,))
        desk.send([hostile], [], NOW)
        desk.send([], [hostile], NOW + timedelta(hours=1))
        desk.send([hostile], [], NOW)
    opened, over, again = mailbox.mails
    assert opened["subject"] == "To do: a Bcc: evil@example.org"
    assert opened["bcc"] is None
    assert opened["to"] == "desk@acme.example, lead@acme.example"
    assert opened["auto-submitted"] == "auto-generated"
    assert opened.get_content_type() == "text/plain"
    assert "<script>alert(1)</script>" in opened.get_content()
    assert over["subject"].startswith("Over: ")
    assert over["in-reply-to"] == opened["message-id"] == again["message-id"]
    assert over["message-id"] != opened["message-id"]


def test_a_mail_server_that_asks_who_we_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """The password comes from the environment, and is not told where it is wrong."""
    with Mailbox(login=("ccm", "hush")) as mailbox:
        monkeypatch.setenv("CCM_ALERT_DESK_PASSWORD", "hush")
        receiver("email", **mail_table(mailbox, user="ccm")).send([notice()], [], NOW)
        monkeypatch.setenv("CCM_ALERT_DESK_PASSWORD", "hushed")
        with pytest.raises(Undelivered, match="refused user and password") as found:
            receiver("email", **mail_table(mailbox, user="ccm")).send([notice()], [], NOW)
    assert len(mailbox.mails) == 1
    assert found.value.kind == "access_refused"
    assert "hush" not in str(found.value)


@pytest.mark.parametrize(
    ("values", "kind", "words"),
    [
        ({"tls": "starttls"}, "garbled", "look at tls"),
        ({"tls": "implicit"}, "unreachable", "are host, port and tls right"),
        ({"port": 0}, "unreachable", "are host, port and tls right"),
    ],
)
def test_wrong_settings_of_a_mail_server_are_told(
    values: dict[str, Any], kind: str, words: str
) -> None:
    """Each in the words of what to correct."""
    with Mailbox() as mailbox:
        port = {"port": free_port()} if "port" in values else {}
        with pytest.raises(Undelivered, match=words) as found:
            receiver("email", **mail_table(mailbox, **{**values, **port})).send([notice()], [], NOW)
    assert found.value.kind == kind


def test_a_mail_server_that_is_busy_is_asked_again() -> None:
    """451 is a trouble of theirs."""
    with Mailbox() as mailbox:
        mailbox.instead.append("451 try again later")
        with pytest.raises(Undelivered, match="451") as found:
            receiver("email", **mail_table(mailbox)).send([notice()], [], NOW)
    assert found.value.kind == "unreachable"


# -------------------------------------------------------------------------------------- settings


@pytest.mark.parametrize(
    ("kind", "values", "message"),
    [
        ("pigeon", {}, r"desk.kind: found 'pigeon'; known are alertmanager, slack, email"),
        ("slack", {}, r"desk.url: no secret is given; set CCM_ALERT_DESK_URL"),
        ("slack", {"url": "https://x.example"}, r"desk.url: a secret does not belong into this"),
        ("alertmanager", {}, r"desk.url: is missing; a receiver of the kind alertmanager needs"),
        ("alertmanager", {"url": "localhost:9093"}, r"desk.url: is no address"),
        ("alertmanager", {"url": "http://x", "prot": 1}, r"desk.prot: is no setting"),
        ("email", {"host": "h", "sender": "a@b", "to": []}, r"desk.to: is empty"),
        ("email", {"host": "h", "sender": "a", "to": ["a@b"]}, r"found the address 'a'"),
        ("email", {"host": "h", "sender": "a@b", "to": ["c@d\r\nBcc: e@f"]}, r"found the address"),
        (
            "email",
            {"host": "mail.example", "sender": "a@b", "to": ["c@d"], "tls": "none", "user": "u"},
            r"desk.tls: a password would cross the network",
        ),
    ],
)
def test_a_wrong_table_names_its_key(kind: str, values: dict[str, Any], message: str) -> None:
    """Before anything is sent."""
    with pytest.raises(ConfigError, match=message):
        receiver(kind, **values)


def test_a_wrong_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is called wrong, and its value is nobody's business."""
    with pytest.raises(ConfigError, match=r"desk\.url: is no address") as found:
        receiver("slack", monkeypatch, url="hush hush")
    assert "hush" not in str(found.value)
