"""``/v1/webhooks/{source}``: what a source sends by itself, verified on the bytes as they came."""

from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pipeline.errors import Forged, Replayed, SourceError
from pipeline.intake.gateway import BODY_SECONDS_MAX, Gateway
from pipeline.intake.guards import client_of, limited
from pipeline.intake.problems import RETRY_SECONDS, Problem
from pipeline.payloads import Delivery


async def post_webhook(gateway: Gateway, request: Request) -> Response:
    """Take one delivery; 200 means that what it holds is on disk, used or as a dead letter.

    A delivery that does not prove its source is refused, counted, and not kept. Strangers who try
    often are slowed down by their address; sources are not.
    """
    source, most = _source(gateway, request)
    body = await limited(request, most, BODY_SECONDS_MAX).body()
    delivery = _delivery(gateway, request, body)
    try:
        taken = await run_in_threadpool(gateway.webhooks.receive, source, delivery)
    except Forged as error:
        raise _refused(gateway, request, error) from None
    except SourceError as error:
        raise Problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            f"Whether this is genuine cannot be told just now ({error}). Send it again later.",
            headers={"Retry-After": str(RETRY_SECONDS)},
        ) from None
    return JSONResponse({"accepted": taken.events, "rejected": taken.dead_letters})


async def answer_challenge(gateway: Gateway, request: Request) -> Response:
    """Answer a source that asks whether this address expects it."""
    source, _ = _source(gateway, request)
    delivery = _delivery(gateway, request, b"")
    try:
        answer = await run_in_threadpool(gateway.webhooks.challenge, source, delivery)
    except Forged as error:
        raise _refused(gateway, request, error) from None
    if answer is None:
        raise Problem(
            HTTPStatus.METHOD_NOT_ALLOWED,
            "This source sends by POST and asks nothing by GET.",
            headers={"Allow": "POST"},
        )
    return Response(answer.body, answer.status, media_type=answer.media_type)


def _source(gateway: Gateway, request: Request) -> tuple[str, int]:
    source = request.path_params["source"]
    most = gateway.webhooks.bytes_max(source)
    if most is None:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            f"No channel {source[:40]!r} with a webhook is configured. `ccm channels list` shows "
            "those that are.",
        )
    return source, most


def _delivery(gateway: Gateway, request: Request, body: bytes) -> Delivery:
    return Delivery(
        headers=dict(request.headers),
        query=dict(request.query_params),
        raw=body,
        at=gateway.clock(),
        url=str(request.url),
    )


def _refused(gateway: Gateway, request: Request, error: Forged) -> Problem:
    gateway.requests.take(client_of(request), gateway.clock())
    status = HTTPStatus.CONFLICT if isinstance(error, Replayed) else HTTPStatus.FORBIDDEN
    return Problem(status, str(error))
