"""By which names the monitor answers: no other site may read it through a name of its own."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.intake.problems import Problem, problem_response

ANY: Final = "*"


class KnownHosts:
    """ASGI middleware that refuses requests for a ``Host`` that is not ours (DNS rebinding).

    Args:
        app: what is protected.
        hosts: the names that are answered, without ports; ``*`` stands for all.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self.app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and not self._knows(Request(scope)):
            problem = Problem(
                HTTPStatus.MISDIRECTED_REQUEST,
                "The monitor does not answer by this name. Use 127.0.0.1 or localhost, or list the "
                "name under server.hosts.",
            )
            await problem_response(problem, scope["path"])(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _knows(self, request: Request) -> bool:
        return ANY in self._hosts or (request.url.hostname or "") in self._hosts
