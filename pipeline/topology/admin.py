"""Creates the topics and checks that those at hand are as they have to be."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError, TopicAlreadyExistsError

from pipeline.errors import ConfigError, StoreError
from pipeline.topology.topics import Topic


def create_topics(bootstrap: Iterable[str], topics: Iterable[Topic]) -> list[str]:
    """Create what is missing; return the names of what was created.

    Raises:
        StoreError: Kafka cannot be reached or refuses.
    """
    client = _client(bootstrap)
    try:
        there = set(client.list_topics())
        missing = {topic.name: _new(topic) for topic in topics if topic.name not in there}
        if missing:
            client.create_topics(missing, wait_for_metadata=True)
        return list(missing)
    except TopicAlreadyExistsError:
        return []
    except KafkaError as error:
        raise StoreError(f"kafka: topics cannot be created ({error})") from None
    finally:
        client.close()


def identity_of(bootstrap: Iterable[str], name: str) -> str:
    """Return what tells a topic from every other, also from one of its name before it.

    Raises:
        StoreError: Kafka cannot be reached, or there is no such topic.
    """
    client = _client(bootstrap)
    try:
        (told,) = client.describe_topics([name])
    except KafkaError as error:
        raise StoreError(f"kafka: {name}: cannot be asked for ({error})") from None
    finally:
        client.close()
    if told["error_code"]:
        raise StoreError(f"kafka: {name}: is missing; `ccm topics create` makes it")
    return UUID(str(told["topic_id"])).hex


def require_topics(bootstrap: Iterable[str], topics: Iterable[Topic]) -> None:
    """Go on only where every topic is as it has to be.

    Raises:
        ConfigError: one is not; the message names all that is wrong.
        StoreError: Kafka cannot be reached.
    """
    faults = check_topics(bootstrap, topics)
    if faults:
        raise ConfigError("; ".join(faults))


def check_topics(bootstrap: Iterable[str], topics: Iterable[Topic]) -> list[str]:
    """Return what is not as it has to be, in words; nothing where all is well.

    Raises:
        StoreError: Kafka cannot be reached.
    """
    client = _client(bootstrap)
    try:
        wanted = list(topics)
        there = set(client.list_topics())
        found = {one["name"]: one for one in client.describe_topics([t.name for t in wanted])}
        faults = [
            f"{topic.name}: is missing; `ccm topics create` makes it"
            for topic in wanted
            if topic.name not in there
        ]
        for topic in wanted:
            if topic.name in there:
                faults += _faults(topic, found[topic.name], _configs(client, topic.name))
        return faults
    except KafkaError as error:
        raise StoreError(f"kafka: topics cannot be read ({error})") from None
    finally:
        client.close()


def _client(bootstrap: Iterable[str]) -> KafkaAdminClient:
    brokers = list(bootstrap)
    try:
        return KafkaAdminClient(bootstrap_servers=brokers, client_id="ccm-topics")
    except KafkaError as error:
        raise StoreError(
            f"kafka: no broker answers at {', '.join(brokers)} ({error}); is kafka.bootstrap right?"
        ) from None


def _new(topic: Topic) -> dict[str, Any]:
    return {
        "num_partitions": topic.partitions,
        "replication_factor": topic.replication,
        "configs": dict(topic.configs),
    }


def _configs(client: KafkaAdminClient, name: str) -> Mapping[str, str]:
    resource = ConfigResource(ConfigResourceType.TOPIC, name)
    found = client.describe_configs([resource], config_filter="all")["topic"][name]
    return {key: value["value"] for key, value in found.items()}


def _faults(topic: Topic, found: Mapping[str, Any], configs: Mapping[str, str]) -> Iterator[str]:
    count = len(found["partitions"])
    if count != topic.partitions:
        yield (
            f"{topic.name}: has {count} partitions, kafka.partitions says {topic.partitions}; the "
            "number decides where a customer lives: correct the setting, or begin anew"
        )
    for key, value in topic.configs.items():
        if configs.get(key) != value:
            yield f"{topic.name}: {key} is {configs.get(key)}, expected {value}"
