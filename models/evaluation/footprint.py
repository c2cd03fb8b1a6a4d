"""What a fresh process takes until it reads, and while it does: `python -m … FOLDER COUNT`.

Measured apart and without torch, since whoever measures other things beside it has loaded more
than a reader needs.
"""

import json
import resource
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path
from typing import NamedTuple


class Footprint(NamedTuple):
    """Seconds to import, load and warm a reader; megabytes at the peak."""

    seconds: float
    megabytes: float


def footprint(folder: Path, count: int) -> Footprint:
    """The footprint of an artefact's reader that reads so many of our texts.

    Raises:
        subprocess.CalledProcessError: the process failed; its stderr says why.
    """
    command = [sys.executable, "-m", "models.evaluation.footprint", str(folder), str(count)]
    told = subprocess.run(  # noqa: S603  # this very module, with a path and a number
        command, check=True, capture_output=True, text=True
    )
    return Footprint(*json.loads(told.stdout))


def _measure(folder: Path, count: int) -> Footprint:
    # As where the extra `train` is not installed: transformers loads torch wherever it finds it.
    sys.modules["torch"] = None  # type: ignore[assignment]  # what marks a module as not there
    began = time.perf_counter()
    from models.readers import load_reader, warm  # what is imported counts as part of the start

    reader = load_reader(str(folder))
    warm(reader)
    seconds = time.perf_counter() - began
    from models.reading import Text
    from models.training.corpora import OWN

    with (OWN / "own" / "inbound.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, count)]
    reader.read([Text(id=row["id"], text=row["text"], direction="inbound") for row in rows])
    return Footprint(seconds, _peak_megabytes())


def _peak_megabytes() -> float:
    """The most memory that this process held since it began to run this program.

    Not ``ru_maxrss`` where it can be helped: on Linux that counts what the parent held when it
    started this process.
    """
    status = Path("/proc/self/status")
    if status.exists():
        told = dict(line.split(":", 1) for line in status.read_text("utf-8").splitlines())
        return int(told["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(Path(sys.argv[1]), int(sys.argv[2]))))
