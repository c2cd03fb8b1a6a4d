"""What the gateway needs of the rest, as Protocols: nothing here knows who stands behind them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pipeline.domain.events import Event, Message
from pipeline.payloads import Answer, Delivery, Taken
from pipeline.wire import decode_event

Clock = Callable[[], datetime]
"""Returns the present moment, aware, in UTC."""
Decode = Callable[[bytes], Event]
"""Returns the event of one line; raises ``InputError`` where the line cannot be used."""
Ready = Callable[[], Sequence[str]]
"""Returns what is not ready yet, in words; nothing where all is well. Quick, never blocks long."""


class Inbox(Protocol):
    """The durable way in. Called from worker threads, several at a time."""

    def append(self, source: str, raw_lines: Sequence[bytes], now: datetime) -> None:
        """Keep the lines; they are on disk (or acknowledged) when this returns.

        Raises:
            StoreError: they could not be kept; nothing of them was.
        """


class DeadLetters(Protocol):
    """Where bad input goes, with the reason and the raw bytes. Called from worker threads."""

    def add(self, reason: str, where: str, origin: str, raw: bytes, now: datetime) -> None:
        """Keep one piece of bad input; it is on disk when this returns.

        Args:
            reason: what was found and what was expected.
            where: the line or part of the request, such as ``line 3``.
            origin: the way in, such as ``POST /v1/events``.
            raw: the bytes as they came.
            now: when they came.
        """


class Webhooks(Protocol):
    """The channels that send by themselves. Called from worker threads, several at a time."""

    def bytes_max(self, source: str) -> int | None:
        """Return how large a delivery may be; None where there is no such source."""

    def challenge(self, source: str, delivery: Delivery) -> Answer | None:
        """Answer a source that asks by GET whose address this is; None where it never does.

        Raises:
            Forged: whoever asks is not the source.
        """

    def receive(self, source: str, delivery: Delivery) -> Taken:
        """Take one delivery; what is counted is on disk when this returns.

        Raises:
            Forged: it does not prove its source, is too old, or was taken before.
            SourceError: that cannot be told just now.
            StoreError: it could not be kept.
        """


class NoWebhooks:
    """The webhooks of a gateway that was given none."""

    def bytes_max(self, source: str) -> int | None:  # noqa: ARG002 - the Protocol's names
        """Return None: there is no such source."""
        return None

    def challenge(self, source: str, delivery: Delivery) -> Answer | None:
        """Never called: there is no source."""
        raise NotImplementedError(source, delivery)

    def receive(self, source: str, delivery: Delivery) -> Taken:
        """Never called: there is no source."""
        raise NotImplementedError(source, delivery)


class FieldError(Protocol):
    """One field of the form that cannot be taken as it is."""

    @property
    def field(self) -> str:
        """The name of the field."""

    @property
    def detail(self) -> str:
        """What is wrong and what to write, in words for the customer."""


class ParseForm(Protocol):
    """Reads a filled-in complaint form."""

    def __call__(
        self, fields: Mapping[str, Any], *, reference: str, at: datetime
    ) -> Message | Sequence[FieldError]:
        """Return the message of ``fields``, or every field that is wrong.

        ``reference`` is unique; the message's id is ``form:`` and it, unless the sender chose a
        key of its own.

        Raises:
            InputError: the form cannot be read at all, or passes a limit.
        """


class ParseMail(Protocol):
    """Reads one mail as it was received."""

    def __call__(self, raw: bytes, *, received_at: datetime) -> Sequence[Event]:
        """Return the events of one mail.

        Raises:
            InputError: it is no mail, or passes a limit.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """How the bytes of each way in become events."""

    form: ParseForm
    mail: ParseMail
    line: Decode = decode_event
