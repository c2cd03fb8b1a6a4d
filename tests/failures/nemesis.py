"""The nemesis: draws faults from a seed, knows nothing of verdicts."""

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tests.failures.system import System

SEED: Final = int(os.environ.get("CCM_FAILURES_SEED", "1"))
PATIENCE_SECONDS: Final = 8.0
"""So long the nemesis waits for work to be done before it kills again."""
KILLS: Final = int(os.environ.get("CCM_WORKER_KILLS", "25"))


@contextmanager
def replayable(test: str, **settings: object) -> Iterator[random.Random]:
    """Yield the dice; a failure inside says the command that draws the same faults again."""
    told = {"CCM_FAILURES_SEED": SEED, **settings}
    words = " ".join(f"{name}={value}" for name, value in told.items())
    try:
        yield random.Random(SEED)
    except BaseException as error:
        error.add_note(f"again: {words} .venv/bin/python -m pytest -m '' {test}")
        raise


class Nemesis:
    """Does harm to the workers of a system.

    Args:
        system: whose.
        draw: the dice.
        pause: shortest and longest time between two faults, in seconds.
    """

    def __init__(
        self, system: System, draw: random.Random, pause: tuple[float, float] = (0.3, 1.6)
    ) -> None:
        self._system = system
        self._draw = draw
        self._pause = pause
        self.kills = 0
        self.left: list[int] = []

    def kill(self, times: int) -> None:
        """Kill -9 so many workers, now this one, now that, sometimes two at once.

        Each time the others, or those that follow, get somewhere first: a death among those who
        have not begun yet proves nothing.
        """
        while self.kills < times:
            self._let_them_work()
            living = self._system.living()
            for victim in self._draw.sample(living, min(len(living), self._draw.choice((1, 1, 2)))):
                self._system.kill_worker(victim)
                self.kills += 1

    def _let_them_work(self) -> None:
        before, until = self._system.committed(), time.monotonic() + PATIENCE_SECONDS
        while self._system.committed() <= before and time.monotonic() < until:
            time.sleep(0.05)
        self._wait()

    def come_and_go(self, times: int) -> None:
        """Let workers join and leave in good order."""
        for _ in range(times):
            self.swap()

    def swap(self) -> None:
        """Let one worker join, and another leave in good order."""
        self._wait()
        self._system.start_worker()
        self._wait()
        self._wait()  # so that the youngest has begun
        living = self._system.living()
        if living:
            self.left.append(self._system.dismiss_worker(self._draw.choice(living)))

    def _wait(self) -> None:
        time.sleep(self._draw.uniform(*self._pause))
