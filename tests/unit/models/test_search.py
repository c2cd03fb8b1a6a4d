"""Rules that are tried only where they can match say what they say when tried everywhere."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.bounded import compiled
from models.plain import CHARS_MAX, plain
from models.rules.asks import ASK_RULES
from models.rules.given import GIVEN_RULES
from models.rules.inbound import INBOUND_RULES
from models.rules.outbound import OUTBOUND_RULES
from models.rules.required import Clause, required
from models.rules.rule import Rule, Table
from models.rules.search import Search
from models.rules.severity import SEVERITY_RULES
from models.rules.themes import THEME_RULES
from models.training.corpora import load_own

RULES: list[Rule] = [
    *INBOUND_RULES,
    *OUTBOUND_RULES,
    *THEME_RULES,
    *SEVERITY_RULES,
    *ASK_RULES,
    *GIVEN_RULES,
]
QUICK, PLAIN = Table(RULES), Table(RULES, everywhere=True)
OWN = sorted({plain(one.text.text).text for one in load_own()})
WORDS = sorted({word for text in OWN[::50] for word in re.findall(r"\S+", text)})
PATTERNS = [pattern for _, pattern, _ in PLAIN._rules]  # as the tables compile them


@pytest.mark.parametrize("part", range(8))
def test_same_hits_on_every_own_text(part: int) -> None:
    """The same rules fire at the same places, in the same order, on some 8,000 texts."""
    for text in OWN[part::8]:
        assert QUICK.hits(text) == PLAIN.hits(text), text


@given(st.lists(st.sampled_from(WORDS), max_size=60), st.sampled_from(" \n.?"))
@settings(max_examples=300, deadline=None)
def test_same_hits_on_shuffled_words(words: list[str], between: str) -> None:
    """Likewise on words in an order that nobody writes."""
    text = between.join(words)
    assert QUICK.hits(text) == PLAIN.hits(text)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_same_hits_on_any_letters(text: str) -> None:
    """Likewise on any characters at all."""
    seen = plain(text).text
    assert QUICK.hits(seen) == PLAIN.hits(seen)


def test_every_example_fires_both_ways() -> None:
    """Each rule's own example, as a table of that rule alone sees it."""
    for rule in RULES:
        text = plain(rule.example).text
        assert Table([rule]).hits(text) == Table([rule], everywhere=True).hits(text)


@pytest.mark.parametrize(
    ("pattern", "pieces", "reach"),
    [
        (r"\brefund(?:s|ed)?\b", {"refund"}, 0),
        (r"(?:late|lost) parcel", {"late parcel", "lost parcel"}, 0),
        (r"\bthe \w{1,9} broke", {" broke"}, 13),
        (r"(?:my )?(?:lamp|bed)side", {"lampside", "bedside"}, 3),
        (r"a(?=b)cde", {"acde"}, 0),
        (r"(?:abcd|xabcdy)z", {"abcdz", "xabcdyz"}, 0),
        (r"(?:abcd|xxabcd)", {"abcd"}, 2),
    ],
)
def test_what_every_match_holds(pattern: str, pieces: set[str], reach: int) -> None:
    """Pieces, and how far from the start of a match they stand at most."""
    assert Clause(frozenset(pieces), reach) in required(compiled(pattern))


@pytest.mark.parametrize("pattern", [r"\w{3}", r"(?:abcd)?", r"a|bcde", r"(?i)abcdef", r"[a-z]{4}"])
def test_nothing_follows_where_anything_may_match(pattern: str) -> None:
    """Such patterns are tried everywhere."""
    assert required(re.compile(pattern)) == ()


def test_few_patterns_are_tried_on_a_usual_text() -> None:
    """That is the whole point: of the customers' rules one in eight, at the most."""
    table = Search([re.compile(pattern.pattern) for pattern in PATTERNS[: len(INBOUND_RULES)]])
    tried = [sum(1 for _ in table.matches(text)) for text in OWN[::100] if 60 < len(text) < 200]
    assert sum(tried) / len(tried) < len(INBOUND_RULES) / 8


@pytest.mark.parametrize("text", ["dm us a refund? ", "i am still waiting. ", "a", "@", "1 "])
def test_a_long_dull_text_costs_no_more_than_the_plain_way(text: str) -> None:
    """Where every place would be worth a try, the whole text is searched instead."""
    full = (text * CHARS_MAX)[:CHARS_MAX]
    spent = []
    for table in (QUICK, PLAIN):
        began = time.process_time()
        table.hits(full)
        spent.append(time.process_time() - began)
    assert spent[0] < 1.5 * spent[1] + 0.2
