"""Who may send, how much and how fast: checked before a byte is read for its meaning."""

import asyncio
import hmac
import ipaddress
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from math import ceil
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import Message

from pipeline.config import IntakeSettings
from pipeline.intake.problems import Problem

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(slots=True, kw_only=True)
class RateLimit:
    """A token bucket for each client address: ``per_minute`` on average and in one go.

    ``clients_max`` bounds the memory: the address that was unseen longest is forgotten first.
    """

    per_minute: int
    clients_max: int
    _buckets: OrderedDict[str, tuple[float, datetime]] = field(default_factory=OrderedDict)

    def take(self, client: str, now: datetime) -> None:
        """Take one request of ``client``.

        Raises:
            Problem: 429, with the seconds to wait in ``Retry-After``.
        """
        left, seen = self._buckets.pop(client, (float(self.per_minute), now))
        refilled = max(0.0, (now - seen).total_seconds()) * self.per_minute / 60
        left = min(float(self.per_minute), left + refilled)
        allowed = left >= 1
        self._buckets[client] = (left - 1 if allowed else left, now)
        while len(self._buckets) > self.clients_max:
            self._buckets.popitem(last=False)
        if not allowed:
            raise self._too_fast(left)

    def _too_fast(self, left: float) -> Problem:
        wait = max(1, ceil((1 - left) * 60 / self.per_minute))
        return Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"More than {self.per_minute} requests a minute came from this address. "
            f"Wait {wait} s and send it again.",
            headers={"Retry-After": str(wait)},
        )


def client_of(request: Request) -> str:
    """Return the address of the client as the server sees it."""
    return request.client.host if request.client is not None else "unknown"


def check_bearer(request: Request, token: str | None) -> None:
    """Let a request pass that carries ``token``; without a token, one from this machine only.

    A request that a proxy forwarded, or that was made under a name other than this machine's own,
    is never taken for local: a proxy makes every client local, and a page of another site can reach
    a local server under that site's own name.

    Raises:
        Problem: 401 or 403.
    """
    if token is None:
        if not _is_local(request):
            raise Problem(
                HTTPStatus.FORBIDDEN,
                "No bearer token is configured, so this address takes requests from the machine "
                "itself only. Set intake.token and send it as `Authorization: Bearer …`.",
            )
        return
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    right = hmac.compare_digest(given.strip().encode(), token.encode())
    if scheme.lower() != "bearer" or not right:
        raise Problem(
            HTTPStatus.UNAUTHORIZED,
            "The bearer token is missing or wrong. Send `Authorization: Bearer …` with the token "
            "of the setting intake.token.",
            headers={"WWW-Authenticate": 'Bearer realm="ccm"'},
        )


def _is_local(request: Request) -> bool:
    if any(name in request.headers for name in FORWARDED):
        return False
    if request.url.hostname not in _LOCAL_NAMES:
        return False
    try:
        return ipaddress.ip_address(client_of(request)).is_loopback
    except ValueError:
        return False


def check_origin(request: Request, settings: IntakeSettings) -> str | None:
    """Return the allowed foreign origin of a request, None where it is of this site or none.

    Raises:
        Problem: 403, another site's page sent it.
    """
    origin = request.headers.get("origin")
    if origin is None or urlsplit(origin).netloc == request.headers.get("host"):
        return None
    if origin in settings.origins:
        return origin
    raise Problem(
        HTTPStatus.FORBIDDEN,
        f"Pages of {origin[:100]} may not send complaints here. Add it to the setting "
        "intake.origins, or use the form at /complain.",
    )


def check_type(request: Request, *allowed: str) -> str:
    """Return the media type of the body, one of ``allowed``.

    Raises:
        Problem: 415.
    """
    found = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if found not in allowed:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"The body is of type {found[:100] or 'nothing'!r}; send {' or '.join(allowed)} and "
            "name it in Content-Type.",
        )
    return found


def limited(request: Request, most: int, seconds: float) -> Request:
    """Return the request with a body of at most ``most`` bytes, sent within ``seconds``.

    Reading more raises a `Problem`: 413, or 408 where the sender is too slow.

    Raises:
        Problem: 413 at once, where the sender announces more.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > most:
        raise _too_large(most)
    read, deadline = 0, asyncio.get_running_loop().time() + seconds

    async def receive() -> Message:
        nonlocal read
        try:
            async with asyncio.timeout_at(deadline):
                message = await request.receive()
        except TimeoutError:
            raise Problem(
                HTTPStatus.REQUEST_TIMEOUT,
                f"The body did not come within {seconds:g} s. Try again.",
            ) from None
        read += len(message.get("body", b""))
        if read > most:
            raise _too_large(most)
        return message

    return Request(request.scope, receive)


def _too_large(most: int) -> Problem:
    return Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"The body has more than {most:,} bytes. Send it in smaller parts.",
        headers={"Connection": "close"},
    )
