"""What a complaint is about, in a closed list: words that point to a theme of the default one
(definitions, section 8), and the names of a company's own."""

# ruff: noqa: E501 - a pattern is read more easily in one piece

import re
from collections.abc import Iterator, Sequence
from typing import Final

from models.reading import THEMES
from models.rules.rule import Rule, Table, together


def _theme(theme: str, pattern: str, example: str, probability: float = 0.6) -> Rule:
    return Rule(
        signal=theme,
        name=theme,
        pattern=rf"\b(?:{pattern})\b",
        probability=probability,
        example=example,
    )


THEME_RULES: Final = (
    _theme(
        "delivery",
        r"deliver(?:y|ed|ies|ing|s)?|courier|parcels?|packages?|packaging|shipp(?:ed|ing)|shipment|tracking|dispatch(?:ed)?|arrive[sd]?|driver|in transit|post(?:al|man)",
        "My parcel is late.",
    ),
    _theme(
        "refund",
        r"refund(?:s|ed|ing)?|money back|reimburse\w{0,4}|compensat\w{1,4}|cash ?back",
        "Where is my refund?",
        0.7,
    ),
    _theme(
        "billing",
        r"bill(?:s|ed|ing)?|charged?|charges|charging me|invoice|over-?charged|payments?|paid twice|direct debit|fees?",
        "You charged me twice.",
        0.62,
    ),
    _theme(
        "fraud",
        r"fraud(?:ulent)?|scam(?:med)?|phishing|hacked|stolen card|unauthori[sz]ed|identity theft",
        "My card was used for fraud.",
        0.75,
    ),
    _theme(
        "privacy",
        r"privacy|gdpr|personal data|data (?:breach|protection)|my data (?:to|was|were)|leaked my",
        "You leaked my personal data.",
        0.75,
    ),
    _theme(
        "cancellation",
        r"cancel(?:l?ed|l?ing|lation|s)?|unsubscribe|terminate|close my account",
        "I want to cancel my plan.",
        0.58,
    ),
    _theme(
        "outage",
        r"outage|(?:is|are|was|been|went|network|internet|site|server|servers|service) down|no (?:signal|service|internet|power|water)|offline|blackout|disruption",
        "No internet since noon.",
        0.66,
    ),
    _theme(
        "booking",
        r"book(?:ing|ed)|reservations?|flights?|seat(?:s|ing)?|boarding|check(?:ed)?[ -]?in|tickets?|luggage|gate|hotel|trains?",
        "My seat was changed.",
        0.56,
    ),
    _theme(
        "account",
        r"account|log ?in|logged out|sign(?:ing)? in|passwords?|locked out|verification|suspended|username",
        "I cannot log in.",
        0.55,
    ),
    _theme(
        "website",
        r"web ?site|web ?page|checkout|\bapp\b|online form|search page|link (?:does|is)|browser",
        "Your website shows an old address.",
        0.52,
    ),
    _theme(
        "staff",
        r"rude|staff|manager|employee|customer (?:service|support|care)|agents?|attitude|representative|cashier|crew|unprofessional",
        "Your staff were rude.",
        0.54,
    ),
    _theme(
        "repair",
        r"repair(?:s|ed|ing)?|engineer|technician|warranty|replacement|service cent(?:er|re)|fix appointment",
        "The engineer never came.",
        0.57,
    ),
    _theme(
        "contract",
        r"contract|terms|upgrade plan|renewal|subscription|tariff|policy (?:number|terms)|coverage",
        "You changed my contract.",
        0.53,
    ),
    _theme(
        "price",
        r"prices?|pricing|expensive|discount|promo(?:tion)?|coupon|voucher|over-?priced|cheaper|cost",
        "The price went up.",
        0.52,
    ),
    _theme(
        "product",
        r"product|broken|faulty|defective|damaged|battery|screen|phone|update|updated|quality|crash(?:es|ing|ed)?|freez\w{1,3}|size|food|device|laptop|console|tv|game",
        "The screen is faulty.",
        0.5,
    ),
)


OTHER: Final = "other"
"""Where a text has a theme that is not in the list."""


class Themes:
    """Finds what a text is about, in a closed list.

    Themes of the default list are found by their words, others by their own name. A text about a
    theme that is not in the list is about ``other`` if that is in it.

    Args:
        names: the closed list; of themes that fit equally the one named first is taken.
    """

    def __init__(self, names: Sequence[str] = THEMES) -> None:
        self.names = tuple(names)
        self._table = Table([*THEME_RULES, *_own(self.names)])

    def of(self, text: str) -> str | None:
        """The most probable theme of a plain text; null when no word points to one."""
        hits = self._table.hits(text)
        listed = {name: together(hits[name]) for name in self.names if name in hits}
        if listed:
            return max(listed, key=lambda name: listed[name])
        return OTHER if hits and OTHER in self.names else None


def _own(names: Sequence[str]) -> Iterator[Rule]:
    """A rule by name for each theme that is not in the default list."""
    for name in names:
        words = re.findall(r"\w+", name.lower().replace("_", " "))
        if name not in THEMES and words:
            yield _theme(name, r"[ -]?".join(map(re.escape, words)) + r"(?:s|es)?", name, 0.65)
