"""No pattern of the package can be made to run away."""

import re
from collections.abc import Iterator

import pytest

import models
from models.bounded import CHARS, bounded, compiled
from models.rules.asks import ASK_RULES
from models.rules.given import GIVEN_RULES
from models.rules.inbound import INBOUND_RULES
from models.rules.outbound import OUTBOUND_RULES
from models.rules.rule import expand
from models.rules.severity import SEVERITY_RULES
from models.rules.themes import THEME_RULES
from tests.unit.models.regexes import WAYS_MAX, patterns_of, unbounded, ways

LINEAR = {
    "models.bounded._TOKEN",  # read our own patterns, never a text
    "models.redaction.checks._GROUPS",  # sees candidates of at most nineteen digits
    # One class repeated, and nothing that could fail behind it:
    "models.redaction.names._WORD",
    "models.words._WORD",
    "models.rules.thread._NO_WORDS",
    "models.stack.features._WORD",
    "models.stack.wording._LONG_DRAWN",
    # A run at the end, tried only behind letters or signs of its own:
    "models.stack.telling._CLAUSE",
    "models.stack.wording._LINK",
    "models.stack.wording._SIGNATURE",
    "models.stock._SENTENCE_END",
    "models.stock._WORD",
}


def every_pattern() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield the patterns of the package, those of the rules compiled as the tables do."""
    yield from patterns_of(models)
    tables = (INBOUND_RULES, OUTBOUND_RULES, ASK_RULES, THEME_RULES, GIVEN_RULES, SEVERITY_RULES)
    for rule in (rule for table in tables for rule in table):
        yield f"{rule.signal}/{rule.name}", compiled(expand(rule.pattern))
        if rule.unless:
            yield f"{rule.signal}/{rule.name}/unless", compiled(expand(rule.unless))


PATTERNS = dict(every_pattern())


def test_the_patterns_are_found() -> None:
    """A change of layout must not empty this test."""
    assert len(PATTERNS) > 400
    assert set(PATTERNS) >= LINEAR


@pytest.mark.parametrize("name", sorted(set(PATTERNS) - LINEAR))
def test_nothing_repeats_without_bound(name: str) -> None:
    """And nested repetitions are few: the work at one place of a text has an end."""
    pattern = PATTERNS[name]
    assert not unbounded(pattern.pattern, pattern.flags)
    assert ways(pattern.pattern, pattern.flags) <= WAYS_MAX


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"a+", "a{1,40}"),
        (r"\w*b", r"\w{0,40}b"),
        (r"(?:a b )+", "(?:a b ){1,8}"),
        (r"(?P<x>a)*", "(?P<x>a){0,8}"),
        (r"[+*]+\+\*", r"[+*]{1,40}\+\*"),
        (r"[]+]*", "[]+]{0,40}"),
        (r"a+?", "a{1,40}?"),
        (r"(?<!a)b{2,3}(?=c*)", "(?<!a)b{2,3}(?=c{0,40})"),
    ],
)
def test_bounded(pattern: str, expected: str) -> None:
    """Signs in a class, escaped ones and those of groups are told apart."""
    assert bounded(pattern) == expected


def test_the_checks_bite() -> None:
    """What runs away is seen."""
    assert unbounded(r"(a|b)*c")
    assert unbounded(r"x{2,}y")
    assert not unbounded(bounded(r"\w+ \w+"))
    assert ways(r"(?:(?:a{1,9}){1,9}){1,9}") > WAYS_MAX
    assert ways(r"(?:ab){1,40}") <= WAYS_MAX


def test_a_long_word_is_still_a_word() -> None:
    """The bound lies beyond what people write."""
    assert compiled(r"\b\w+\b").fullmatch("a" * CHARS)
