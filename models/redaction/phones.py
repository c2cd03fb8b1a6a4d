"""Telephone numbers: candidates by pattern, judged by the phonenumbers library.

A number is one that is valid in one of the regions, or possible with its country code; after words
that announce one ("call me on") seven digits are enough. A text with more than ``CANDIDATES_MAX``
candidates is not worth the library's time: there every candidate counts as a number.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from models.bounded import compiled
from models.redaction.checks import has_digits

CANDIDATES_MAX: Final = 200
"""Candidates of one text that the library is asked about."""

_CANDIDATE: Final = compiled(
    r"(?<![\w.,/:@#£$€-])(?:\+ ?|00)?\(?\d(?:[ ().\u00a0-]{0,3}\d){6,14}(?![\w@/]|[.,:-]\d)"
)
_ANNOUNCED: Final = compiled(
    r"(?:call|ring|phone|text|sms|whatsapp|mobile|cell|tel|telephone|number|contact|reach|fax|dial)\b"
    r"[^.!?\n\d]{0,24}[.:]?\s{0,2}$",
    re.IGNORECASE,
)
_OTHER_NUMBER: Final = compiled(
    r"(?:order|ref(?:erence)?|case|ticket|account|invoice|tracking|serial|policy|customer|booking|claim|card|member(?:ship)?)"
    r"(?: (?:number|no|id))?[ .:#]{0,3}(?:is )?$",
    re.IGNORECASE,
)
_DATE: Final = compiled(r"\d{1,4}([./-])\d{1,2}\1\d{2,4}|\d{4}-\d\d-\d\d \d\d")


def find_phones(text: str, regions: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The offsets of telephone numbers; ``regions`` are the countries to which bare numbers may
    belong."""
    candidates = list(_CANDIDATE.finditer(text))
    many = len(candidates) > CANDIDATES_MAX
    for match in candidates:
        before = text[max(0, match.start() - 40) : match.start()]
        if _DATE.match(match.group()) or _OTHER_NUMBER.search(before):
            continue
        if many or _ANNOUNCED.search(before) or _is_number(match.group(), regions):
            yield match.span()


def _is_number(candidate: str, regions: Sequence[str]) -> bool:
    import phonenumbers

    international = candidate.lstrip("(").startswith(("+", "00"))
    for region in ("ZZ",) if candidate[0] == "+" else regions:
        try:
            number = phonenumbers.parse(candidate, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return has_digits(candidate, 8)
        if international and phonenumbers.is_possible_number(number):
            return True
    return False
