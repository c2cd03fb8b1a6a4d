"""The story of a case that leaves the house: five lines, a link, and nobody's personal data."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.alerts.ports import LINES_MAX, Story
from pipeline.config import AlertSettings, EngineSettings, ServerSettings, Settings
from pipeline.domain.evaluate import evaluate
from pipeline.domain.events import Direction, Erasure, Event, Message, Signal
from pipeline.domain.policy import Policy
from pipeline.domain.timeline import Timeline, collect
from pipeline.ledger import Ledger
from pipeline.monitor import Change
from pipeline.telling import build_alerter, build_story
from pipeline.wiring import open_ledger

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = BEGIN + timedelta(days=3)
ADA = "email:ada.lovelace@post.example"


def message(hour: float, direction: Direction, text: str, *names: str, public: bool = False) -> Any:
    return Message(
        id=f"email:<{hour}@post.example>",
        at=BEGIN + timedelta(hours=hour),
        customer=(ADA,),
        channel="x" if public else "email",
        visibility="public" if public else "private",
        direction=direction,
        text=text,
        refs=("order:123",),
        topic="delivery",
        reach=12_000 if public else None,
        signals=tuple(Signal(name=name) for name in names),
    )


STORY: list[Event] = [
    message(0, "inbound", "Where is my parcel?", "complaint"),
    message(5, "outbound", "We value your patience.", "stock"),
    message(
        50,
        "inbound",
        "Call me: +44 20 7946 0958, ada.lovelace@post.example. <b>Shame</b>\u202e\non you",
        public=True,
    ),
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Pages show texts whole; what leaves the house does not."""
    return Settings(
        engine=EngineSettings(data=tmp_path),
        server=ServerSettings(redact=False),
        alerts=AlertSettings(base_url="https://monitor.example/ccm/"),
    )


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    opened = open_ledger(settings)
    yield opened
    opened.close()


def story(settings: Settings, ledger: Ledger, events: list[Event]) -> Story:
    timeline: Timeline = collect(events)
    verdicts = evaluate(timeline, NOW, Policy())
    ledger.apply([Change(root="r", verdicts=verdicts, at=NOW)])
    return build_story(settings, ledger, lambda _: timeline)(verdicts[0].case, NOW)


def test_a_case_is_told_in_five_lines(settings: Settings, ledger: Ledger) -> None:
    """What happened, what it is about, the last words, where it stands; and a way to the case."""
    told = story(settings, ledger, STORY)
    assert len(told.lines) <= LINES_MAX
    assert told.who == "email:a…@post.example"
    assert told.link == "https://monitor.example/ccm/cases/email%3A%3C0%40post.example%3E"
    assert "went public on X" in told.lines[0]
    assert told.lines[1] == "About delivery; 2 contacts by e-mail, X; 12,000 followers."
    assert told.lines[-1] == "Opened 2 Mar, 09:00; all times UTC."


def test_personal_data_and_tricks_are_left_out(settings: Settings, ledger: Ledger) -> None:
    """Even where the pages show texts whole: a chat or a mailbox is no page of ours."""
    told = story(settings, ledger, STORY)
    whole = "\n".join(told.lines)
    for secret in ("7946", "ada.lovelace", "\u202e"):
        assert secret not in whole
    assert all("\n" not in line for line in told.lines)
    assert "<b>Shame</b>" in whole, "escaping is the receiver's business"


def test_long_and_empty_texts_keep_their_place(settings: Settings, ledger: Ledger) -> None:
    """100 kB are cut; nothing at all is no line."""
    long = [*STORY[:2], message(50, "inbound", "why " * 25_000, public=True)]
    assert max(len(line) for line in story(settings, ledger, long).lines) < 500
    empty = [message(0, "inbound", " ", "complaint")]
    assert not any("“" in line for line in story(settings, ledger, empty).lines)


def test_who_was_forgotten_is_not_told_of(settings: Settings, ledger: Ledger) -> None:
    """The verdict stands, the words and the name do not."""
    erased: list[Event] = [
        *STORY,
        Erasure(id="e:1", at=BEGIN + timedelta(hours=60), customer=(ADA,)),
    ]
    told = story(settings, ledger, erased)
    assert told.who == "erased customer"
    assert not any("“" in line for line in told.lines)


def test_a_case_that_is_no_more_has_a_story_too(settings: Settings, ledger: Ledger) -> None:
    """An alert may end because its case became part of another."""
    told = build_story(settings, ledger)("gone", NOW)
    assert told.lines == ("It became part of another case, or is no more.",)


def test_without_receivers_there_is_an_alerter_that_does_nothing(
    settings: Settings, ledger: Ledger
) -> None:
    """`ccm run` needs no settings at all."""
    alerter = build_alerter(settings, ledger)
    alerter.start()
    assert alerter.reports() == []
    alerter.stop()
