"""A sink in memory that keeps what the contract asks for, and fails where a test wants it to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.connectors.ports import Cursor
from pipeline.errors import StoreError
from pipeline.payloads import Rejected
from pipeline.wire import decode_event


@dataclass
class MemorySink:
    """All or nothing, in memory; ``broken_at`` names the takes, from 0, that fail."""

    lines: list[bytes] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    cursors: dict[str, str] = field(default_factory=dict)
    broken_at: set[int] = field(default_factory=set)
    takes: int = 0

    def cursor(self, name: str) -> str | None:
        return self.cursors.get(name)

    def take(
        self,
        source: str,
        lines: Sequence[bytes],
        rejected: Sequence[Rejected],
        now: datetime,
        cursor: Cursor | None = None,
    ) -> None:
        self.takes += 1
        if self.takes - 1 in self.broken_at:
            raise StoreError("the disk is full")
        self.lines += lines
        self.rejected += rejected
        if cursor is not None:
            self.cursors[cursor.name] = cursor.value

    @property
    def ids(self) -> list[str]:
        """The ids of the events, in the order in which they were stored."""
        return [decode_event(line).id for line in self.lines]
