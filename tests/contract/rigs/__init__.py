"""What the contract needs to know of each kind of channel to try it; one module a kind.

Whoever adds a kind adds a rig here, and gets every test of ``test_channels.py`` for it.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

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
        sign: wraps bytes as the source would send them at a moment; None without a webhook.
        slow: whether its server takes seconds to start.
    """

    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    make: Callable[[int], bytes]
    bad: tuple[bytes, ...]
    source: Callable[[], AbstractContextManager[Source]] | None = None
    sign: Callable[[bytes, datetime], Delivery] | None = None


def rigs() -> list[Rig]:
    """Return the rig of every kind, and of the fake."""
    from tests.contract.rigs import fake

    return [fake.RIG]
