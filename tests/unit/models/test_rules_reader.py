"""The rules reader on texts of our own: what it finds, leaves alone, and never does."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.reading import (
    INBOUND,
    OUTBOUND,
    PRESENT,
    RESPONSE_CLASSES,
    THEMES,
    Direction,
    Passage,
    Reader,
    Reading,
    Text,
)
from models.rules import RulesReader
from models.rules.asks import ASK_RULES
from models.rules.given import GIVEN_RULES
from models.rules.inbound import INBOUND_RULES
from models.rules.outbound import OUTBOUND_RULES
from models.rules.rule import Rule, Table
from models.rules.severity import SEVERITY_RULES
from models.rules.themes import THEME_RULES
from tests.unit.models import mended, texts

READER = RulesReader()
AT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)  # a Wednesday
TABLES = (INBOUND_RULES, OUTBOUND_RULES, ASK_RULES, THEME_RULES, GIVEN_RULES, SEVERITY_RULES)
ALL_RULES = [rule for table in TABLES for rule in table]


def read(text: str, direction: Direction = "inbound", *before: Passage) -> Reading:
    """Reads one text."""
    return READER.read([Text(id="t", text=text, direction=direction, context=before, at=AT)])[0]


def names(reading: Reading) -> set[str]:
    """The names of the signals present."""
    return {signal.name for signal in reading.signals}


def check(reading: Reading, present: str, absent: str) -> None:
    """Holds a reading to the names that must and must not be on it."""
    found = names(reading)
    assert set(present.split()) <= found, reading.signals
    assert not set(absent.split()) & found, reading.signals


@pytest.mark.parametrize(("text", "present", "absent"), texts.INBOUND + mended.INBOUND)
def test_customer_says(text: str, present: str, absent: str) -> None:
    """A customer's text alone."""
    check(read(text), present, absent)


@pytest.mark.parametrize(
    ("text", "response", "present", "absent"), texts.OUTBOUND + mended.OUTBOUND
)
def test_company_says(text: str, response: str, present: str, absent: str) -> None:
    """A company's text alone: its response class, where the text settles it, and the rest."""
    check(read(text, "outbound"), f"{response} {present}", absent)


@pytest.mark.parametrize(("before", "text", "present", "absent"), texts.REPLIES + mended.REPLIES)
def test_customer_replies(before: str, text: str, present: str, absent: str) -> None:
    """The same words mean another thing after a question, an answer or a fix."""
    context = (
        Passage(direction="inbound", text="My set is not working."),
        Passage(direction="outbound", text=before),
    )
    check(read(text, "inbound", *context), present, absent)


@pytest.mark.parametrize(("text", "present", "absent"), mended.AGAIN)
def test_customer_writes_again(text: str, present: str, absent: str) -> None:
    """Who wrote before and heard nothing chases with words that would open a case otherwise."""
    context = Passage(direction="inbound", text="My set is not working.")
    check(read(text, "inbound", context), present, absent)


def test_few_words_after_a_question_are_its_answer() -> None:
    """The same words close a thread or answer what the customer asked."""
    asks, tells = "Are you open at Easter?", "See you at Easter."
    for said, response in ((asks, "substantive"), (tells, "auto_ack")):
        context = Passage(direction="inbound", text=said)
        check(read("On Sunday and Monday.", "outbound", context), response, "")


def test_there_are_enough_texts() -> None:
    """The tables stay broad."""
    assert len(texts.INBOUND) + len(texts.OUTBOUND) + len(texts.REPLIES) >= 150


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: f"{rule.signal}-{rule.name}")
def test_rule_fires_on_its_example(rule: Rule) -> None:
    """Every rule keeps what its example promises."""
    assert Table([rule]).hits(rule.example.lower())


def test_rule_names_are_unique_in_their_table() -> None:
    """A rule's name in ``why`` points to one rule."""
    for table in TABLES:
        keys = [(rule.signal, rule.name) for rule in table]
        assert len(keys) == len(set(keys))


def test_a_promise_carries_its_due_and_deed() -> None:
    """By Thursday is the end of Thursday, in the customer's zone."""
    text = Text(
        id="p",
        text="Sorry! We will call you by Thursday.",
        direction="outbound",
        at=AT,
        zone="Europe/Berlin",
    )
    promise = next(s for s in READER.read([text])[0].signals if s.name == "promise")
    assert promise.due == datetime(2026, 11, 19, 22, 59, 59, tzinfo=UTC)
    assert promise.deed == "contact"
    assert promise.span is not None
    assert text.text[slice(*promise.span)] == "We will call you by Thursday"


def test_a_due_is_looked_for_after_the_promise_first() -> None:
    """What was done today is not what will be done in five working days."""
    text = "I refunded it today; the money will reach your card within 3-5 working days."
    promise = next(s for s in read(text, "outbound").signals if s.name == "promise")
    assert promise.due == datetime(2026, 11, 25, 23, 59, 59, tzinfo=UTC)


def test_a_dated_promise_without_a_time_of_its_own_has_no_due() -> None:
    """The date is seen, but not resolved against the reader's own clock: it has none."""
    text = Text(id="p", text="We will call you by Thursday.", direction="outbound")
    promise = next(s for s in READER.read([text])[0].signals if s.name == "promise")
    assert promise.due is None


def test_a_pace_request_carries_its_end() -> None:
    """The customer's own date ends the pause."""
    signal = next(
        s for s in read("We are away until 20 December.").signals if s.name == "pace_request"
    )
    assert signal.until == datetime(2026, 12, 20, 23, 59, 59, tzinfo=UTC)


def test_a_question_lists_what_it_asks_for() -> None:
    """Re-asks are found by comparing these lists."""
    reading = read("Please DM us your order number, phone number and a photo.", "outbound")
    request = next(s for s in reading.signals if s.name == "info_request")
    assert {"order_number", "phone", "photo"} <= set(request.asks)


def test_earlier_contact_says_where() -> None:
    """The channel of the contact that failed."""
    channels = {
        signal.channel
        for text in ("I have called four times.", "We have emailed you twice.")
        for signal in read(text).signals
        if signal.name == "prior_contact"
    }
    assert channels == {"phone", "email"}


def test_the_same_words_again_are_a_duplicate_and_a_stock_answer() -> None:
    """Repeating oneself is told from the thread."""
    words = "My parcel number 12 has not come yet"
    assert "duplicate" in names(read(words, "inbound", Passage(direction="inbound", text=words)))
    stock = "Everything is in progress on our side of things"
    again = read(stock, "outbound", Passage(direction="outbound", text=stock))
    assert "stock" in names(again)


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("Where is my parcel?", "delivery"),
        ("I want a refund", "refund"),
        ("No internet since noon, an outage again", "outage"),
        ("Good morning", None),
    ],
)
def test_theme(text: str, theme: str | None) -> None:
    """A theme is named when a word points to it, else none is guessed."""
    assert read(text).theme == theme


def test_a_company_has_its_own_themes() -> None:
    """Own names are found as words; what is not in the list is other, or nothing."""
    own = RulesReader(themes=("delivery", "season_ticket", "other"))
    texts = [
        "My parcel is late.",
        "My season-tickets do not scan.",
        "Where is my refund?",
        "Hello!",
    ]
    found = own.read([Text(id="t", text=text, direction="inbound") for text in texts])
    assert [reading.theme for reading in found] == ["delivery", "season_ticket", "other", None]
    without = RulesReader(themes=("delivery",))
    assert without.read([Text(id="t", text=texts[2], direction="inbound")])[0].theme is None
    assert len({own.version, without.version, READER.version}) == 3


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("How do I change my seat?", "none"),
        ("The lamp is broken.", "no_explicit_reproach"),
        ("I am disappointed with the lamp.", "disapproval"),
        ("You charged me twice.", "accusation"),
        ("You lied to me, you thieves.", "blame"),
    ],
)
def test_severity(text: str, severity: str) -> None:
    """The five grades, by the kind of words."""
    assert read(text).severity == severity


def test_spans_point_into_the_text_as_given() -> None:
    """Markup, entities and zero-width characters before a match do not shift it."""
    text = "<p>Hi\u200b &amp; hello \ud800 caf\u00e9</p> my order&#39;s lamp is  <b>broken</b>."
    spans = [text[slice(*s.span)] for s in read(text).signals if s.span and s.name == "complaint"]
    assert spans == ["broken"]


UNREADABLE = (
    "",
    "   \n\t ",
    "\u200b\u200b",
    "12345",
    "\U0001f383",
    "お問い合わせありがとう",
    "\ud83d\ud83d",
)


@pytest.mark.parametrize("text", UNREADABLE)
@pytest.mark.parametrize("direction", ["inbound", "outbound"])
def test_an_unreadable_text_says_so(text: str, direction: Direction) -> None:
    """Never silence: the signal ``unread`` with its reason."""
    (signal,) = read(text, direction).signals
    assert signal.name == "unread"
    assert signal.why


def test_another_language_is_not_guessed_at() -> None:
    """German words do not become English signals."""
    assert names(read("Die Lampe ist kaputt und ich warte auf eine Antwort")) == {"unread"}


HOSTILE = (
    "a" * 1_000_000,
    "not " * 250_000,
    "i will report " * 70_000,
    "<" * 1_000_000,
    "&amp" * 250_000,
    "a@" * 500_000,
    "1 " * 500_000,
    "please send us " * 60_000,
    "by friday 5 pm " * 60_000,
    "https://" * 120_000,
    " " * 1_000_000,
    "still " * 160_000,
    "?" * 1_000_000,
    "can you " * 120_000 + "?",
)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:16])
@pytest.mark.parametrize("direction", ["inbound", "outbound"])
def test_a_hostile_text_is_read_within_the_bound(text: str, direction: Direction) -> None:
    """A megabyte costs no more than its first ``CHARS_MAX`` characters."""
    read(text, direction, Passage(direction="outbound", text=text))


def test_what_lies_beyond_the_bound_is_not_read() -> None:
    """The bound is real: a complaint after it is not seen."""
    assert "complaint" not in names(read("hello and good day " * 2_000 + " worst ever broken"))


WORDS = """
    i you we the not never order broken thanks sorry will call refund by friday within 2 days dm
    us please ? ! . , still working fixed email@x.com https://t.co/a @shop 12345 <b> &amp;
"""
words = st.sampled_from([*WORDS.split(), "\u200b", "\U0001f621", "\ud800"])
any_text = st.one_of(st.text(max_size=200), st.lists(words, max_size=30).map(" ".join))
directions = st.sampled_from(["inbound", "outbound"])
contexts = st.lists(st.builds(Passage, direction=directions, text=any_text), max_size=3).map(tuple)
times = st.none() | st.datetimes(timezones=st.just(UTC))
zones = st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia", "no/where", "../etc", ""])
any_input = st.builds(
    Text,
    id=st.text(max_size=5),
    text=any_text,
    direction=directions,
    context=contexts,
    at=times,
    zone=zones,
)


@settings(max_examples=150, deadline=None)
@given(any_input)
def test_any_text_gives_a_well_formed_reading(text: Text) -> None:
    """Spans lie in the text, names belong to the direction, and outbound has one response class."""
    reading = READER.read([text])[0]
    found = [signal.name for signal in reading.signals]
    assert reading.id == text.id
    assert len(found) == len(set(found))
    for signal in reading.signals:
        assert PRESENT <= signal.probability <= 1
        if signal.span is not None:
            assert 0 <= signal.span[0] <= signal.span[1] <= len(text.text)
    assert found == ["unread"] or set(found) <= set(
        INBOUND if text.direction == "inbound" else OUTBOUND
    )
    if text.direction == "outbound" and found != ["unread"]:
        assert sum(name in RESPONSE_CLASSES for name in found) == 1
    assert not {"complaint", "dispute"} & set(found) or "not_a_complaint" not in found
    assert reading.theme is None or reading.theme in THEMES


@settings(max_examples=50, deadline=None)
@given(st.lists(any_input, max_size=4))
def test_reading_is_deterministic_and_keeps_the_order(inputs: list[Text]) -> None:
    """One reading a text, the same alone, in company and by another reader."""
    together: Reader = RulesReader()
    assert together.read(inputs) == [READER.read([text])[0] for text in inputs]
    assert together.version == READER.version
