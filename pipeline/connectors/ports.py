"""What a channel is made of, as Protocols: nothing here knows a source or a store.

A **connector** fetches: it yields batches of raw payloads, each with the cursor after them. Batch
and cursor are stored together, so that a restart goes on exactly behind what is stored. A
**listener** is sent payloads over a protocol of its own (LMTP); a **webhook**
(`pipeline.payloads.Webhook`) over HTTP. All three leave the meaning of bytes to ``parse``.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event as Flag
from typing import Any, Final, Protocol

from pipeline.channels.mail import MailSettings
from pipeline.connectors.http import fetch
from pipeline.domain.events import Event
from pipeline.payloads import Finding, Payload, Rejected, Webhook

PAYLOADS_MAX: Final = 1_000
"""Payloads in one batch."""
BYTES_MAX: Final = 64 * 1024 * 1024
"""Bytes in one batch, unless a single payload has more."""
SECONDS_MAX: Final = 60.0
"""How long a connector may go without yielding; an empty batch says "I am here, nothing new"."""

Clock = Callable[[], datetime]
"""Returns the present moment, aware, in UTC."""
Keep = Callable[[Sequence[Payload]], None]
"""Keeps payloads, good or bad, durably; raises ``StoreError`` where it cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a connector fetched in one go.

    Attributes:
        payloads: in the order of the source.
        cursor: where to go on after them; None: where we were before.
        backlog: how many more wait at the source, as far as it says.
        gap: what the source had and gives no more, in words: told and counted, since nobody else
            would ever notice.
    """

    payloads: tuple[Payload, ...] = ()
    cursor: str | None = None
    backlog: int | None = None
    gap: str = ""


class Connector(Protocol):
    """Fetches from one place of a source. Driven by one thread."""

    @property
    def name(self) -> str:
        """The channel's name, and what tells this place from its others: ``support/INBOX``."""

    def batches(self, cursor: str | None, stop: Flag) -> Generator[Batch, None, None]:
        """Connect, and yield what comes after ``cursor`` for ever, oldest first.

        The next batch is asked for only after this one is stored. Waits by ``stop.wait`` or in
        reads with time-outs, and yields an empty batch every `SECONDS_MAX` at the latest. What it
        holds open it closes when the generator is closed.

        Args:
            cursor: of the last batch that was stored; None: from the beginning.
            stop: set when the process is to end.

        Raises:
            SourceError: the source cannot be read; the runner waits and calls again.
        """

    def parse(self, payload: Payload) -> Sequence[Event]:
        """Return the events of one payload, purely.

        Raises:
            InputError: it cannot be used; it becomes a dead letter.
        """


class Listener(Protocol):
    """Is sent payloads over a protocol of its own. Driven by one thread."""

    @property
    def name(self) -> str:
        """The channel's name, and what tells this listener from its others."""

    def serve(self, keep: Keep, stop: Flag) -> None:
        """Serve until ``stop`` is set; acknowledge only what ``keep`` has returned for.

        Raises:
            SourceError: it cannot listen.
        """

    def parse(self, payload: Payload) -> Sequence[Event]:
        """Return the events of one payload, purely.

        Raises:
            InputError: it cannot be used; it becomes a dead letter.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a connector has come, as it writes that down."""

    name: str
    value: str


class Sink(Protocol):
    """Where lines, dead letters and cursors are kept. Called from several threads at once."""

    def cursor(self, name: str) -> str | None:
        """Return the cursor that was stored last under ``name``.

        Raises:
            StoreError: it cannot be read.
        """

    def take(
        self,
        source: str,
        lines: Sequence[bytes],
        rejected: Sequence[Rejected],
        now: datetime,
        cursor: Cursor | None = None,
    ) -> None:
        """Keep lines and dead letters, and with them the cursor: never the cursor without them.

        Raises:
            StoreError: not all of it was kept; the same is sent again.
        """


# ----------------------------------------------------------------------------------------- channels


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What any channel may need to know of the house.

    Attributes:
        mail: who we are, our mail exchangers, the bounds of everything.
        topics: the closed list of topics.
        clock: the present moment.
        fetch: returns what is at an address.
    """

    mail: MailSettings
    topics: frozenset[str]
    clock: Clock
    fetch: Callable[[str], bytes] = fetch


def nothing_to_check() -> Iterator[Finding]:
    """Find nothing: the check of a channel that has none."""
    yield from ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One configured channel, built.

    Attributes:
        name: from its table.
        kind: from its table.
        connectors: what fetches for it.
        listeners: what is sent to it over protocols of their own.
        webhook: what is sent to it over HTTP.
        check: tries it, and says what is wrong and what to do; changes nothing at the source.
        silent_after: without contact for so long it is called silent.
        expect_every: without an event for so long it is called silent; None: it may be quiet.
    """

    name: str
    kind: str
    connectors: tuple[Connector, ...] = ()
    listeners: tuple[Listener, ...] = ()
    webhook: Webhook | None = None
    check: Callable[[], Iterator[Finding]] = nothing_to_check
    silent_after: timedelta = timedelta(minutes=15)
    expect_every: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a kind makes of its table; the rest of a `Channel` is the same for all kinds."""

    connectors: tuple[Connector, ...] = ()
    listeners: tuple[Listener, ...] = ()
    webhook: Webhook | None = None
    check: Callable[[], Iterator[Finding]] = nothing_to_check


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of channel: what its table holds, and how it is built.

    Attributes:
        about: what it connects to, in one line.
        settings: a data class, of which each field is a key of the table.
        build: makes the parts from the channel's name, its settings and the house; opens nothing.
    """

    about: str
    settings: type[Any]
    build: Callable[[str, Any, Surroundings], Parts]
