"""The gateway's sinks on Kafka: what they return for was acknowledged by the broker."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from socket import create_connection
from threading import Lock, Thread
from time import monotonic
from typing import Any, Final

from kafka import KafkaProducer
from kafka.errors import KafkaError

from pipeline.domain.events import Event, identifiers
from pipeline.errors import StoreError
from pipeline.intake.spooling import Sender
from pipeline.wire.cloudevents import headers_of

LINGER_MS: Final = 5
REQUEST_BYTES_MAX: Final = 64 * 1024 * 1024
"""Enough for the dead letter of the largest mail, whose bytes are written as base64."""
SILENT_SECONDS: Final = 1.0
"""Whoever comes so soon after a vain search for a broker is refused at once, not queued up."""
_LOG: Final = logging.getLogger("ccm.gateway")
Letter = Callable[[str, str, bytes, datetime], bytes]
"""Returns the record of a dead letter: reason, origin, raw bytes, time."""


class Producer:
    """An idempotent producer of which every record is waited for. Safe to use from many threads.

    It is made when it is first needed, so that the gateway starts, and says 503, without Kafka; and
    anew after a failure, since one that gave records up may have lost its place in the order.

    Args:
        bootstrap: brokers to begin with.
        delivery_seconds: how long to wait for an acknowledgement.
    """

    def __init__(self, bootstrap: Sequence[str], delivery_seconds: int) -> None:
        self._bootstrap = list(bootstrap)
        self._seconds = delivery_seconds
        self._lock = Lock()
        self._producer: KafkaProducer | None = None
        self._silent_until = 0.0

    def send(self, topic: str, records: Iterable[tuple[bytes, bytes]]) -> None:
        """Send keys and values; all of them are acknowledged when this returns.

        Raises:
            StoreError: not all were acknowledged in time. Some may have been: send all again.
        """
        producer = self._made()
        try:
            sent = [
                producer.send(topic, key=key, value=value, headers=headers_of(value))
                for key, value in records
            ]
            for future in sent:
                future.get(timeout=self._seconds)
        except KafkaError as error:
            self._discard(producer)
            raise StoreError(f"kafka: {topic}: not acknowledged ({error!r}); try again") from error

    def is_reachable(self) -> bool:
        """Return whether a broker can be connected to just now."""
        try:
            self._knock()
        except StoreError:
            return False
        return True

    def close(self) -> None:
        """End the connections; what was acknowledged stays."""
        if self._producer is not None:
            _end(self._producer, self._seconds)

    def _made(self) -> KafkaProducer:
        with self._lock:
            if self._producer is None:
                if monotonic() < self._silent_until:
                    raise StoreError("kafka: no broker answered just now; try again")
                try:
                    self._knock()
                    self._producer = KafkaProducer(**self._options())
                except (StoreError, KafkaError) as error:
                    self._silent_until = monotonic() + SILENT_SECONDS
                    raise StoreError(f"kafka: no broker serves ({error})") from error
            return self._producer

    def _discard(self, producer: KafkaProducer) -> None:
        """Let the next `send` make another producer; whoever waits for this one has to retry."""
        with self._lock:
            is_current = self._producer is producer
            if is_current:
                self._producer = None
        if is_current:
            # It ends once its last records have been answered or given up: nobody waits for that.
            Thread(target=_end, args=(producer, 2 * self._seconds), daemon=True).start()

    def _knock(self) -> None:
        """See first that anybody is there: a producer without a broker takes half a minute."""
        for broker in self._bootstrap:
            host, _, port = broker.rpartition(":")
            try:
                create_connection((host.strip("[]"), int(port)), timeout=self._seconds).close()
            except (OSError, ValueError):
                continue
            return
        raise StoreError(f"kafka: no broker answers at {', '.join(self._bootstrap)}")

    def _options(self) -> dict[str, Any]:
        wait_ms = self._seconds * 1000
        return {
            "bootstrap_servers": self._bootstrap,
            "client_id": "ccm-gateway",
            "acks": "all",
            "enable_idempotence": True,
            "linger_ms": LINGER_MS,
            "max_request_size": REQUEST_BYTES_MAX,
            "bootstrap_timeout_ms": wait_ms,
            "max_block_ms": wait_ms,
            "request_timeout_ms": max(wait_ms - LINGER_MS - 1, 1_000),
            "delivery_timeout_ms": wait_ms,
            "allow_auto_create_topics": False,
        }


def _end(producer: KafkaProducer, seconds: int) -> None:
    try:
        producer.close(timeout=seconds)
    except KafkaError as error:
        _LOG.warning("a producer left records unanswered; their senders were told so: %r", error)


class KafkaInbox:
    """An `Inbox` on the events topic.

    Args:
        producer: sends.
        topic: of the events.
        decode: makes an event of a line: its smallest identifier is the record's key.
    """

    def __init__(self, producer: Sender, topic: str, decode: Callable[[bytes], Event]) -> None:
        self._producer = producer
        self._topic = topic
        self._decode = decode

    def append(self, source: str, raw_lines: Sequence[bytes], now: datetime) -> None:  # noqa: ARG002  # the Protocol's names
        """Keep the lines; they are acknowledged when this returns.

        Raises:
            StoreError: they may not have been kept.
        """
        keyed = ((min(identifiers(self._decode(raw))).encode(), raw) for raw in raw_lines)
        self._producer.send(self._topic, list(keyed))


class KafkaDeadLetters:
    """`DeadLetters` on their topic.

    Args:
        producer: sends.
        topic: of the dead letters.
        encode: makes the record.
    """

    def __init__(self, producer: Sender, topic: str, encode: Letter) -> None:
        self._producer = producer
        self._topic = topic
        self._encode = encode

    def add(self, reason: str, where: str, origin: str, raw: bytes, now: datetime) -> None:
        """Keep one piece of bad input; it is acknowledged when this returns."""
        place = f"{origin} {where}"
        self._producer.send(self._topic, [(place.encode(), self._encode(reason, place, raw, now))])
