"""The tables ``[alerts]`` and ``[[alerts.receivers]]``: who is told of what, and when."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Final, get_type_hints
from urllib.parse import urlsplit

from pipeline.config.channels import Section, check_name
from pipeline.config.values import read_value
from pipeline.domain.alerting import AlertRules, Severity
from pipeline.errors import ConfigError

RECEIVERS_MAX: Final = 20
_SHARED: Final = ("name", "kind", "enabled", "least")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSettings:
    """When somebody is told, and where the links of a message lead.

    Attributes:
        base_url: of the pages, as those who are told reach them.
        runbook_url: of ``deploy/RUNBOOK.md``; the section of an alert is its anchor there.
        every: between two looks at the cases.
        public_reply: within this time a public escalation is to have a reply of a person.
        recent: what began longer ago begins no alert any more, so that old cases wake nobody.
        likely_public: from so many times the usual risk of going public on, a case alerts; 0 never.
        messages_per_hour: at most so many go to each receiver; what is more waits, and comes
            together in one.
    """

    base_url: str = "http://127.0.0.1:8080"
    runbook_url: str = "deploy/RUNBOOK.md"
    every: timedelta = timedelta(seconds=15)
    public_reply: timedelta = timedelta(hours=2)
    recent: timedelta = timedelta(days=3)
    likely_public: float = 0.0
    messages_per_hour: int = 30

    def __post_init__(self) -> None:
        check_url(self.base_url, "alerts.base_url")
        if not self.every:
            raise ConfigError('alerts.every: found 0; write a time such as "15 s"')
        if self.messages_per_hour < 1:
            raise ConfigError("alerts.messages_per_hour: found 0; write 1 or more")
        if not 0 <= self.likely_public < float("inf"):
            raise ConfigError(
                f"alerts.likely_public: found {self.likely_public}; write a multiple of the usual "
                "risk, such as 5, or 0 for never"
            )

    @property
    def rules(self) -> AlertRules:
        """When a case alerts."""
        return AlertRules(
            public_reply=self.public_reply, recent=self.recent, likely_public=self.likely_public
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverTable(Section):
    """One ``[[alerts.receivers]]`` table.

    Attributes:
        kind: ``alertmanager``, ``slack`` or ``email``.
        least: ``page`` leaves out what can wait for the next working hour.
    """

    PLACE: ClassVar[str] = "alerts.receivers"
    PREFIX: ClassVar[str] = "CCM_ALERT"
    NOUN: ClassVar[str] = "receiver"

    least: Severity = "ticket"


def read_receivers(told: Any) -> tuple[ReceiverTable, ...]:
    """Return the tables in their order.

    Raises:
        ConfigError: one has no name or kind, or shares its name with another.
    """
    place = ReceiverTable.PLACE
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise ConfigError(f"{place}: found {told!r}; write tables, [[{place}]]")
    if len(told) > RECEIVERS_MAX:
        raise ConfigError(f"{place}: found {len(told)}; write at most {RECEIVERS_MAX}")
    tables = tuple(_receiver(one, number) for number, one in enumerate(told, 1))
    names = [one.name for one in tables]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"{place}.{name}: two tables have this name; choose another for one")
    return tables


def check_url(url: str, key: str) -> None:
    """Let only an address of the web pass.

    Raises:
        ConfigError: it is none; what was found is not told, since it may hold a secret.
    """
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or any(character.isspace() for character in url):
        raise ConfigError(f"{key}: is no address; write one such as https://monitor.example")


def _receiver(told: dict[str, Any], number: int) -> ReceiverTable:
    name = check_name(told, number, ReceiverTable.PLACE, "slack")
    hints = get_type_hints(ReceiverTable)
    known = {
        key: read_value(told[key], hints[key], f"{ReceiverTable.PLACE}.{name}.{key}")
        for key in _SHARED
        if key in told
    }
    rest = {key: value for key, value in told.items() if key not in _SHARED}
    return ReceiverTable(**known, values=rest)
