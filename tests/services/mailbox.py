"""A mail server on loopback that takes every mail, or answers as a test writes."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from tests.services.processes import LOOPBACK, free_port


class Mailbox:
    """Takes mails over SMTP; a context.

    Args:
        login: user and password that are good; mails of strangers are taken as well.

    Attributes:
        mails: what came.
        instead: answers that come first, each once, such as ``451 try again``.
    """

    def __init__(self, login: tuple[str, str] | None = None) -> None:
        self.mails: list[EmailMessage] = []
        self.instead: list[str] = []
        self.port = free_port()
        self._login = login

    def __enter__(self) -> Self:
        self._controller = Controller(
            self,
            hostname=LOOPBACK,
            port=self.port,
            authenticator=self._authenticate,
            auth_require_tls=False,
        )
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's own name
        if self.instead:
            return self.instead.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"

    def _authenticate(
        self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, told: Any
    ) -> AuthResult:
        assert isinstance(told, LoginPassword)
        is_good = (told.login.decode(), told.password.decode()) == self._login
        return AuthResult(success=is_good, handled=False)
