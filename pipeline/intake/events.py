"""``POST /v1/events``: lines of the interchange format, each taken or refused on its own."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pipeline.errors import InputError
from pipeline.intake.gateway import Gateway, Rejected
from pipeline.intake.guards import check_type
from pipeline.intake.ports import Decode
from pipeline.intake.problems import Problem
from pipeline.wire import encode_event

LINE_TYPES: Final = ("application/x-ndjson", "application/jsonl", "application/json")
REJECTED_SHOWN_MAX: Final = 100
ORIGIN: Final = "POST /v1/events"


async def post_events(gateway: Gateway, request: Request) -> Response:
    """Take every good line; answer only after the inbox has committed.

    202 tells how many lines were taken and which were refused, with line number and reason; 422
    where not one was good. The bad ones are in the dead letters either way.
    """
    check_type(request, *LINE_TYPES)
    body = await gateway.trusted_body(request, gateway.settings.events_bytes_max)
    lines = list(numbered_lines(body))
    if len(lines) > gateway.settings.events_lines_max:
        raise Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"The body has {len(lines):,} lines, at most {gateway.settings.events_lines_max:,} are "
            "taken at once. Send it in smaller parts.",
        )
    good, bad = await run_in_threadpool(sort_lines, body, lines, gateway.readers.line)
    await gateway.keep(ORIGIN, "events", good, bad)
    return _answer(len(good), bad)


def numbered_lines(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, with their numbers from 1, without line ends."""
    for number, line in enumerate(body.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        stripped = line.rstrip(b"\r")
        if stripped.strip():
            yield number, stripped


def sort_lines(
    body: bytes, lines: list[tuple[int, bytes]], decode: Decode
) -> tuple[list[bytes], list[Rejected]]:
    """Return the good lines as they came, and the bad ones with number and reason.

    One JSON object that was laid out over several lines counts as one line.
    """
    if len(lines) > 1 and lines[0][1].strip() == b"{":
        return _sort_one(body.strip(), decode)
    good: list[bytes] = []
    bad: list[Rejected] = []
    for number, line in lines:
        reason = _fault(line, decode)
        if reason is None:
            good.append(line)
        else:
            bad.append(Rejected(where=f"line {number}", reason=reason, raw=line))
    return good, bad


def _sort_one(body: bytes, decode: Decode) -> tuple[list[bytes], list[Rejected]]:
    try:
        return [encode_event(decode(body))], []
    except InputError as error:
        return [], [Rejected(where="line 1", reason=error.reason, raw=body)]


def _fault(line: bytes, decode: Decode) -> str | None:
    try:
        decode(line)
    except InputError as error:
        return error.reason
    return None


def _answer(accepted: int, bad: list[Rejected]) -> Response:
    told = {
        "accepted": accepted,
        "rejected": len(bad),
        "rejected_lines": [
            {"line": int(one.where.removeprefix("line ")), "reason": one.reason}
            for one in bad[:REJECTED_SHOWN_MAX]
        ],
    }
    if not accepted and bad:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"None of the {len(bad)} lines is an event. The first: {bad[0].where}: "
            f"{bad[0].reason}. Mend them and send them again.",
            members=told,
        )
    return JSONResponse(told, HTTPStatus.ACCEPTED)
