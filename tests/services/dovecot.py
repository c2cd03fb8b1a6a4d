"""Dovecot as it is: an IMAP server in a temporary folder, on a free port of loopback."""

import grp
import os
import pwd
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

from imapclient import IMAPClient

from tests.services.certificates import write_certificate
from tests.services.processes import LOOPBACK, Child, ServiceAbsent, free_port

PACKAGED: Final = Path("/usr/sbin/dovecot")
UNPRIVILEGED: Final = "nobody"
"""Runs the server where we are root: nothing in it needs rights."""

SETTINGS: Final = """\
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/dovecot.log
mail_location = maildir:{home}/mail/%u
{tls}
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
login_trusted_networks = 127.0.0.0/8
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
imap_idle_notify_interval = 10 s
mailbox_idle_check_interval = 1 s
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {home}/oauth2.conf
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={home}/home/%u
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
"""
TLS: Final = "ssl = yes\nssl_cert = <{certificate}\nssl_key = <{key}"
OAUTH2: Final = """\
introspection_mode = get
introspection_url = http://127.0.0.1:{port}/?token=
username_attribute = user
active_attribute = active
active_value = yes
"""


class DovecotServer:
    """One server and its folder; as a context it starts, and clears everything away.

    Attributes:
        port: of IMAP, without TLS; with STARTTLS where there is a certificate.
        tls_port: of IMAP with TLS from the start; 0 where there is no certificate.
        certificate: of localhost, signed by itself.
        password: of every account; an account is there as soon as somebody logs in.
        password_file: holds it.
        tokens: access tokens that are good, with the account of each.
    """

    def __init__(self, *, tls: bool = False) -> None:
        self.port: Final = free_port()
        self.tls_port: Final = free_port() if tls else 0
        self.certificate: Path | None = None
        self.password: Final = secrets.token_urlsafe(12)
        self.tokens: Final[dict[str, str]] = {}
        self._program = find_program()
        self._home = Path(tempfile.mkdtemp(prefix="ccm-dovecot-"))
        self._child: Child | None = None
        self.password_file: Final = str(self._home / "password")
        Path(self.password_file).write_text(self.password)
        self._tokens_at = _TokenServer(self.tokens)

    def start(self) -> Self:
        """Start the server and wait until it serves."""
        user = UNPRIVILEGED if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        group = grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
        values = {"home": self._home, "user": user, "group": group, "port": self.port}
        values |= {"tls_port": self.tls_port, "tls": self._tls()}
        path = self._home / "dovecot.conf"
        path.write_text(SETTINGS.format(password=self.password, **values))
        (self._home / "oauth2.conf").write_text(OAUTH2.format(port=self._tokens_at.port))
        for name in ("run", "mail", "home"):
            (self._home / name).mkdir(exist_ok=True)
        if os.geteuid() == 0:
            for each in (self._home, *self._home.iterdir()):
                shutil.chown(each, user, group)
        command = [str(self._program), "-F", "-c", str(path)]
        as_user = user if os.geteuid() == 0 else None
        self._child = Child(command, self._home / "dovecot.out", user=as_user)
        self._child.wait_until(self._serves)
        return self

    def _tls(self) -> str:
        if not self.tls_port:
            return "ssl = no"
        self.certificate, key = write_certificate(self._home)
        return TLS.format(certificate=self.certificate, key=key)

    def restart(self) -> None:
        """Stop it, which cuts every connection, and start it on the same mails and port."""
        assert self._child is not None, "the server was never started"
        self._child.kill()
        self.start()

    def cut(self) -> None:
        """Kill every process that serves a connection; the server goes on."""
        assert self._child is not None, "the server was never started"
        for process in self._child.family()[1:]:
            if process.name() in {"imap", "imap-login"}:
                process.kill()

    @contextmanager
    def client(self, user: str) -> Iterator[IMAPClient]:
        """Give a client that is logged in, to put mails in and to move them."""
        client = IMAPClient(LOOPBACK, self.port, ssl=False, timeout=10)
        client.login(user, self.password)
        try:
            yield client
        finally:
            client.logout()

    def clear(self) -> None:
        """Kill what runs and delete the folder."""
        if self._child is not None:
            self._child.kill()
        self._tokens_at.close()
        shutil.rmtree(self._home, ignore_errors=True)

    def __enter__(self) -> Self:
        with ExitStack() as on_failure:
            on_failure.callback(self.clear)
            self.start()
            on_failure.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def last_words(self) -> str:
        """Return the end of its log."""
        return (self._home / "dovecot.log").read_text(errors="replace")[-3000:]

    def _serves(self) -> bool:
        try:
            with self.client("nobody-in-particular"):
                return True
        except (OSError, IMAPClient.Error):
            return False


class _TokenServer:
    """What tells Dovecot whether an access token is good: a server of its own, as in real life."""

    def __init__(self, tokens: Mapping[str, str]) -> None:
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # the library's name
                token = parse_qs(urlsplit(self.path).query).get("token", [""])[0]
                user = tokens.get(token)
                active = "no" if user is None else "yes"
                body = f'{{"user":"{user}","active":"{active}"}}'.encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer((LOOPBACK, 0), Answer)
        self.port: Final = self._server.server_address[1]
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()


def find_program() -> Path:
    """Return Dovecot's master program."""
    found = shutil.which("dovecot") or (str(PACKAGED) if PACKAGED.exists() else None)
    if found is None or not Path("/usr/lib/dovecot/imap").exists():
        raise ServiceAbsent("no Dovecot: run `make setup-services` and do what it says")
    return Path(found)
