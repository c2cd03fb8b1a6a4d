"""Files taken in by `ccm run --load`: what is in them goes the way that live complaints go."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pipeline.channels.files import Rejected
from pipeline.cli.common import progress, total_size
from pipeline.config import Settings
from pipeline.wire import encode_event
from pipeline.wiring import Embedded, read_files, utc_now

AT_ONCE: Final = 500
SOURCE: Final = "file"


def load_files(embedded: Embedded, settings: Settings, paths: Sequence[Path]) -> None:
    """Put every event of the files into the inbox, and what cannot be used to the dead letters.

    Loading the same file again adds nothing: the inbox keeps identical lines once.
    """
    events = bad = 0
    batch: list[bytes] = []
    with progress(total_size(paths)) as advance:
        for found in read_files(paths, settings, embedded.policy, advance):
            if isinstance(found, Rejected):
                bad += 1
                embedded.letters.add(found.reason, found.where, SOURCE, found.raw, utc_now())
                continue
            events += 1
            batch.append(encode_event(found))
            if len(batch) == AT_ONCE:
                embedded.inbox.append(SOURCE, batch, utc_now())
                batch = []
        embedded.inbox.append(SOURCE, batch, utc_now())
    told = f", {bad} that cannot be used: see `ccm dead-letters list`" if bad else ""
    print(f"loaded {events} events{told}", file=sys.stderr, flush=True)
