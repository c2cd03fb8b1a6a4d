"""The demonstration: a history at once, then news without end, the same for the same seed."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice

from pipeline.domain.events import Event, Message
from pipeline.simulation import Plan, live
from pipeline.wire import decode_event

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PLAN = Plan(journeys=200, seed=3, weeks=10)


def lines(number: int) -> list[tuple[float, Event]]:
    """The first lines of the demonstration, decoded."""
    return [(wait, decode_event(line)) for wait, line in islice(live(PLAN, NOW), number)]


def test_the_same_seed_and_moment_give_the_same_lines() -> None:
    """There is no clock in it."""
    assert list(islice(live(PLAN, NOW), 1500)) == list(islice(live(PLAN, NOW), 1500))


def test_the_history_comes_at_once_and_the_news_in_its_time() -> None:
    """Each news happens when its waits have passed."""
    told = lines(1500)
    waited = 0.0
    for wait, event in told:
        waited += wait
        if event.at > NOW:
            assert event.at == NOW + timedelta(seconds=waited)
        else:
            assert waited == 0
    assert min(event.at for _, event in told) > NOW - timedelta(weeks=22)
    assert waited > 600


def test_history_comes_before_news() -> None:
    """Once something new has happened, nothing old comes any more."""
    old = [event.at <= NOW for _, event in lines(1500)]
    assert old == sorted(old, reverse=True)
    assert 200 < sum(old) < 1400


def test_news_belong_to_old_customers_and_to_new_ones() -> None:
    """Cases go on, and others begin."""
    told = [event for _, event in lines(1500)]
    before = {one for event in told if event.at <= NOW for one in event.customer}
    news = Counter(
        bool(set(event.customer) & before)
        for event in told
        if event.at > NOW and isinstance(event, Message)
    )
    assert news[True] > 20
    assert news[False] > 20


def test_ids_are_unique() -> None:
    """Nothing is told twice when there is no noise."""
    told = [event.id for _, event in lines(1500)]
    assert len(told) == len(set(told))
