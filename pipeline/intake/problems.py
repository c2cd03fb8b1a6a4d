"""Errors over HTTP: RFC 9457 problem details that say what was found and what to do."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pipeline.errors import InputError, StoreError, StoreFull, TooLarge

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5
RETRY_WHEN_FULL_SECONDS = 60


class Problem(Exception):
    """A request that is answered with a problem document.

    Args:
        status: the HTTP status.
        detail: what was found, what was expected and what to do.
        headers: further headers of the answer, such as ``Retry-After``.
        members: further members of the document.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = dict(members or {})


HANDLED: Final[tuple[type[Exception], ...]] = (
    Problem, InputError, StoreError, HTTPException, Exception
)  # fmt: skip
"""What `on_error` is to be registered for. The last, a bug, is logged and raised as well."""


def problem_response(problem: Problem, instance: str) -> Response:
    """Return the answer that tells ``problem``; ``instance`` is the path that was asked."""
    document = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
        "instance": instance,
        **problem.members,
    }
    body = json.dumps(document, ensure_ascii=False).encode()
    return Response(body, problem.status, problem.headers, MEDIA_TYPE)


def as_problem(error: Exception) -> Problem:
    """Return the problem that ``error`` is to whoever sent the request."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, TooLarge):
        return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(error))
    if isinstance(error, InputError):
        return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
    if isinstance(error, StoreFull):
        return Problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The monitor cannot reach Kafka, and its own disk holds as much as it may. It took "
            "nothing of this request. Send it again later; sending an event twice does no harm.",
            headers={"Retry-After": str(RETRY_WHEN_FULL_SECONDS)},
        )
    if isinstance(error, StoreError):
        wait = {"Retry-After": str(RETRY_SECONDS)}
        return Problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The monitor cannot write to its store just now and took nothing of this request. "
            "Send it again a little later; sending an event twice does no harm.",
            headers=wait,
        )
    if isinstance(error, HTTPException):
        return Problem(error.status_code, _advice(error), headers=error.headers)
    return Problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "The monitor failed on this request; that is a bug of ours. Its log says where. "
        "Nothing was taken; send the request again after it is mended.",
    )


def _advice(error: HTTPException) -> str:
    if error.status_code == HTTPStatus.NOT_FOUND and error.detail == HTTPStatus.NOT_FOUND.phrase:
        return "There is nothing at this address. /api/v1/openapi.json lists every address."
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "another method")
        return f"This address does not take that method. Use {allowed}."
    return error.detail


async def on_error(request: Request, error: Exception) -> Response:
    """Answer any error of a handler with a problem document."""
    return problem_response(as_problem(error), request.url.path)
