"""The gateway as one ASGI application: the ways in, the machines' questions and the pages."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from pipeline.config import Settings
from pipeline.intake import complaints, events, mail, operations, webhooks
from pipeline.intake.gateway import Gateway
from pipeline.intake.guards import RateLimit
from pipeline.intake.headers import SecurityHeaders
from pipeline.intake.hosts import KnownHosts
from pipeline.intake.openapi import build_document
from pipeline.intake.ports import Clock, DeadLetters, Inbox, NoWebhooks, Readers, Ready, Webhooks
from pipeline.intake.problems import HANDLED, on_error

Handler = Callable[[Gateway, Request], Awaitable[Response]]
STATIC: Final = Path(__file__).parent / "static"
CLIENTS_MAX: Final = 10_000
"""Client addresses whose rate is remembered; the one unseen longest goes first."""


def utc_now() -> datetime:
    """Return the present moment: the clock of a gateway that was given none."""
    return datetime.now(UTC)


def always_ready() -> Sequence[str]:
    """Return nothing: the readiness of a gateway that was given none."""
    return ()


def create_app(  # noqa: PLR0913 - one port a part, each by its name
    *,
    inbox: Inbox,
    dead_letters: DeadLetters,
    readers: Readers,
    settings: Settings,
    registry: CollectorRegistry,
    dashboard_routes: Sequence[BaseRoute] = (),
    clock: Clock = utc_now,
    ready: Ready = always_ready,
    channels: Webhooks | None = None,
) -> Starlette:
    """Return the application.

    Args:
        inbox: takes good lines durably.
        dead_letters: takes what cannot be read.
        readers: turn the bytes of each way in into events.
        settings: the company's name, and the limits and rights of the gateway.
        registry: what ``/metrics`` exposes.
        dashboard_routes: the pages under ``/`` and their data under ``/api/v1``.
        clock: when things come in.
        ready: what ``/readyz`` asks.
        channels: those that send by themselves, to ``/v1/webhooks/{source}``.
    """
    gateway = Gateway(
        inbox=inbox,
        dead_letters=dead_letters,
        readers=readers,
        settings=settings.intake,
        company=settings.company.name,
        clock=clock,
        complaints=_rate_limit(settings.intake.complaints_per_minute),
        requests=_rate_limit(settings.intake.requests_per_minute),
        webhooks=NoWebhooks() if channels is None else channels,
    )
    return create_pages([*_ways_in(gateway), *dashboard_routes], settings, registry, ready)


def create_pages(
    routes: Sequence[BaseRoute],
    settings: Settings,
    registry: CollectorRegistry,
    ready: Ready = always_ready,
) -> Starlette:
    """Return an application of ``routes`` and of what machines ask; without any way in."""
    return Starlette(
        routes=[
            Route("/metrics", partial(operations.metrics, registry)),
            Route("/healthz", operations.healthz),
            Route("/readyz", partial(operations.readyz, ready)),
            Route("/api/v1/openapi.json", openapi),
            Mount("/assets", StaticFiles(directory=STATIC)),
            *routes,
        ],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(KnownHosts, hosts=settings.server.allowed_hosts),
            Middleware(GZipMiddleware, minimum_size=1_000),
        ],
        exception_handlers=dict.fromkeys(HANDLED, on_error),
    )


def create_health(
    registry: CollectorRegistry, ready: Ready, stalls: Ready, hosts: Sequence[str]
) -> Starlette:
    """Return what machines ask of a process without pages, and nothing else.

    Args:
        registry: what ``/metrics`` exposes.
        ready: what ``/readyz`` asks.
        stalls: what ``/healthz`` asks: why the process should be ended.
        hosts: the names in ``Host`` that are answered.
    """
    return Starlette(
        routes=[
            Route("/metrics", partial(operations.metrics, registry)),
            Route("/healthz", partial(operations.vital, stalls)),
            Route("/readyz", partial(operations.readyz, ready)),
        ],
        middleware=[Middleware(SecurityHeaders), Middleware(KnownHosts, hosts=hosts)],
        exception_handlers=dict.fromkeys(HANDLED, on_error),
    )


async def openapi(_: Request) -> Response:
    """Answer with the OpenAPI document of everything that the application serves."""
    return JSONResponse(build_document())


def _rate_limit(per_minute: int) -> RateLimit:
    return RateLimit(per_minute=per_minute, clients_max=CLIENTS_MAX)


def _ways_in(gateway: Gateway) -> list[Route]:
    def route(path: str, handler: Handler, method: str) -> Route:
        return Route(path, partial(handler, gateway), methods=[method])

    return [
        route("/complain", complaints.show_form, "GET"),
        route("/complain/thanks", complaints.show_thanks, "GET"),
        route("/v1/complaints", complaints.post_complaint, "POST"),
        route("/v1/complaints", complaints.allow_origin, "OPTIONS"),
        route("/v1/events", events.post_events, "POST"),
        route("/v1/mail", mail.post_mail, "POST"),
        route("/v1/webhooks/{source}", webhooks.post_webhook, "POST"),
        route("/v1/webhooks/{source}", webhooks.answer_challenge, "GET"),
    ]
