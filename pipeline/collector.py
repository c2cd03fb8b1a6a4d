"""The collector of cycles, which looks rarely: what we hold so much of has none.

Timelines, events and verdicts are freed when nothing holds them. To go through all of them in
search of cycles, as Python does by default whenever there are a quarter more, costs up to half of
the time at a hundred thousand cases.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

COLLECT_AFTER: Final = (100_000, 50, 100)
"""New objects before the young are looked at, and how often before the older and the old are."""


def calm_collector() -> None:
    """Leave what is there to itself, and look at what comes rarely; for a process that serves."""
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Look rarely for a while."""
    before = gc.get_threshold()
    gc.set_threshold(*COLLECT_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)
