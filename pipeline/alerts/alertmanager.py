"""Prometheus Alertmanager, by its API v2: it groups, inhibits, silences and routes what it hears.

It forgets an alert of which it hears no more, so all that holds is told again and again. Labels
make an alert the same one each time; whatever may change stands in the annotations. Its templates
escape nothing, so what customers wrote comes without what a chat would take for an order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pipeline.alerts.ports import Notice
from pipeline.alerts.posting import post
from pipeline.alerts.wording import harmless
from pipeline.config import Secret

PATH: Final = "/api/v2/alerts"
STANDS_FOR: Final = timedelta(minutes=10)
"""Without another word it takes an alert for over then; we say so again every minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertmanagerTable:
    """Its settings: the address of the server, and the bearer token of a proxy before it."""

    url: str
    token: Secret | None = None


@dataclass(frozen=True, kw_only=True)
class AlertmanagerReceiver:
    """One Alertmanager.

    Attributes:
        name: as in the settings.
        table: its settings.
    """

    name: str
    table: AlertmanagerTable
    repeats: bool = True

    def send(self, opened: Sequence[Notice], over: Sequence[Notice], now: datetime) -> None:
        """Tell what holds and what is over; see `Receiver.send`."""
        told = [_alert(one, ends=now + STANDS_FOR) for one in opened]
        told += [_alert(one, ends=now) for one in over]
        token = self.table.token
        post(
            self.table.url.rstrip("/") + PATH,
            told,
            token=None if token is None else token.reveal(),
        )


def _alert(notice: Notice, ends: datetime) -> dict[str, Any]:
    return {
        "labels": {
            "alertname": notice.name,
            "case": notice.key,
            "service": "ccm",
            "severity": notice.severity,
        },
        "annotations": {
            "summary": harmless(notice.headline),
            "description": "\n".join(harmless(line) for line in notice.lines),
            "link": notice.link,
            "runbook_url": notice.runbook,
        },
        "startsAt": _time(notice.since),
        "endsAt": _time(max(ends, notice.since)),
        "generatorURL": notice.link,
    }


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
