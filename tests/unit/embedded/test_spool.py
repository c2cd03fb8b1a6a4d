"""The queue on disk: in order, bounded, and still there after the process has died."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.embedded.spool import Spool
from pipeline.errors import StoreFull

BOUND = 1_000


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    made = Spool(tmp_path / "spool.db", BOUND)
    yield made
    made.close()


def pairs(first: int, last: int) -> list[tuple[bytes, bytes]]:
    return [(b"k", b"value %02d" % number) for number in range(first, last)]


def test_records_leave_in_the_order_in_which_they_came(spool: Spool) -> None:
    """However many are taken at a time; what was not dropped comes again."""
    spool.append("events", pairs(0, 3))
    spool.append("letters", pairs(3, 4))
    spool.append("events", pairs(4, 6))
    first = spool.first(4, BOUND)
    assert [one.value for one in first] == [value for _, value in pairs(0, 4)]
    assert [one.topic for one in first] == ["events"] * 3 + ["letters"]
    assert spool.first(4, BOUND) == first
    spool.drop(first)
    assert [one.value for one in spool.first(9, BOUND)] == [value for _, value in pairs(4, 6)]
    assert spool.count == 2


def test_a_batch_is_bounded_in_bytes_but_never_empty(spool: Spool) -> None:
    """A record larger than the bound goes alone."""
    spool.append("events", pairs(0, 3))
    assert len(spool.first(9, 20)) == 2
    assert len(spool.first(9, 1)) == 1


def test_a_full_spool_takes_all_of_a_request_or_nothing(spool: Spool) -> None:
    """The message names the setting; dropping makes room again."""
    spool.append("events", [(b"", b"x" * 600)])
    with pytest.raises(StoreFull, match="spool_bytes_max"):
        spool.append("events", [(b"", b"y" * 300), (b"", b"y" * 300)])
    assert (spool.count, spool.size_bytes, spool.is_full) == (1, 600, False)
    spool.append("events", [(b"", b"z" * 400)])
    assert spool.is_full
    spool.drop(spool.first(1, BOUND))
    spool.append("events", [(b"", b"y" * 600)])
    assert (spool.count, spool.size_bytes) == (2, 1_000)


def test_what_waits_is_there_after_a_restart(tmp_path: Path) -> None:
    """With its count and size, and the same order."""
    before = Spool(tmp_path / "spool.db", BOUND)
    before.append("events", pairs(0, 5))
    before.drop(before.first(2, BOUND))
    before.close()
    after = Spool(tmp_path / "spool.db", BOUND)
    assert (after.count, after.size_bytes) == (3, 27)
    after.append("events", pairs(5, 6))
    assert [one.value for one in after.first(9, BOUND)] == [value for _, value in pairs(2, 6)]
    after.close()
