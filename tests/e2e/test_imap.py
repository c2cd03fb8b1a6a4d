"""An account on a real IMAP server: whatever happens there, each mail is an event once."""

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.channels.company import Company
from pipeline.channels.limits import Limits
from pipeline.channels.mail import MailSettings
from pipeline.config import ChannelTable
from pipeline.connectors.health import Report
from pipeline.connectors.ports import Surroundings
from pipeline.connectors.registry import build_channel
from pipeline.connectors.runner import Patience
from pipeline.connectors.supervisor import Supervisor
from pipeline.domain.events import TOPICS, Message
from pipeline.embedded.dead_letters import DeadLetters
from pipeline.embedded.inbox import Inbox
from pipeline.embedded.sink import EmbeddedSink
from pipeline.errors import AccessRefused, ConfigError, Garbled, Unreachable
from pipeline.wire import decode_event
from tests.conftest import skip_or_fail
from tests.contract.rigs import mails
from tests.services.dovecot import DovecotServer
from tests.services.processes import LOOPBACK, ServiceAbsent

SECONDS_MAX = 30.0
QUICK = Patience(first_seconds=0.05, most_seconds=0.2, open_seconds=0.5)
AROUND = Surroundings(
    mail=MailSettings(
        company=Company(domains=frozenset({"acme.example"})),
        own_hosts=frozenset({"mx.acme.example"}),
        limits=Limits(mail_bytes=20_000),
    ),
    topics=frozenset(TOPICS),
    clock=lambda: datetime.now(UTC),
)


class Account:
    """One account, and the inbox into which it is fetched."""

    def __init__(self, dovecot: DovecotServer, data: Path) -> None:
        self.dovecot = dovecot
        self.user = f"{data.name}@acme.example".replace("_", "-")
        self.inbox = Inbox(data / "inbox.db")
        self.letters = DeadLetters(data / "letters.db")
        self.more: dict[str, Any] = {}

    def values(self, **more: Any) -> Mapping[str, Any]:
        same = {"host": LOOPBACK, "port": self.dovecot.port, "user": self.user, "idle_seconds": 20}
        secret = {} if "token_file" in more else {"password_file": self.dovecot.password_file}
        return {**same, **secret, "security": "plain", **self.more, **more}

    @contextmanager
    def fetching(self, **more: Any) -> Iterator[Supervisor]:
        table = ChannelTable(name="support", kind="imap", values=self.values(**more))
        sink = EmbeddedSink(self.inbox, self.letters)
        supervisor = Supervisor([build_channel(table, AROUND)], sink, AROUND.clock, QUICK)
        supervisor.start()
        try:
            yield supervisor
        finally:
            supervisor.stop()

    def append(self, raw: bytes, folder: str = "INBOX") -> None:
        with self.dovecot.client(self.user) as client:
            client.append(folder, raw)

    def messages(self) -> list[Message]:
        events = [decode_event(one.raw) for one in self.inbox.read_after(0, 1_000)]
        return [event for event in events if isinstance(event, Message)]

    def ids(self) -> list[str]:
        return [one.id for one in self.messages()]

    def wait_for(self, count: int) -> list[str]:
        """Return the ids once there are so many; each must be there once."""
        deadline = time.monotonic() + SECONDS_MAX
        while len(self.ids()) < count:
            assert time.monotonic() < deadline, f"{self.ids()}\n{self.dovecot.last_words()}"
            time.sleep(0.01)
        return self.ids()


def until_running(supervisor: Supervisor) -> Report:
    """Return how the first connector fares, once what it stored is noted."""
    deadline = time.monotonic() + SECONDS_MAX
    while (report := supervisor.reports()[0]).state != "running":
        assert time.monotonic() < deadline, report
        time.sleep(0.01)
    return report


@pytest.fixture
def account(dovecot: DovecotServer, tmp_path: Path) -> Iterator[Account]:
    made = Account(dovecot, tmp_path)
    yield made
    made.inbox.close()
    made.letters.close()


def ids(*numbers: int) -> list[str]:
    return [f"email:m{number}@example.org" for number in numbers]


def test_a_mail_comes_within_idle_and_replies_are_seen(account: Account) -> None:
    """The company's answer in the folder of sent mails is an outbound message of the thread."""
    account.append(mails.make(1))
    with account.fetching(idle_seconds=25 * 60) as supervisor:
        account.wait_for(1)
        account.append(mails.reply(1), "Sent")
        account.wait_for(2)  # which is sooner than the next IDLE: the server told of it
        names = [one.name for one in supervisor.reports()]
    assert names == ["support/INBOX", "support/Sent"]
    found = {one.id: one for one in account.messages()}
    assert found["email:m1@example.org"].direction == "inbound"
    reply = found["email:r1@acme.example"]
    assert reply.direction == "outbound"
    assert reply.customer == ("email:ann1@example.org",)
    assert reply.thread == "email:m1@example.org"
    assert found["email:m1@example.org"].at == mails.START.replace(minute=1), "our MX's time"


def test_idle_is_issued_anew(account: Account) -> None:
    """Though nothing happens: servers forget who is silent, and each answer is a sign of life."""
    with account.fetching(folders=["INBOX"], idle_seconds=1) as supervisor:
        last = until_running(supervisor).last_contact_at
        for _ in range(2):
            deadline = time.monotonic() + SECONDS_MAX
            while (at := supervisor.reports()[0].last_contact_at) == last:
                assert time.monotonic() < deadline
                time.sleep(0.01)
            last = at
        account.append(mails.make(1))
        assert account.wait_for(1) == ids(1)


def test_flags_moves_and_deletions_are_no_mails(account: Account) -> None:
    """What was read stays read; a mail that comes back from elsewhere is known."""
    for number in range(4):
        account.append(mails.make(number))
    with account.fetching():
        account.wait_for(4)
        with account.dovecot.client(account.user) as client:
            client.create_folder("Done")
            client.select_folder("INBOX")
            first, second, third, _ = client.search("ALL")
            client.add_flags([first], [b"\\Seen", b"\\Flagged"])
            client.move([second], "Done")
            client.delete_messages([third])
            client.expunge()
            client.select_folder("Done")
            client.move(client.search("ALL"), "INBOX")
        account.append(mails.make(9))
        found = account.wait_for(5)
    assert found == ids(0, 1, 2, 3, 9)


def test_a_new_uidvalidity_is_read_from_the_start(account: Account) -> None:
    """The folder was made anew: UIDs begin again, and the mails that were known are known."""
    folders = ["Support"]
    with account.dovecot.client(account.user) as client:
        client.create_folder("Support")
        for number in range(3):
            client.append("Support", mails.make(number))
    with account.fetching(folders=folders):
        account.wait_for(3)
    before = account.inbox.cursor("support/Support")
    with account.dovecot.client(account.user) as client:
        client.rename_folder("Support", "Old")
        client.create_folder("Support")
        client.append("Support", mails.make(7))
        client.append("Support", mails.make(2))
    with account.fetching(folders=folders):
        found = account.wait_for(4)
    after = account.inbox.cursor("support/Support")
    assert before is not None
    assert after is not None
    assert before.partition(":")[0] != after.partition(":")[0], "another validity"
    assert sorted(set(found)) == ids(0, 1, 2, 7)


@pytest.mark.parametrize("how", ["restart", "cut"])
def test_a_server_that_goes_away_within_idle_is_found_again(account: Account, how: str) -> None:
    """Restarted, or only our connection cut: nothing is missed, nothing comes twice."""
    account.append(mails.make(0))
    with account.fetching(folders=["INBOX"]) as supervisor:
        account.wait_for(1)
        for number in range(1, 4):
            getattr(account.dovecot, how)()
            account.append(mails.make(number))
            account.wait_for(number + 1)
        report = until_running(supervisor)
    assert account.ids() == ids(0, 1, 2, 3)
    assert report.errors["unreachable"] >= 1


def test_access_tokens_are_read_anew(account: Account, tmp_path: Path) -> None:
    """XOAUTH2; an expired token is told as that, and a renewed file is taken without a restart."""
    token = tmp_path / "token"
    token.write_text("expired")
    account.append(mails.make(0))
    with account.fetching(token_file=str(token), folders=["INBOX"]) as supervisor:
        deadline = time.monotonic() + SECONDS_MAX
        while not (report := supervisor.reports()[0]).errors:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert report.errors == {"access_refused": 1}
        assert "renew the password or token" in report.trouble
        assert report.state == "open", "it does not hammer at a door that is locked"
        account.dovecot.tokens["fresh"] = account.user
        token.write_text("fresh")
        account.wait_for(1)
        assert until_running(supervisor).trouble == ""


def test_bad_and_large_mails_cost_only_themselves(account: Account) -> None:
    """One without a sender, one that is too large: dead letters; their neighbours are stored."""
    account.append(mails.make(0))
    account.append(mails.BAD[-1])
    account.append(mails.make(1) + b"x" * 50_000)
    account.append(mails.make(2))
    with account.fetching(folders=["INBOX"]):
        account.wait_for(2)
    assert account.ids() == ids(0, 2)
    reasons = [one.reason for one in account.letters.letters()]
    assert "no address of the sender" in reasons[0]
    assert "bytes of mail; at most 20,000 are read" in reasons[1]
    assert account.letters.letters()[0].raw == mails.BAD[-1]
    assert account.letters.letters()[0].place == "INBOX uid 2"


def test_mails_of_before_may_be_left_alone(account: Account) -> None:
    """By a day in the settings; it is the day on which the server got them."""
    with account.dovecot.client(account.user) as client:
        client.append("INBOX", mails.make(0), msg_time=datetime(2020, 1, 1, tzinfo=UTC))
        client.append("INBOX", mails.make(1))
    with account.fetching(folders=["INBOX"], since=datetime(2021, 1, 1, tzinfo=UTC).date()):
        account.wait_for(1)
    assert account.ids() == ids(1)


# -------------------------------------------------------------------------------------------- check


def checked(account: Account, **more: Any) -> list[str]:
    table = ChannelTable(name="support", kind="imap", values=account.values(**more))
    return [
        f"{'ok' if one.is_well else 'WRONG'} {one.found} {one.advice}"
        for one in build_channel(table, AROUND).check()
    ]


def test_check_says_what_is_there(account: Account) -> None:
    """Login, IDLE, each folder with its mails; nothing is changed."""
    account.append(mails.make(0))
    found = checked(account)
    assert found == [
        f"ok 127.0.0.1:{account.dovecot.port} lets {account.user} in ",
        "ok it tells of new mails at once ",
        "ok folder INBOX: 1 mails ",
        "ok folder \\Sent: 0 mails ",
    ]


def test_check_names_the_folders_that_are_not_followed(account: Account) -> None:
    """A mail that was moved away before anybody looked is nowhere else; the bin is left out."""
    with account.dovecot.client(account.user) as client:
        client.create_folder("Done")
    assert checked(account)[-1] == (
        "ok not followed: Done; add to folders those into which mails are moved "
    )
    assert "not followed" not in str(checked(account, folders=["INBOX", "Sent", "Done"]))


def test_check_names_the_folders_where_one_is_missing(account: Account) -> None:
    """So that the operator can copy the right name."""
    found = checked(account, folders=["Eingang", "\\Junk"])
    assert found[2].startswith("WRONG folder Eingang:")
    assert "name one of: Sent, INBOX" in found[2]
    assert found[3].startswith("WRONG folder \\Junk: the server names no folder")


@pytest.mark.parametrize(
    ("more", "error", "told"),
    [
        ({"password_file": __file__}, AccessRefused, "does not let"),
        ({"port": 1}, Unreachable, r"127\.0\.0\.1:1: .*Connection refused"),
        ({"security": "starttls"}, Garbled, 'offers no STARTTLS; security = "tls" is port 993'),
        ({"security": "tls"}, Garbled, r"speaks no TLS here .* port 993, security = .starttls."),
        ({"security": "ssl"}, ConfigError, "found 'ssl'; write one of tls, starttls, plain"),
        ({"host": "192.0.2.1"}, ConfigError, "in the clear"),
        (
            {"token_file": __file__, "password_file": __file__},
            ConfigError,
            "found a password and a token; set either CCM_CHANNEL_SUPPORT_PASSWORD",
        ),
    ],
)
def test_check_says_what_is_wrong(
    account: Account, more: dict[str, Any], error: type[Exception], told: str
) -> None:
    """Wrong password, wrong port, no encryption where it is asked for."""
    with pytest.raises(error, match=told):
        checked(account, **more)


def test_a_port_that_waits_for_tls_is_told(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both sides would wait for the other to begin: who asks for plain or STARTTLS is told why."""
    monkeypatch.setattr("pipeline.connectors.imap_account.READ_SECONDS_MAX", 0.2)
    with socket.socket() as waiting:
        waiting.bind((LOOPBACK, 0))
        waiting.listen()
        with pytest.raises(Unreachable, match=r'wants TLS .* write security = "tls"'):
            checked(account, port=waiting.getsockname()[1], security="starttls")


# -------------------------------------------------------------------------------------------- TLS


@pytest.fixture(scope="module")
def secure() -> Iterator[DovecotServer]:
    """Dovecot with a certificate of its own for localhost."""
    try:
        with DovecotServer(tls=True) as server:
            yield server
    except ServiceAbsent as absent:
        skip_or_fail(str(absent))


def by_tls(secure: DovecotServer, tmp_path: Path, security: str, **more: Any) -> Account:
    """Return an account that is reached by TLS."""
    account = Account(secure, tmp_path)
    port = secure.tls_port if security == "tls" else secure.port
    same = {"host": "localhost", "port": port, "security": security}
    account.more = {**same, "ca_file": str(secure.certificate), **more}
    return account


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_mails_come_by_tls(secure: DovecotServer, tmp_path: Path, security: str) -> None:
    """From the start, or after STARTTLS; IDLE as well."""
    account = by_tls(secure, tmp_path, security)
    with account.fetching(folders=["INBOX"]) as supervisor:
        until_running(supervisor)
        account.append(mails.make(1))
        assert account.wait_for(1) == ids(1)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_nobody_knows_is_refused(
    secure: DovecotServer, tmp_path: Path, security: str
) -> None:
    """And so is one of another name: before the password is told."""
    nobodys = by_tls(secure, tmp_path, security)
    del nobodys.more["ca_file"]
    with pytest.raises(AccessRefused, match=r"not trusted .* Set ca_file"):
        checked(nobodys)
    with pytest.raises(AccessRefused, match=r"127\.0\.0\.1.* not trusted"):
        checked(by_tls(secure, tmp_path, security, host="127.0.0.1"))


def test_a_file_of_certificates_that_is_none_is_named(tmp_path: Path) -> None:
    """By its key, before anything is tried."""
    (tmp_path / "none.pem").write_text("no certificate")
    for name in ("none.pem", "nowhere.pem"):
        values = {"host": "h", "user": "u", "ca_file": str(tmp_path / name)}
        table = ChannelTable(name="support", kind="imap", values=values)
        with pytest.raises(ConfigError, match=r"support\.ca_file: .* name a PEM file"):
            build_channel(table, AROUND, {"CCM_CHANNEL_SUPPORT_PASSWORD": "x"})
