"""`make kafka-up`, `make kafka-down` and what set-up does once: python -m tests.services -h."""

import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Final

import psutil

from tests.services.java import class_archive, find_java
from tests.services.kafka import KafkaBroker, random_id
from tests.services.processes import STOP_SECONDS_MAX, ServiceAbsent, ServiceFailed

PORT: Final = 9092


def kafka_up(home: Path, port: int) -> None:
    """Start a broker that goes on when this command has ended."""
    running = _running(home)
    if running is None:
        broker = KafkaBroker(home, port=port, controller_port=port + 1, outlives=True).start()
        (home / "pid").write_text(str(broker.pid))
    print(f"kafka: bootstrap.servers=127.0.0.1:{port}, data in {home}; stop: make kafka-down")


def kafka_down(home: Path) -> None:
    """Stop that broker; its data stays."""
    running = _running(home)
    if running is None:
        print(f"kafka: no broker of {home} runs")
        return
    running.send_signal(signal.SIGTERM)
    try:
        running.wait(STOP_SECONDS_MAX)
    except psutil.TimeoutExpired:
        raise ServiceFailed(f"process {running.pid} did not stop: see {home}/broker.out") from None
    print(f"kafka: stopped; its data stays in {home}")


def kafka_warm() -> None:
    """Keep the classes that a broker loads, parsed: the next ones start in half the time."""
    try:
        find_java()
        if class_archive().exists():
            return
    except ServiceAbsent:
        return  # Set-up has just said so, in larger letters.
    fresh = class_archive().with_suffix(f".{os.getpid()}")
    with tempfile.TemporaryDirectory(prefix="ccm-kafka-") as folder:
        broker = KafkaBroker(Path(folder))
        broker.format(random_id())
        broker.launch(f"-XX:ArchiveClassesAtExit={fresh}")
        broker.wait_until_ready()
        broker.stop()
    fresh.rename(class_archive())


def _running(home: Path) -> psutil.Process | None:
    try:
        process = psutil.Process(int((home / "pid").read_text()))
        # The number may be another program's by now.
        return process if str(home / "server.properties") in process.cmdline() else None
    except (FileNotFoundError, psutil.NoSuchProcess):
        return None


def main() -> int:
    """Run one command; say what is missing without a trace."""
    parser = argparse.ArgumentParser(prog="tests.services", description=__doc__)
    parser.add_argument("command", choices=["kafka-up", "kafka-down", "kafka-warm"])
    parser.add_argument("--dir", type=Path, default=Path("data/kafka"), help="the broker's folder")
    parser.add_argument("--port", type=int, default=PORT, help="the next one is the controller's")
    asked = parser.parse_args()
    home = asked.dir.absolute()
    try:
        match asked.command:
            case "kafka-up":
                kafka_up(home, asked.port)
            case "kafka-down":
                kafka_down(home)
            case _:
                kafka_warm()
    except (ServiceAbsent, ServiceFailed) as error:
        print(f"kafka: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
