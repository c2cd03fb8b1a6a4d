"""A small grammar of deadlines: "by Thursday", "within 2 business days", "in 5-7 working days", "on
3 March".

One function, ``find_deadline``; python-dateutil does the calendar arithmetic behind it. Rules:

* A range means its later end; a bare day means its end, 23:59:59 in the zone (definitions, section
  8).
* Hours and minutes count exactly from the message; days, weeks and months run to the end of the
  last day.
* Business days are Monday to Friday; public holidays are not known here.
* "Next week", "this week" and "this month" mean the end of their last day; "before Friday" the end
  of Thursday.
* "Today" as a weekday name means the one a week later; "next Friday" means that of the next ISO
  week.
* A bare date that has just gone by is no deadline; one more than half a year back is meant for next
  year.
* Words that only look like dates ("may", "sat", "march", "sun") need a day number or "by", "on",
  "until" beside them.
* Nothing more than ``DAYS_MAX`` ahead, nothing vague ("soon", "a few days"), nothing ambiguous
  ("3/4").
"""

# ruff: noqa: E501 - a pattern is read more easily in one piece

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from dateutil.tz import resolve_imaginary

DAYS_MAX: Final = 366
"""Days: what lies further ahead is not taken for a deadline."""

CHARS_MAX: Final = 4_000
"""Characters of the text that are searched: bounds the work, a promise's sentence is shorter."""

END_OF_DAY: Final = time(23, 59, 59)
CLOSE_OF_BUSINESS: Final = time(17, 0)
HOURS_OF_BUSINESS_DAY: Final = 8
_NEAR: Final = 14  # characters between a day and its time of day: "by 5 pm on Friday"
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_NUMBERS: Final = {
    word: number
    for number, words in enumerate(
        ["a an one", "two couple", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
        start=1,
    )
    for word in words.split()
} | {"fourteen": 14, "thirty": 30}
_NUMBER: Final = (
    r"(?:\d{1,4}|a couple of|couple of|" + "|".join(sorted(_NUMBERS, reverse=True)) + ")"
)
_BY: Final = r"(?P<by>by|before|on|until|till|til|no later than|due|from|after|this|next|coming)\s+(?:the\s+)?"
_MONTH: Final = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR: Final = r"(?:,?\s+(?P<year>20\d\d))?"
_CLOCK: Final = re.compile(
    r"\b(?:(?:by|before|at|until|till|around|no later than)\s+)?"
    r"(?:(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s?(?P<half>am|pm|a\.m|p\.m)\b"
    r"|(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)\b|(?P<noon>noon|midday)\b)"
)

Resolve = Callable[[re.Match[str], datetime], datetime | None]


def find_deadline(
    text: str, at: datetime, zone: str = "UTC"
) -> tuple[datetime, tuple[int, int]] | None:
    """The first deadline that a text names, as an aware UTC time and its offsets in the text.

    Args:
        text: any text; case does not matter.
        at: when it was written; aware (a naive time counts as UTC).
        zone: IANA zone in which "tomorrow" and "5 pm" are meant; an unknown one counts as UTC.

    Returns:
        ``(due, (start, end))``, or null when there is none that is clear, ahead and within
        ``DAYS_MAX``.
    """
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    place = _zone(zone)
    try:
        now = aware.astimezone(place).replace(tzinfo=None)
        candidates = sorted(_candidates(_same_length_lower(text[:CHARS_MAX]), now))
        for start, end, local in candidates:
            due = _to_utc(local, place)
            if aware < due <= aware + timedelta(days=DAYS_MAX):
                return due, (start, -end)
    except (OverflowError, ValueError):  # the first and last years of the calendar
        return None
    return None


def _candidates(text: str, now: datetime) -> Iterator[tuple[int, int, datetime]]:
    """``(start, -end, local time)`` of everything that parses: sorted, the earliest and then
    longest is first."""
    clocks = [(match, when) for match in _CLOCK.finditer(text) if (when := _clock_time(match))]
    for pattern, resolve in _GRAMMAR:
        for match in re.finditer(pattern, text):
            local = resolve(match, now)
            if local is not None:
                yield _with_clock(match, local, clocks)
    for match, when in clocks:
        if match.group()[0].isalpha():  # "by 5 pm" alone: the next time the clock shows it
            today = datetime.combine(now.date(), when)
            yield match.start(), -match.end(), today if today > now else today + timedelta(days=1)


def _with_clock(
    match: re.Match[str], local: datetime, clocks: list[tuple[re.Match[str], time]]
) -> tuple[int, int, datetime]:
    """Sets the time of day where one stands beside the day."""
    start, end = match.span()
    if local.time() != END_OF_DAY:
        return start, -end, local
    for clock, when in clocks:
        gap = max(clock.start() - end, start - clock.end())
        if 0 <= gap <= _NEAR:
            at = datetime.combine(local.date(), when)
            return min(start, clock.start()), -max(end, clock.end()), at
    return start, -end, local


def _in_units(match: re.Match[str], now: datetime) -> datetime | None:
    count = _number(match["high"] or match["low"])
    unit = match["unit"]
    if count is None or count > DAYS_MAX * 24:
        return None
    if unit[0] == "h" and match["kind"]:
        return _end(_business_days(now.date(), -(-count // HOURS_OF_BUSINESS_DAY)))
    if unit.startswith(("min", "h")):
        return now + (timedelta(minutes=count) if unit[0] == "m" else timedelta(hours=count))
    if count > DAYS_MAX:
        return None
    if match["kind"]:
        return _end(_business_days(now.date(), count))
    return _end(now.date() + _period(unit, count))


def _period(unit: str, count: int) -> relativedelta:
    if unit.startswith("mo"):
        return relativedelta(months=count)
    return relativedelta(weeks=count) if unit[0] == "w" else relativedelta(days=count)


def _near_day(match: re.Match[str], now: datetime) -> datetime | None:
    part = match["part"] or ""
    tomorrow = match["day"] in ("tomorrow", "tmrw", "tomoz")
    day = now.date() + timedelta(days=1 if tomorrow else 0)
    closing = {"morning": time(12, 0), "afternoon": time(18, 0)}.get(part.strip(), END_OF_DAY)
    return datetime.combine(day, closing)


def _end_of_day(match: re.Match[str], now: datetime) -> datetime | None:
    business = "business" in match.group() or "cob" in match.group() or "play" in match.group()
    return datetime.combine(now.date(), CLOSE_OF_BUSINESS if business else END_OF_DAY)


def _weekday(match: re.Match[str], now: datetime) -> datetime | None:
    ahead = (_WEEKDAYS.index(match["name"][:3]) - now.weekday()) % 7 or 7
    by = match["by"] or ""
    if by == "next" and now.weekday() + ahead < 7:
        ahead += 7
    return _end(now.date() + timedelta(days=ahead - (1 if by == "before" else 0)))


def _week(match: re.Match[str], now: datetime) -> datetime | None:
    weeks = 1 if match["which"] == "next" else 0
    return _end(now.date() + timedelta(days=6 - now.weekday(), weeks=weeks))


def _month(match: re.Match[str], now: datetime) -> datetime | None:
    months = 1 if match["which"] == "next" else 0
    return _end(now.date() + relativedelta(months=months, day=31))


def _day_of_month(match: re.Match[str], now: datetime) -> datetime | None:
    day = int(match["day"])
    if not 1 <= day <= 31:
        return None
    for months in range(3):
        found = now.date() + relativedelta(day=1, months=months)
        found += relativedelta(day=day)
        if found.day == day and found >= now.date():
            return _end(_before(match, found))
    return None


def _date(match: re.Match[str], now: datetime) -> datetime | None:
    month = _MONTHS.index(match["month"][:3]) + 1
    year = int(match["year"] or now.year)
    try:
        found = date(year, month, int(match["day"]))
    except ValueError:
        return None
    if not match["year"] and (now.date() - found).days > DAYS_MAX // 2:
        found += relativedelta(years=1)
    return _end(_before(match, found))


def _iso_date(match: re.Match[str], _now: datetime) -> datetime | None:
    try:
        return _end(date(int(match["year"]), int(match["month"]), int(match["day"])))
    except ValueError:
        return None


def _slashed(match: re.Match[str], _now: datetime) -> datetime | None:
    """14/03/2026 and 3/14/2026 are clear, 3/4/2026 is not."""
    first, second, year = (int(match[name]) for name in ("first", "second", "year"))
    if (first > 12) == (second > 12):
        return None
    day, month = (first, second) if first > 12 else (second, first)
    try:
        return _end(date(year if year > 99 else 2000 + year, month, day))
    except ValueError:
        return None


_GRAMMAR: Final[tuple[tuple[str, Resolve], ...]] = (
    (
        r"\b(?:with-?in|in|up to|under|inside|after|for|over the next|the next|another|give (?:it|me|us)|less than"
        r"|no more than|next)\s+(?:the\s+next\s+|the\s+|about\s+|around\s+|approximately\s+|another\s+|up\s+to\s+)?"
        rf"(?P<low>{_NUMBER})(?:\s?(?:-|to|or)\s?(?P<high>{_NUMBER}))?[\s-]?(?:more\s+)?"
        r"(?P<kind>(?:business|working|work)\s+)?(?P<unit>minutes?|mins?|hours?|hrs?|days?|weeks?|months?)\b"
        r"(?!\s+(?:ago|of\b|earlier|late|before))",
        _in_units,
    ),
    (  # "5-7 business days" needs no word before it
        rf"\b(?P<low>{_NUMBER})(?:\s?(?:-|to|or)\s?(?P<high>{_NUMBER}))?[\s-]?"
        r"(?P<kind>(?:business|working|work)\s+)(?P<unit>days?|hours?)\b(?!\s+(?:ago|of\b|late|already))",
        _in_units,
    ),
    (
        r"\b(?P<day>today|tonight|tomorrow|tmrw|tomoz)\b(?!'s)(?P<part>\s+(?:morning|afternoon|evening|night))?",
        _near_day,
    ),
    (
        r"\b(?:end of (?:the |play|business )?(?:day|today)?|eod|cob|close of (?:business|play))\b",
        _end_of_day,
    ),
    (
        rf"\b(?:{_BY})(?P<name>mon(?:day)?|tue(?:s|sday)?|wed(?:nesday|s)?|thu(?:r|rs|rsday)?|fri(?:day)?"
        r"|sat(?:urday)?|sun(?:day)?)\b(?!\s+(?:the\s+)?\d)",
        _weekday,
    ),
    (
        r"(?<!last )(?<!every )(?<!since )(?<!previous )\b(?P<by>)"
        r"(?P<name>monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b(?!s|\s+(?:the\s+)?\d|\s+last)",
        _weekday,
    ),
    (r"\b(?:by |in |at )?(?:the )?(?:end of )?(?P<which>next|this) week\b(?!end)", _week),
    (
        r"\b(?:by|before|at|over|until) the (?P<which>)(?:end of (?:the |this )?week|weekend)\b",
        _week,
    ),
    (r"\bend of (?:the |this )?(?P<which>)week\b", _week),
    (r"\b(?P<which>next|this) month\b", _month),
    (r"\bend of (?:the |this )?(?P<which>)month\b", _month),
    (
        rf"\b{_BY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)\b(?!\s+(?:century|floor|time|street|avenue|of\s+[a-z]|"
        r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|day|call|e?mail|request))",
        _day_of_month,
    ),
    (
        rf"\b(?:{_BY})?(?:[a-z]{{3,9}}day,?\s+(?:the\s+)?)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b{_YEAR}",
        _date,
    ),
    (
        rf"\b(?:{_BY})(?:[a-z]{{3,9}}day,?\s+)?{_MONTH}\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b{_YEAR}(?![\d:%])",
        _date,
    ),
    (
        rf"(?P<by>)\b(?!may\b|mar(?:ch)?\b){_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b{_YEAR}(?![\d:%])",
        _date,
    ),
    (
        rf"(?P<by>)\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:(?:st|nd|rd|th)\b|(?=,?\s+20\d\d)){_YEAR}",
        _date,
    ),
    (r"\b(?P<year>20\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)\b", _iso_date),
    (r"\b(?P<first>\d{1,2})[/.](?P<second>\d{1,2})[/.](?P<year>20\d\d|\d\d)\b", _slashed),
)
"""Each pattern with what it means. No nested repetition: the work is linear in the text."""


def _clock_time(match: re.Match[str]) -> time | None:
    if match["noon"]:
        return time(12, 0)
    if match["hour24"]:
        return time(int(match["hour24"]), int(match["minute24"]))
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if not 1 <= hour <= 12 or minute > 59:
        return None
    return time(hour % 12 + (12 if match["half"][0] == "p" else 0), minute)


def _number(word: str) -> int | None:
    if word.isdecimal():
        return int(word)
    return _NUMBERS.get(word.removeprefix("a ").removesuffix(" of"))


def _business_days(day: date, count: int) -> date:
    """The ``count``-th business day after ``day``."""
    weeks, rest = divmod(count, 5)
    day -= timedelta(days=max(0, day.weekday() - 4))  # from a weekend one counts as from its Friday
    if day.weekday() + rest > 4:
        rest += 2
    return day + timedelta(days=rest, weeks=weeks)


def _before(match: re.Match[str], day: date) -> date:
    return day - timedelta(days=1) if match["by"] == "before" else day


def _end(day: date) -> datetime:
    return datetime.combine(day, END_OF_DAY)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        return UTC


def _to_utc(local: datetime, place: tzinfo) -> datetime:
    """The later reading of an hour that comes twice; an hour that is skipped moves on with the
    clock."""
    return resolve_imaginary(local.replace(tzinfo=place, fold=1)).astimezone(UTC)


def _same_length_lower(text: str) -> str:
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else text
