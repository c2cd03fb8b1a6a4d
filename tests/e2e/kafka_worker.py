"""`ccm worker` with a clock that stands at CCM_TEST_NOW: `python -m tests.e2e.kafka_worker`."""

import os
from datetime import datetime

from pipeline.cli.logs import set_up_logs
from pipeline.config import load_settings
from pipeline.scaled import build_worker
from pipeline.topology.worker import run

if __name__ == "__main__":
    set_up_logs()
    now = datetime.fromisoformat(os.environ["CCM_TEST_NOW"])
    run(build_worker(load_settings(), clock=lambda: now))
