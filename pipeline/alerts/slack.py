"""Incoming webhooks as Slack invented them; Mattermost, Rocket.Chat and others take the same.

What customers wrote is escaped: it can neither call a channel, nor show a link or a picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipeline.alerts import wording
from pipeline.alerts.ports import Notice
from pipeline.alerts.posting import post
from pipeline.config import Secret
from pipeline.config.alerts import check_url

TEXT_MAX: Final = 8_000
"""Slack cuts far longer ones, Mattermost refuses beyond 16,383 characters."""
_GAP: Final = "\u200b"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackTable:
    """Its settings: the address of the webhook, which is a secret."""

    url: Secret


@dataclass(frozen=True, kw_only=True)
class SlackReceiver:
    """One incoming webhook.

    Attributes:
        name: as in the settings.
        table: its settings.
    """

    name: str
    table: SlackTable
    repeats: bool = False

    def send(self, opened: Sequence[Notice], over: Sequence[Notice], now: datetime) -> None:  # noqa: ARG002 - the shape of a receiver
        """Post one message; see `Receiver.send`."""
        url = self.table.url.reveal()
        check_url(url, f"alerts.receivers.{self.name}.url")
        post(url, {"text": message_of(opened, over)})


def message_of(opened: Sequence[Notice], over: Sequence[Notice]) -> str:
    """Return the message in Slack's own markup."""
    title = escaped(wording.title_of(opened, over))
    lines = [f"*{title}*"]
    is_one = len(opened) + len(over) == 1
    if len(opened) <= wording.FULL_MAX:
        for one in opened:
            lines += [] if is_one else [f"*{escaped(one.headline)}*"]
            lines += [f"> {escaped(line)}" for line in one.lines]
            lines.append(f"{_link(one)} · what to do: {escaped(one.runbook)}")
    else:
        named, more = wording.pick(opened)
        lines += [f"• {escaped(one.headline)} {_link(one)}" for one in named]
        lines += [f"and {more} more"] if more else []
    named, more = wording.pick(over)
    lines += [f"Over: {escaped(one.headline)} {_link(one)}" for one in named]
    lines += [f"and {more} more are over"] if more else []
    return "\n".join(lines)[:TEXT_MAX]


def escaped(text: str) -> str:
    """Return a text that says what it said and does nothing."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for mark in ("@", "](", "*", "_", "~", "`"):
        plain = plain.replace(mark, f"{mark[0]}{_GAP}{mark[1:]}")
    return " ".join(plain.split())


def _link(notice: Notice) -> str:
    return f"<{notice.link.replace('|', '%7C').replace('>', '%3E')}|open the case>"
