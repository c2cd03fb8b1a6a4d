"""``POST /v1/mail``: one mail as the mail server received it."""

from http import HTTPStatus
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pipeline.errors import InputError
from pipeline.intake.gateway import Gateway, Rejected
from pipeline.intake.guards import check_type
from pipeline.wire import encode_event

ORIGIN: Final = "POST /v1/mail"


async def post_mail(gateway: Gateway, request: Request) -> Response:
    """Take one ``message/rfc822`` body; one that cannot be read is a dead letter and 422."""
    check_type(request, "message/rfc822")
    raw = await gateway.trusted_body(request, gateway.settings.mail_bytes_max)

    def read() -> list[bytes]:
        events = gateway.readers.mail(raw, received_at=gateway.clock())
        return [encode_event(event) for event in events]

    try:
        lines = await run_in_threadpool(read)
    except InputError as error:
        bad = Rejected(where=error.where or "mail", reason=error.reason, raw=raw)
        await gateway.keep(ORIGIN, "mail", [], [bad])
        raise
    await gateway.keep(ORIGIN, "mail", lines)
    return JSONResponse({"accepted": len(lines)}, HTTPStatus.ACCEPTED)
