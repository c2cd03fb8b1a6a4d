"""Times of day: "by 5 pm", "at 17:30", "1730 hrs", "noon", "between 2 and 4 pm", with the zone where
one is named."""

# ruff: noqa: E501 - a pattern is read more easily in one piece

import re
from dataclasses import dataclass
from datetime import time, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from models.bounded import compiled

NOON: Final = time(12, 0)
LUNCH: Final = time(14, 0)
_FIRST_OFFICE_HOUR: Final = 7  # "5 o'clock" is in the afternoon, "9 o'clock" in the morning

_ZONES: Final = {
    "utc": "UTC",
    "gmt": "UTC",
    "bst": "Europe/London",
    "uk": "Europe/London",
    "cet": "Europe/Paris",
    "cest": "Europe/Paris",
    "ist": "Asia/Kolkata",
    **dict.fromkeys(("et", "est", "edt", "eastern"), "America/New_York"),
    **dict.fromkeys(("ct", "cst", "cdt", "central"), "America/Chicago"),
    **dict.fromkeys(("mt", "mst", "mdt", "mountain"), "America/Denver"),
    **dict.fromkeys(("pt", "pst", "pdt", "pacific"), "America/Los_Angeles"),
    **dict.fromkeys(("aest", "aedt"), "Australia/Sydney"),
}
"""Abbreviations as customers of English-speaking companies mean them, summer or winter."""

_SINGLE: Final = r"\d{1,2}(?:[:.]\d{2})?\s?(?:[ap]\.?m\.?)?"
CLOCK: Final = compiled(
    r"(?<![\w.,:/$£€-])(?P<by>(?:by|before|at|until|till|til|around|no later than|between|from)\s+(?:approx(?:imately|\.)?\s+|about\s+|around\s+|roughly\s+)?)?"
    rf"(?:{_SINGLE}\s?(?:-|to|and|until)\s?)?"
    r"(?:(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s?(?P<half>am|pm|a\.m|p\.m)\b"
    r"|(?P<hour24>[01]?\d|2[0-3])[:h](?P<minute24>[0-5]\d)\b(?![:.\d/-])"
    r"|(?P<hour4>[01]\d|2[0-3])(?P<minute4>[0-5]\d)\s?(?:hrs|hours|h)\b"
    r"|(?P<bell>\d{1,2}) o'?clock\b"
    r"|(?<=between )\d{1,2}(?:[:.]\d{2})? and (?P<bare>\d{1,2})\b(?!\.?\d|[:/%]|\s?[a-z$£€])"
    r"|(?P<noon>noon|midday)\b|(?P<lunch>lunch[ -]?time|lunch)\b|(?P<midnight>midnight)\b)"
    rf"(?:\.?\s?\(?(?P<zone>{'|'.join(_ZONES)})(?:\s+time)?\b)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time of day in a text.

    ``stands_alone``: it is meant as a deadline without a day beside it ("by 5 pm").
    """

    start: int
    end: int
    when: time
    zone: tzinfo | None
    stands_alone: bool


def clock_of(match: re.Match[str]) -> Clock | None:
    """What a match of ``CLOCK`` means; null where no clock shows it."""
    when = _time(match)
    if when is None:
        return None
    return Clock(
        start=match.start(),
        end=match.end(),
        when=when,
        zone=ZoneInfo(_ZONES[match["zone"]]) if match["zone"] else None,
        stands_alone=bool(match["by"]),
    )


def _time(match: re.Match[str]) -> time | None:
    for name, when in (("noon", NOON), ("lunch", LUNCH), ("midnight", time(23, 59, 59))):
        if match[name]:
            return when
    if match["hour24"]:
        return time(int(match["hour24"]), int(match["minute24"]))
    if match["hour4"]:
        return time(int(match["hour4"]), int(match["minute4"]))
    hour, minute = int(match["hour"] or match["bell"] or match["bare"]), int(match["minute"] or 0)
    if not 1 <= hour <= 12 or minute > 59:
        return None
    afternoon = match["half"][0] == "p" if match["half"] else hour < _FIRST_OFFICE_HOUR
    return time(hour % 12 + (12 if afternoon or (hour == 12 and not match["half"]) else 0), minute)
