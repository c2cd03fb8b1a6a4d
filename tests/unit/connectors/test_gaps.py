"""What a source had and gives no more is told and counted: nobody else would ever notice.

And where it gives all, however much that is, nothing is told.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from pipeline.config import ChannelTable
from pipeline.connectors import reddit as reddit_connector
from pipeline.connectors import x_messages as messages_connector
from pipeline.connectors import x_posts as posts_connector
from pipeline.connectors import x_stream as stream_connector
from pipeline.connectors.registry import build_channel
from pipeline.connectors.supervisor import Supervisor
from tests.contract.rigs import Rig, bluesky, reddit, reviews, x_messages, x_posts, x_stream
from tests.contract.sinks import MemorySink
from tests.services.jetstream import JetstreamServer
from tests.services.processes import wait_until
from tests.unit.connectors.test_mastodon import AROUND, QUICK


@dataclass(frozen=True, kw_only=True)
class Case:
    """A source that was away, or we from it.

    Attributes:
        rig: of its kind.
        source: opens a server.
        bound: makes small how much is asked for at most.
        told: what is said of the gap.
    """

    rig: Rig
    source: Callable[[], AbstractContextManager[Any]]
    bound: Callable[[pytest.MonkeyPatch], None]
    told: str


def x_posts_bound(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(posts_connector, "LISTS", {"mentions": 2, "tweets": 2})


def x_messages_bound(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(messages_connector, "PAGES_MAX", 2)


def x_stream_bound(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(stream_connector, "PAGES_MAX", 1)
    patch.setattr(stream_connector, "LATE_MILLISECONDS", 0)  # the server numbers posts from 1,000


def reddit_bound(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reddit_connector, "PAGES_MAX", 2)
    patch.setattr(reddit_connector, "AT_ONCE", 2)
    patch.setattr(reddit_connector, "LATE_SECONDS", 0)


CASES = {
    "x-posts": Case(
        rig=x_posts.RIG, source=x_posts.source, bound=x_posts_bound, told="X gives no older ones"
    ),
    "x-messages": Case(
        rig=x_messages.RIG,
        source=x_messages.source,
        bound=x_messages_bound,
        told="the older ones were not read",
    ),
    "x-stream": Case(
        rig=x_stream.RIG, source=x_stream.source, bound=x_stream_bound, told="does not reach back"
    ),
    "reddit": Case(
        rig=reddit.RIG, source=reddit.source, bound=reddit_bound, told="that Reddit still lists"
    ),
}


@contextmanager
def connected(rig: Rig, values: Any, sink: MemorySink) -> Iterator[Supervisor]:
    """Run a channel on what was stored before."""
    table = ChannelTable(name="tried", kind=rig.kind, values={**rig.values, **values})
    supervisor = Supervisor([build_channel(table, AROUND, rig.environ)], sink, AROUND.clock, QUICK)
    supervisor.start()
    yield supervisor
    supervisor.stop()


def gaps(supervisor: Supervisor) -> int:
    """Return how many were counted."""
    return sum(one.errors.get("gap", 0) for one in supervisor.reports())


@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize(("more", "is_gap"), [(2, False), (9, True)])
def test_what_a_list_does_not_reach_back_to(
    kind: str,
    more: int,
    is_gap: bool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """While we were away more came than the source lists; at the very first start that is none."""
    case, sink = CASES[kind], MemorySink()
    case.bound(monkeypatch)
    with case.source() as source:
        for number in range(1, 10):
            source.add(case.rig.make(number))
        with connected(case.rig, source.values, sink) as supervisor:
            wait_until(lambda: bool(sink.lines))
            assert gaps(supervisor) == 0
        before = len(sink.lines)
        for number in range(10, 10 + more):
            source.add(case.rig.make(number))
        with connected(case.rig, source.values, sink) as supervisor:
            wait_until(lambda: len(sink.lines) > before and gaps(supervisor) >= is_gap)
            assert bool(gaps(supervisor)) == is_gap
    assert (case.told in caplog.text) == is_gap


def test_many_posts_come_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than fit into one batch, and each once: the cursor never passes what was not kept."""
    monkeypatch.setattr(posts_connector, "PAYLOADS_MAX", 3)
    with x_posts.source() as source:
        for number in range(1, 9):
            source.add(x_posts.make(number))
        sink = MemorySink()
        with connected(x_posts.RIG, source.values, sink):
            wait_until(lambda: len(sink.lines) == 8)
    assert len(set(sink.ids)) == 8


def test_a_feed_of_which_nothing_is_known_any_more() -> None:
    """More came between two askings than it holds."""
    with reviews.source() as page:
        page.add(reviews.packed(reviews.record(1)))
        sink = MemorySink()
        with connected(reviews.RIG, page.values, sink) as supervisor:
            wait_until(lambda: len(sink.lines) == 1)
            page.add(reviews.packed(reviews.record(2)))
            wait_until(lambda: len(sink.lines) == 2)
            assert not supervisor.reports()[0].errors
            page.entries[:] = [reviews.packed(reviews.record(n)) for n in (7, 8, 9)]
            wait_until(lambda: gaps(supervisor) == 1)


@pytest.mark.parametrize(("minutes", "is_gap"), [(5, False), (60 * 30, True)])
def test_what_a_jetstream_does_not_keep(minutes: int, is_gap: bool) -> None:
    """It goes on with what it has, a day; the first event after the break is far away."""
    sink = MemorySink()
    with JetstreamServer() as server:
        server.add(bluesky.packed(bluesky.post(1)))
        with connected(bluesky.RIG, server.values, sink):
            wait_until(lambda: len(sink.lines) == 1)
        server.add(bluesky.packed(bluesky.post(1 + minutes)))
        with connected(bluesky.RIG, server.values, sink) as supervisor:
            wait_until(lambda: len(sink.lines) == 2)
            assert gaps(supervisor) == is_gap
