"""The words: many different texts, and stock answers that are the same for everybody."""

import json
from collections import Counter, defaultdict

import pytest

from pipeline.domain.events import INBOUND_SIGNALS, OUTBOUND_SIGNALS
from pipeline.simulation import Plan, simulate
from pipeline.simulation.words import companies, customers


@pytest.mark.parametrize("name", sorted(INBOUND_SIGNALS))
def test_customers_have_ten_ways_to_say_it(name: str) -> None:
    """For every inbound signal."""
    assert len(set(customers.WORDINGS[name])) >= 10


@pytest.mark.parametrize("name", sorted(OUTBOUND_SIGNALS))
def test_companies_have_ten_ways_to_say_it(name: str) -> None:
    """For every outbound signal."""
    assert len(set(companies.WORDINGS[name])) >= 10


def test_hardly_any_two_customers_write_the_same() -> None:
    """Of the texts that customers write in full, most occur once."""
    texts = Counter(
        event["text"]
        for event in map(json.loads, simulate(Plan(journeys=500, seed=2)).lines)
        if event.get("direction") == "inbound" and {"name": "complaint"} in event["signals"]
    )
    assert len(texts) > 0.95 * texts.total()


def test_stock_answers_are_the_same_for_many_customers() -> None:
    """That is what makes them stock answers, and what a reader can find them by."""
    customers_of: dict[str, set[str]] = defaultdict(set)
    for event in map(json.loads, simulate(Plan(journeys=3000, seed=2)).lines):
        if event.get("direction") == "outbound" and event["signals"] == [{"name": "stock"}]:
            customers_of[event["text"]].add(event["customer"][0])
    shared = sum(len(seen) for seen in customers_of.values() if len(seen) > 1)
    assert shared > 0.9 * sum(map(len, customers_of.values()))


def test_no_slot_stays_open() -> None:
    """Every brace in a template was filled."""
    for event in map(json.loads, simulate(Plan(journeys=1000, seed=3)).lines):
        assert "{" not in event.get("text", "")
        assert event.get("kind") != "message" or event["text"].strip()
