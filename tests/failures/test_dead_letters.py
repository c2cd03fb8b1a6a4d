"""`ccm dead-letters --kafka` on a real topic: listed, shown, tried again, and noted."""

import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.config import KafkaSettings, Settings
from pipeline.intake.kafka import KafkaDeadLetters, Producer
from pipeline.scaled import open_log, topics_of
from pipeline.topology.admin import create_topics
from pipeline.topology.batches import Letter, encode_letter
from tests.services.kafka import KafkaBroker
from tests.unit.test_rereading import LINE, MAIL

pytestmark = pytest.mark.kafka
CAME = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def encode(reason: str, origin: str, raw: bytes, at: datetime) -> bytes:
    return encode_letter(Letter(reason=reason, origin=origin, at=at, key=None, raw=raw))


@pytest.fixture
def settings(kafka_broker: KafkaBroker, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Topics of the test's own, which the commands find by the environment."""
    prefix = f"ccm-dead-{uuid.uuid4().hex[:8]}"
    monkeypatch.setenv("CCM_KAFKA_BOOTSTRAP", kafka_broker.address)
    monkeypatch.setenv("CCM_KAFKA_PREFIX", prefix)
    monkeypatch.setenv("CCM_KAFKA_PARTITIONS", "3")
    told = Settings(
        kafka=KafkaSettings(bootstrap=(kafka_broker.address,), prefix=prefix, partitions=3)
    )
    create_topics(told.kafka.bootstrap, topics_of(told))
    return told


def ccm(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    status = main(["dead-letters", "--kafka", *words])
    return status, capfd.readouterr().out


def test_letters_are_tried_again_and_noted(
    settings: Settings, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Two requests may have the same bad line; a letter told twice is one; 20 MB are no limit."""
    producer = Producer(settings.kafka.bootstrap, 10)
    letters = KafkaDeadLetters(producer, topics_of(settings).dead_letters.name, encode)
    huge = b"From: nobody\r\n\r\n" + b"x" * 20_000_000
    for where, origin, raw in (
        ("line 1", "POST /v1/events", b"no event"),
        ("line 1", "POST /v1/events", LINE),
        ("line 1", "POST /v1/events", LINE),
        ("mail", "POST /v1/mail", MAIL),
        ("mail", "POST /v1/mail", huge),
    ):
        letters.add("could not be read then", where, origin, raw, CAME)
    producer.close()
    status, listed = ccm(capfd, "list")
    assert (status, listed.count("could not be read then")) == (0, 4)
    status, shown = ccm(capfd, "show", "1")
    assert status == 0
    assert LINE.decode() in shown
    assert "retried  no" in shown
    status, told = ccm(capfd, "retry")
    assert status == 1
    assert told.count("back in the log") == 2
    log = open_log(settings, lambda topics: topics.events.name)
    values = [one.value or b"" for one in log.read(log.ends())]
    log.close()
    assert LINE in values
    assert sum(b"Where is my refund?" in value for value in values) == 1
    _, left = ccm(capfd, "list")
    assert left.count("could not be read then") == 2
    _, every = ccm(capfd, "list", "--all")
    assert every.count("(retried)") == 2
    assert ccm(capfd, "retry", "1")[0] == 0
    with pytest.raises(SystemExit):
        main(["dead-letters", "--kafka", "show", "many"])
    assert main(["dead-letters", "--kafka", "show", "99"]) == 2
