"""The complaint form and ``POST /v1/complaints``: for customers, with and without JavaScript."""

import json
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from pipeline.domain.events import Message
from pipeline.errors import InputError, StoreError
from pipeline.intake.gateway import BODY_SECONDS_MAX, Gateway, Rejected
from pipeline.intake.guards import check_origin, check_type, client_of, limited
from pipeline.intake.ports import FieldError
from pipeline.intake.problems import Problem, as_problem
from pipeline.intake.repeats import KeyReused
from pipeline.wire import encode_event

ORIGIN: Final = "POST /v1/complaints"
FORM_TYPES: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
HONEYPOT: Final = "website"
"""A field that no person sees; whoever fills it in is a robot."""
KEY: Final = "idempotency_key"
FIELDS_MAX: Final = 50
_LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_REFERENCE: Final = re.compile(r"[A-Za-z0-9_-]{8,100}")
_PAGES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


_PAGES.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]


async def show_form(gateway: Gateway, _: Request) -> Response:
    """Show the empty form."""
    # The key makes a second click harmless; a form that was answered gets another one.
    return _form_page(gateway, {KEY: new_reference()}, (), HTTPStatus.OK)


async def show_thanks(gateway: Gateway, request: Request) -> Response:
    """Thank the customer and show the reference, which a reload keeps."""
    given = request.query_params.get("reference", "")
    reference = given if _REFERENCE.fullmatch(given) else None
    page = _PAGES.get_template("thanks.html")
    return HTMLResponse(page.render(reference=reference, company=gateway.company))


async def post_complaint(gateway: Gateway, request: Request) -> Response:
    """Take one complaint: a browser gets a page back, a program gets JSON.

    A robot that fills in the field that nobody sees is thanked like anybody; what it sent is in the
    dead letters.
    """
    foreign = check_origin(request, gateway.settings)
    with _readable_by(foreign):
        media_type = check_type(request, *FORM_TYPES, "application/json")
        return await _answered(gateway, request, media_type, foreign)


async def _answered(
    gateway: Gateway, request: Request, media_type: str, foreign: str | None
) -> Response:
    gateway.complaints.take(client_of(request), gateway.clock())
    fields, raw = await _fields(gateway, request, media_type)
    wants_page = media_type in FORM_TYPES and "text/html" in request.headers.get("accept", "")
    reference = new_reference()
    if str(fields.pop(HONEYPOT, None) or "").strip():
        robot = Rejected(where=HONEYPOT, reason="a robot filled in the hidden field", raw=raw)
        await gateway.keep(ORIGIN, "web_form", [], [robot])
        return _thanks(reference, wants_page, foreign)
    fields.setdefault(KEY, request.headers.get("idempotency-key"))
    found = await _take_once(gateway, fields, reference, raw, wants_page)
    if isinstance(found, Message):
        return _thanks(found.id.removeprefix("form:"), wants_page, foreign)
    if wants_page:
        return _form_page(gateway, fields, found, HTTPStatus.UNPROCESSABLE_ENTITY)
    raise _wrong_fields(found)


async def allow_origin(gateway: Gateway, request: Request) -> Response:
    """Answer a browser's question whether another site may post JSON here."""
    headers = {
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "content-type, idempotency-key",
        "Access-Control-Max-Age": "3600",
    }
    return Response(
        status_code=HTTPStatus.NO_CONTENT,
        headers={**headers, **_cors(check_origin(request, gateway.settings))},
    )


def new_reference() -> str:
    """Return a reference that a customer can read out, such as ``7k3m-9qxd-2hfa`` (60 bits)."""
    letters = [secrets.choice(_LETTERS) for _ in range(12)]
    return "-".join("".join(letters[at : at + 4]) for at in (0, 4, 8))


async def _fields(
    gateway: Gateway, request: Request, media_type: str
) -> tuple[dict[str, Any], bytes]:
    settings = gateway.settings
    bounded = limited(request, settings.form_bytes_max, BODY_SECONDS_MAX)
    raw = await bounded.body()
    if media_type == "application/json":
        return _json_fields(raw), raw
    async with bounded.form(
        max_files=0, max_fields=FIELDS_MAX, max_part_size=settings.form_bytes_max
    ) as form:
        return _form_fields(form), raw


def _form_fields(form: FormData) -> dict[str, Any]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _json_fields(raw: bytes) -> dict[str, Any]:
    try:
        found: Any = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Problem(
            HTTPStatus.BAD_REQUEST, f"The body is no JSON ({error}). Send one JSON object."
        ) from None
    if not isinstance(found, dict) or len(found) > FIELDS_MAX:
        raise Problem(
            HTTPStatus.BAD_REQUEST,
            f"The body is not one JSON object of at most {FIELDS_MAX} fields. Send one with the "
            "fields that /api/v1/openapi.json names.",
        )
    return found


async def _take_once(
    gateway: Gateway, fields: dict[str, Any], reference: str, raw: bytes, is_page: bool
) -> Message | Sequence[FieldError]:
    """Take the complaint unless it was taken before under the same key; return what it became."""
    key = str(fields.get(KEY) or "")
    async with gateway.repeats.turn(key):
        try:
            known = gateway.repeats.find(key, fields, gateway.clock())
        except KeyReused:
            if not is_page:
                raise Problem(
                    HTTPStatus.UNPROCESSABLE_ENTITY,
                    "This idempotency key was used for another complaint. Choose a new one for "
                    "each complaint, and repeat it only when you send the same again.",
                ) from None
            # Somebody went back in the browser and wrote something else: that is another complaint.
            key = fields[KEY] = reference
            known = None
        if known is not None:
            return known
        found = await _take(gateway, fields, reference, raw)
        if isinstance(found, Message):
            gateway.repeats.note(key, fields, found, gateway.clock())
        return found


async def _take(
    gateway: Gateway, fields: Mapping[str, Any], reference: str, raw: bytes
) -> Message | Sequence[FieldError]:
    """Commit the complaint and return it, or return what is wrong with its fields."""

    def read() -> Message | Sequence[FieldError]:
        return gateway.readers.form(fields, reference=reference, at=gateway.clock())

    try:
        found = await run_in_threadpool(read)
    except InputError as error:
        bad = Rejected(where=error.where or "form", reason=error.reason, raw=raw)
        await gateway.keep(ORIGIN, "web_form", [], [bad])
        raise
    if isinstance(found, Message):
        await gateway.keep(ORIGIN, "web_form", [encode_event(found)])
    return found


def _thanks(reference: str, wants_page: bool, foreign: str | None) -> Response:
    address = f"/complain/thanks?reference={reference}"
    if wants_page:
        # A redirect, so that a reload of the thanks does not send the complaint again.
        return RedirectResponse(address, HTTPStatus.SEE_OTHER)
    told = {"reference": reference, "message": "Thank you. We have your complaint."}
    return JSONResponse(told, HTTPStatus.ACCEPTED, headers=_cors(foreign))


def _cors(foreign: str | None) -> dict[str, str]:
    return {} if foreign is None else {"Access-Control-Allow-Origin": foreign, "Vary": "Origin"}


@contextmanager
def _readable_by(foreign: str | None) -> Iterator[None]:
    """Let an allowed site's script read what is wrong: else it learns only of a failure."""
    try:
        yield
    except (Problem, InputError, StoreError) as error:
        problem = as_problem(error)
        problem.headers.update(_cors(foreign))
        raise problem from error


def _wrong_fields(wrong: Sequence[FieldError]) -> Problem:
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "; ".join(f"{one.field}: {one.detail}" for one in wrong),
        members={"errors": [{"field": one.field, "detail": one.detail} for one in wrong]},
    )


def _form_page(
    gateway: Gateway, fields: Mapping[str, Any], wrong: Sequence[FieldError], status: int
) -> Response:
    errors = {one.field: one.detail for one in reversed(wrong)}
    page = _PAGES.get_template("complain.html")
    body = page.render(values=fields, errors=errors, company=gateway.company)
    return HTMLResponse(body, status)
