"""A webhook on loopback: keeps what is posted to it, and answers as a test writes."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition
from typing import Any

from tests.services.answers import AnsweringServer, Question, Reply

WAIT_SECONDS_MAX = 60.0


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What was posted."""

    path: str
    headers: dict[str, str]
    body: Any


class Webhook(AnsweringServer):
    """Takes POSTs of JSON; a context.

    Attributes:
        posted: what came, in order, whatever was answered.
    """

    def __init__(self) -> None:
        super().__init__(lambda _: Reply(body=b"ok"))
        self.posted: list[Posted] = []
        self._news = Condition()

    @property
    def bodies(self) -> list[Any]:
        """The bodies of what was posted."""
        return [one.body for one in self.posted]

    def wait_until(self, is_there: Callable[[list[Posted]], bool]) -> list[Posted]:
        """Return what was posted as soon as it is what the test waits for."""
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        with self._news:
            while not is_there(self.posted):
                left = deadline - time.monotonic()
                assert left > 0, f"waited in vain; what came is {self.posted}"
                self._news.wait(left)
            return list(self.posted)

    def reply(self, question: Question) -> Reply | None:
        """Keep what was posted, and wake who waits for it."""
        body = json.loads(question.body)
        with self._news:
            self.posted.append(
                Posted(path=question.path, headers=dict(question.headers), body=body)
            )
            self._news.notify_all()
            return super().reply(question)
