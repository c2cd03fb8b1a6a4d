"""What comes from outside before it is an event: payloads, deliveries, and what a check finds.

A *payload* is the raw bytes of one thing at a source: a mail, a post, a row. A *delivery* is one
request by which a source hands us payloads. Channels, connectors and the gateway share these words.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from pipeline.domain.events import Event
from pipeline.errors import Forged

WINDOW: Final = timedelta(minutes=5)
"""How far the time in a signature may lie from ours; an older delivery is a replay."""
MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """The raw bytes of one thing at a source.

    Attributes:
        raw: as they came.
        where: its place at the source, for people: ``INBOX uid 17``, ``status 1149``.
        at: when the source, or we, took it in; None where only the bytes can tell.
    """

    raw: bytes
    where: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A payload that gives no event: a dead letter with the reason and the raw bytes."""

    reason: str
    where: str
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check of a channel found; where it is not well, ``advice`` says what to do."""

    is_well: bool
    found: str
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One request of a source, before anybody believes it.

    Attributes:
        headers: by lower-case name; of several with one name the last.
        query: the parameters of the address.
        raw: the body as it came, which is what signatures are over.
        at: when it came.
        url: the address that the source called, which some signatures cover.
    """

    headers: Mapping[str, str]
    query: Mapping[str, str]
    raw: bytes
    at: datetime
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a valid signature says of its delivery.

    Attributes:
        token: what no other delivery of the source has; seen twice, the second is a replay.
        at: when the source signed; None where its scheme has no time.
    """

    token: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the source gets back."""

    body: bytes = b""
    media_type: str = "application/json"
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How much of what came is on disk."""

    events: int
    dead_letters: int


class Webhook(Protocol):
    """One source that calls us. Sub-class it: what has a body here need not be written again.

    Called from worker threads, several at a time.

    Attributes:
        window: how far the time of the signature may lie from ours.
        bytes_max: of one delivery.
    """

    window: timedelta = WINDOW
    bytes_max: int = 26 * MIB

    def verify(self, delivery: Delivery) -> Proof:
        """Return what the signature over the raw bytes proves. Compares in constant time.

        Raises:
            Forged: there is none, or it is wrong; the message says what to look at.
            SourceError: it cannot be told just now (a certificate that is not to be had).
        """

    def payloads(self, delivery: Delivery) -> Sequence[Payload]:
        """Return the payloads of a delivery that was verified.

        Raises:
            InputError: it is not what this source sends.
        """

    def parse(self, payload: Payload) -> Sequence[Event]:
        """Return the events of one payload.

        Raises:
            InputError: it cannot be used.
        """

    def challenge(self, delivery: Delivery) -> Answer | None:  # noqa: ARG002 - for sub-classes
        """Return the answer to the source's GET by which it asks whose address this is, if any.

        Raises:
            Forged: it does not prove that it is the source.
        """
        return None


def check_equal(found: str | bytes, expected: str | bytes, advice: str) -> None:
    """Compare two signatures in constant time.

    Raises:
        Forged: they differ; the message is ``advice``.
    """
    left = found.encode() if isinstance(found, str) else found
    right = expected.encode() if isinstance(expected, str) else expected
    if not hmac.compare_digest(left, right):
        raise Forged(advice)
