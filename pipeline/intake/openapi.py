"""The OpenAPI document of everything that the monitor serves over HTTP.

One table, kept beside the code; a test holds it against the routes of the running application.
"""

from functools import lru_cache
from typing import Any, Final

from pipeline.domain.members import MEMBERS
from pipeline.domain.tally import BAND_ORDER
from pipeline.domain.verdict import OUTCOMES

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
TIME: Final[Schema] = {"type": "string", "format": "date-time"}
_SOURCE: Final[Schema] = {"name": "source", "in": "path", "required": True, "schema": TEXT}
ROUTES: Final = ("private_only", "public_first", "parallel", "escalated")


@lru_cache(maxsize=1)
def build_document() -> dict[str, Any]:
    """Return the document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Complaint-channel monitor",
            "version": "1",
            "description": (
                "Complaints in, verdicts out. Errors are RFC 9457 problem documents whose `detail` "
                "says what to do."
            ),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {**_ways_in(), **_data(), **_machines(), **_pages()},
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def _ways_in() -> Schema:
    form = _ref("Complaint")
    both = {"application/json": form, "application/x-www-form-urlencoded": form}
    both["multipart/form-data"] = form
    return {
        "/v1/complaints": {
            "post": _operation(
                "Send one complaint",
                body=both,
                answers={
                    202: ("Taken; keep the reference", _json(_ref("Reference"))),
                    303: ("Taken from a browser's form; leads to the thanks", None),
                },
                problems=(400, 403, 408, 413, 415, 422, 429, 503),
            ),
            "options": _operation(
                "Ask whether another site may send complaints", {204: ("It may", None)}, (403,)
            ),
        },
        "/v1/events": {
            "post": _operation(
                "Send events, one JSON object a line; safe to repeat. Without a configured token, "
                "only from the machine itself",
                body={"application/x-ndjson": TEXT, "application/jsonl": TEXT} | _json({}),
                answers={202: ("Good lines are committed", _json(_ref("LinesTaken")))},
                problems=(400, 401, 403, 408, 413, 415, 422, 429, 503),
                secured=True,
            )
        },
        "/v1/mail": {
            "post": _operation(
                "Send one mail as the mail server received it; rights as for /v1/events",
                body={"message/rfc822": TEXT},
                answers={202: ("The mail is committed", _json(_object(accepted=COUNT)))},
                problems=(400, 401, 403, 408, 413, 415, 422, 429, 503),
                secured=True,
            )
        },
        "/v1/webhooks/{source}": {
            "post": _operation(
                "What a configured channel sends by itself, in the source's own format and with "
                "its own signature",
                body={"*/*": TEXT},
                answers={200: ("All of it is committed", _json(_ref("DeliveryTaken")))},
                problems=(403, 404, 408, 409, 413, 429, 503),
                parameters=[_SOURCE],
            ),
            "get": _operation(
                "A source asks whether this address expects it",
                {200: ("Yes", {"*/*": TEXT})},
                (403, 404, 405, 429),
                parameters=[_SOURCE],
            ),
        },
    }


def _scope() -> list[Schema]:
    """Return the parameters that every list and the figures take."""
    return [
        _query("channel", "only cases in which the customer wrote there", TEXT),
        _query("theme", "only this theme, `none` for those without", TEXT),
        _query("team", "only this team, `none` for those without", TEXT),
        _query("from", "opened in this ISO week or later, such as 2026-W40", TEXT),
        _query("to", "opened in this ISO week or before", TEXT),
        _query("week", "opened in this ISO week: from and to in one", TEXT),
        _query("last", "opened in this week or the weeks before, so many in all", COUNT),
        _query("format", "json, or csv for a spreadsheet", {"enum": ["json", "csv"]}),
    ]


def _filters() -> list[Schema]:
    """Return the parameters that lists of cases take besides the scope."""
    return [
        _query("outcome", "only this outcome", {"enum": list(OUTCOMES)}),
        _query("route", "only this route", {"enum": list(ROUTES)}),
        _query("left_in", "only what the customer was left in", TEXT),
        _query("ftr", "only this first-time-right", {"enum": ["yes", "no", "undetermined"]}),
        _query("why", "not counted for this reason", TEXT),
        _query("confirmed_by", "confirmed so", {"enum": ["explicit", "silent"]}),
        _query("promise", "with a promise in this state", TEXT),
        _query("band", "with an author of this reach", {"enum": list(BAND_ORDER)}),
        _query("figure", "counted in this published figure", {"enum": list(MEMBERS)}),
        _query("part", "its denominator, numerator or failures", {"enum": ["all", "yes", "no"]}),
        _query("open", "1: only cases that are not final", {"enum": ["1"]}),
        _query("waiting", "1: only where a contact waits for a reply", {"enum": ["1"]}),
        _query("public", "1: where it waits in public; 0: where not", {"enum": ["0", "1"]}),
        _query("promised", "1: only where a promise is still to be kept", {"enum": ["1"]}),
        _query("false_pause", "1: only with a false pause", {"enum": ["1"]}),
        _query("paused", "1: in a false pause now; 0: not in one", {"enum": ["0", "1"]}),
        _query("q", "words in the case's name, the pseudonym, references and texts", TEXT),
        _query("page", "from 1", COUNT),
    ]


def _data() -> Schema:
    limit = [*_scope(), _query("limit", "at most this many, 200 at the most", COUNT)]
    return {
        "/api/v1/figures": {
            "get": _get("The published figures with n, policy and as_of", {}, _scope(), (422,))
        },
        "/api/v1/definitions": {
            "get": _get(
                "The same cases under each definition of first contact resolution, and what of "
                "what it calls solved was not right the first time",
                {},
                _scope(),
                (422,),
            )
        },
        "/api/v1/cases": {
            "get": _get(
                "Cases, the latest opened first",
                _ref("CasePage"),
                [*_scope(), *_filters()],
                (422,),
            )
        },
        "/api/v1/cases/{case}": {
            "get": _get(
                "One case: verdict, events and restatements",
                _ref("Case"),
                [{"name": "case", "in": "path", "required": True, "schema": TEXT}],
                (404,),
            )
        },
        "/api/v1/waiting": {
            "get": _get(
                "Who waits now, in public first, the longest first",
                _ref("Verdicts"),
                limit,
                (422,),
            )
        },
        "/api/v1/promises": {
            "get": _get(
                "Promises still to be kept, the first due first", _ref("Verdicts"), limit, (422,)
            )
        },
        "/api/v1/escalations": {
            "get": _get("Escalated cases, escalation_only first", _ref("Verdicts"), limit, (422,))
        },
        "/api/v1/warnings": {
            "get": _get("Open cases likely to go public, and why", _ref("Warnings"), limit, (422,))
        },
        "/api/v1/links": {
            "get": _get("Probable links, the most probable first", _ref("Links"), limit, (422,))
        },
        "/api/v1/live": {
            "get": _operation(
                "Server-sent events: `change` whenever a verdict changed",
                {200: ("The stream", {"text/event-stream": TEXT})},
                (503,),
            )
        },
        "/api/v1/openapi.json": {"get": _get("This document", {})},
    }


def _machines() -> Schema:
    plain = {"text/plain": TEXT}
    return {
        "/metrics": {"get": _operation("Prometheus metrics", {200: ("The registry", plain)})},
        "/healthz": {"get": _operation("Is the process alive", {200: ("It is", plain)})},
        "/readyz": {"get": _operation("Is every part ready", {200: ("All are", plain)}, (503,))},
    }


def _pages() -> Schema:
    titles = {
        "/": "What urges now, in the scope of /api/v1/figures",
        "/figures": "Every published figure, in that scope",
        "/waiting": "Who waits now, in that scope",
        "/promises": "Promises that are overdue, due today and due later",
        "/false-pauses": "Cases paused while their customers wait",
        "/warnings": "Cases one step from going public",
        "/escalations": "Cases that went public after a private attempt",
        "/cases": "Cases, with the filters of /api/v1/cases",
        "/cases/{case}": "One case",
        "/definitions": "The same cases under other definitions; `of` opens one of them",
        "/links": "Probable links, to be decided",
        "/complain": "The complaint form",
        "/complain/thanks": "Thanks, with the reference",
    }
    return {path: {"get": _page(path, title)} for path, title in titles.items()}


def _page(path: str, title: str) -> Schema:
    html = {"text/html": TEXT}
    answers: dict[int, tuple[str, Schema | None]] = {200: ("The page", html)}
    if path not in ("/cases/{case}", "/complain", "/complain/thanks"):
        answers[422] = ("The filter is impossible; the page says what to write", html)
    if "{case}" in path:
        answers[404] = ("There is no such case", html)
    page = _operation(title, answers)
    if "{case}" in path:
        page["parameters"] = [{"name": "case", "in": "path", "required": True, "schema": TEXT}]
    return page


def _schemas() -> Schema:
    verdict = {
        "type": "object",
        "description": "Keys as `ccm replay` writes them; identifiers masked",
    }
    names = ("text", "email", "phone", "handle", "name", "order", "subject", "topic")
    complaint = _object(**dict.fromkeys((*names, "idempotency_key"), TEXT))
    line = _object(line=COUNT, reason=TEXT)
    reason = _object(feature=TEXT, weight={"type": "number"})
    warned = _object(
        verdict=_ref("Verdict"),
        probability={"type": "number"},
        times_usual={"type": "number"},
        reasons=_list(reason),
    )
    return {
        "Complaint": {**complaint, "required": ["text"]},
        "Reference": _object(reference=TEXT, message=TEXT),
        "LinesTaken": _object(accepted=COUNT, rejected=COUNT, rejected_lines=_list(line)),
        "DeliveryTaken": _object(accepted=COUNT, rejected=COUNT),
        "Verdict": verdict,
        "Verdicts": _object(as_of=TIME, items=_list(_ref("Verdict"))),
        "Links": _object(as_of=TIME, items=_list({"type": "object"})),
        "Warnings": _object(as_of=TIME, items=_list(warned)),
        "CasePage": _object(as_of=TIME, total=COUNT, page=COUNT, items=_list(_ref("Verdict"))),
        "Case": _object(
            as_of=TIME,
            verdict=_ref("Verdict"),
            events=_list({"type": "object"}),
            warning={**warned, "type": ["object", "null"]},
            readings=_list({"type": "object"}),
            restatements=_list({"type": "object"}),
        ),
        "Problem": _object(type=TEXT, title=TEXT, status=COUNT, detail=TEXT, instance=TEXT),
    }


def _get(
    summary: str,
    schema: Schema,
    parameters: list[Schema] | None = None,
    problems: tuple[int, ...] = (),
) -> Schema:
    operation = _operation(summary, {200: ("The data", _json(schema))}, problems)
    return operation | ({"parameters": parameters} if parameters else {})


def _operation(
    summary: str,
    answers: dict[int, tuple[str, Schema | None]],
    problems: tuple[int, ...] = (),
    *,
    body: Schema | None = None,
    secured: bool = False,
    parameters: list[Schema] | None = None,
) -> Schema:
    told = {
        str(status): {"description": text} | ({"content": _content(types)} if types else {})
        for status, (text, types) in answers.items()
    }
    problem = {"application/problem+json": _ref("Problem")}
    told |= {
        str(status): {"description": "See `detail`", "content": _content(problem)}
        for status in problems
    }
    operation: Schema = {"summary": summary, "responses": told}
    if body is not None:
        operation["requestBody"] = {"required": True, "content": _content(body)}
    if parameters:
        operation["parameters"] = parameters
    if secured:
        operation["security"] = [{"bearer": []}, {}]
    return operation


def _content(types: Schema) -> Schema:
    return {media_type: {"schema": schema} for media_type, schema in types.items()}


def _query(name: str, text: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "description": text, "schema": schema}


def _json(schema: Schema) -> Schema:
    return {"application/json": schema}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties}
