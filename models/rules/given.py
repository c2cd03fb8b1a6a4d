"""What a customer has given already: the other half of a re-ask.

``asked`` names what a reply asks for, ``given_before`` what of the closed list of ``ASK_RULES`` the
customer had supplied in the messages before, asked or not. A request for any of that is a re-ask
(definitions, sections 6 and 8). Given is what the customer wrote in a form that can be told ("order
204-5588", an address, "photo attached"), and what the company had asked for when the customer
answered with more than thanks: any contact answers.
"""

# ruff: noqa: E501 - a pattern is read more easily in one piece

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from models.plain import CONTEXT_CHARS_MAX, plain
from models.reading import Passage
from models.rules.asks import ASK_RULES
from models.rules.rule import Rule, Table
from models.words import words_of

_THANKS: Final = "ok okay thanks thank you thx ty cheers great perfect will do sure so much guys"
THANKS_WORDS: Final = frozenset(_THANKS.split())
"""Words that alone make no contact, and answer nothing."""

_NUMBER: Final = r"#?(?=[a-z-]{0,12}\d)[a-z0-9][a-z0-9-]{3,30}"
_IS: Final = r"(?: ?(?:number|no\.?|id|ref(?:erence)?|code|#|is|was|:|=))* ?"


def _given(name: str, pattern: str, example: str) -> Rule:
    return Rule(signal=name, name=f"gave-{name}", pattern=pattern, probability=0.8, example=example)


GIVEN_RULES: Final = (
    _given(
        "account",
        rf"\b(?:account|acct|customer|membership|member|policy|iban){_IS}{_NUMBER}\b|\buser ?name(?: is|:) \S",
        "My account number is 88124471.",
    ),
    _given(
        "address",
        r"\b[a-z]{1,2}\d{1,2}[a-z]? ?\d[a-z]{2}\b|\b(?:zip|post ?code)(?: code)?(?: is|:)? [a-z]{0,2}\d|\b(?:my|home|delivery|billing) address(?: is|:)|\b\d{1,5}[a-z]? (?:[a-z]{2,20} ){1,3}(?:street|road|avenue|lane|drive|close|crescent)\b",
        "I live at 12 Rosebery Avenue, EC1R 4TN.",
    ),
    _given(
        "booking_reference",
        rf"\b(?:booking|reservation|confirmation|conf|pnr|record locator){_IS}(?:{_NUMBER}|[a-z]{{6}})\b",
        "Booking ref XKJ4T9.",
    ),
    _given(
        "country",
        r"\b(?:i'?m|i am|we are|live|living|based) in (?:the )?(?:uk|us|usa|united kingdom|united states|england|scotland|wales|ireland|canada|australia|india|germany|france|spain|italy|nigeria|south africa|new zealand|brazil|mexico)\b",
        "I am in Canada.",
    ),
    _given(
        "date",
        r"\b(?:bought|ordered|purchased|booked|paid|delivered|arrived|happened|travell?ed|due|born|dob|date)\b[^.!?\n]{0,30}\b(?:\d{1,2}(?:st|nd|rd|th)?[ ./-](?:\d{1,2}|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6} \d{1,2}|yesterday|today|last (?:week|month|monday|tuesday|wednesday|thursday|friday|saturday|sunday))",
        "I bought it on 3 November.",
    ),
    _given(
        "device",
        r"\b(?:iphone|ipad|galaxy|samsung|pixel|macbook|imac|xbox|playstation|ps[345]|nokia|huawei|oneplus|kindle|echo|lg|sony|lenovo|dell|hp) ?(?:\d|[a-z]{1,8} ?\d|pro|one|air|plus)",
        "It is an iPhone 8.",
    ),
    _given(
        "email",
        r"[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}\.[a-z.]{2,12}\b|__email__|<email>",
        "ada@example.org",
    ),
    _given(
        "error_message",
        r"\berror(?: code| message)?(?: is|:| says?| reads?)? ?(?:#|[\"']|\d|0x|[a-z]{1,4}-?\d)|\b(?:says|saying|message|reads?)[:,]? [\"'][a-z]",
        "It says 'try again later'.",
    ),
    _given(
        "location",
        r"\b(?:at|in) (?:your|the) [a-z][a-z' -]{2,30} (?:store|branch|shop|station|restaurant|airport|location)\b",
        "It was at your Leeds store.",
    ),
    _given(
        "name",
        r"\bmy (?:full )?name(?:'s| is|:) [a-z]|(?:^|\n)name: [a-z]",
        "My name is Ada Byron.",
    ),
    _given(
        "order_number",
        rf"\border{_IS}{_NUMBER}\b|\b\d{{3}}-\d{{7}}-\d{{7}}\b",
        "Order number 204-5588123.",
    ),
    _given(
        "phone",
        r"\b(?:call|ring|phone|text|reach|number|mobile|cell|tel)\b[^.!?\n\d]{0,24}\+?\(?\d[\d ()-]{6,16}\d\b|(?<![\w-])(?:\+\d{1,3}[ -]?|0)\d{2,4}[ -]?\d{3}[ -]?\d{3,4}\b",
        "Call me on 07700 900123.",
    ),
    _given(
        "photo",
        r"\b(?:photos?|pics?|pictures?|images?|screen ?shots?)\b[^.!?\n]{0,24}(?:attached|below|here|sent|enclosed|<link>)|\b(?:attached|here(?:'s| is| are)|see|sent(?: you)?)\b[^.!?\n]{0,20}\b(?:photos?|pics?|pictures?|images?|screen ?shots?)\b|pic\.twitter\.com",
        "I attached a photo of the label.",
    ),
    _given(
        "receipt",
        r"\b(?:receipt|invoice|proof of purchase)\b[^.!?\n]{0,20}(?:attached|below|here|enclosed)|\b(?:attached|here(?:'s| is)|enclosed)\b[^.!?\n]{0,20}\b(?:receipt|invoice|proof of purchase)\b",
        "The receipt is attached.",
    ),
    _given(
        "serial",
        rf"\b(?:serial|imei|meid){_IS}{_NUMBER}\b",
        "Serial number C02XK0ABJHD5.",
    ),
    _given(
        "steps_tried",
        r"\b(?:i'?ve|i have|have|already|i|we) (?:already |just |also )*(?:tried|restarted|rebooted|reset|reinstalled|updated|cleared|unplugged|turned (?:it )?off|deleted|logged out|signed out)\b",
        "I have already restarted the router.",
    ),
    _given(
        "ticket_number",
        rf"\b(?:case|ticket|complaint|claim|incident|reference|ref){_IS}{_NUMBER}\b",
        "My case number is CS-2026-00417.",
    ),
    _given(
        "tracking_number",
        rf"\btracking{_IS}{_NUMBER}\b|\b1z[0-9a-z]{{16}}\b|\b[a-z]{{2}}\d{{9}}[a-z]{{2}}\b",
        "Tracking number JD014600006281.",
    ),
    _given(
        "version",
        r"\b(?:version|ios|android|windows|macos|firmware) ?v?\d",
        "I am on iOS 11.0.3.",
    ),
)


def asked(text: str) -> tuple[str, ...]:
    """What a plain text asks for, in alphabetical order."""
    return tuple(sorted(_asks().hits(text)))


def given_before(context: Sequence[Passage]) -> frozenset[str]:
    """What the customer gave in the messages before."""
    given: set[str] = set()
    open_asks: set[str] = set()
    for passage in context:
        text = plain(passage.text, CONTEXT_CHARS_MAX).text
        if passage.direction == "outbound":
            open_asks.update(asked(text))
            continue
        given.update(_gives().hits(text))
        if text.strip() and not _only_thanks(text):
            given.update(open_asks)
            open_asks.clear()
    return frozenset(given)


def _only_thanks(text: str) -> bool:
    words = words_of(text)
    return bool(words) and set(words) <= THANKS_WORDS


@lru_cache(maxsize=1)
def _asks() -> Table:
    return Table(ASK_RULES)


@lru_cache(maxsize=1)
def _gives() -> Table:
    return Table(GIVEN_RULES)
