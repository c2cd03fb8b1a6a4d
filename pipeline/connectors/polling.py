"""Sources that can only be asked: page after page, then again after a while."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from threading import Event as Flag
from time import monotonic
from typing import Final

import httpx

from pipeline.connectors.ports import Batch
from pipeline.domain.events import Event
from pipeline.payloads import Payload

ALIVE_SECONDS: Final = 45.0
"""How long a wait may be before we say that we are alive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a source answered.

    Attributes:
        payloads: oldest first.
        cursor: after them; None: as before.
        has_more: the next page may be asked for at once.
        wait: ask again after so many seconds, whatever else is said; None: as usual.
        backlog: how many more wait at the source, as far as it says.
        gap: what the source had and gives no more, in words.
    """

    payloads: tuple[Payload, ...] = ()
    cursor: str | None = None
    has_more: bool = False
    wait: float | None = None
    backlog: int | None = None
    gap: str = ""


@dataclass(frozen=True, kw_only=True)
class Poller:
    """A connector that asks.

    Attributes:
        name: of the connector.
        client: opens a client with what proves who we are.
        ask: returns the page after a cursor; raises SourceError.
        read: makes events of a payload, purely.
        seconds: between two askings when there is nothing more.
    """

    name: str
    client: Callable[[], httpx.Client]
    ask: Callable[[httpx.Client, str | None], Page]
    read: Callable[[bytes], Sequence[Event]]
    seconds: float

    def batches(self, cursor: str | None, stop: Flag) -> Generator[Batch, None, None]:
        """Yield page after page, for ever."""
        with self.client() as client:
            while not stop.is_set():
                page = self.ask(client, cursor)
                is_new = page.cursor is not None and page.cursor != cursor
                cursor = page.cursor if is_new else cursor
                after = cursor if is_new else None
                yield Batch(
                    payloads=page.payloads, cursor=after, backlog=page.backlog, gap=page.gap
                )
                usual = 0.0 if page.has_more else self.seconds
                yield from self._rest(stop, usual if page.wait is None else page.wait)

    def parse(self, payload: Payload) -> Sequence[Event]:
        """Return the events of a payload."""
        return self.read(payload.raw)

    def _rest(self, stop: Flag, seconds: float) -> Generator[Batch, None, None]:
        until = monotonic() + seconds
        while (left := until - monotonic()) > 0 and not stop.wait(min(left, ALIVE_SECONDS)):
            if left > ALIVE_SECONDS:
                yield Batch()
