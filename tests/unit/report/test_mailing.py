"""The report by mail, to a real SMTP server on loopback."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from pipeline.cli import main
from pipeline.config import EngineSettings, ReportSettings, Settings
from pipeline.errors import Undelivered
from pipeline.report import Edition
from pipeline.report.mailing import build_message, mail_report
from pipeline.reporting import LedgerJournal, build_clerk, build_sources, start_clerk
from pipeline.wiring import build_embedded
from tests.services.processes import free_port
from tests.unit.report.fakes import failed, many, report_of

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


@dataclass
class Mailbox:
    """What the server took; it refuses recipients that begin with ``nobody``."""

    taken: list[Envelope] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  # the name is the library's
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # the name is the library's
        self, _server: Any, _session: Any, envelope: Envelope
    ) -> str:
        self.taken.append(envelope)
        return "250 OK"


@dataclass(frozen=True)
class Post:
    """A running server and how to reach it."""

    box: Mailbox
    settings: ReportSettings


@pytest.fixture
def post() -> Iterator[Post]:
    """A real SMTP server that wants a password."""
    box = Mailbox()

    def authenticate(*args: Any) -> AuthResult:
        return AuthResult(success=args[-1].password == b"right", handled=False)

    port = free_port()
    controller = Controller(
        box, hostname="127.0.0.1", port=port, auth_require_tls=False, authenticator=authenticate
    )
    controller.start()
    yield Post(
        box=box,
        settings=ReportSettings(
            recipients=("board@acme.example", "cx@acme.example"), sender="ccm@acme.example",
            smtp_host="127.0.0.1", smtp_port=port, smtp_tls="none", smtp_user="ccm",
            smtp_password="right",
        ),
    )  # fmt: skip
    controller.stop()


def parsed(envelope: Envelope) -> EmailMessage:
    content = envelope.original_content or b""
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_it_arrives_with_the_sentence_the_page_and_the_pdf(post: Post) -> None:
    """Text first: the sentence, the key figures with n; the page and the PDF are attached."""
    edition = Edition(base_url="https://monitor.acme.example")
    report = report_of([*many(40), *failed(20)], edition=edition)
    mail_report(report, post.settings, NOW)
    (envelope,) = post.box.taken
    assert envelope.rcpt_tos == ["board@acme.example", "cx@acme.example"]
    message = parsed(envelope)
    assert message["Subject"] == "Complaints, week 10 of 2026"
    assert message["Auto-Submitted"] == "auto-generated"
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert text.startswith(report.sentence)
    assert "First-time-right, 2026-W10: 67% (95% interval 54%–77%, n = 60)" in text
    assert "https://monitor.acme.example" in text
    attached = {one.get_filename(): one for one in message.iter_attachments()}
    assert set(attached) == {"complaints-2026-W10.html", "complaints-2026-W10.pdf"}
    assert attached["complaints-2026-W10.html"].get_content().startswith("<!doctype html>")
    assert attached["complaints-2026-W10.pdf"].get_content().startswith(b"%PDF-")


def test_the_same_week_has_the_same_message_id(post: Post) -> None:
    """So that a second copy after a crash is known as one; other weeks and people have others."""
    report = report_of(many(40))
    first, again = (build_message(report, post.settings, NOW)["Message-ID"] for _ in range(2))
    fewer = replace(post.settings, recipients=("cx@acme.example",))
    assert first == again
    assert build_message(report, fewer, NOW)["Message-ID"] != first


def test_a_wrong_password_says_what_to_do(post: Post) -> None:
    """And neither it nor the right one is in the message."""
    with pytest.raises(Undelivered, match="renew them") as told:
        mail_report(report_of(), replace(post.settings, smtp_password="wrong"), NOW)
    assert "wrong" not in str(told.value)
    assert post.box.taken == []


def test_refused_recipients_are_named(post: Post) -> None:
    """So that the settings can be corrected."""
    settings = replace(post.settings, recipients=("nobody@acme.example",))
    with pytest.raises(Undelivered, match=r"nobody@acme\.example"):
        mail_report(report_of(), settings, NOW)


def test_a_server_that_is_away_is_told(post: Post) -> None:
    """Nobody listens on that port."""
    port = free_port()
    with pytest.raises(Undelivered, match=f"127.0.0.1:{port}"):
        mail_report(report_of(), replace(post.settings, smtp_port=port), NOW)


def whole(post: Post, data: Path) -> Settings:
    return Settings(engine=EngineSettings(data=data), report=post.settings)


def test_across_restarts_it_goes_once_and_late_if_need_be(post: Post, tmp_path: Path) -> None:
    """The ledger remembers; each round opens it anew, as a process that was started again does."""
    settings = whole(post, tmp_path)
    now = [NOW - timedelta(days=2)]

    def look() -> int:
        embedded = build_embedded(settings, clock=lambda: now[0])
        sources = build_sources(settings, embedded.ledger, embedded.letters)
        build_clerk(settings, embedded.ledger, sources, clock=lambda: now[0]).step()
        embedded.close()
        return len(post.box.taken)

    assert look() == 0
    now[0] = NOW + timedelta(hours=3)
    assert [look(), look()] == [1, 1]
    text = parsed(post.box.taken[0]).get_body(("plain",))
    assert text is not None
    assert "comes late" in text.get_content()


def test_the_command_mails_once_and_a_named_week_again(
    post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a CronJob calls it; the password comes from the environment."""
    build_embedded(whole(post, tmp_path / "data")).close()
    config = tmp_path / "ccm.toml"
    config.write_text(
        '[report]\nrecipients = ["board@acme.example"]\nsender = "ccm@acme.example"\n'
        f'smtp_host = "127.0.0.1"\nsmtp_port = {post.settings.smtp_port}\nsmtp_tls = "none"\n'
        'smtp_user = "ccm"\n'
    )
    monkeypatch.setenv("CCM_REPORT_SMTP_PASSWORD", "right")
    words = ["report", "--config", str(config), "--data", str(tmp_path / "data"), "--mail"]
    assert [main(words), main(words)] == [0, 0]
    assert "was mailed before" in capsys.readouterr().err
    assert len(post.box.taken) == 1
    assert main([*words, "--week", "2025-W10"]) == 0
    assert len(post.box.taken) == 2


def test_the_monitor_has_a_clerk_where_somebody_is_to_be_mailed(post: Post, tmp_path: Path) -> None:
    """Beside the engine, in a thread that ends with it; nobody to mail to, no clerk."""
    settings = whole(post, tmp_path)
    embedded = build_embedded(settings)
    assert start_clerk(replace(settings, report=ReportSettings()), embedded) is None
    clerk = start_clerk(settings, embedded)
    assert clerk is not None
    clerk.stop()
    assert LedgerJournal(embedded.ledger).last() > 202600
    embedded.close()


def test_the_command_needs_somebody_to_mail_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says which setting is missing."""
    assert main(["report", "--data", str(tmp_path), "--mail"]) == 2
    assert "report.recipients" in capsys.readouterr().err
