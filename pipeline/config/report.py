"""The ``[report]`` table: for whom the weekly report is made, and how it is mailed."""

import re
from dataclasses import dataclass, field
from datetime import time as clock_time
from typing import Final, Literal

from pipeline.errors import ConfigError

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: Final[tuple[Weekday, ...]] = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
RECIPIENTS_MAX: Final = 100
_ADDRESS: Final = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9.-]{1,253}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSettings:
    """The weekly report.

    Attributes:
        shared: withhold cells of 1 to 9 cases; false only where every reader may see every case.
        base_url: of the pages, as readers reach them, for links; empty for none.
        paper: of the PDF, ``a4`` or ``us-letter``.
        weekday: day on which the report of the week before is mailed.
        time: moment of that day in the report zone, ``HH:MM``.
        recipients: to whom it is mailed; nobody: it is not.
        sender: from whom it comes.
        smtp_host: the mail server.
        smtp_port: its port.
        smtp_tls: ``starttls``, ``implicit`` from the first byte, or ``none``, which is for a server
            on this machine.
        smtp_user: the name to log in with; empty to send without.
        smtp_password: from CCM_REPORT_SMTP_PASSWORD or the file that ``smtp_password_file`` names,
            never from the settings file.

    Raises:
        ConfigError: a value cannot be used, or mail is wanted and something for it is missing.
    """

    shared: bool = True
    base_url: str = ""
    paper: Literal["a4", "us-letter"] = "a4"
    weekday: Weekday = "monday"
    time: str = "07:00"
    recipients: tuple[str, ...] = ()
    sender: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_tls: Literal["starttls", "implicit", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self._check_time()
        if self.base_url and not re.match(r"https?://[^\s/]", self.base_url):
            raise ConfigError(
                f"report.base_url: found {self.base_url!r}; write the address of the dashboard, "
                "such as https://monitor.example.org"
            )
        if len(self.recipients) > RECIPIENTS_MAX:
            raise ConfigError(
                f"report.recipients: found {len(self.recipients)}; write at most {RECIPIENTS_MAX}, "
                "or the address of a mailing list"
            )
        for name, told in [("recipients", one) for one in self.recipients]:
            _check_address(name, told)
        if self.recipients:
            self._check_mail()

    @property
    def at(self) -> clock_time:
        """The moment of the day at which it is mailed, in the report zone."""
        hours, minutes = self.time.split(":")
        return clock_time(int(hours), int(minutes))

    def _check_time(self) -> None:
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", self.time):
            raise ConfigError(f'report.time: found {self.time!r}; write HH:MM, such as "07:00"')

    def _check_mail(self) -> None:
        _check_address("sender", self.sender)
        if not self.smtp_host:
            raise ConfigError(
                "report.smtp_host: is missing; name the mail server, or leave report.recipients "
                "empty"
            )
        is_plain = self.smtp_tls == "none" and self.smtp_host not in LOOPBACK
        if is_plain and self.smtp_user:
            raise ConfigError(
                'report.smtp_tls: "none" would send the password in the open; write "starttls" or '
                '"implicit", or leave report.smtp_user empty'
            )


def _check_address(name: str, told: str) -> None:
    if not _ADDRESS.fullmatch(told):
        raise ConfigError(
            f"report.{name}: found {told[:80]!r}; write an address such as cx@example.org"
        )
