"""What machines ask: is it alive, is it ready, what did it count."""

from collections.abc import Callable, Sequence
from http import HTTPStatus

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from pipeline.intake.problems import Problem


async def healthz(_: Request) -> Response:
    """Answer as long as the process serves requests at all."""
    return PlainTextResponse("ok\n")


async def vital(stalls: Callable[[], Sequence[str]], _: Request) -> Response:
    """Answer 200 as long as the process gets on with its work, else 503 with what is wrong."""
    wrong = await run_in_threadpool(stalls)
    if wrong:
        raise Problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            f"Stalled: {'; '.join(wrong)}. End the process and start it again; nothing is lost.",
        )
    return PlainTextResponse("ok\n")


async def readyz(ready: Callable[[], Sequence[str]], _: Request) -> Response:
    """Answer 200 where every part is ready, else 503 with what is not."""
    missing = await run_in_threadpool(ready)
    if missing:
        raise Problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            f"Not ready: {'; '.join(missing)}. Ask again shortly.",
            headers={"Retry-After": "2"},
        )
    return PlainTextResponse("ready\n")


async def metrics(registry: CollectorRegistry, request: Request) -> Response:
    """Answer with the registry in the format that the scraper asks for."""
    encode, media_type = choose_encoder(request.headers.get("accept", ""))
    body = await run_in_threadpool(encode, registry)
    return Response(body, headers={"Content-Type": media_type})
