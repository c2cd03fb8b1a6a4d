"""The generator: journeys with known truth, sent as the gateway sends; what was acknowledged."""

import random
import time
from collections.abc import Iterator, Sequence
from threading import Thread
from typing import Final

from pipeline.config import Settings
from pipeline.domain.policy import Policy
from pipeline.errors import InputError, StoreError
from pipeline.intake.kafka import KafkaInbox, Producer
from pipeline.simulation import UNTIL, Noise, Plan, simulate
from pipeline.wiring import build_decode
from tests.e2e.test_kill import lines_of
from tests.failures.system import System

SENT_AT_ONCE: Final = 7
TRIES_MAX: Final = 100
NOISE: Final = Noise(duplicates=0.05, edits=0.03, deletions=0.05, shuffled=True)
DECODE: Final = build_decode(Settings(), Policy())


class Journeys:
    """A simulation: its lines in the order in which they are sent, and its truth."""

    def __init__(self, journeys: int, seed: int) -> None:
        simulation = simulate(Plan(journeys=journeys, seed=seed, noise=NOISE))
        self.lines = [line for line in simulation.lines if _is_good(line)]
        self.truth = list(simulation.truth)


def strangers(count: int, seed: int) -> list[bytes]:
    """Return events of customers who meet by links and refs, the links racing with the messages."""
    return [line for line in lines_of(seed) if _is_good(line)][:count]


class Traffic:
    """Sends lines through the gateway's own sink, over and over until they are acknowledged.

    As a sender does who got no answer: so some lines are in the log twice.

    Args:
        system: to which.
        lines: what.
        seconds: over how long, about.
        seed: of the pauses.
    """

    def __init__(self, system: System, lines: Sequence[bytes], seconds: float, seed: int) -> None:
        self.acknowledged: list[bytes] = []
        self.again = 0
        self._parts = list(_parts(lines))
        self._pause = seconds / max(1, len(self._parts))
        self._draw = random.Random(seed)
        kafka = system.settings.kafka
        self._producer = Producer(kafka.bootstrap, kafka.delivery_seconds)
        self._inbox = KafkaInbox(self._producer, system.topics.events.name, DECODE)
        self._thread = Thread(target=self._send_all, name="traffic")
        self._error: BaseException | None = None

    def __enter__(self) -> "Traffic":
        """Begin to send."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Wait until everything is acknowledged."""
        self._thread.join()
        self._producer.close()
        if self._error is not None:
            raise self._error

    @property
    def is_flowing(self) -> bool:
        """Whether there is more to send."""
        return self._thread.is_alive()

    def _send_all(self) -> None:
        try:
            for part in self._parts:
                self._send(part)
                time.sleep(self._draw.uniform(0, 2 * self._pause))
        except BaseException as error:
            self._error = error

    def _send(self, part: Sequence[bytes]) -> None:
        for _ in range(TRIES_MAX):
            try:
                self._inbox.append("traffic", part, UNTIL)
            except StoreError:
                self.again += 1
                time.sleep(0.3)
            else:
                self.acknowledged += part
                return
        raise AssertionError(f"not acknowledged in {TRIES_MAX} tries")


def _parts(lines: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for start in range(0, len(lines), SENT_AT_ONCE):
        yield lines[start : start + SENT_AT_ONCE]


def _is_good(line: bytes) -> bool:
    try:
        DECODE(line)
    except InputError:
        return False
    return True
