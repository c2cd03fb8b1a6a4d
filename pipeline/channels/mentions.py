"""What a text states outright: references of orders and tickets, and the writer's own handle.

Hard evidence (definitions §4) must not come from a guess, so every pattern asks for an explicit
word *and* a sign or a second word: "order #12345", "ticket no. 77", "commande n° 4711", "[#77]" in
a subject, "my twitter is @foo". A bare number is never a reference and a bare @name is never the
writer.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

_SIGN: Final = (
    r"\s{0,3}(?:#|№|n\.?\s?[°º]|(?:no|nr|number|id|reference|ref|nummer|núm|numéro|número|numero|"
    r"numer)\b\.?)\s{0,3}(?:is\b|[:#=])?\s{0,3}#?"
)
_ORDER: Final = (
    "order|purchase order|bestellung|bestell|auftrags?|commande|pedido|encomenda|ordine|bestelling|"
    "bestel|beställnings?|ordre|zamówienie"
)
_NUMBER_OF: Final = (
    r"\b(?:numéro|número|numero|numer|n\.?\s?[°º])\s{1,3}(?:d[eao]l?(?:l['’])?\s?|d['’])?"
    r"(?:commande|pedido|encomenda|ordine|zamówienia)\s{0,3}[:#=]?\s{0,3}"
)
"""As Romance and Slavic languages say it: the number of the order."""
_VALUE: Final = r"((?=[a-z-]{0,12}\d)[a-z0-9][a-z0-9-]{1,39})(?![\w-])"


def _explicit(words: str) -> tuple[str, ...]:
    return (rf"\b(?:{words}){_SIGN}{_VALUE}",)


DEFAULT_PATTERNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "order": (*_explicit(_ORDER), _NUMBER_OF + _VALUE),
        "ticket": _explicit("ticket"),
        "case": _explicit("case|incident|complaint"),
    }
)
DEFAULT_SUBJECT_PATTERNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "ticket": (r"\[(?:ticket\s?)?#(\d{1,20})\]",),
        "case": (r"\[case\s?#?(\d{1,20})\]",),
    }
)

_DIGIT: Final = re.compile(r"\d")
_HANDLE: Final = r"@([a-z0-9_]{1,30})(?![\w@]|\.\w)"
_NETWORK: Final = r"(?:twitter|x)"
_STATED: Final = re.compile(
    rf"\bmy {_NETWORK}(?: (?:handle|account|name|user ?name))? ?(?:is|:) ?{_HANDLE}"
    rf"|\bi(?: have|'ve|’ve)?(?: also| already)? (?:tweeted|posted)(?: (?:about )?(?:this|it))?"
    rf"(?: on {_NETWORK})? (?:from|as) {_HANDLE}"
    rf"|\b(?:i am|i'm|i’m) {_HANDLE} on {_NETWORK}\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefPatterns:
    """Regular expressions by scheme; the first group of each is the reference.

    ``anywhere`` is searched in subject and text, ``subject`` in the subject alone.
    """

    anywhere: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: DEFAULT_PATTERNS, hash=False
    )
    subject: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: DEFAULT_SUBJECT_PATTERNS, hash=False
    )


DEFAULT_REFS: Final = RefPatterns()


def find_refs(subject: str, text: str, patterns: RefPatterns, most: int) -> tuple[str, ...]:
    """Return the references that subject and text name, normalised, sorted, each once.

    Args:
        subject: of the message; its own patterns apply to it as well.
        text: what the writer says, without quotes (a quoted mail may speak of another order).
        patterns: what counts as a reference.
        most: more than this many say nothing (a price list, a report) and none is returned.
    """
    if patterns is DEFAULT_REFS and not (_DIGIT.search(text) or _DIGIT.search(subject)):
        return ()  # each of them has one; most texts have none
    found = set(_matches(patterns.anywhere, subject + "\n" + text))
    found |= set(_matches(patterns.subject, subject))
    return tuple(sorted(found)) if len(found) <= most else ()


def normalise_ref(scheme: str, value: str) -> str:
    """``order``, `` #AB-12 `` → ``order:ab-12``."""
    return f"{scheme}:{value.strip().lstrip('#').strip().lower()}"


def find_stated_handles(text: str) -> tuple[str, ...]:
    """Return ``x:…`` for the accounts that the writer says are their own."""
    names = (next(filter(None, match.groups())) for match in _STATED.finditer(text))
    return tuple(dict.fromkeys("x:" + name.lower() for name in names))


def _matches(patterns: Mapping[str, tuple[str, ...]], text: str) -> Iterator[str]:
    for scheme, expressions in patterns.items():
        for expression in expressions:
            for match in re.finditer(expression, text, re.IGNORECASE):
                yield normalise_ref(scheme, match[1])
