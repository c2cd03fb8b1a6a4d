"""The pages: each reads the book in a worker thread and fills one template."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from pipeline.dashboard import queues, words
from pipeline.dashboard.asking import PAGE_SIZE, Asked, asked_of
from pipeline.dashboard.case_view import CaseView, build_case
from pipeline.dashboard.figures_view import build_figures_view
from pipeline.dashboard.filters import VIEWS, kept_fields, told_filters
from pipeline.dashboard.overview import build_overview
from pipeline.dashboard.ports import Book, CasePage
from pipeline.dashboard.queues import Group
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

    def looking(self, asked: Asked) -> queues.Desk:
        """Return what work lists and figures need to look at what was asked for."""
        return queues.Desk(book=self.book, policy=self.policy, teller=self.teller, asked=asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A page that is a work list."""

    path: str
    tab: str
    title: str
    about: str
    csv: str
    build: Callable[[queues.Desk], Iterable[Group]]


QUEUES: Final[Mapping[str, Queue]] = {
    one.path.strip("/"): one
    for one in (
        Queue(
            path="/waiting",
            tab="Waiting",
            title="Who waits now",
            about="Customers who wrote and have had no reply from a person since; automatic "
            "receipts do not count. The longest wait comes first.",
            csv="/api/v1/waiting",
            build=queues.waiting_groups,
        ),
        Queue(
            path="/promises",
            tab="Promises",
            title="Promises to keep",
            about="What was promised to customers with a date, and not done yet. A promise that "
            "falls due is broken at that moment; done later, it counts as kept late.",
            csv="/api/v1/promises",
            build=queues.promise_groups,
        ),
        Queue(
            path="/false-pauses",
            tab="False pauses",
            title="False pauses",
            about="Tickets set to pending although the customer was waiting for an answer. Only "
            "the customer's own wish stops a clock; pending hides a wait from the queue.",
            csv="/api/v1/cases?false_pause=1&open=1",
            build=queues.pause_groups,
        ),
        Queue(
            path="/warnings",
            tab="May go public",
            title="One step from going public",
            about="Open private cases that look like those from which customers went public within "
            "48 hours, and what makes them so. An estimate, not a verdict.",
            csv="/api/v1/warnings",
            build=lambda desk: (queues.risk_group(desk),),
        ),
        Queue(
            path="/escalations",
            tab="Went public",
            title="Went public after trying in private",
            about="Solved only after going public: no real answer in private, one within 72 hours "
            "of the post. It is association, not cause. The latest post comes first.",
            csv="/api/v1/escalations",
            build=queues.escalation_groups,
        ),
    )
}


async def show_overview(desk: Desk, request: Request) -> Response:
    """Show what urges now, and the figures that matter most."""
    asked = desk.asked(request)
    view = await run_in_threadpool(build_overview, desk.looking(asked))
    return await show(desk, "overview.html", "overview", asked, view=view)


async def show_figures(desk: Desk, request: Request) -> Response:
    """Show every published figure."""
    asked = desk.asked(request)
    view = await run_in_threadpool(build_figures_view, desk.looking(asked))
    return await show(desk, "figures.html", "figures", asked, view=view)


async def show_queue(desk: Desk, request: Request) -> Response:
    """Show one of the work lists."""
    asked, name = desk.asked(request), request.url.path.strip("/")
    queue = QUEUES[name]
    groups = await run_in_threadpool(lambda: tuple(queue.build(desk.looking(asked))))
    return await show(
        desk,
        "queue.html",
        "overview",
        asked,
        groups=groups,
        queue=name,
        path=queue.path,
        title=queue.title,
        about=queue.about,
        csv=queue.csv,
        tabs=[(name, one.path, one.tab) for name, one in QUEUES.items()],
    )


async def show_cases(desk: Desk, request: Request) -> Response:
    """Show the list of cases that pass the filters in the address."""
    asked, now = desk.asked(request), desk.teller.now
    offset = (asked.page - 1) * PAGE_SIZE
    found = await run_in_threadpool(desk.book.cases, asked.which, now, offset, PAGE_SIZE)
    return await show(
        desk,
        "cases.html",
        "cases",
        asked,
        rows=[case_row(one, desk.teller) for one in found.items],
        total=found.total,
        searched=found.searched,
        filter=asked.which,
        choices={"outcome": words.OUTCOMES, "route": words.ROUTES, "left_in": words.LEFT_IN},
        told=told_filters(asked),
        kept=kept_fields(asked),
        views=[(name, asked.at("/cases", **changes)) for name, changes in VIEWS]
        if not asked.is_filtered
        else [(name, Asked().at("/cases", **changes)) for name, changes in VIEWS],
        **_paging(asked, found),
    )


async def show_case(desk: Desk, request: Request) -> Response:
    """Show one case."""
    case = request.path_params["case"]
    view = await run_in_threadpool(_read_case, desk, case)
    if view is None:
        told = (
            "There is no such case. It may have been deleted, have become part of another one, "
            "or the link was mistyped."
        )
        return _page(desk, "problem.html", "cases", HTTPStatus.NOT_FOUND, problem=told)
    return _page(desk, "case.html", "cases", view=view)


def show_problem(desk: Desk, told: str) -> Response:
    """Show that an address asks for what cannot be had, and what to write."""
    return _page(desk, "problem.html", "cases", HTTPStatus.UNPROCESSABLE_ENTITY, problem=told)


def _read_case(desk: Desk, case: str) -> CaseView | None:
    now, book = desk.teller.now, desk.book
    verdict = book.verdict(case, now)
    if verdict is None:
        return None
    return build_case(
        verdict,
        book.events(case, now),
        book.readings(case, now),
        book.restatements(case),
        desk.teller,
        desk.policy,
        book.warning(verdict, now),
    )


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


async def show(desk: Desk, template: str, here: str, asked: Asked, **values: Any) -> Response:
    """Return a page that is narrowed by a scope, with what it can be narrowed by."""
    facets = await run_in_threadpool(desk.book.facets, desk.teller.now)
    named = {name: words.channel(name) for name in facets.channels}
    return _page(desk, template, here, asked=asked, facets=facets, channel_names=named, **values)


def _page(
    desk: Desk, template: str, here: str, status: int = HTTPStatus.OK, **values: Any
) -> Response:
    teller = desk.teller
    told = {"asked": None, "channel_names": {}, **values}
    body = _PAGES.get_template(template).render(
        here=here, now=teller.when(teller.now), zone=teller.zone, policy=desk.policy, **told
    )
    return HTMLResponse(body, status)
