"""Mails delivered by a mail server: acknowledged when they are on disk, and not before."""

import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.channels.company import Company
from pipeline.channels.limits import Limits
from pipeline.channels.mail import MailSettings
from pipeline.config import ChannelTable
from pipeline.connectors.lmtp import SESSIONS_MAX
from pipeline.connectors.ports import Surroundings
from pipeline.connectors.registry import build_channel
from pipeline.connectors.runner import Patience
from pipeline.connectors.supervisor import Supervisor
from pipeline.domain.events import TOPICS, Message
from pipeline.errors import ConfigError
from pipeline.wire import decode_event
from tests.contract.rigs import mails
from tests.contract.sinks import MemorySink
from tests.services.certificates import write_certificate
from tests.services.processes import LOOPBACK, free_port

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
AROUND = Surroundings(
    mail=MailSettings(
        company=Company(domains=frozenset({"acme.example"})),
        own_hosts=frozenset({"mx.acme.example"}),
        limits=Limits(mail_bytes=20_000),
    ),
    topics=frozenset(TOPICS),
    clock=lambda: NOW,
)
QUICK = Patience(first_seconds=0.01, most_seconds=0.05, open_seconds=0.05)
PROTOCOLS = ("lmtp", "smtp")
RECIPIENT = "help@acme.example"


@contextmanager
def listening(
    sink: MemorySink, port: int, protocol: str = "lmtp", **more: str
) -> Iterator[Supervisor]:
    values = {"port": port, "protocol": protocol, "hostname": "mx.acme.example", **more}
    channel = build_channel(ChannelTable(name="post", kind="lmtp", values=values), AROUND)
    supervisor = Supervisor([channel], sink, AROUND.clock, QUICK)
    supervisor.start()
    try:
        yield supervisor
    finally:
        supervisor.stop()


def connect(port: int, protocol: str = "lmtp") -> smtplib.SMTP:
    """Return a client, as soon as anybody listens."""
    for _ in range(1_000):
        try:
            kind = smtplib.LMTP if protocol == "lmtp" else smtplib.SMTP
            return kind(LOOPBACK, port, timeout=10)
        except ConnectionRefusedError:
            time.sleep(0.01)
    pytest.fail("nobody listens")


@pytest.fixture
def sink() -> MemorySink:
    return MemorySink()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_mail_is_kept_before_it_is_acknowledged(sink: MemorySink, protocol: str) -> None:
    """By either protocol; our own MX's time is the event's, and a bounce's empty sender shows."""
    port = free_port()
    with listening(sink, port, protocol), connect(port, protocol) as client:
        client.sendmail("ann1@example.org", [RECIPIENT], mails.make(1))
        assert sink.ids == ["email:m1@example.org"]
        client.sendmail("", [RECIPIENT], mails.make(2))
    first, second = (decode_event(line) for line in sink.lines)
    assert isinstance(first, Message)
    assert isinstance(second, Message)
    assert first.received_at == NOW
    assert (first.auto, second.auto) == (False, True)
    own_mx = mails.START.replace(minute=1)
    assert first.at == (own_mx if protocol == "lmtp" else NOW)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_starttls_is_offered_with_a_certificate(
    sink: MemorySink, protocol: str, tmp_path: Path
) -> None:
    """A mail comes over it; a certificate that cannot be used is named before anything listens."""
    certificate, key = write_certificate(tmp_path)
    tls = {"certificate": str(certificate), "certificate_key": str(key)}
    port = free_port()
    with listening(sink, port, protocol, **tls), connect(port, protocol) as client:
        context = ssl.create_default_context(cafile=certificate)
        context.check_hostname = False  # it is localhost's, and we call by number
        client.starttls(context=context)
        client.sendmail("ann1@example.org", [RECIPIENT], mails.make(1))
    assert sink.ids == ["email:m1@example.org"]
    values = {"certificate": str(key)}
    with pytest.raises(ConfigError, match=r"post\.certificate: .* name the PEM file"):
        build_channel(ChannelTable(name="post", kind="lmtp", values=values), AROUND)


def test_a_full_disk_lets_the_server_try_again(sink: MemorySink) -> None:
    """451 is temporary: the mail stays in the server's queue, and is taken the next time."""
    port, sink.broken_at = free_port(), {0}
    with listening(sink, port), connect(port) as client:
        with pytest.raises(smtplib.SMTPDataError) as caught:
            client.sendmail("ann1@example.org", [RECIPIENT], mails.make(1))
        assert caught.value.smtp_code == 451
        client.sendmail("ann1@example.org", [RECIPIENT], mails.make(1))
    assert sink.ids == ["email:m1@example.org"]


def test_a_bad_mail_is_taken_as_a_dead_letter(sink: MemorySink) -> None:
    """A bounce to the customer would help nobody; the operator sees it, with its bytes."""
    port = free_port()
    with listening(sink, port) as supervisor, connect(port) as client:
        client.sendmail("", [RECIPIENT], mails.BAD[-1])
        client.sendmail("ann1@example.org", [RECIPIENT], mails.make(1))
        report = supervisor.reports()[0]
    assert "no address of the sender" in sink.rejected[0].reason
    assert sink.rejected[0].raw.endswith(mails.BAD[-1])
    assert sink.ids == ["email:m1@example.org"]
    assert (report.events, report.dead_letters, report.state) == (1, 1, "running")


def test_a_mail_that_is_too_large_is_refused_for_good(sink: MemorySink) -> None:
    """The server is told the bound before it sends."""
    port = free_port()
    with listening(sink, port), connect(port) as client:
        with pytest.raises(smtplib.SMTPResponseException) as caught:
            client.sendmail("a@example.org", [RECIPIENT], mails.make(1) + b"x" * 20_000)
        assert caught.value.smtp_code == 552
    assert not sink.takes


def test_lmtp_answers_for_each_recipient(sink: MemorySink) -> None:
    """As RFC 2033 wants it: one line each; a server that misses one would deliver for ever."""
    port = free_port()
    with listening(sink, port):
        connect(port).close()
        with socket.create_connection((LOOPBACK, port), timeout=10) as raw:
            lines = raw.makefile("rb")
            assert lines.readline().startswith(b"220")
            raw.sendall(b"LHLO x\r\n")
            while not lines.readline().startswith(b"250 "):
                pass
            raw.sendall(b"MAIL FROM:<a@example.org>\r\n")
            raw.sendall(b"RCPT TO:<b@acme.example>\r\nRCPT TO:<c@acme.example>\r\nDATA\r\n")
            assert [lines.readline()[:3] for _ in range(4)] == [b"250"] * 3 + [b"354"]
            raw.sendall(mails.make(1) + b".\r\nQUIT\r\n")
            answers = [lines.readline()[:3] for _ in range(3)]
    assert answers == [b"250", b"250", b"221"]
    assert len(sink.lines) == 1


def test_sessions_are_bounded(sink: MemorySink) -> None:
    """One too many is told to come again; when another leaves, there is room."""
    port = free_port()
    with listening(sink, port):
        connect(port).close()
        held = [socket.create_connection((LOOPBACK, port), timeout=10) for _ in range(SESSIONS_MAX)]
        assert all(one.recv(3) == b"220" for one in held)
        with socket.create_connection((LOOPBACK, port), timeout=10) as one_more:
            assert one_more.recv(3) == b"421"
        for one in held:
            one.close()
        with connect(port) as client:
            client.sendmail("ann1@example.org", [RECIPIENT], mails.make(1))


def test_a_taken_port_is_waited_for(sink: MemorySink) -> None:
    """It is told, and as soon as the port is free, the monitor listens."""
    port = free_port()
    with socket.socket() as squatter:
        squatter.bind((LOOPBACK, port))
        squatter.listen()
        with listening(sink, port) as supervisor:
            while not (report := supervisor.reports()[0]).errors:
                time.sleep(0.01)
            assert "cannot listen on" in report.trouble
            squatter.close()
            with connect(port) as client:
                client.sendmail("ann1@example.org", [RECIPIENT], mails.make(1))
    assert sink.ids == ["email:m1@example.org"]


def test_check_tells_who_listens(sink: MemorySink) -> None:
    """Nobody: the port is free, or may not be used. The monitor: well. Else: choose another."""
    port = free_port()
    channel = build_channel(ChannelTable(name="p", kind="lmtp", values={"port": port}), AROUND)
    assert [one.is_well for one in channel.check()] == [True]
    with socket.socket() as held:
        held.bind((LOOPBACK, port))
        (found,) = channel.check()
        assert (found.is_well, found.advice) == (
            False,
            "choose another port; those below 1024 are the administrator's",
        )
    with listening(sink, port):
        connect(port).close()
        assert [one.found for one in channel.check()] == [
            f"the monitor listens on 127.0.0.1:{port}"
        ]
