"""Stock answers as near-duplicates: what counts as alike, for whom, how long, and within which
bounds."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rensa import RMinHash

from models.stock import CONVERSATIONS_MAX, Reply, StockIndex, sentences

AT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


def reply(text: str, conversation: str = "a", company: str = "shop", hours: float = 0) -> Reply:
    """A reply, some hours after the first."""
    return Reply(
        company=company, conversation=conversation, text=text, at=AT + timedelta(hours=hours)
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We are sorry for the delay.", "We are sorry for the delay."),
        ("Hi Ann, sorry about that. ^AB", "@bob Hi Bob, sorry about that.  *JH"),
        ("Your order 123-99 left on 3/4.", "Your order A77812 left on 12/11."),
        ("Read more here: https://t.co/aBc", "Read more here: https://t.co/xYz"),
        (
            "DEAR MRS LEE, your case is with our team.",
            "Dear Ms Okafor, your case is with our team.",
        ),
        ("Write to help@a.example please.", "Write to care@b.example please."),
        ("It doesn\u2019t matter now.", "It doesn't matter now."),
        ("Sorry to hear this. Please DM us your details.", "Please DM us your details. (2/2)"),
    ],
)
def test_alike(one: str, other: str) -> None:
    """Names, numbers, links, handles and signatures make no difference."""
    index = StockIndex()
    index.take(reply(one, "a"))
    assert index.take(reply(other, "b", hours=1)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We are sorry for the delay.", "Your refund was paid today."),
        ("Sorry to hear this.", "Sorry to hear this. The driver left it with number nine."),
        ("Please restart the router.", "Please return the router to any shop by post."),
        ("\U0001f44d", "\U0001f44d"),
        ("", ""),
    ],
)
def test_not_alike(one: str, other: str) -> None:
    """One sentence of this case makes a reply unlike the others; no words are like nothing."""
    index = StockIndex()
    index.take(reply(one, "a"))
    assert index.take(reply(other, "b", hours=1)) == 0


def test_only_other_conversations_of_the_same_company_count() -> None:
    """Who is told the same twice is told it once."""
    index = StockIndex()
    for conversation in "aabb":
        index.take(reply("Please DM us.", conversation))
    index.take(reply("Please DM us.", "c", company="tram"))
    assert index.count(reply("Please DM us.", "a")) == 1
    assert index.count(reply("Please DM us.", "z")) == 2
    assert index.count(reply("Please DM us.", "z", company="tram")) == 1
    assert index.count(reply("Please DM us.", "z", company="bank")) == 0


def test_what_is_old_or_not_yet_written_does_not_count() -> None:
    """The window ends at the reply itself."""
    index = StockIndex(age_max=timedelta(days=1))
    index.take(reply("Please DM us.", "a"))
    index.take(reply("Please DM us.", "b", hours=20))
    assert index.count(reply("Please DM us.", "c", hours=21)) == 2
    assert index.count(reply("Please DM us.", "c", hours=30)) == 1
    assert index.count(reply("Please DM us.", "c", hours=60)) == 0
    assert index.count(reply("Please DM us.", "c", hours=-1)) == 0


def test_the_bounds_hold() -> None:
    """The longest unused sentence goes first, and counts stop at their bound."""
    index = StockIndex(templates_max=3)
    for word in ("apple", "pear", "plum", "apple", "fig"):
        index.take(reply(f"The {word} is sold out.", word))
    assert len(index) == 3
    assert index.count(reply("The apple is sold out.", "z")) == 1
    assert index.count(reply("The pear is sold out.", "z")) == 0
    for number in range(CONVERSATIONS_MAX + 5):
        index.take(reply("The apple is sold out.", f"c{number}"))
    assert index.count(reply("The apple is sold out.", "z")) == CONVERSATIONS_MAX


def test_the_library_hashes_as_it_did() -> None:
    """A new algorithm in the library would change readings: the reader's version must then move."""
    sketch = RMinHash(num_perm=4, seed=7)
    sketch.update(["please dm", "dm us"])
    assert sketch.digest() == DIGEST


DIGEST = [3276969690, 224734892, 1269559617, 855868427]

replies = st.builds(
    Reply,
    company=st.sampled_from(["shop", "rail"]),
    conversation=st.text(max_size=2),
    text=st.one_of(
        st.text(max_size=80), st.sampled_from(["Please DM us.", "So sorry. Thank you!"])
    ),
    at=st.datetimes(timezones=st.just(UTC)),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(replies, max_size=20))
def test_any_replies_are_counted_the_same_twice(taken: list[Reply]) -> None:
    """Deterministic, bounded, and never more than the conversations before; any text will do."""
    one, other = StockIndex(templates_max=5), StockIndex(templates_max=5)
    for place, each in enumerate(taken):
        seen = one.count(each)
        assert seen == one.take(each) == other.take(each)
        assert 0 <= seen <= min(place, CONVERSATIONS_MAX)
        assert len(one) <= 5


def test_hostile_texts_are_cut() -> None:
    """A megabyte of anything costs no more than a long reply."""
    for text in ("a " * 500_000, "@" * 10**6, "1-" * 500_000, "hi " * 10**5, "\ud800" * 10**6):
        assert sum(map(len, sentences(text))) <= 12 * 60
        StockIndex().take(reply(text))
