"""What an address asks for: filters, pages and limits, checked before anything is read."""

from collections.abc import Mapping
from typing import Any, Final, cast, get_args

from pipeline.dashboard.ports import CaseFilter
from pipeline.domain.calendar import week_bounds
from pipeline.domain.verdict import LeftIn, Outcome, Route
from pipeline.errors import InputError

PAGE_SIZE: Final = 50
PAGE_MAX: Final = 100_000
LIMIT: Final = 50
LIMIT_MAX: Final = 200


def filter_of(asked: Mapping[str, str]) -> CaseFilter:
    """Return the filter that an address names; empty values count as not named.

    Raises:
        InputError: a value that no case can have; the message lists those that one can.
    """
    return CaseFilter(
        outcome=cast(Outcome | None, _one_of(asked, "outcome", get_args(Outcome))),
        route=cast(Route | None, _one_of(asked, "route", get_args(Route))),
        left_in=cast(LeftIn | None, _one_of(asked, "left_in", get_args(LeftIn))),
        week=_week(asked),
        unfinished=_one_of(asked, "open", ("0", "1")) == "1",
    )


def page_of(asked: Mapping[str, str]) -> int:
    """Return the number of the page, from 1.

    Raises:
        InputError: it is no such number.
    """
    return _number(asked, "page", 1, PAGE_MAX)


def limit_of(asked: Mapping[str, str]) -> int:
    """Return how many items are asked for at most.

    Raises:
        InputError: it is no number from 1 to `LIMIT_MAX`.
    """
    return _number(asked, "limit", LIMIT, LIMIT_MAX)


def _number(asked: Mapping[str, str], name: str, default: int, most: int) -> int:
    told = asked.get(name, "")
    if not told:
        return default
    if not (told.isascii() and told.isdecimal() and 1 <= int(told[:9]) <= most):
        raise InputError(f"{name} is {told[:40]!r}; write a number from 1 to {most}")
    return int(told)


def _one_of(asked: Mapping[str, str], name: str, known: tuple[Any, ...]) -> Any:
    told = asked.get(name, "")
    if told and told not in known:
        raise InputError(f"{name} is {told[:40]!r}; write one of {', '.join(known)}")
    return told or None


def _week(asked: Mapping[str, str]) -> str | None:
    week = asked.get("week", "").strip()
    if week:
        week_bounds(week, "UTC")
    return week or None
