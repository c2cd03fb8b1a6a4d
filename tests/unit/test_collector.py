"""The collector of cycles: calm for good in a process that serves, for a while in a replay."""

import gc
from collections.abc import Iterator

import pytest

from pipeline.collector import COLLECT_AFTER, calm_collector, rarely_collected


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Whatever a test did to the collector is undone."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_a_replay_leaves_the_collector_as_it_was() -> None:
    """Even where it fails."""
    before, within = gc.get_threshold(), []

    def fails() -> None:
        with rarely_collected():
            within.append(gc.get_threshold())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert within == [COLLECT_AFTER]
    assert gc.get_threshold() == before


def test_a_process_that_serves_looks_at_what_is_new_alone() -> None:
    """What was there when it began is left to itself."""
    calm_collector()
    assert gc.get_freeze_count() > 1_000
    assert gc.get_threshold() == COLLECT_AFTER
