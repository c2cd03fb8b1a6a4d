"""A connector in a process to be killed: fetches numbers into the inbox of a folder.

Each line is stamped anew at each fetch, so that what is stored twice shows as two lines.
"""

import itertools
import os
import time
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event as Flag

from pipeline.connectors.ports import Batch, Channel
from pipeline.connectors.supervisor import Supervisor
from pipeline.domain.events import Event, Message
from pipeline.embedded.dead_letters import DeadLetters
from pipeline.embedded.inbox import Inbox
from pipeline.embedded.sink import EmbeddedSink
from pipeline.errors import BadPayload
from pipeline.payloads import Payload

AT = datetime(2026, 11, 2, tzinfo=UTC)
AT_ONCE = 3
BAD_EACH = 10
_STAMP = itertools.count()


class Numbers:
    """Every number from the cursor on, some at once."""

    name = "numbers"

    def __init__(self, count: int) -> None:
        self.count = count

    def batches(self, cursor: str | None, stop: Flag) -> Generator[Batch, None, None]:
        position = int(cursor or 0)
        while not stop.wait(0.001):
            end = min(position + AT_ONCE, self.count)
            payloads = tuple(
                Payload(raw=str(number).encode(), where=f"number {number}", at=AT)
                for number in range(position, end)
            )
            moved, position = end > position, end
            yield Batch(payloads=payloads, cursor=str(end) if moved else None)

    def parse(self, payload: Payload) -> list[Event]:
        number = int(payload.raw)
        if number % BAD_EACH == 0:
            raise BadPayload("expected a number that is no multiple of ten")
        return [
            Message(
                id=f"number:{number}",
                at=AT + timedelta(minutes=number),
                customer=(f"x:{number % 7}",),
                channel="x",
                visibility="public",
                direction="inbound",
                text=f"fetched by {os.getpid()} as {next(_STAMP)}",
            )
        ]


def work(data: Path, count: int) -> None:
    """Fetch until everything is stored; meant to be killed on the way."""
    inbox, letters = Inbox(data / "inbox.db"), DeadLetters(data / "letters.db")
    channel = Channel(name="numbers", kind="numbers", connectors=(Numbers(count),))
    supervisor = Supervisor([channel], EmbeddedSink(inbox, letters), lambda: AT)
    supervisor.start()
    while inbox.cursor("numbers") != str(count):
        time.sleep(0.002)
    supervisor.stop()
    inbox.close()
    letters.close()
