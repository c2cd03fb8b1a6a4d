"""The data behind the pages, under ``/api/v1``: the same functions, as JSON.

Identifiers are masked here as on the pages; ``ccm replay`` and the log have them in full.
"""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pipeline.dashboard.asking import PAGE_SIZE, filter_of, limit_of, page_of
from pipeline.dashboard.masks import masked, without_names
from pipeline.dashboard.pages import Desk
from pipeline.domain.events import Event, Reading
from pipeline.domain.verdict import Verdict
from pipeline.warning import Warned
from pipeline.wire import encode_event, plain, verdict_line


async def get_figures(desk: Desk, _: Request) -> Response:
    """Answer with every published figure: all together, mature weeks, by week and by topic."""
    published = await run_in_threadpool(desk.book.figures, desk.teller.now)
    return JSONResponse(plain(published))


async def get_cases(desk: Desk, request: Request) -> Response:
    """Answer with a page of cases, the latest opened first."""
    which, page = filter_of(request.query_params), page_of(request.query_params)
    found = await run_in_threadpool(desk.book.cases, which, (page - 1) * PAGE_SIZE, PAGE_SIZE)
    told = {"total": found.total, "page": page, "page_size": PAGE_SIZE}
    return JSONResponse(told | _items(desk, found.items))


async def get_waiting(desk: Desk, request: Request) -> Response:
    """Answer with the cases that wait for a reply, the longest waiting first."""
    found = await run_in_threadpool(
        desk.book.waiting, desk.teller.now, limit_of(request.query_params)
    )
    return JSONResponse(_items(desk, found))


async def get_escalations(desk: Desk, request: Request) -> Response:
    """Answer with the escalated cases, escalation-only first."""
    found = await run_in_threadpool(desk.book.escalations, limit_of(request.query_params))
    return JSONResponse(_items(desk, found))


async def get_warnings(desk: Desk, request: Request) -> Response:
    """Answer with the open cases most likely to go public within 48 hours, and why."""
    limit = limit_of(request.query_params)
    found = await run_in_threadpool(desk.book.at_risk, desk.teller.now, limit)
    return JSONResponse({"as_of": plain(desk.teller.now), "items": [_warned(one) for one in found]})


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
