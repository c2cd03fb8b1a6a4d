"""Where the connectors of one process keep what they fetch: inbox, dead letters, cursors."""

from collections.abc import Sequence
from datetime import datetime

from pipeline.connectors.ports import Cursor
from pipeline.embedded.dead_letters import DeadLetters
from pipeline.embedded.inbox import Inbox
from pipeline.payloads import Rejected


class EmbeddedSink:
    """A `Sink` on the inbox: lines and cursor are one transaction.

    Dead letters lie in a file of their own and go first. A crash between the two brings the same
    batch again, and the same dead letter is kept once.

    Args:
        inbox: of lines and cursors.
        letters: of what cannot be used.
    """

    def __init__(self, inbox: Inbox, letters: DeadLetters) -> None:
        self._inbox = inbox
        self._letters = letters

    def cursor(self, name: str) -> str | None:
        """Return the cursor that was stored last under ``name``."""
        return self._inbox.cursor(name)

    def take(
        self,
        source: str,
        lines: Sequence[bytes],
        rejected: Sequence[Rejected],
        now: datetime,
        cursor: Cursor | None = None,
    ) -> None:
        """Keep dead letters, then lines and cursor together; on disk when this returns.

        Raises:
            StoreError: not all of it was kept; the same is sent again.
        """
        for one in rejected:
            self._letters.add(one.reason, one.where, source, one.raw, now)
        if lines or cursor is not None:
            moved = None if cursor is None else (cursor.name, cursor.value)
            self._inbox.append(source, lines, now, cursor=moved)
