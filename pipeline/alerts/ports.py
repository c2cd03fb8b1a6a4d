"""What alerts are told with, to whom, and what is asked of the ledger."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from pipeline.domain.alerting import CaseAlert, Severity, Told
from pipeline.domain.verdict import Verdict

LINES_MAX = 5
"""How many lines the story of a case has at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A case for somebody who is just being told of it; without personal data.

    Attributes:
        who: a pseudonym.
        lines: at most five, in plain words.
        link: the case's page.
    """

    who: str
    lines: tuple[str, ...]
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One alert, ready to be told.

    Attributes:
        key: tells it from all others; names nobody.
        name: which condition.
        severity: how loudly.
        since: from when on it holds.
        headline: who and what, in one line.
        lines: the story of the case, at most five.
        link: the case's page.
        runbook: what to do about such an alert.
    """

    key: str
    name: str
    severity: Severity
    since: datetime
    headline: str
    lines: tuple[str, ...]
    link: str
    runbook: str


class Receiver(Protocol):
    """Somebody who can be told.

    Attributes:
        name: as in the settings.
        repeats: whether it wants to hear again and again of what still holds (Alertmanager).
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - told above
    @property
    def repeats(self) -> bool: ...  # noqa: D102 - told above

    def send(self, opened: Sequence[Notice], over: Sequence[Notice], now: datetime) -> None:
        """Tell of alerts that hold, and of others that are over: all or nothing.

        Raises:
            Undelivered: it was not taken.
        """


class Book(Protocol):
    """What is asked of the ledger; called from several threads. All may raise a StoreError."""

    def candidates(self, since: datetime, cases: Iterable[str] = ()) -> Sequence[Verdict]:
        """Return the cases that may alert: stirred since then, risky, or named."""

    def told(self, receiver: str | None = None) -> Sequence[Told]:
        """Return of what a receiver (or any) was told, and not yet that it is over."""

    def tell(self, receiver: str, opened: Sequence[CaseAlert], over: Sequence[str]) -> None:
        """Keep of what a receiver was told just now."""

    def hold(self, holder: str, now: datetime, seconds: float) -> bool:
        """Take or renew the right to tell."""

    def let_go(self, holder: str) -> None:
        """Give it back."""


TellStory = Callable[[str, datetime], Story]
"""From a case's id and the present moment to its story; a case that is no more has one, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How telling one receiver fares.

    Attributes:
        name: of the receiver.
        sent: messages that were taken.
        failures: those that were not, by kind.
        untold: alerts that begin or end of which it has not been told yet.
        trouble: the last failure, in words; empty while all is well.
    """

    name: str
    sent: int = 0
    failures: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    untold: int = 0
    trouble: str = ""
