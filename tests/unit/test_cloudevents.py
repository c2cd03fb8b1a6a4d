"""The headers by which programs beside us know what a record is: CloudEvents, in binary mode."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import KafkaSettings
from pipeline.topology.asyncapi import build_document
from pipeline.wire.cloudevents import headers_of

GOLDEN = Path(__file__).parent.parent / "golden"


def test_an_event_says_what_it_is() -> None:
    """Golden: every header."""
    told = {
        "id": "email:m1@example.org",
        "kind": "message",
        "at": "2026-11-02T09:00:00Z",
        "thread": "email:ünï",
        "version": 3,
    }
    assert headers_of(json.dumps(told).encode()) == [
        ("ce_specversion", b"1.0"),
        ("ce_id", b"email:m1@example.org#3"),
        ("ce_source", b"/complaint-channel-monitor"),
        ("ce_type", b"complaint-channel-monitor.event.message"),
        ("ce_time", b"2026-11-02T09:00:00Z"),
        ("ce_subject", b"email:%C3%BCn%C3%AF"),
        ("content-type", b"application/json"),
    ]


@pytest.mark.parametrize(
    ("file", "kind"), [("events-v1.jsonl", "event."), ("letters-v1.jsonl", "dead-letter")]
)
def test_every_golden_record_has_what_the_specification_asks(file: str, kind: str) -> None:
    """Id, source, type and version of the specification; each record of a topic its own id."""
    some = [dict(headers_of(line)) for line in (GOLDEN / file).read_bytes().splitlines()]
    assert some
    for headers in some:
        assert headers["ce_type"].decode().startswith(f"complaint-channel-monitor.{kind}")
        assert {"ce_specversion", "ce_id", "ce_source", "ce_time"} <= headers.keys()
    assert len({(one["ce_id"], one["ce_type"]) for one in some}) > len(some) // 2


@pytest.mark.parametrize("value", [None, b"", b"null", b"[]", b"{}", b"\xff", b'{"id": 7}'])
def test_what_is_neither_has_none(value: bytes | None) -> None:
    """Cursors, tombstones, whatever else."""
    assert headers_of(value) == []


@given(value=st.binary(max_size=99) | st.dictionaries(
    st.sampled_from(["id", "kind", "at", "thread", "reason", "origin"]), st.text(max_size=9)
).map(lambda told: json.dumps(told).encode()))  # fmt: skip
def test_any_value_gives_printable_headers(value: bytes) -> None:
    """As Kafka's other clients take them."""
    for name, told in headers_of(value):
        assert name.isascii()
        assert all(0x20 <= byte < 0x7F for byte in told)


def test_the_document_of_the_topics_names_them() -> None:
    """On events and on dead letters."""
    document = build_document(KafkaSettings())
    for name in ("events", "dead_letters"):
        message = document["channels"][name]["messages"][name]
        assert message["headers"] == {"$ref": "#/components/schemas/CloudEvent"}
    named = document["components"]["schemas"]["CloudEvent"]["properties"]
    told = {"id": "a:1", "kind": "status", "at": "2026-11-02T09:00:00Z", "thread": "t"}
    assert {name for name, _ in headers_of(json.dumps(told).encode())} == named.keys()
