"""When a text says that something will be: "by Thursday", "within 2 business days", "end of play
tomorrow", "in a fortnight", "on 3 March".

One function, ``find_deadline``: a small grammar in front (``patterns``), python-dateutil and the
holidays library behind it (``resolving``, ``regions``). Rules:

* A range means its later end; a bare day means its end, 23:59:59 in the zone (definitions, section
  8). A morning ends at noon, an afternoon at six, business at five.
* Hours and minutes count exactly from the message; days, weeks and months run to the end of the
  last day.
* The zone names the country: its weekend and nationwide public holidays are no business days, and
  its custom says whether 3/4 is in April or in March. Where the custom is not clear (UTC, Canada,
  East Asia) 3/4 is no date, while 14/3 is.
* "Next week", "this week" and "this month" mean the end of their last day, "early next week" its
  Tuesday, "mid-week" its Wednesday; "before Friday" the end of Thursday.
* "Today" as a weekday name means the one a week later; "next Friday" means that of the next ISO
  week.
* A bare date that has just gone by is no deadline; one more than half a year back is meant for next
  year. What is told as past ("we called on Monday", "since Monday") is none, nor what counts from
  another moment than the message ("30 days from delivery").
* Words that only look like dates ("may", "sat", "march", "sun", "second") need a day number or
  "by", "on", "until" beside them; numbers of phones, orders and versions are no dates.
* Nothing more than ``DAYS_MAX`` ahead, nothing vague ("soon", "a few days").
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.tz import resolve_imaginary

from models.bounded import compiled
from models.deadlines.clocks import CLOCK, Clock, clock_of
from models.deadlines.patterns import GRAMMAR, PAST, PAST_AFTER, PAST_VERB
from models.deadlines.regions import Region, region_of
from models.deadlines.resolving import END_OF_DAY

DAYS_MAX: Final = 366
"""Days: what lies further ahead is not taken for a deadline."""

CHARS_MAX: Final = 4_000
"""Characters of the text that are searched: bounds the work, a promise's sentence is shorter."""

_NEAR: Final = 14  # characters between a day and its time of day: "by 5 pm on Friday"
_CHARS_BEFORE: Final = 60  # in which it shows that something is told as past
_OPENING_HOURS: Final = compiled(
    r"\b(?:open(?:ing|s)?|clos(?:ed|es|ing)|hours?|lines?|available|mon)\b[^.!?\n]{0,24}$"
)

_PLAIN: Final = str.maketrans("\u2018\u2019\u2013\u2014\u2212\u00a0\u202f", "''---  ")

Found = tuple[int, int, datetime, tzinfo | None]
"""Start, minus the end, local time, and the zone where the text names one: sorted, the earliest
comes first and of those the longest."""


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
        found = _candidates(_same_length_lower(text[:CHARS_MAX]), aware, place, region_of(zone))
        for start, end, local, named in sorted(found, key=lambda one: one[:3]):
            due = _to_utc(local, named or place)
            if aware < due <= aware + timedelta(days=DAYS_MAX):
                return due, (start, -end)
    except (OverflowError, ValueError):  # the first and last years of the calendar
        return None
    return None


def _candidates(text: str, aware: datetime, place: tzinfo, region: Region) -> Iterator[Found]:
    """Everything that parses, in no order."""
    now = aware.astimezone(place).replace(tzinfo=None)
    clocks = [clock for match in CLOCK.finditer(text) if (clock := clock_of(match))]
    for rule in GRAMMAR:
        for match in rule.pattern.finditer(text):
            if rule.may_be_past and _is_past(text, *match.span()):
                continue
            when = rule.resolve(match, now, region)
            if isinstance(when, timedelta):
                exact = (aware.astimezone(UTC) + when).replace(tzinfo=None)
                yield match.start(), -match.end(), exact, UTC
            elif when is not None:
                yield _with_clock(match, when, clocks)
    for clock in clocks:
        if clock.stands_alone and not _is_told(text, clock):
            there = aware.astimezone(clock.zone or place).replace(tzinfo=None)
            today = datetime.combine(there.date(), clock.when)
            ahead = today if today > there else today + timedelta(days=1)
            yield clock.start, -clock.end, ahead, clock.zone


def _is_past(text: str, start: int, end: int) -> bool:
    """Whether what stands around says that it is told, not promised."""
    before = _before(text, start)
    if PAST.search(before) or PAST_AFTER.match(text, end):
        return True
    return text.startswith(("on ", "in ", "at "), start) and bool(PAST_VERB.search(before))


def _is_told(text: str, clock: Clock) -> bool:
    """Whether a time of day belongs to the past or to opening hours."""
    opening = _OPENING_HOURS.search(_before(text, clock.start))
    return bool(opening) or _is_past(text, clock.start, clock.end)


def _before(text: str, start: int) -> str:
    return text[max(0, start - _CHARS_BEFORE) : start]


def _with_clock(match: re.Match[str], local: datetime, clocks: list[Clock]) -> Found:
    """Sets the time of day where one stands beside the day."""
    start, end = match.span()
    if local.time() != END_OF_DAY:
        return start, -end, local, None
    for clock in clocks:
        gap = max(clock.start - end, start - clock.end)
        if 0 <= gap <= _NEAR:
            at = datetime.combine(local.date(), clock.when)
            return min(start, clock.start), -max(end, clock.end), at, clock.zone
    return start, -end, local, None


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
    return (lowered if len(lowered) == len(text) else text).translate(_PLAIN)
