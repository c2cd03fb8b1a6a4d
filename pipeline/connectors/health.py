"""How each way in fares: the one place that metrics, pages and operators read."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from types import MappingProxyType
from typing import Final, Literal

State = Literal["starting", "running", "waiting", "open", "stopped"]
"""``waiting``: tries again soon; ``open``: the circuit breaker keeps it from trying for a while."""
STATES: Final[tuple[State, ...]] = ("starting", "running", "waiting", "open", "stopped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How one way in fares at a moment.

    Attributes:
        name: of the connector, listener or webhook.
        channel: of which it is a part.
        kind: of the channel.
        state: see `State`; a webhook is always running.
        since: since when it is watched.
        last_contact_at: when the source was last heard of.
        last_event_at: when the last event was stored.
        events: how many were stored.
        dead_letters: how many payloads gave none.
        backlog: how many wait at the source, as far as it says.
        lag_seconds: how old the newest payload was when it was stored.
        errors: by kind.
        trouble: the last error, in words; empty while all is well.
        is_silent: nothing was heard of it for longer than its settings allow.
    """

    name: str
    channel: str
    kind: str
    since: datetime
    state: State = "starting"
    last_contact_at: datetime | None = None
    last_event_at: datetime | None = None
    events: int = 0
    dead_letters: int = 0
    backlog: int | None = None
    lag_seconds: float = 0.0
    errors: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    trouble: str = ""
    is_silent: bool = False


@dataclass(slots=True, kw_only=True)
class Health:
    """Notes what happens to one way in; told by its thread, read by others.

    Args:
        name: of the connector, listener or webhook.
        channel: of which it is a part.
        kind: of the channel.
        since: when it began.
        silent_after: without contact for so long it is silent; None where nobody is to be heard
            between events: webhooks and listeners.
        expect_every: without an event for so long it is silent; None: it may be quiet.
        contacts: how often the source was heard of; the runner's row of failures ends with each.
    """

    name: str
    channel: str
    kind: str
    since: datetime
    silent_after: timedelta | None
    expect_every: timedelta | None
    contacts: int = 0
    _lock: Lock = field(init=False, default_factory=Lock)
    _errors: Counter[str] = field(init=False, default_factory=Counter)
    _report: Report = field(init=False)

    def __post_init__(self) -> None:
        self._report = Report(
            name=self.name, channel=self.channel, kind=self.kind, since=self.since
        )

    def entered(self, state: State) -> None:
        """Note the state."""
        self._note(state=state)

    def contacted(self, now: datetime, backlog: int | None = None) -> None:
        """Note that the source was heard of, and is well."""
        self.contacts += 1
        self._note(state="running", last_contact_at=now, backlog=backlog, trouble="")

    def took(self, events: int, dead_letters: int, newest: datetime | None, now: datetime) -> None:
        """Note what was stored; ``newest`` is the time of the newest payload at its source."""
        lag = 0.0 if newest is None else max(0.0, (now - newest).total_seconds())
        with self._lock:
            self._report = replace(
                self._report,
                events=self._report.events + events,
                dead_letters=self._report.dead_letters + dead_letters,
                last_event_at=now if events else self._report.last_event_at,
                lag_seconds=lag,
            )

    def failed(self, kind: str, trouble: str) -> None:
        """Note an error, by its kind and in words."""
        with self._lock:
            self._errors[kind] += 1
            self._report = replace(self._report, trouble=trouble)

    def report(self, now: datetime) -> Report:
        """Return how it fares now."""
        with self._lock:
            report, errors = self._report, MappingProxyType(dict(self._errors))
        return replace(report, errors=errors, is_silent=self._is_silent(report, now))

    def _note(self, **changes: object) -> None:
        with self._lock:
            self._report = replace(self._report, **changes)  # type: ignore[arg-type]  # names above

    def _is_silent(self, report: Report, now: datetime) -> bool:
        bounds = (
            (self.silent_after, report.last_contact_at),
            (self.expect_every, report.last_event_at),
        )
        return any(
            bound is not None and now - (last or self.since) > bound for bound, last in bounds
        )
