"""The AsyncAPI document: valid to its makers' schema, and true to the code that reads events."""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pipeline.config import KafkaSettings
from pipeline.domain.events import Identity
from pipeline.errors import BadEvent
from pipeline.topology.asyncapi import EXAMPLE, build_document
from pipeline.topology.topics import build_topics
from pipeline.wire import decode_event
from tests.conftest import skip_or_fail

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ccm"
GOLDEN = Path(__file__).parent.parent / "golden" / "events-v1.jsonl"
KAFKA = KafkaSettings(bootstrap=("kafka.example:9092",), prefix="acme", partitions=4)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The document, as another program would read it."""
    told: dict[str, Any] = json.loads(json.dumps(build_document(KAFKA)))
    return told


@pytest.fixture(scope="module")
def events(document: dict[str, Any]) -> Any:
    """What checks a line against the document."""
    told = {**document, "$ref": "#/components/schemas/Event"}
    return jsonschema.Draft202012Validator(told)


def test_it_is_an_asyncapi_document(document: dict[str, Any]) -> None:
    """By the schema that the makers of AsyncAPI publish."""
    path = CACHE / "asyncapi-3.0.0.json"
    if not path.is_file():
        skip_or_fail("no AsyncAPI schema: run `make setup-services` where npm is installed")
    schema = json.loads(path.read_text("utf-8"))
    found = jsonschema.validators.validator_for(schema)(schema).iter_errors(document)
    assert [f"{list(one.path)}: {one.message[:200]}" for one in found] == []


def test_it_names_every_topic_as_it_is_created(document: dict[str, Any]) -> None:
    """Addresses, partitions and bounds are those of `ccm topics create`."""
    told = {one["address"]: one["bindings"]["kafka"] for one in document["channels"].values()}
    topics = {topic.name: topic for topic in build_topics(KAFKA)}
    assert told.keys() == topics.keys()
    for name, topic in topics.items():
        assert told[name]["partitions"] == topic.partitions
        assert told[name]["topicConfiguration"]["max.message.bytes"] == topic.record_bytes_max


def test_what_the_code_reads_the_document_allows(events: Any) -> None:
    """Every golden line of the format is an event to both, and so is the example."""
    for line in [*GOLDEN.read_bytes().splitlines(), json.dumps(EXAMPLE).encode()]:
        decode_event(line)
        assert [one.message for one in events.iter_errors(json.loads(line))] == []


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "gossip"},
        {"customer": []},
        {"visibility": "secret"},
        {"id": ""},
        {"text": 7},
        {"version": -1},
    ],
)
def test_what_the_document_forbids_the_code_refuses(events: Any, change: dict[str, Any]) -> None:
    """Neither is laxer than the other where they can both tell."""
    line = {**EXAMPLE, **change}
    assert list(events.iter_errors(line))
    with pytest.raises(BadEvent):
        decode_event(json.dumps(line).encode())


def test_an_identity_needs_no_customer(events: Any) -> None:
    """The one kind that goes without."""
    line = {
        "id": "crm:1",
        "kind": "identity",
        "at": "2026-11-16T09:30:00Z",
        "same": ["x:ada", "email:ada@example.org"],
    }
    assert isinstance(decode_event(json.dumps(line).encode()), Identity)
    assert list(events.iter_errors(line)) == []
