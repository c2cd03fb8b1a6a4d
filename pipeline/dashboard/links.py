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
from pipeline.dashboard.rows import case_link
from pipeline.dashboard.times import Teller, When
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """One probable link, and the words that decide it at the command line."""

    public: Side
    private: Side
    reasons: tuple[str, ...]
    points: int
    outcome: str
    outcome_name: str
    confirm: str
    reject: str


async def show_links(desk: Desk, request: Request) -> Response:
    """Show the probable links that nobody has decided yet, the most probable first."""
    found = await run_in_threadpool(desk.book.suspected, SHOWN_MAX)
    rows = [_row(one, desk.teller) for one in found]
    asked = desk.asked(request)
    return await show(desk, "links.html", "links", asked, rows=rows, most=SHOWN_MAX)


async def get_links(desk: Desk, request: Request) -> Response:
    """Answer with the probable links."""
    found = await run_in_threadpool(desk.book.suspected, limit_of(request.query_params))
    return JSONResponse({"as_of": plain(desk.teller.now), "items": [_told(one) for one in found]})


def _row(one: Suspicion, teller: Teller) -> LinkRow:
    cases = (one.public.case, one.private.case)  # ids of mails hold what a shell would act on
    return LinkRow(
        public=_side(one.public, teller),
        private=_side(one.private, teller),
        reasons=one.reasons,
        points=one.points,
        outcome=one.verdict.outcome,
        outcome_name=words.named(words.OUTCOMES, one.verdict.outcome),
        confirm=join(("ccm", "link", "confirm", *cases)),
        reject=join(("ccm", "link", "reject", *cases)),
    )


def _side(verdict: Verdict, teller: Teller) -> Side:
    return Side(
        case=verdict.case,
        link=case_link(verdict.case),
        who=pseudonym(verdict.customer),
        channels=", ".join(words.channel(name) for name in verdict.channels),
        opened=teller.when(verdict.opened_at),
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
