"""The AsyncAPI document of the topics: what a program that stands beside us may read and write.

Generated from the topics and from the schema that reads the interchange format, so that it cannot
say anything else than they do. Only the events and the dead letters are for others; commands, nodes
and cursors are named, because they are there, and are nobody's business but the workers'.
"""

from typing import Any, Final

from pipeline.config import KafkaSettings
from pipeline.topology.topics import Topic, Topics, build_topics
from pipeline.wire import SCHEMA, event_schemas
from pipeline.wire.cloudevents import CONTENT_TYPE, NAMESPACE, SPEC_VERSION

Schema = dict[str, Any]
TEXT: Final[Schema] = {"type": "string"}
BASE64: Final[Schema] = {"type": ["string", "null"], "contentEncoding": "base64"}
EVENT_KEY: Final[Schema] = {
    "type": "string",
    "description": "The provisional root: the smallest identifier of the event's customer.",
}
EXAMPLE: Final = {
    "id": "x:1795",
    "kind": "message",
    "at": "2026-11-16T09:30:00Z",
    "customer": ["x:ada"],
    "channel": "x",
    "visibility": "public",
    "direction": "inbound",
    "text": "Three weeks, no answer!",
}


def build_document(kafka: KafkaSettings) -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document of the topics that the settings name."""
    topics = build_topics(kafka)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Complaint-channel monitor: topics",
            "version": str(SCHEMA),
            "description": "Complaints in, by Kafka. Verdicts are read from the ledger or /api/v1.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            f"broker{number}": {"host": one, "protocol": "kafka"}
            for number, one in enumerate(kafka.bootstrap)
        },
        "channels": {name: _channel(topic, name) for name, topic in _named(topics).items()},
        "operations": {
            "sendEvent": _operation("receive", "events", "The monitor takes events from here."),
            "readDeadLetter": _operation(
                "send", "dead_letters", "The monitor puts here what it could not use."
            ),
        },
        "components": {"schemas": _schemas()},
    }


def _named(topics: Topics) -> dict[str, Topic]:
    return {name: getattr(topics, name) for name in topics.__slots__}


def _channel(topic: Topic, name: str) -> Schema:
    return {
        "address": topic.name,
        "description": topic.why[0].upper() + topic.why[1:] + ".",
        "messages": {name: _MESSAGES.get(name, _INTERNAL)},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "replicas": topic.replication,
                "topicConfiguration": {
                    "cleanup.policy": [topic.configs["cleanup.policy"]],
                    "retention.ms": topic.retention_ms,
                    "max.message.bytes": topic.record_bytes_max,
                },
                "bindingVersion": "0.5.0",
            }
        },
    }


_MESSAGES: Final[dict[str, Schema]] = {
    "events": {
        "title": "Event of the interchange format",
        "headers": {"$ref": "#/components/schemas/CloudEvent"},
        "payload": {"$ref": "#/components/schemas/Event"},
        "bindings": {"kafka": {"key": EVENT_KEY, "bindingVersion": "0.5.0"}},
        "examples": [{"payload": EXAMPLE}],
    },
    "dead_letters": {
        "title": "A record that could not be used",
        "headers": {"$ref": "#/components/schemas/CloudEvent"},
        "payload": {"$ref": "#/components/schemas/DeadLetter"},
    },
}
_CLOUD_EVENT: Final[Schema] = {
    "type": "object",
    "description": "CloudEvents 1.0 in binary mode: on what we send, not asked of what we read.",
    "properties": {
        "ce_specversion": {"const": SPEC_VERSION},
        "ce_id": TEXT,
        "ce_source": {"const": f"/{NAMESPACE}"},
        "ce_type": TEXT,
        "ce_time": {**TEXT, "format": "date-time"},
        "ce_subject": TEXT,
        "content-type": {"const": CONTENT_TYPE},
    },
}
_INTERNAL: Final[Schema] = {
    "title": "Internal",
    "description": "Of the workers alone; its form changes without notice.",
    "payload": {},
}


def _operation(action: str, channel: str, summary: str) -> Schema:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": summary,
        "messages": [{"$ref": f"#/channels/{channel}/messages/{channel}"}],
    }


def _schemas() -> Schema:
    kinds, components = event_schemas("#/components/schemas/")
    letter = {
        "type": "object",
        "required": ["v", "reason", "origin", "at", "key", "raw"],
        "properties": {
            "v": {"const": 1},
            "reason": TEXT,
            "origin": {**TEXT, "description": "topic[partition]@offset, or the way in"},
            "at": {**TEXT, "format": "date-time"},
            "key": BASE64,
            "raw": BASE64,
        },
    }
    schemas = {"Event": {"oneOf": kinds}, "DeadLetter": letter, "CloudEvent": _CLOUD_EVENT}
    return {**schemas, **components}
