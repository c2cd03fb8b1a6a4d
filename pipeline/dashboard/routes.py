"""The dashboard's routes, for the gateway to serve beside its own."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from pipeline.dashboard import api, definitions, links, pages
from pipeline.dashboard.live import Live
from pipeline.dashboard.pages import Desk
from pipeline.dashboard.ports import Book
from pipeline.dashboard.times import Teller
from pipeline.domain.policy import Policy
from pipeline.errors import InputError

Handler = Callable[[Desk, Request], Awaitable[Response]]
STATIC: Final = Path(__file__).parent / "static"


def dashboard_routes(
    *, book: Book, policy: Policy, clock: Callable[[], datetime], live_seconds: float = 1.0
) -> list[BaseRoute]:
    """Return the pages under ``/`` and their data under ``/api/v1``.

    Args:
        book: what the pages read.
        policy: its report zone is the one of every time shown, its version is named on every page.
        clock: the present moment, aware.
        live_seconds: how often an open page asks whether something changed.
    """

    def desk() -> Desk:
        return Desk(book=book, policy=policy, teller=Teller(now=clock(), zone=policy.report_zone))

    def route(path: str, handler: Handler) -> Route:
        async def serve(request: Request) -> Response:
            return await handler(desk(), request)

        return Route(path, serve)

    def page(path: str, handler: Handler) -> Route:
        async def serve(request: Request) -> Response:
            now = desk()
            try:
                return await handler(now, request)
            except InputError as error:
                return pages.show_problem(now, str(error))

        return Route(path, serve)

    return [
        page("/", pages.show_overview),
        page("/figures", pages.show_figures),
        *(page(queue.path, pages.show_queue) for queue in pages.QUEUES.values()),
        page("/cases", pages.show_cases),
        page("/cases/{case:path}", pages.show_case),
        page(definitions.PATH, definitions.show_definitions),
        route("/api/v1/figures", api.get_figures),
        route("/api/v1/definitions", definitions.get_definitions),
        route("/api/v1/cases", api.get_cases),
        route("/api/v1/cases/{case:path}", api.get_case),
        route("/api/v1/waiting", api.get_waiting),
        route("/api/v1/promises", api.get_promises),
        route("/api/v1/escalations", api.get_escalations),
        route("/api/v1/warnings", api.get_warnings),
        page(links.PATH, links.show_links),
        route("/api/v1/links", links.get_links),
        Route("/api/v1/live", Live(revision=book.revision, interval=live_seconds).stream),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
