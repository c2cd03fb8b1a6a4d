"""The review queue of probable links: which post may continue which private complaint, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from shlex import join
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pipeline.dashboard import words
from pipeline.dashboard.asking import limit_of
from pipeline.dashboard.pages import Desk, show
from pipeline.dashboard.rows import case_link, shortened
from pipeline.dashboard.times import When
from pipeline.domain.suspecting import Suspicion
from pipeline.domain.verdict import Verdict
from pipeline.masks import pseudonym
from pipeline.wire import plain

PATH: Final = "/links"
SHOWN_MAX: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two cases."""

    case: str
    link: str
    who: str
    channels: str
    opened: When | None
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """One probable link, and the words that confirm it at the command line."""

    public: Side
    private: Side
    reasons: tuple[str, ...]
    points: int
    outcome: str
    outcome_name: str
    confirm: str


async def show_links(desk: Desk, request: Request) -> Response:
    """Show the probable links that nobody has decided yet, the most probable first."""
    rows = await run_in_threadpool(_rows, desk)
    asked = desk.asked(request)
    return await show(desk, "links.html", "links", asked, rows=rows, most=SHOWN_MAX)


async def get_links(desk: Desk, request: Request) -> Response:
    """Answer with the probable links."""
    found = await run_in_threadpool(desk.book.suspected, limit_of(request.query_params))
    return JSONResponse({"as_of": plain(desk.teller.now), "items": [_told(one) for one in found]})


def _rows(desk: Desk) -> list[LinkRow]:
    return [_row(one, desk) for one in desk.book.suspected(SHOWN_MAX)]


def _row(one: Suspicion, desk: Desk) -> LinkRow:
    cases = (one.public.case, one.private.case)  # ids of mails hold what a shell would act on
    return LinkRow(
        public=_side(one.public, desk),
        private=_side(one.private, desk),
        reasons=one.reasons,
        points=one.points,
        outcome=one.verdict.outcome,
        outcome_name=words.named(words.OUTCOMES, one.verdict.outcome),
        confirm=join(("ccm", "link", "confirm", *cases)),
    )


def _side(verdict: Verdict, desk: Desk) -> Side:
    first = desk.book.message(verdict, desk.teller.now, lambda one: one.direction == "inbound")
    return Side(
        case=verdict.case,
        link=case_link(verdict.case),
        who=pseudonym(verdict.customer),
        channels=", ".join(words.channel(name) for name in verdict.channels),
        opened=desk.teller.when(verdict.opened_at),
        quote=shortened(first.text if first is not None else ""),
    )


def _told(one: Suspicion) -> Mapping[str, Any]:
    return {
        "public": one.public.case,
        "private": one.private.case,
        "points": one.points,
        "reasons": list(one.reasons),
        "outcome": one.verdict.outcome,
        "route": one.verdict.route,
    }
