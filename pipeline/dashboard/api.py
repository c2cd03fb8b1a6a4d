"""The data behind the pages, under ``/api/v1``: the same functions, as JSON.

Identifiers are masked here as on the pages; ``ccm replay`` and the log have them in full.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from pipeline.dashboard.asking import PAGE_SIZE, format_of, limit_of
from pipeline.dashboard.pages import Desk
from pipeline.dashboard.tables import case_lines, figure_lines, warning_lines
from pipeline.domain.events import Event, Reading
from pipeline.domain.scope import Scope
from pipeline.domain.verdict import Verdict
from pipeline.masks import masked, without_names
from pipeline.warning import Warned
from pipeline.wire import encode_event, plain, verdict_line

EXPORT_MAX: Final = 100_000
"""How many cases one CSV file holds at most."""


async def get_figures(desk: Desk, request: Request) -> Response:
    """Answer with every published figure: all together, mature weeks, by week and by topic."""
    asked = desk.asked(request)
    published = await run_in_threadpool(desk.book.figures, desk.teller.now, asked.scope)
    if format_of(request.query_params) == "csv":
        return _csv("figures", figure_lines(published))
    return JSONResponse(plain(published))


async def get_cases(desk: Desk, request: Request) -> Response:
    """Answer with a page of cases, the latest opened first; as CSV with all of them."""
    asked, now = desk.asked(request), desk.teller.now
    if format_of(request.query_params) == "csv":
        every = desk.book.every(asked.which, now, EXPORT_MAX)
        return _csv("cases", case_lines(every, desk.policy.report_zone))
    offset = (asked.page - 1) * PAGE_SIZE
    found = await run_in_threadpool(desk.book.cases, asked.which, now, offset, PAGE_SIZE)
    told = {"total": found.total, "page": asked.page, "page_size": PAGE_SIZE}
    if found.searched is not None:
        told["searched"] = found.searched
    return JSONResponse(told | _items(desk, found.items))


async def get_waiting(desk: Desk, request: Request) -> Response:
    """Answer with the cases that wait for a reply, those in public first, the longest first."""

    def read(limit: int, scope: Scope) -> Sequence[Verdict]:
        return desk.book.waiting(desk.teller.now, limit, scope)

    return await _list(desk, request, "waiting", read)


async def get_promises(desk: Desk, request: Request) -> Response:
    """Answer with the cases that hold a promise still to be kept, the first due first."""
    return await _list(desk, request, "promises", desk.book.promised)


async def get_escalations(desk: Desk, request: Request) -> Response:
    """Answer with the escalated cases, escalation-only first."""
    return await _list(desk, request, "escalations", desk.book.escalations)


async def get_warnings(desk: Desk, request: Request) -> Response:
    """Answer with the open cases most likely to go public within 48 hours, and why."""
    asked, limit = desk.asked(request), limit_of(request.query_params)
    found = await run_in_threadpool(desk.book.at_risk, desk.teller.now, limit, asked.scope)
    if format_of(request.query_params) == "csv":
        return _csv("warnings", warning_lines(found))
    return JSONResponse({"as_of": plain(desk.teller.now), "items": [_warned(one) for one in found]})


async def _list(
    desk: Desk, request: Request, name: str, read: Callable[[int, Scope], Sequence[Verdict]]
) -> Response:
    asked, limit = desk.asked(request), limit_of(request.query_params)
    found = await run_in_threadpool(read, limit, asked.scope)
    if format_of(request.query_params) == "csv":
        return _csv(name, case_lines(found, desk.policy.report_zone))
    return JSONResponse(_items(desk, found))


def _csv(name: str, lines: Iterator[str]) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="ccm-{name}.csv"'}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


async def get_case(desk: Desk, request: Request) -> Response:
    """Answer with one case: its verdict, its events and what was restated."""
    case = request.path_params["case"]
    found = await run_in_threadpool(_read_case, desk, case)
    if found is None:
        raise HTTPException(
            HTTPStatus.NOT_FOUND, "There is no such case. /api/v1/cases lists those that are."
        )
    return JSONResponse(found)


def _read_case(desk: Desk, case: str) -> dict[str, Any] | None:
    verdict = desk.book.verdict(case, desk.teller.now)
    if verdict is None:
        return None
    events = desk.book.events(case, desk.teller.now)
    readings = desk.book.readings(case, desk.teller.now)
    warned = desk.book.warning(verdict, desk.teller.now)
    return {
        "as_of": plain(desk.teller.now),
        "verdict": _verdict(verdict),
        "events": [_event(event) for event in events],
        "readings": [_reading(one) for _, one in sorted(readings.items())],
        "warning": None if warned is None else _warning(warned),
        "restatements": [plain(one) for one in desk.book.restatements(case)],
    }


def _items(desk: Desk, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    return {"as_of": plain(desk.teller.now), "items": [_verdict(one) for one in verdicts]}


def _warned(warned: Warned) -> dict[str, Any]:
    return {**_warning(warned), "verdict": _verdict(warned.verdict)}


def _warning(warned: Warned) -> dict[str, Any]:
    return {**plain(warned.risk), "times_usual": round(warned.times_usual, 2)}


def _verdict(verdict: Verdict) -> Any:
    return json.loads(verdict_line(without_names(verdict)))


def _reading(reading: Reading) -> dict[str, Any]:
    """Return who read a message, and what else; its signals stand with the message."""
    return {
        "of": reading.of,
        "model": reading.model,
        "revision": reading.version,
        "severity": reading.severity,
        "theme": reading.theme,
        "lang": reading.lang,
    }


def _event(event: Event) -> Any:
    told = json.loads(encode_event(event))
    for name in ("customer", "same"):
        if name in told:
            told[name] = [masked(one) for one in told[name]]
    return told
