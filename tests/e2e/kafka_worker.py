"""`ccm worker` with a clock that stands at CCM_TEST_NOW: `python -m tests.e2e.kafka_worker`.

What it does it notes in the file CCM_TEST_NOTES: a line of JSON for each batch and each recovery.
"""

import json
import os
from datetime import datetime
from pathlib import Path

from pipeline.cli.logs import set_up_logs
from pipeline.config import load_settings
from pipeline.scaled import build_worker
from pipeline.topology.watching import BatchDone, Nobody, Recovered
from pipeline.topology.worker import run


class Notes(Nobody):
    """Notes how many records each batch held, and how many each recovery read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def recovered(self, told: Recovered) -> None:
        """Note it."""
        self._note(nodes=told.nodes, lag=told.lag, partitions=len(told.partitions))

    def batch_done(self, told: BatchDone) -> None:
        """Note it."""
        self._note(events=told.events, commands=told.commands)

    def _note(self, **told: int) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    settings = load_settings()
    set_up_logs()
    now = datetime.fromisoformat(os.environ["CCM_TEST_NOW"])
    notes = Notes(Path(os.environ["CCM_TEST_NOTES"]))
    run(build_worker(settings, clock=lambda: now, watcher=notes))
