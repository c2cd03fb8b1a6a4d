"""The pages: each reads the book in a worker thread and fills one template."""

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from pipeline.dashboard import words
from pipeline.dashboard.asking import PAGE_SIZE, Asked, asked_of
from pipeline.dashboard.case_view import CaseView, build_case
from pipeline.dashboard.overview import build_overview
from pipeline.dashboard.ports import Book, CasePage
from pipeline.dashboard.rows import case_row
from pipeline.dashboard.times import Teller
from pipeline.domain.policy import Policy

_PAGES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every page needs: the book, the policy for zone and clocks, and the present moment."""

    book: Book
    policy: Policy
    teller: Teller

    def asked(self, request: Request) -> Asked:
        """Return what the address of a request asks for.

        Raises:
            InputError: it cannot be had; the message says what to write.
        """
        return asked_of(request.query_params, self.teller.now, self.policy.report_zone)


async def show_overview(desk: Desk, request: Request) -> Response:
    """Show the overview."""
    asked = desk.asked(request)
    view = await run_in_threadpool(build_overview, desk.book, desk.teller, desk.policy, asked.scope)
    facets = await run_in_threadpool(desk.book.facets, desk.teller.now)
    return _page(desk, "overview.html", "overview", view=view, asked=asked, facets=facets)


async def show_cases(desk: Desk, request: Request) -> Response:
    """Show the list of cases that pass the filters in the address."""
    asked = desk.asked(request)
    offset = (asked.page - 1) * PAGE_SIZE
    found = await run_in_threadpool(
        desk.book.cases, asked.which, desk.teller.now, offset, PAGE_SIZE
    )
    facets = await run_in_threadpool(desk.book.facets, desk.teller.now)
    return _page(
        desk,
        "cases.html",
        "cases",
        rows=[case_row(one, desk.teller) for one in found.items],
        total=found.total,
        asked=asked,
        filter=asked.which,
        facets=facets,
        choices={"outcome": words.OUTCOMES, "route": words.ROUTES, "left_in": words.LEFT_IN},
        **_paging(asked, found),
    )


def show_problem(desk: Desk, told: str) -> Response:
    """Show that an address asks for what cannot be had, and what to write."""
    return _page(desk, "problem.html", "cases", HTTPStatus.UNPROCESSABLE_ENTITY, problem=told)


async def show_case(desk: Desk, request: Request) -> Response:
    """Show one case."""
    case = request.path_params["case"]
    view = await run_in_threadpool(_read_case, desk, case)
    if view is None:
        told = "There is no such case. It may have become part of another one, or was mistyped."
        return _page(desk, "problem.html", "cases", HTTPStatus.NOT_FOUND, problem=told)
    return _page(desk, "case.html", "cases", view=view)


def _read_case(desk: Desk, case: str) -> CaseView | None:
    verdict = desk.book.verdict(case, desk.teller.now)
    if verdict is None:
        return None
    events = desk.book.events(case, desk.teller.now)
    warned = desk.book.warning(verdict, desk.teller.now)
    readings = desk.book.readings(case, desk.teller.now)
    return build_case(verdict, events, readings, desk.book.restatements(case), desk.teller, warned)


def show(desk: Desk, template: str, here: str, **values: Any) -> Response:
    """Show a page whose view is built elsewhere."""
    return _page(desk, template, here, **values)


def _paging(asked: Asked, found: CasePage) -> dict[str, Any]:
    page, last = asked.page, max(1, -(-found.total // PAGE_SIZE))
    return {
        "page": page,
        "last": last,
        "first_shown": min(found.total, (page - 1) * PAGE_SIZE + 1),
        "last_shown": min(found.total, page * PAGE_SIZE),
        "earlier": asked.at("/cases", page=min(page - 1, last)) if page > 1 else None,
        "later": asked.at("/cases", page=page + 1) if page < last else None,
    }


def _page(
    desk: Desk, template: str, here: str, status: int = HTTPStatus.OK, **values: Any
) -> Response:
    teller = desk.teller
    body = _PAGES.get_template(template).render(
        here=here, now=teller.when(teller.now), zone=teller.zone, policy=desk.policy, **values
    )
    return HTMLResponse(body, status)
