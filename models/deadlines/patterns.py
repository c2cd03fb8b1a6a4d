"""The grammar: each pattern with what it means. Written for lower-case text, without nested
repetition, so that the work is linear in the text."""

# ruff: noqa: E501 - a pattern is read more easily in one piece

import re
from dataclasses import dataclass
from typing import Final

from models.bounded import compiled
from models.deadlines import resolving
from models.deadlines.resolving import NUMBERS, ORDINALS, Resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRule:
    """A pattern, what it means, and whether what is told before it can put it in the past."""

    pattern: re.Pattern[str]
    resolve: Resolve
    may_be_past: bool = False


_NUMBER: Final = (
    r"(?:\d{1,4}(?:\.5)?|a couple of|a couple|couple of|"
    + "|".join(sorted(NUMBERS, reverse=True))
    + ")"
)
_RANGE: Final = rf"(?P<low>{_NUMBER})(?:\s?(?:-|/|to|or|and)\s?(?P<high>{_NUMBER}))?(?:\s?-\s?|\s+)?(?:more\s+|or so\s+)?"
_KIND: Final = r"(?P<kind>(?:business|working|work|office|bank(?:ing)?|calendar)\s+)"
_UNIT: Final = r"(?P<unit>minutes?|mins?|hours?|hrs?|h|days?|weeks?|wks?|fortnights?|months?)\b"
_NOT_ANCHORED_HERE: Final = (
    r"(?!\s+(?:ago|of\b|earlier|late|before|already|now\b|old\b|a (?:day|week|year)|per\b|since|warranty|trial|notice|free)"
    r"|\s+(?:from|after|following|once|upon)\s+(?!today|now|this (?:message|e-?mail))"
    r"|,?\s+(?:and\s+)?(?:i|we|nobody|no one)(?:'ve|\s+(?:have|has|haven'?t|had|got|heard|received|did|came))\b"
    r"|,?\s+(?:and\s+)?(?:nothing|still|no (?:reply|answer|response|news))\b)"
)
_WEEKDAY: Final = r"(?P<name>mon(?:day)?|tue(?:s|sday)?|wed(?:nesday|s)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\b"
_ANY_WEEKDAY: Final = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}"
_FULL_WEEKDAY: Final = r"(?P<name>monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
_AFTER_SHORT: Final = (  # "on sat" ends there or goes on with a time; "on sun lotion" is none
    r"(?:(?<=day)|(?=\s*(?:$|[.,!?;:)\n-]|(?:at|by|morning|afternoon|evening|night|am|pm|and|or|to|the|latest|between|before|after|around|please|pls|if|so|for|with|from|when|instead|then)\b|\d)))"
)
_PART: Final = r"(?P<part>\s+(?:morning|afternoon|evening|night|lunch ?time|am|pm)\b)?"
_NO_DAY_NUMBER: Final = r"(?!\s+(?:the\s+)?\d{1,2}(?:st|nd|rd|th)?\b(?![:.]\d|\s?[ap]m|\s?-))"
_BY: Final = r"(?P<by>by|on or before|before|on|until|till|til|no later than|due|from|after|this|next|coming|for|latest)\s+"
_MONTH: Final = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_MONTH_IN_FULL: Final = r"(?P<month>january|february|march|april|may|june|july|august|september|october|november|december)\b"
_YEAR: Final = r"(?:,?\s+(?P<year>20\d\d))?"
_IN_PARTS: Final = (
    r"(?P<part>early|beginning|start|mid|middle|late|end)(?:\s+of\s+|\s+in\s+|[\s-]+)(?:the\s+)?"
)
_TOMORROW: Final = r"tomorrow|tmrw|tomoz|tmr|2morrow|tommorow|tommorrow|tomorow"
_WEEKDAY_NAMES: Final = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"

PAST: Final = compiled(
    r"\b(?:last|since|every|each|previous|past|dated|ago|times?)\s+$"
    r"|\b(?:since|dated|from last|as of)\s[^.!?;\n]{0,16}$"
    r"|\b(?:i|we|they|he|she|you|it|who|nobody|driver|parcel|order|item|package|engineer|agent|team|and|but|then)\s+(?:(?!(?:will|be|to|can|could|should|would|may|might|shall|if|when|want|need)\b)\w+\s+){0,2}?"
    r"(?:called|rang|phoned|spoke|ordered|sent|wrote|e?mailed|complained|reported|asked|visited|bought|paid|missed|arrived|came|went|received|got|told"
    r"|was|were|had|did|cancelled|canceled|returned|posted|tweeted|messaged|dm'?d|placed|opened|contacted|left|started|tried|waited|delivered|shipped|charged|refunded|turned|happened)\b"
    r"(?:(?!\b(?:will|'ll|to be|so|now)\b)[^.!?;\n]){0,40}$"
    r"|^\W*(?:called|rang|phoned|spoke|ordered|sent|wrote|e?mailed|complained|bought|paid|waited|waiting|received|delivered|placed)\b[^.!?;\n]{0,40}$"
    r"|\b(?:been|waited|waiting|without|for the (?:last|past))\b[^.!?;,\n]{0,20}$"
)
"""What, just before a date, says that it is told and not promised."""

PAST_VERB: Final = compiled(
    r"^(?!.*\b(?:will|be|is|are|being|gets?|going|should|can|expected|due|hope|aim|please|have it|guaranteed)\b|.*'(?:ll|re|s)\b)"
    r".*\b[a-z]{3,12}ed\s+$"
)
"""Likewise just before "on Monday" or "in June", but not before "by Monday"."""

PAST_AFTER: Final = compiled(
    r",?\s+(?:i|we|they|he|she|it|someone|nobody|your \w{2,12})\s+(?:was|were|had|did|got|told|spoke|wrote|came|went|rang|sent|[a-z]{2,12}ed)\b"
)
"""What, just after a date, says so: "On the 12th I was told"."""


def _rule(resolve: Resolve, pattern: str, may_be_past: bool = True) -> DateRule:
    return DateRule(pattern=compiled(pattern), resolve=resolve, may_be_past=may_be_past)


GRAMMAR: Final = (
    _rule(
        resolving.in_units,
        r"\b(?:with-?in|in|up to|under|inside|after|for|over the next|the next|another|give (?:it|me|us)|less than|takes?|allow"
        r"|no more than|no longer than|at most|max|next|need)\s+(?:of\s+)?(?:the\s+next\s+|the\s+|about\s+|around\s+|approx(?:imately|\.)?\s+|another\s+|up\s+to\s+|maximum\s+|under\s+|roughly\s+|between\s+|us\s+|a further\s+|like\s+)?"
        rf"{_RANGE}{_KIND}?{_UNIT}{_NOT_ANCHORED_HERE}",
    ),
    _rule(  # "5-7 business days" needs no word before it
        resolving.in_units,
        rf"\b{_RANGE}{_KIND}(?P<unit>days?|hours?)\b{_NOT_ANCHORED_HERE}",
    ),
    _rule(  # nor does "24-48 hours", "3 to 5 days", "an hour or two"
        resolving.in_units,
        rf"\b(?P<low>\d{{1,3}})\s?(?:-|to|/)\s?(?P<high>\d{{1,3}})(?P<kind>)[\s-]?(?P<unit>hours?|hrs?|days?|weeks?|wks?)\b{_NOT_ANCHORED_HERE}",
    ),
    _rule(
        resolving.in_units,
        r"\b(?:in|within|the next)\s+(?P<low>an?)(?P<kind>)\s+(?P<unit>hour|day|week)\s+or\s+(?P<high>two|three|so)\b",
    ),
    _rule(
        resolving.half_unit,
        r"\b(?:within|in|inside|the next|another)\s+(?:the\s+next\s+|the\s+)?(?:(?P<half>half (?:an?\s+)?hour)|(?P<more>an hour and a half)|(?:the\s+)?hour)\b|\bwithin the day\b",
    ),
    _rule(
        resolving.near_day,
        rf"\b(?P<first>first thing )?(?P<day>today|tonight|the day after tomorrow|day after tomorrow|{_TOMORROW})\b(?!'s|\s+week)(?P<part>\s+(?:morning|afternoon|evening|night|lunch ?time|am\b|pm\b))?",
    ),
    _rule(resolving.part_of_today, r"\b(?P<which>this)\s+(?P<part>morning|afternoon|evening)\b"),
    _rule(resolving.part_of_today, r"\b(?P<which>in the)\s+(?P<part>morning)\b"),
    _rule(resolving.part_of_today, r"\b(?P<which>)(?P<part>overnight)\b"),
    _rule(
        resolving.end_of_day,
        rf"\b(?:end of (?:(?:the )?(?:business |working |office )?(?:day|hours)|play|business|office hours)|eod|cob|close of (?:business|play|day))\b(?!\s+(?:week|month|year|next|this|january|february|march|april|may|june|july|august|september|october|november|december))"
        rf"(?:\s+(?:on\s+|by\s+)?(?P<day>today|{_TOMORROW}|{_WEEKDAY_NAMES})\b)?",
        may_be_past=False,
    ),
    _rule(resolving.end_of_day, rf"\bend of (?P<day>today|{_TOMORROW}|{_WEEKDAY_NAMES})\b"),
    _rule(  # "Monday week", "a week on Monday"
        resolving.weekday,
        rf"\b(?:{_BY})?{_FULL_WEEKDAY}(?P<week>\s+week)\b",
    ),
    _rule(
        resolving.week_from,
        rf"\b(?P<count>a|one|two|2|three|3) weeks? (?:on |from |come )?(?P<day>today|tomorrow|{_WEEKDAY_NAMES})\b",
    ),
    _rule(
        resolving.weekday,
        rf"\b(?P<first>(?:first thing|early)(?:\s+on)?\s+){_WEEKDAY}{_NO_DAY_NUMBER}{_AFTER_SHORT}(?!\s+week)",
    ),
    _rule(resolving.weekday, rf"\b{_FULL_WEEKDAY}(?P<next> next)\b"),
    _rule(
        resolving.weekday,
        rf"\b{_BY}(?:(?P<next>next)\s+|coming\s+|following\s+|this\s+)?{_WEEKDAY}{_NO_DAY_NUMBER}(?!\s+(?:week|next|last))(?:{_PART}){_AFTER_SHORT}",
    ),
    _rule(
        resolving.weekday,
        rf"\b(?P<by>){_FULL_WEEKDAY}(?!s|'|\s+(?:last|week|next)){_NO_DAY_NUMBER}{_PART}",
    ),
    _rule(
        resolving.weekend,
        r"\b(?:(?P<by>by|before|over|at|until|after|during|on)\s+)(?:the\s+)?(?P<which>this|next|coming)?\s?weekend\b",
    ),
    _rule(resolving.weekend, r"(?P<by>)\b(?P<which>this|next) weekend\b"),
    _rule(
        resolving.week,
        rf"\b(?:{_IN_PARTS})?(?P<which>next|this|coming|following) week\b(?!end)",
    ),
    _rule(resolving.week, rf"\b{_IN_PARTS}(?P<which>)week\b(?!end)"),
    _rule(resolving.week, r"\b(?P<part>mid)-?(?P<which>)week\b"),
    _rule(
        resolving.month,
        rf"\b(?:{_IN_PARTS})?(?P<which>next|this|coming|following) month\b",
    ),
    _rule(resolving.month, rf"\b{_IN_PARTS}(?P<which>)month\b"),
    _rule(
        resolving.named_month,
        rf"\b(?P<by>)(?:{_IN_PARTS}){_MONTH_IN_FULL}{_YEAR}(?!\s+\d{{1,2}}(?:st|nd|rd|th)?\b)",
    ),
    _rule(
        resolving.named_month,
        rf"\b(?P<by>in|by|before|until|during)\s+(?P<part>)?{_MONTH_IN_FULL}{_YEAR}(?!\s+\d|\s+(?:i|we|you|the|be|have|not|cause)\b)",
    ),
    _rule(resolving.year_end, r"\b(?:end of (?:the |this )?year|year[ -]end)\b"),
    _rule(
        resolving.feast,
        r"\b(?P<by>by|before|until|in time for|after)\s+(?:the\s+)?(?P<feast>christmas|xmas|new year|easter)\b(?!\s+(?:card|sale|offer|party|\d))",
    ),
    _rule(
        resolving.day_of_month,
        rf"\b{_BY}(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)\b(?P<next>\s+of next month)?(?!\s+(?:century|floor|time|street|avenue|of\s+(?!next|this|the month)[a-z]|"
        r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|day|call|e?mail|request|message|tweet|attempt|party|anniversary|of this))",
    ),
    _rule(
        resolving.day_of_month,
        rf"(?P<by>)\b{_ANY_WEEKDAY},?\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)\b(?P<next>)(?!\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
    ),
    _rule(
        resolving.day_of_month,
        r"(?P<by>)\bthe (?P<day>\d{1,2})(?:st|nd|rd|th)(?P<next> of next month)\b",
    ),
    _rule(
        resolving.named_date,
        rf"\b(?:{_BY}(?:the\s+)?)?(?:{_ANY_WEEKDAY},?\s+(?:the\s+)?)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s?(?:of\s+)?{_MONTH}\b{_YEAR}(?!\s+(?:be|have|not|i|we|you|cause|take)\b)",
    ),
    _rule(
        resolving.named_date,
        rf"\b(?:{_BY})?the (?P<day>{'|'.join(ORDINALS)}) of {_MONTH_IN_FULL}{_YEAR}",
    ),
    _rule(
        resolving.named_date,
        rf"\b{_BY}(?:{_ANY_WEEKDAY},?\s+)?{_MONTH}\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b{_YEAR}(?![\d:%]|\s?[ap]m\b)",
    ),
    _rule(
        resolving.named_date,
        rf"(?P<by>)\b(?!may\b|mar(?:ch)?\b){_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b{_YEAR}(?![\d:%]|\s?[ap]m\b)",
    ),
    _rule(
        resolving.named_date,
        rf"(?P<by>)\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:(?:st|nd|rd|th)\b|(?=,?\s+20\d\d)){_YEAR}",
    ),
    _rule(
        resolving.iso_date,
        r"(?<![\w-])(?P<year>20\d\d)[-/](?P<month>[01]\d)[-/](?P<day>[0-3]\d)(?![\w-]*\d{2})(?!-)",
    ),
    _rule(
        resolving.slashed,
        r"(?<![\w./#-])(?:(?P<by>before)\s+)?(?P<first>\d{1,2})(?P<mark>[/.-])(?P<second>\d{1,2})(?P=mark)(?P<year>20\d\d|(?<!\.)\d\d)(?![\w./-]*\d)(?!-)",
    ),
    _rule(  # "by 14/12", "on 3.12."; a bare 24/7 is none
        resolving.slashed,
        rf"\b{_BY}(?:the\s+)?(?P<first>\d{{1,2}})/(?P<second>\d{{1,2}})\b(?!/\d)(?P<year>)",
    ),
    _rule(
        resolving.slashed,
        rf"\b{_BY}(?:the\s+)?(?P<first>\d{{1,2}})\.(?P<second>\d{{1,2}})\.(?!\d)(?P<year>)",
    ),
)
