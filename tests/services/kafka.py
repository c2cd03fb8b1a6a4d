"""Apache Kafka as it is, on loopback: one broker, or three of which some may die."""

import base64
import socket
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, Self

from tests.services.java import DEPLOY, java_command
from tests.services.processes import LOOPBACK, Child, Service, ServiceFailed, free_port

CLUSTER_SETTINGS: Final = {
    "default.replication.factor": "3",
    "min.insync.replicas": "2",
    "offsets.topic.replication.factor": "3",
    "transaction.state.log.replication.factor": "3",
    "transaction.state.log.min.isr": "2",
    "share.coordinator.state.topic.replication.factor": "3",
    "share.coordinator.state.topic.min.isr": "2",
    # A dead broker is noticed within seconds, and not for every hiccup of a busy machine.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "controller.quorum.fetch.timeout.ms": "2000",
    "controller.quorum.election.timeout.ms": "1000",
}
"""What differs where each record is kept three times, and one broker may be away."""


def random_id() -> str:
    """Return an id as Kafka writes them: 22 characters, none of which looks like an option."""
    while True:
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not text.startswith("-"):
            return text


class KafkaBroker(Service):
    """One node, broker and controller at once, with all its files in ``home``."""

    def __init__(
        self,
        home: Path,
        *,
        node: int = 1,
        port: int | None = None,
        controller_port: int | None = None,
        settings: Mapping[str, str] | None = None,
        outlives: bool = False,
    ) -> None:
        super().__init__()
        self.node: Final = node
        self.directory_id: Final = random_id()
        self.address: Final = f"{LOOPBACK}:{port or free_port()}"
        self.controller: Final = f"{LOOPBACK}:{controller_port or free_port()}"
        self.home: Final = home.absolute()
        self.voters: Sequence[KafkaBroker] = [self]
        self._settings = dict(settings or {})
        self._outlives = outlives

    @property
    def configuration(self) -> Path:
        """The broker's server.properties."""
        return self.home / "server.properties"

    @property
    def data(self) -> Path:
        """The broker's data folder."""
        return self.home / "log"

    @property
    def pid(self) -> int:
        """The running process."""
        return self._running.pid

    def format(self, cluster_id: str) -> None:
        """Prepare the data folder; needed once."""
        # First of all, so that a machine without Java is left without an empty folder too.
        command = [*java_command(), "kafka.tools.StorageTool", "format"]
        self._configure()
        quorum = ["--standalone"]
        if len(self.voters) > 1:
            named = (f"{one.node}@{one.controller}:{one.directory_id}" for one in self.voters)
            quorum = ["--initial-controllers", ",".join(named)]
        command += ["-t", cluster_id, "-c", str(self.configuration), *quorum]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ServiceFailed(f"StorageTool ended with {done.returncode}:\n{done.stderr}")

    def launch(self, *flags: str) -> None:
        """Start the process, with more flags for Java if need be; see wait_until_ready."""
        if self.runs():
            raise ServiceFailed(f"the broker at {self.address} runs already")
        self._configure()
        command = [*java_command(*flags), "kafka.Kafka", str(self.configuration)]
        self._child = Child(command, self.home / "broker.out", outlives=self._outlives)

    def wait_until_ready(self) -> None:
        """Return once the cluster counts this broker among those that serve."""
        self._running.wait_until(lambda: self.node in serving(self.address))

    def start(self) -> Self:
        """Format the data folder if it is new, start the broker and wait until it serves."""
        if not self.data.exists():
            self.format(random_id())
        self.launch()
        self.wait_until_ready()
        return self

    def _configure(self) -> None:
        own = {
            "node.id": str(self.node),
            "listeners": f"PLAINTEXT://{self.address},CONTROLLER://{self.controller}",
            "advertised.listeners": f"PLAINTEXT://{self.address}",
            "controller.quorum.bootstrap.servers": ",".join(one.controller for one in self.voters),
            "log.dirs": str(self.data),
            **self._settings,
        }
        lines = "".join(f"{name}={value}\n" for name, value in own.items())
        self.home.mkdir(parents=True, exist_ok=True)
        common = (DEPLOY / "server.properties").read_text()
        self.configuration.write_text(f"{common}\n# This broker.\n{lines}")


class KafkaCluster:
    """Three brokers that each keep every record; two of them can go on without the third."""

    def __init__(self, home: Path, *, settings: Mapping[str, str] | None = None) -> None:
        both = {**CLUSTER_SETTINGS, **(settings or {})}
        self.brokers: Final = [
            KafkaBroker(home / str(node), node=node, settings=both) for node in (1, 2, 3)
        ]
        for broker in self.brokers:
            broker.voters = self.brokers

    @property
    def address(self) -> str:
        """Where to begin: all three."""
        return ",".join(broker.address for broker in self.brokers)

    def broker(self, node: int) -> KafkaBroker:
        """Return the broker of that id, as Kafka's metadata names leaders."""
        return next(one for one in self.brokers if one.node == node)

    def start(self) -> Self:
        """Format what is new, start all three and wait until all of them serve."""
        cluster_id = random_id()
        for broker in self.brokers:
            if not broker.data.exists():
                broker.format(cluster_id)
        for broker in self.brokers:
            broker.launch()
        for broker in self.brokers:
            broker.wait_until_ready()
        return self

    def clear(self) -> None:
        """Kill what runs."""
        for broker in self.brokers:
            broker.clear()

    def __enter__(self) -> Self:
        with ExitStack() as on_failure:
            on_failure.callback(self.clear)
            self.start()
            on_failure.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()


def serving(address: str) -> set[int]:
    """Return the ids of the brokers that serve, as the one at ``address`` sees it."""
    # Here, since every test's process reads this module, and few need a broker.
    from kafka import KafkaAdminClient
    from kafka.errors import KafkaError

    host, _, port = address.partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
        with KafkaAdminClient(bootstrap_servers=address, bootstrap_timeout_ms=2_000) as admin:
            return {one["broker_id"] for one in admin.describe_cluster()["brokers"]}
    except (OSError, KafkaError):
        return set()
