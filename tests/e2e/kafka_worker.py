"""`ccm worker`, but with a clock that stands still: `python -m tests.e2e.kafka_worker`."""

from pipeline.cli.serving import set_up_logs
from pipeline.config import load_settings
from pipeline.scaled import build_worker
from pipeline.simulation import UNTIL
from pipeline.topology.worker import run

if __name__ == "__main__":
    set_up_logs()
    run(build_worker(load_settings(), clock=lambda: UNTIL).app)
