"""From a match to a local time: what each pattern of ``patterns`` means at a moment in a region."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Final

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

from models.deadlines.clocks import LUNCH, NOON
from models.deadlines.regions import Region

END_OF_DAY: Final = time(23, 59, 59)
CLOSE_OF_BUSINESS: Final = time(17, 0)
END_OF_AFTERNOON: Final = time(18, 0)
HOURS_OF_BUSINESS_DAY: Final = 8
COUNT_MAX: Final = 366 * 24
HALF_A_YEAR: Final = 183  # days
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
NUMBERS: Final = {
    word: number
    for number, words in enumerate(
        ["a an one", "two couple", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
        start=1,
    )
    for word in words.split()
} | {
    "twelve": 12,
    "fourteen": 14,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "sixty": 60,
    "another": 1,
    "next": 1,
}

_EARLY: Final = ("early", "beginning", "start")
_MIDDLE: Final = ("mid", "middle")

ORDINALS: Final = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth", "twentieth"),
)

Resolve = Callable[[re.Match[str], datetime, Region], datetime | timedelta | None]
"""A local time, or a span that counts exactly from the message whatever the clocks do meanwhile."""


def in_units(match: re.Match[str], now: datetime, region: Region) -> datetime | timedelta | None:
    """Such as "within 48 hours", "in 3-5 working days", "in a fortnight"."""
    count = _number(match["high"] or match["low"])
    unit = match["unit"]
    if count is None or count > COUNT_MAX:
        return None
    business = bool(match["kind"]) and match["kind"].strip() != "calendar"
    if unit[0] == "h" and business:
        return end(region.business_day(now.date(), -(-int(count) // HOURS_OF_BUSINESS_DAY)))
    if unit[0] == "h":
        return timedelta(hours=count)
    if unit.startswith("min"):
        return timedelta(minutes=count)
    if count > HALF_A_YEAR * 2:
        return None
    if business:
        return end(region.business_day(now.date(), int(count)))
    return end(now.date() + _period(unit, count))


def half_unit(match: re.Match[str], now: datetime, _region: Region) -> datetime | timedelta:
    """Such as "in half an hour", "within the hour", "in an hour and a half"."""
    if "day" in match.group():
        return end(now.date())
    minutes = 90 if "half" in match.group() and match["more"] else 30 if match["half"] else 60
    return timedelta(minutes=minutes)


def near_day(match: re.Match[str], now: datetime, _region: Region) -> datetime | None:
    """Such as "today", "tomorrow morning", "the day after tomorrow", "tonight"."""
    day = now.date() + timedelta(days=_days_to(match["day"]))
    return datetime.combine(day, NOON if match["first"] else _part_of_day(match["part"]))


def _days_to(word: str) -> int:
    if "after" in word:
        return 2
    return 1 if word.startswith(("tom", "tmr", "2mor")) else 0


def part_of_today(match: re.Match[str], now: datetime, _region: Region) -> datetime | None:
    """Such as "this afternoon", "in the morning", "overnight", "later today"."""
    part = match["part"]
    if match["which"] == "this" or part not in ("morning", "overnight"):
        return datetime.combine(now.date(), _part_of_day(part))
    coming = now.date() if now.time() < time(6) else now.date() + timedelta(days=1)
    return datetime.combine(coming, NOON)


def end_of_day(match: re.Match[str], now: datetime, _region: Region) -> datetime | None:
    """Such as "by end of day", "close of business on Friday", "by the end of play tomorrow"."""
    words = match.group()
    business = any(word in words for word in ("business", "cob", "play", "working", "office"))
    day = match["day"] or ""
    ahead = 1 if day.startswith(("tom", "tmr")) else 0
    if day[:3] in WEEKDAYS:
        ahead = (WEEKDAYS.index(day[:3]) - now.weekday()) % 7
    when = CLOSE_OF_BUSINESS if business else END_OF_DAY
    if ahead == 0 and day[:3] in WEEKDAYS and now.time() >= when:
        ahead = 7
    return datetime.combine(now.date() + timedelta(days=ahead), when)


def weekday(match: re.Match[str], now: datetime, _region: Region) -> datetime | None:
    """Such as "by Thursday", "next Friday", "first thing Monday", "Monday week"."""
    ahead = (WEEKDAYS.index(match["name"][:3]) - now.weekday()) % 7 or 7
    words = match.groupdict()
    by = words.get("by") or ""
    if (by == "next" or words.get("next")) and now.weekday() + ahead < 7:
        ahead += 7
    if words.get("week"):
        ahead += 7
    day = now.date() + timedelta(days=ahead - (1 if by == "before" else 0))
    return datetime.combine(day, NOON if words.get("first") else _part_of_day(words.get("part")))


def week_from(match: re.Match[str], now: datetime, _region: Region) -> datetime | None:
    """Such as "a week today", "two weeks on Monday"."""
    day, count = match["day"], _number(match["count"]) or 1
    ahead = _days_to(day)
    if day[:3] in WEEKDAYS:
        ahead = (WEEKDAYS.index(day[:3]) - now.weekday()) % 7 or 7
    return end(now.date() + timedelta(days=ahead, weeks=count))


def week(match: re.Match[str], now: datetime, _region: Region) -> datetime | None:
    """Such as "next week", "early next week", "by the end of the week"."""
    weeks = 1 if match["which"] in ("next", "coming", "following") else 0
    early, middle = match["part"] in _EARLY, match["part"] in _MIDDLE
    last = 1 if early else 2 if middle else 6
    return end(now.date() + timedelta(days=last - now.weekday(), weeks=weeks))


def weekend(match: re.Match[str], now: datetime, _region: Region) -> datetime | None:
    """The weekend ends on Sunday, "before the weekend" on Friday, "after" it on Monday."""
    last = {"before": 4, "after": 7}.get(match["by"] or "", 6)
    weeks = 1 if match["which"] == "next" else 0
    return end(now.date() + timedelta(days=last - now.weekday(), weeks=weeks))


def month(match: re.Match[str], now: datetime, _region: Region) -> datetime | None:
    """Such as "next month", "by the middle of the month"."""
    months = 1 if match["which"] in ("next", "coming", "following") else 0
    return end(now.date() + relativedelta(months=months, day=_day_in_month(match["part"])))


def named_month(match: re.Match[str], now: datetime, _region: Region) -> datetime | None:
    """Such as "in December", "by mid-January"; "before March" ends with February."""
    number = MONTHS.index(match["month"][:3]) + 1
    year = int(match["year"] or now.year + (number < now.month))
    if not match["part"] and match["by"] == "before":
        return end(date(year, number, 1) - timedelta(days=1))
    day = 1 if not match["part"] and match["by"] == "by" else _day_in_month(match["part"])
    return end(date(year, number, 1) + relativedelta(day=day))


def _day_in_month(part: str | None) -> int:
    if part in _EARLY:
        return 10
    return 15 if part in _MIDDLE else 31


def year_end(_match: re.Match[str], now: datetime, _region: Region) -> datetime | None:
    """Such as "by the end of the year"."""
    return end(date(now.year, 12, 31))


def feast(match: re.Match[str], now: datetime, _region: Region) -> datetime | None:
    """A feast: "by Christmas" ends on the 24th of December; "before the new year" with the year."""
    year = now.year
    for _ in range(2):
        days = {"c": date(year, 12, 25), "x": date(year, 12, 25), "n": date(year + 1, 1, 1)}
        day = days.get(match["feast"][0]) or easter(year)
        if match["by"] == "after":
            day += timedelta(days=2)
        if day > now.date():
            return end(day - timedelta(days=1))
        year += 1
    return None


def day_of_month(match: re.Match[str], now: datetime, _region: Region) -> datetime | None:
    """Such as "by the 14th", "the 7th of next month", "Saturday the 5th"."""
    day = int(match["day"])
    first = 1 if match["next"] else 0
    for months in range(first, 3):
        found = now.date() + relativedelta(day=1, months=months)
        found += relativedelta(day=day)
        if found.day == day and found >= now.date():
            return end(_before(match, found))
    return None


def named_date(match: re.Match[str], now: datetime, _region: Region) -> datetime | None:
    """Such as "on 3 March", "by March 3rd", "Dec 3, 2026"."""
    number = MONTHS.index(match["month"][:3]) + 1
    day = match["day"]
    which = int(day) if day.isdecimal() else ORDINALS.index(day) + 1
    return _dated(match, now, match["year"], number, which)


def iso_date(match: re.Match[str], _now: datetime, _region: Region) -> datetime | None:
    """ "2026-12-01", "2026/12/01"."""
    return _on(int(match["year"]), int(match["month"]), int(match["day"]))


def slashed(match: re.Match[str], now: datetime, region: Region) -> datetime | None:
    """14/03/2026 and 3/14 are clear, 3/4 is so where the region has a custom."""
    first, second = int(match["first"]), int(match["second"])
    month_first = first <= 12 if (first > 12) != (second > 12) else region.month_first
    if first == second:
        month_first = False
    if month_first is None:
        return None
    day, number = (second, first) if month_first else (first, second)
    return _dated(match, now, match["year"], number, day)


def _dated(
    match: re.Match[str], now: datetime, year: str | None, number: int, day: int
) -> datetime | None:
    """A date, of next year where this year's lies more than half a year back."""
    given = int(year) if year else now.year
    found = _on(given + 2000 if given < 100 else given, number, day)
    if found is None:
        return None
    if not year and (now - found).days > HALF_A_YEAR:
        found += relativedelta(years=1)
    return end(_before(match, found.date()))


def _on(year: int, number: int, day: int) -> datetime | None:
    try:
        return end(date(year, number, day))
    except ValueError:
        return None


def _part_of_day(part: str | None) -> time:
    words = (part or "").split()
    names = {
        "morning": NOON,
        "am": NOON,
        "lunchtime": LUNCH,
        "time": LUNCH,  # "lunch time"
        "afternoon": END_OF_AFTERNOON,
        "pm": END_OF_AFTERNOON,
    }
    return names.get(words[-1], END_OF_DAY) if words else END_OF_DAY


def _period(unit: str, count: float) -> relativedelta:
    whole = int(count)
    if unit.startswith("mo"):
        return relativedelta(months=whole)
    if unit.startswith("fortnight"):
        return relativedelta(weeks=2 * whole)
    return relativedelta(weeks=whole) if unit[0] == "w" else relativedelta(days=whole)


def _number(word: str | None) -> float | None:
    if word is None:
        return None
    if word[0].isdecimal():
        return float(word)
    words = word.replace("-", " ").removeprefix("a couple").removesuffix("of").split()
    return NUMBERS.get(words[0]) if words else 2


def _before(match: re.Match[str], day: date) -> date:
    return day - timedelta(days=1) if match["by"] == "before" else day


def end(day: date) -> datetime:
    """The last second of a day."""
    return datetime.combine(day, END_OF_DAY)
