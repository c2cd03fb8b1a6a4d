"""What the contract needs to know of each kind of channel to try it; one module a kind.

Whoever adds a kind adds a rig here, and gets every test of ``test_channels.py`` for it.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from pipeline.errors import Unreachable
from pipeline.payloads import Delivery


class Source(Protocol):
    """A real or faithful server that holds payloads."""

    @property
    def values(self) -> Mapping[str, Any]:
        """What its address adds to the channel's table."""

    def add(self, raw: bytes) -> None:
        """Let one more payload appear."""

    def cut(self) -> None:
        """Break every connection that is open; new ones are served."""


def nowhere(url: str) -> bytes:
    """Fetch nothing: tests have no internet."""
    raise Unreachable(f"{url}: there is nothing outside of a test")


def mix(good: Delivery, other: Delivery) -> Sequence[Delivery]:
    """Forge where headers sign the body: other bytes, no headers, no bytes."""
    return [replace(good, raw=other.raw), replace(good, headers={}), replace(good, raw=b"")]


@dataclass(frozen=True, kw_only=True)
class Rig:
    """How to try one kind.

    Attributes:
        kind: its name, or ``module:attribute``.
        values: what its table holds, beside the address of its source.
        environ: where its secrets come from.
        make: returns the raw bytes of the n-th good payload, each giving other events.
        bad: payloads that cannot be used.
        source: starts a server; None where nothing is fetched.
        forge: makes deliveries that nobody must believe out of two good ones.
        has_time: whether its signature covers a time.
        fetch: what is at addresses elsewhere.
        sign: wraps bytes as the source would send them at a moment; None without a webhook.
        rings: what its webhook sends where that only names what has to be asked for.
    """

    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    make: Callable[[int], bytes]
    bad: tuple[bytes, ...]
    source: Callable[[], AbstractContextManager[Source]] | None = None
    sign: Callable[[bytes, datetime], Delivery] | None = None
    forge: Callable[[Delivery, Delivery], Sequence[Delivery]] = mix
    has_time: bool = True
    fetch: Callable[[str], bytes] = nowhere
    rings: Callable[[int], bytes] | None = None

    def send(self, number: int) -> bytes:
        """Return the body of the n-th good delivery."""
        return (self.rings or self.make)(number)


def rigs() -> list[Rig]:
    """Return the rig of every kind, and of the fake."""
    from tests.contract.rigs import (
        bluesky,
        fake,
        freshdesk,
        helpdesks,
        imap,
        mail_webhooks,
        mastodon,
        reddit,
        reviews,
        salesforce,
        social,
        x_messages,
        x_posts,
        x_stream,
        zendesk,
    )

    return [
        fake.RIG,
        imap.RIG,
        *mail_webhooks.RIGS,
        mastodon.RIG,
        *helpdesks.RIGS,
        bluesky.RIG,
        zendesk.RIG,
        freshdesk.RIG,
        reddit.RIG,
        reviews.RIG,
        salesforce.RIG,
        *social.RIGS,
        x_posts.RIG,
        x_messages.RIG,
        x_stream.RIG,
    ]
