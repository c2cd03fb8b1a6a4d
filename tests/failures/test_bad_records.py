"""Records that no one can parse, among good ones: dead letters with their place, no more."""

from pathlib import Path

import pytest
from kafka import KafkaProducer

from tests.failures.checker import (
    assert_as_the_batch,
    assert_nothing_is_lost,
    assert_true,
    letters,
)  # fmt: skip
from tests.failures.nemesis import SEED, replayable
from tests.failures.system import System, running
from tests.failures.traffic import Journeys, Traffic
from tests.services.kafka import KafkaBroker

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(150)]
HERE = "tests/failures/test_bad_records.py"
KEYED = b"x:a"


def bad_records(system: System) -> list[tuple[str, bytes | None, bytes | None]]:
    """Topic, key and value of each."""
    events, commands = system.topics.events.name, system.topics.commands.name
    good = (
        b'{"id":"x:9","kind":"message","at":"2026-10-01T00:00:00Z","customer":["x:a"],'
        b'"channel":"x","visibility":"public","direction":"inbound","text":"hi"}'
    )
    return [
        (events, KEYED, b"this is no JSON"),
        (events, KEYED, b"\x00\xff\xfe"),
        (events, KEYED, b""),
        (events, KEYED, b'{"kind": "telepathy", "id": "t:1"}'),
        (events, KEYED, b'{"id": "' + b"x" * 2_000_000 + b'"}'),
        (events, KEYED, b"[" * 100_000),
        (events, KEYED, b'{"v": 99, "event": {}}'),
        (events, None, good),
        (events, KEYED, None),
        (commands, KEYED, b'{"v": 99, "kind": "link", "label": "x:b"}'),
        (commands, KEYED, b"no command"),
        (commands, None, b"no command either"),
        (commands, KEYED, None),
    ]


def test_bad_records_cost_nothing_but_themselves(kafka_broker: KafkaBroker, tmp_path: Path) -> None:
    """Each is a dead letter with reason, bytes and topic[partition]@offset; the worker stays."""
    journeys = Journeys(journeys=12, seed=SEED)
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    with (
        replayable(HERE),
        running(tmp_path, kafka_broker.address, url, workers=1) as system,
    ):
        producer = KafkaProducer(bootstrap_servers=kafka_broker.address, max_request_size=8_000_000)
        with Traffic(system, journeys.lines, 3, SEED) as traffic:
            bad = bad_records(system)
            sent = [
                producer.send(topic, key=key, value=value, partition=number % 6).get(20)
                for number, (topic, key, value) in enumerate(bad)
            ]
        producer.close()
        system.wait_until_at_rest()
        found = letters(system)
        places = [f"{one.topic}[{one.partition}]@{one.offset}" for one in sent]
        assert sorted(found) == sorted(places)
        for place, (_, key, value) in zip(places, bad, strict=True):
            assert (found[place].raw, found[place].key) == (value, key)
            assert found[place].reason
        assert system.statuses().total() == 0
        assert_nothing_is_lost(system, traffic.acknowledged)
        assert_as_the_batch(system, traffic.acknowledged)
        assert_true(system, journeys.truth)
