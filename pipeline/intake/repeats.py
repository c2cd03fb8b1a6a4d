"""The same complaint sent twice is one: known by the idempotency key that its sender chose.

A browser's form carries a key of its own, so that a second click on "Send" is harmless; a program
chooses one, as a field or as the header ``Idempotency-Key``. Keys are remembered in memory, those
of a day. After a restart a repetition has the same event id, and is still one case.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from pipeline.domain.events import Message

KEPT_FOR: Final = timedelta(days=1)
KEYS_MAX: Final = 10_000


class KeyReused(Exception):
    """The key belongs to another complaint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    fields: Mapping[str, Any]
    message: Message
    at: datetime


@dataclass(slots=True, kw_only=True)
class Repeats:
    """Complaints by key; the oldest are forgotten."""

    _sent: OrderedDict[str, _Sent] = field(default_factory=OrderedDict)
    _turns: dict[str, tuple[asyncio.Lock, int]] = field(default_factory=dict)

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[None]:
        """Let requests with one key pass one at a time: the second sees what came of the first."""
        if not key:
            yield
            return
        lock, waiting = self._turns.get(key, (asyncio.Lock(), 0))
        self._turns[key] = lock, waiting + 1
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._turns.pop(key)
            if waiting > 1:
                self._turns[key] = lock, waiting - 1

    def find(self, key: str, fields: Mapping[str, Any], now: datetime) -> Message | None:
        """Return what was taken of the same fields under this key; None where nothing was.

        Raises:
            KeyReused: it was used for other fields.
        """
        sent = self._sent.get(key)
        if sent is None or now - sent.at > KEPT_FOR:
            return None
        if sent.fields != fields:
            raise KeyReused
        return sent.message

    def note(self, key: str, fields: Mapping[str, Any], message: Message, now: datetime) -> None:
        """Remember what was taken; it is on disk."""
        if key:
            self._sent[key] = _Sent(fields=dict(fields), message=message, at=now)
            self._sent.move_to_end(key)
            while len(self._sent) > KEYS_MAX:
                self._sent.popitem(last=False)
