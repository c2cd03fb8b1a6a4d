"""An address says what is asked for, and what is shown can be kept as an address."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dashboard.asking import CLOSED, SWITCHES, Asked, asked_of
from pipeline.domain.calendar import iso_week
from pipeline.domain.members import MEMBERS
from pipeline.domain.scope import CaseFilter, Scope
from pipeline.errors import InputError
from tests.unit.dashboard.fakes import NOW

ZONE = "Europe/Berlin"
NAMES = st.sampled_from([None, "none", "e-mail", "a&b=c", "ü", "100%", "x|y", "<b>"])
WEEKS = st.sampled_from([None, "2026-W01", "2026-W20", "2026-W53"])


def asked(query: str) -> Asked:
    """What a query string asks for."""
    return asked_of(dict(parse_qsl(query)), NOW, ZONE)


@st.composite
def filters(draw: st.DrawFn) -> CaseFilter:
    """Any filter that an address can name."""
    weeks = sorted(one for one in (draw(WEEKS), draw(WEEKS)) if one)
    closed: dict[str, Any] = {
        name: draw(st.sampled_from([None, *values])) for name, values in CLOSED.items()
    }
    figure = closed["figure"]
    switches: dict[str, Any] = {name: draw(st.booleans()) for name in SWITCHES}
    return CaseFilter(
        scope=Scope(
            channel=draw(NAMES),
            topic=draw(NAMES),
            team=draw(NAMES),
            since=weeks[0] if weeks else None,
            until=weeks[1] if len(weeks) > 1 else None,
        ),
        **closed,
        **switches,
        part="all" if figure is None else draw(st.sampled_from(list(MEMBERS[figure]))),
        public=draw(st.sampled_from([None, True, False])),
        words=draw(st.sampled_from(["", "lost parcel", "a&b", "+1"])),
    )


@given(filters(), st.integers(1, 9))
def test_what_was_asked_comes_back_from_its_address(which: CaseFilter, page: int) -> None:
    """One parser and one writer, each the other's inverse."""
    told = Asked(which=which, page=page)
    assert asked(urlsplit(told.at("/cases", page=page)).query) == told
    assert asked(urlsplit(told.at("/cases")).query) == Asked(which=which)


def test_a_relative_range_moves_along() -> None:
    """A kept address of the last four weeks is always about the last four weeks."""
    told = asked("last=4&channel=x")
    assert told.scope == Scope(channel="x", since=iso_week(NOW - timedelta(weeks=3), ZONE))
    assert told.at("/cases", outcome="open") == "/cases?channel=x&last=4&outcome=open"
    assert told.at("/", since="2026-W01") == "/?channel=x&from=2026-W01"
    assert asked("from=2026-W01").at("/", last=13) == "/?last=13"


def test_a_week_stands_for_both_ends() -> None:
    """The short form of one cohort."""
    assert asked("week=2026-W47").scope == Scope(since="2026-W47", until="2026-W47")


def test_a_link_within_a_scope_drops_the_filter() -> None:
    """From a list back to the figures of the same cases."""
    told = asked("theme=refund&outcome=open&q=lamp&page=3")
    assert told.within("/figures") == "/figures?theme=refund"
    assert told.at("/cases", words="") == "/cases?theme=refund&outcome=open"


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-W99",
        "to=yesterday",
        "from=2026-W10&to=2026-W09",
        "last=0",
        "last=100000",
        "channel=" + "x" * 101,
        "theme=a%00b",
        "figure=nice",
        "figure=private_wait&part=yes",
        "part=some",
        "promise=holy",
        "public=2",
        "page=100001",
    ],
)
def test_what_cannot_be_had_says_what_to_write(query: str) -> None:
    """Every refusal names the field and the way out."""
    with pytest.raises(InputError, match="write"):
        asked(query)


@pytest.mark.parametrize("query", ["utm_source=mail", "outcome=", "from=2031-W01", "q=%20%20"])
def test_what_means_nothing_here_is_no_error(query: str) -> None:
    """Unknown names, empty values and the future are nothing to complain about."""
    assert asked(query).which.outcome is None
