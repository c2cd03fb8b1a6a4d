"""Server-sent events: a browser learns that something changed, and asks for the page anew.

The stream says only *that*, never *what*: one way to draw a page is enough. It ends after a while
and the browser comes back by itself, so that no dead connection is kept for ever.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

STREAMS_MAX: Final = 200
STREAM_SECONDS: Final = 600.0
HEARTBEAT_SECONDS: Final = 15.0


@dataclass(slots=True, kw_only=True)
class Live:
    """The open streams, and how they learn of changes.

    Attributes:
        revision: returns a number that is another one after every change; asked from a worker.
        interval: seconds between two questions; changes in between are told as one.
    """

    revision: Callable[[], int]
    interval: float = 1.0
    _open: int = field(default=0)

    async def stream(self, _: Request) -> Response:
        """Answer with the stream; 503 where too many are open already."""
        if self._open >= STREAMS_MAX:
            raise HTTPException(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"{STREAMS_MAX} pages are live already; this one is renewed every minute instead.",
                headers={"Retry-After": "60"},
            )
        return StreamingResponse(
            self._events(),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def _events(self) -> AsyncIterator[bytes]:
        self._open += 1
        try:
            seen = await run_in_threadpool(self.revision)
            yield f"retry: 2000\nevent: hello\ndata: {seen}\n\n".encode()
            async for line in self._watch(seen):
                yield line
        finally:
            self._open -= 1

    async def _watch(self, seen: int) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        end, beat = loop.time() + STREAM_SECONDS, loop.time() + HEARTBEAT_SECONDS
        while loop.time() < end:
            await asyncio.sleep(self.interval)
            now = await run_in_threadpool(self.revision)
            if now != seen:
                seen = now
                yield f"event: change\ndata: {now}\n\n".encode()
            elif loop.time() >= beat:
                beat = loop.time() + HEARTBEAT_SECONDS
                yield b": still here\n\n"
