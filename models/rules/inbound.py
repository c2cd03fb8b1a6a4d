"""All patterns for customers' texts, and two marks that are weighed: ``praise`` and ``question``.

``praise`` weakens weak complaints; ``question`` speaks for a text without dissatisfaction.
"""

# ruff: noqa: E501 - a pattern is read more easily in one piece

from typing import Final

from models.rules.answers import ANSWERS
from models.rules.complaints import COMPLAINTS
from models.rules.escalating import ESCALATING
from models.rules.rule import Rule
from models.rules.waiting import WAITING

INBOUND_RULES: Final = (
    *COMPLAINTS,
    *WAITING,
    *ANSWERS,
    *ESCALATING,
    # marks
    Rule(
        signal="praise",
        name="praise",
        probability=0.6,
        plain_only=True,
        pattern=r"\b(?:great|awesome|amazing|excellent|fantastic|wonderful|brilliant|perfect|lovely|superb|outstanding|best|love(?:d|ly|s)?|superior|impressed|kudos|well done|shout ?out|good (?:job|work|service|stuff)|helpful|congrat\w{0,9}|delicious|yum\w{0,3}|excited|happy|delighted|enjoy\w{0,3}|friendly|beautiful|clutch|fave|favou?rite|nice|fab|legend|stoked|blessed|appreciate)\b|[\U0001f60d\U0001f618\U0001f970\u2764\U0001f495\U0001f44f\U0001f60a\U0001f44d\U0001f389]",
        example="Excellent service from your Leeds branch.",
    ),
    Rule(
        signal="question",
        name="how-to",
        probability=0.6,
        pattern=r"\b(?:how (?:do|can|would|should|to)|can (?:i|you|u|we|someone)|could (?:i|you)|is (?:it|there|this|the)|are (?:there|you)|do (?:you|i|we)|does|what(?:'s| is| are| time| do)|when (?:is|will|does|are|do)|where (?:can|do|is)|which|will (?:you|there|it|the)|any (?:chance|idea|plans?)|wondering|would like to (?:know|ask)|want(?:ed)? to know|please advise|who (?:can|do))\b",
        example="How do I change my seat?",
    ),
)
