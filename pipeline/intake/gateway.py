"""What the handlers share: the ports, the settings, and the way that bytes are taken durably."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from pipeline.config import IntakeSettings
from pipeline.intake.guards import RateLimit, check_bearer, client_of, limited
from pipeline.intake.ports import Clock, DeadLetters, Inbox, Readers, Webhooks
from pipeline.intake.problems import Problem
from pipeline.intake.repeats import Repeats

BODY_SECONDS_MAX: Final = 60.0
"""How long a sender may take to send a body; slower ones hold up nobody but themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """One piece of input that was not taken: where it was, why, and its bytes."""

    where: str
    reason: str
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """The ports and settings of every handler. Blocking ports are called in worker threads."""

    inbox: Inbox
    dead_letters: DeadLetters
    readers: Readers
    settings: IntakeSettings
    company: str
    clock: Clock
    complaints: RateLimit
    requests: RateLimit
    webhooks: Webhooks
    repeats: Repeats = field(default_factory=Repeats)

    async def trusted_body(self, request: Request, most: int) -> bytes:
        """Return the body of a request by another system, after every check on its sender.

        Raises:
            Problem: 401, 403, 408, 413 or 429.
        """
        check_bearer(request, self.settings.token)
        self.requests.take(client_of(request), self.clock())
        body = await limited(request, most, BODY_SECONDS_MAX).body()
        if not body.strip():
            raise Problem(HTTPStatus.BAD_REQUEST, "The body is empty. Send at least one line.")
        return body

    async def keep(
        self, origin: str, source: str, lines: Sequence[bytes], rejected: Sequence[Rejected] = ()
    ) -> None:
        """Commit good lines to the inbox and bad input to the dead letters, in this order.

        A sender whose request failed between the two sends it again: good lines twice do no harm,
        while dead letters would be doubled.

        Args:
            origin: the method and path, for the dead letters.
            source: what the inbox calls the sender.
            lines: good lines of the interchange format.
            rejected: what was not taken.

        Raises:
            StoreError: a store could not be written.
        """
        now = self.clock()

        def commit() -> None:
            if lines:
                self.inbox.append(source, lines, now)
            for one in rejected:
                self.dead_letters.add(one.reason, one.where, origin, one.raw, now)

        await run_in_threadpool(commit)
