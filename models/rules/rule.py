"""What a rule is, and how rules are tried on a text.

A rule is data: a signal, a pattern, a probability and an example that a test holds it to. Patterns
are written for plain lower-case text (``models.plain``) with the macros below, and hold no nested
repetition and no unbounded gap: together with the cap on the text's length that bounds the work on
any input, however hostile. Several rules for one signal add up as independent evidence: 1 - (1 -
p1)(1 - p2)…
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from models.bounded import compiled
from models.plain import Plain
from models.rules.search import Search

CERTAIN: Final = 0.97
"""No number of patterns makes a rule surer than this."""

_MACROS: Final = {
    # "is not", "isn't", "isnt"; "can not"
    "<nt>": r"(?:n'?t| not| never| no longer)",
    # a few words of the same clause
    "<gap>": r"(?:[^.!?\n]|\.(?=\w)){0,40}",
    "<short>": r"[^.!?,\n]{0,18}",
    "<link>": r"(?:https?://\S{1,200}|www\.\S{1,200}|\b[a-z0-9-]{2,40}\.(?:com|co\.uk|org|net|io|gov|example|uk|eu|ie|in|de|au|ca|us)(?:/\S{0,200}|\b(?!\.?\w)))",
    "<units>": r"(?:minutes?|mins?|hours?|hrs?|days?|weeks?|wks?|months?|years?)",
    "<number>": r"(?:\d{1,4}|an?|one|two|three|four|five|six|several|many|multiple|few|couple of)",
}
_NEGATION: Final = re.compile(
    r"\b(?:not|never|no|nobody|none|without|hardly|barely|nothing|cannot|can'?t|[a-z]{2,6}n't|(?:do|does|did|is|was|are|have|has|wo|would|could)nt"
    r"|if|until|unless|once|when|till|hope|hoping|wish|need|needs|want|wants|should be|to be|please|get"  # noqa: E501 - one pattern
    r"|yet to|waiting|is it|has it|why|far from)\b[^.!?;\n]{0,28}$"
)
"""Negations and suppositions just before a match, in its clause: "not fixed", "once it is
resolved"."""
_NEGATION_CHARS: Final = 40
_SUPPOSITION: Final = re.compile(
    r"\b(?:expect(?:ed|ing|s)?|demand(?:ed|ing)?|insist\w{0,3}|require[ds]?|request(?:ed|ing)?|ask(?:ed|ing)?|would|'d|make sure|ensure|see to it"  # noqa: E501 - one pattern
    r"|must|ought|should|supposed|promised?|will|'ll|could|can(?! confirm| tell)|may|might|going to|gonna|trying|before (?:it|this|that|the)|than|rather"  # noqa: E501 - one pattern
    r"|(?:you|u|they|he|she|email|letter|text|app|site|system|tracking|reps?|agents?|support) (?:say|says|said|tell|told|claims?|claimed|mark|marked|wrote|write|states?|shows?)"  # noqa: E501 - one pattern
    r"|told (?:me|us)|(?:was|were|been) told|claiming|saying|whether|wonder\w{0,3}|assum\w{1,3}"
    r"|pretend\w{0,3}|imagine|how)\b"
    r"(?:(?! (?:and|but) (?:it|that|this|now|all|everything|the)\b)[^.!?;,\n]){0,60}$"
)
"""Expectations, demands, conditionals and what others say before a match: "I expect this to be
fixed", "you say it is solved"."""
_ASKED: Final = re.compile(r"[^.!\n]{0,60}\?")
_SUPPOSITION_CHARS: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One pattern for one signal.

    Attributes:
        signal: the signal's name, or the name of a mark that the reader weighs itself.
        name: names the rule in ``Signal.why``; unique in its table.
        pattern: source of the expression, macros unexpanded.
        probability: 0 to 1, that the signal is present given this match alone.
        example: a text on which the rule fires.
        plain_only: the rule is void after a negation or supposition in the same clause.
        stated_only: as ``plain_only``, and void where it is asked, expected, or said by others.
        unless: a second pattern that voids the rule anywhere in the text.
        note: the deed of a promise, the channel of an earlier contact, the thing asked for.
    """

    signal: str
    name: str
    pattern: str
    probability: float
    example: str
    plain_only: bool = False
    stated_only: bool = False
    unless: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Where a rule fired, in offsets of the plain text."""

    rule: Rule
    start: int
    end: int


class Table:
    """Rules ready to be tried, compiled once.

    A pattern is tried only where it can match (``models.rules.search``).

    Args:
        rules: in the order in which they are told.
        everywhere: tries every pattern at every place; the plain way, which the other is held to.
    """

    def __init__(self, rules: Iterable[Rule], everywhere: bool = False) -> None:
        self._rules = [
            (rule, _compiled(rule.pattern), _compiled(rule.unless) if rule.unless else None)
            for rule in rules
        ]
        self._search = None if everywhere else Search([pattern for _, pattern, _ in self._rules])

    def hits(self, text: str) -> dict[str, list[Hit]]:
        """Every rule that fires on a plain text, by signal; each at most once, at its first
        place."""
        found: dict[str, list[Hit]] = {}
        for row, matches in self._matches(text):
            rule, _, unless = self._rules[row]
            hit = _first(rule, matches, text)
            if hit is not None and not (unless and unless.search(text)):
                found.setdefault(rule.signal, []).append(hit)
        return found

    def _matches(self, text: str) -> Iterator[tuple[int, Iterator[re.Match[str]]]]:
        if self._search is not None:
            return self._search.matches(text)
        return enumerate(pattern.finditer(text) for _, pattern, _ in self._rules)


def together(hits: Iterable[Hit]) -> float:
    """The probability that independent evidence adds up to, at most ``CERTAIN``; 0 for none."""
    missing = 1.0
    for hit in hits:
        missing *= 1.0 - hit.rule.probability
    return round(min(CERTAIN, 1.0 - missing), 4)


def strongest(hits: Iterable[Hit]) -> Hit:
    """The hit of the most probable rule; of equals the first in the text."""
    return min(hits, key=lambda hit: (-hit.rule.probability, hit.start, hit.rule.name))


def span_of(plain: Plain, hit: Hit) -> tuple[int, int]:
    """The hit's offsets in the original text."""
    return plain.span(hit.start, hit.end)


def expand(pattern: str) -> str:
    """The pattern with its macros written out."""
    for macro, meaning in _MACROS.items():
        pattern = pattern.replace(macro, meaning)
    return pattern


def _compiled(pattern: str) -> re.Pattern[str]:
    return compiled(expand(pattern))


def _first(rule: Rule, matches: Iterable[re.Match[str]], text: str) -> Hit | None:
    for match in matches:
        if match.end() == match.start():
            continue
        if (rule.plain_only or rule.stated_only) and _is_negated(text, match):
            continue
        if rule.stated_only and _is_supposed(text, match):
            continue
        return Hit(rule=rule, start=match.start(), end=match.end())
    return None


def _is_negated(text: str, match: re.Match[str]) -> bool:
    return bool(_NEGATION.search(text[max(0, match.start() - _NEGATION_CHARS) : match.start()]))


def _is_supposed(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - _SUPPOSITION_CHARS) : match.start()]
    return bool(_SUPPOSITION.search(before) or _ASKED.match(text, match.end()))


def complaint(
    name: str,
    probability: float,
    pattern: str,
    example: str,
    plain_only: bool = False,
    unless: str | None = None,
) -> Rule:
    """Return a rule for the signal ``complaint``; the arguments are those of `Rule`."""
    return Rule(
        signal="complaint",
        name=name,
        pattern=pattern,
        probability=probability,
        example=example,
        plain_only=plain_only,
        unless=unless,
    )
