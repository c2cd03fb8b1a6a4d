"""The same log through Kafka and Faust workers: the verdicts of the batch, byte for byte."""

from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Literal

import pytest

from pipeline.config import ReaderSettings, Settings
from pipeline.domain.events import Message, Reading
from pipeline.domain.policy import Policy
from pipeline.embedded.replay import Replayed, replay
from pipeline.errors import InputError
from pipeline.intake.kafka import KafkaInbox, Producer
from pipeline.simulation import ROUGH, UNTIL, Plan, simulate
from pipeline.wire import encode_event
from pipeline.wiring import build_decode, build_reader, read_files
from tests.e2e.flow import Flow, flow, sqlite_url
from tests.services.kafka import KafkaBroker

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(400)]
DECODE = build_decode(Settings(), Policy())


def replayed(lines: list[bytes], folder: Path, as_of: datetime = UNTIL) -> Replayed:
    """The batch over the same lines."""
    path = folder / "events.jsonl"
    path.write_bytes(b"\n".join(lines))
    return replay(
        read_files([path], Settings(), Policy(), lambda _: None),
        as_of=as_of,
        policy=Policy(),
        reader=build_reader(),
        events_max=20_000,
    )


def send_good(made: Flow, lines: list[bytes]) -> None:
    """Send through the gateway's own sink, which takes good lines only."""
    kafka = made.settings.kafka
    producer = Producer(kafka.bootstrap, kafka.delivery_seconds)
    KafkaInbox(producer, made.topics.events.name, DECODE).append("test", lines, UNTIL)
    producer.close()


def is_good(line: bytes) -> bool:
    """Whether the gateway would take a line."""
    try:
        DECODE(line)
    except InputError:
        return False
    return True


def test_kafka_says_what_the_replay_says(
    kafka_broker: KafkaBroker, postgres_url: str, tmp_path: Path
) -> None:
    """Noise of every kind, two workers, PostgreSQL; `ccm audit` agrees."""
    lines = list(simulate(Plan(journeys=60, seed=11, noise=ROUGH, signals=True)).lines)
    good = [line for line in lines if is_good(line)]
    with flow(kafka_broker.address, postgres_url, tmp_path) as made:
        made.start_worker()
        send_good(made, good[::2])
        made.start_worker()
        send_good(made, good[1::2])
        made.wait_until_at_rest()
        assert made.verdicts() == replayed(lines, tmp_path).lines
        found = made.audit()
    assert found.differences == ()
    assert found.records == len(good)


@pytest.mark.parametrize("reading", ["inline", "apart"])
def test_unread_texts_end_as_the_log_has_them(
    kafka_broker: KafkaBroker, tmp_path: Path, reading: Literal["inline", "apart"]
) -> None:
    """Read by workers or by readers of which one is killed; the batch, the audit and a replay of
    the log without any model agree."""
    lines = list(simulate(Plan(journeys=16, seed=12, noise=ROUGH, signals=False)).lines)
    good = [line for line in lines if is_good(line)]
    with flow(kafka_broker.address, sqlite_url(tmp_path), tmp_path, reading=reading) as made:
        made.start_worker()
        send_good(made, good[::2])
        if reading == "apart":
            first = made.start_reader()
            made.start_reader()
            made.wait_until_texts_are_read(1)
            first.kill()
        made.start_worker()
        send_good(made, good[1::2])
        made.wait_until_at_rest()
        assert made.verdicts() == replayed(lines, tmp_path).lines
        log = made.log()
        alone = replay(log, as_of=UNTIL, policy=Policy(), reader=None, events_max=20_000)
        assert made.verdicts() == alone.lines
        assert any(isinstance(event, Reading) for event in log)
        assert made.audit().differences == ()


def test_the_dashboard_shows_what_was_read(kafka_broker: KafkaBroker, tmp_path: Path) -> None:
    """`ccm dashboard` follows the log: marked words, who read them, no personal data."""
    line = encode_event(
        Message(
            id="form:1",
            at=UNTIL,
            customer=("email:ada@example.org",),
            channel="web_form",
            visibility="private",
            direction="inbound",
            text="I am ada@example.org. My parcel never arrived and I want a refund!",
        )
    )
    with flow(kafka_broker.address, sqlite_url(tmp_path), tmp_path) as made:
        made.start_worker()
        send_good(made, [line])
        made.wait_until_at_rest()
        html = made.case_page("form:1", until="Read by ")
    assert "<mark" in html
    assert "I am [email]. " in html
    assert "ada@" not in html


def test_a_text_that_is_none_becomes_a_dead_letter(
    kafka_broker: KafkaBroker, tmp_path: Path
) -> None:
    """With its place; the reader goes on, and stops when it is told to."""
    with flow(kafka_broker.address, sqlite_url(tmp_path), tmp_path, reading="apart") as made:
        producer = made.producer()
        bad = [b"no JSON", b'{"v": 9, "id": "r", "at": "2026-11-20T00:00:00Z"}', None]
        sent = [producer.send(made.topics.texts.name, key=b"r", value=raw).get(10) for raw in bad]
        producer.close()
        made.start_worker()
        reader = made.start_reader()
        made.wait_until_at_rest()
        letters = {one.origin: one for one in made.letters()}
        assert letters.keys() == {f"{one.topic}[{one.partition}]@{one.offset}" for one in sent}
        reader.terminate()
        assert reader.wait(20) == 0, made.said()


def test_an_audit_finds_nothing_while_the_system_runs(
    kafka_broker: KafkaBroker, postgres_url: str, tmp_path: Path
) -> None:
    """Events come all the time; what workers are busy with is no difference."""
    lines = list(simulate(Plan(journeys=60, seed=12, signals=True)).lines)
    with flow(kafka_broker.address, postgres_url, tmp_path) as made:
        made.start_worker()
        send_good(made, lines[:100])
        made.wait_until_at_rest()
        is_over = Event()

        def go_on() -> None:
            for at in range(100, len(lines), 2):
                send_good(made, lines[at : at + 2])
                if is_over.wait(0.1):
                    break

        sender = Thread(target=go_on)
        sender.start()
        try:
            found = made.audit()
            assert found.differences == (), f"{found.records} records, {found.cases} cases"
        finally:
            is_over.set()
            sender.join()
            made.wait_until_at_rest()


def test_bad_records_become_dead_letters_and_the_worker_stays(
    kafka_broker: KafkaBroker, tmp_path: Path
) -> None:
    """Not JSON, 2 MB, null key, tombstone, a command that is none: each with its place."""
    lines = list(simulate(Plan(journeys=3, seed=5)).lines)
    with flow(kafka_broker.address, sqlite_url(tmp_path), tmp_path, partitions=2) as made:
        worker = made.start_worker()
        producer, topic = made.producer(), made.topics.events.name
        bad: list[tuple[str, bytes | None, bytes | None]] = [
            (topic, b"x:a", b"this is no JSON"),
            (topic, b"x:a", b'{"id": "' + b"x" * 2_000_000 + b'"}'),
            (topic, None, lines[0]),
            (topic, b"x:a", None),
            (topic, b"x:a", b'{"kind": "telepathy", "id": "t:1"}'),
            (made.topics.commands.name, b"x:a", b'{"v": 99, "kind": "link", "label": "x:b"}'),
        ]
        sent = [
            producer.send(name, key=key, value=value, partition=1).get(10)
            for name, key, value in bad
        ]
        producer.close()
        send_good(made, lines)
        made.wait_until_at_rest()
        letters = {one.origin: one for one in made.letters()}
        assert worker.poll() is None
        assert made.verdicts() == replayed(lines, tmp_path).lines
        assert letters.keys() == {f"{one.topic}[{one.partition}]@{one.offset}" for one in sent}
        assert {one.raw for one in letters.values()} == {value for _, _, value in bad}
        assert all(one.reason for one in letters.values())


def test_events_under_a_wrong_key_find_their_partition(
    kafka_broker: KafkaBroker, tmp_path: Path
) -> None:
    """Another producer may key as it likes: the worker goes by what the event says."""
    lines = list(simulate(Plan(journeys=5, seed=6)).lines)
    with flow(kafka_broker.address, sqlite_url(tmp_path), tmp_path) as made:
        made.start_worker()
        producer = made.producer()
        for number, line in enumerate(lines):
            producer.send(made.topics.events.name, key=b"k%d" % number, value=line)
        producer.close()
        made.wait_until_at_rest()
        assert made.verdicts() == replayed(lines, tmp_path).lines


def test_what_a_new_model_reads_otherwise_is_restated(
    kafka_broker: KafkaBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ccm models reread --kafka`: a dry run sends nothing; then workers judge by what is new, the
    restatement log names both models, and another run finds nothing left."""
    lines = list(simulate(Plan(journeys=12, seed=12, signals=False)).lines)
    with flow(kafka_broker.address, sqlite_url(tmp_path), tmp_path) as made:
        made.start_worker()
        send_good(made, lines)
        made.wait_until_at_rest()
        first = made.log()
        monkeypatch.setenv("CCM_READER_MODEL", "rules")
        rules = build_reader(named=ReaderSettings(model="rules")).version
        assert "would be moved" in made.ccm("models", "reread", "--kafka", "--dry-run")
        assert made.log() == first
        told = made.ccm("models", "reread", "--kafka")
        made.wait_until_at_rest()
        new = [one for one in made.log() if one not in first]
        assert new, told
        assert all(isinstance(one, Reading) and one.version == 1 for one in new)
        assert {one.model for one in new if isinstance(one, Reading)} == {rules}
        assert f"{len(new)} say something else" in told
        assert made.audit().differences == ()
        assert " 0 say something else" in made.ccm("models", "reread", "--kafka")
