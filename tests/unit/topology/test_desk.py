"""The desk of a worker: loading and reading are progress, however long they take."""

from collections.abc import Sequence
from datetime import UTC, datetime

from models.reading import Reading as TextReading
from models.reading import Text
from pipeline.config import KafkaSettings
from pipeline.domain.events import Message
from pipeline.domain.texts import Unread
from pipeline.topology.desk import TEXTS_AT_ONCE, InlineDesk
from pipeline.topology.topics import build_topics
from pipeline.topology.watchdog import Watchdog

AT = datetime(2026, 11, 16, 9, tzinfo=UTC)


class Noted(Watchdog):
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        super().__init__(60)

    def feed(self) -> None:
        """Write it down."""
        self.told.append("fed")


class Slow:
    """Reads, and says so."""

    version = "slow-1"

    def __init__(self, told: list[str]) -> None:
        self.told = told

    def read(self, texts: Sequence[Text]) -> list[TextReading]:
        """Say how many at once."""
        self.told.append(f"read {len(texts)}")
        return [TextReading(id=one.id, signals=()) for one in texts]


def unread(number: int) -> Unread:
    message = Message(
        id=f"m:{number}", at=AT, customer=("x:ada",), channel="email", visibility="private",
        direction="inbound", text="Hello?",
    )  # fmt: skip
    return Unread(id=f"reading:{number}", message=message, at=AT, zone="UTC")


def test_the_model_is_loaded_with_patience_and_reading_goes_in_portions() -> None:
    """The watchdog hears of each portion, so that only what really stands still is ended."""
    watchdog = Noted()
    desk = InlineDesk(
        Slow(watchdog.told),
        build_topics(KafkaSettings(partitions=2)),
        watchdog,
        lambda: watchdog.told.append("loaded"),
    )
    texts = [unread(number) for number in range(TEXTS_AT_ONCE + 1)]
    assert [one.id for one in desk.read(texts, AT)] == [one.id for one in texts]
    portions = [f"read {TEXTS_AT_ONCE}", "fed", "read 1", "fed"]
    assert watchdog.told == ["fed", "loaded", "fed", *portions]
    watchdog.told.clear()
    desk.read(texts[:1], AT)
    assert watchdog.told == ["read 1", "fed"]
    assert len(desk.drain()) == len(texts) + 1
