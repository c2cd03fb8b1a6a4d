"""Access tokens: from a secret as it is, or renewed at a token endpoint (RFC 6749)."""

from collections.abc import Generator
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import Lock
from typing import Any, Final, Protocol

import httpx

from pipeline.config import Secret
from pipeline.connectors.http import ask_json, build_client
from pipeline.connectors.ports import Clock
from pipeline.errors import AccessRefused, Garbled

MARGIN: Final = timedelta(minutes=2)
"""A token is renewed so long before it runs out."""


class Token(Protocol):
    """Something that proves who we are, for a while."""

    def get(self) -> str:
        """Return it as it is now."""

    def forget(self) -> None:
        """Take note that it was refused."""


class Bearer(httpx.Auth):
    """Sends a token along, as it is at each request; asks once more with another if it is refused.

    Args:
        token: ours.
    """

    def __init__(self, token: Token) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header."""
        sent = self._token.get()
        request.headers["authorization"] = f"Bearer {sent}"
        response = yield request
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            self._token.forget()
            fresh = self._token.get()
            if fresh != sent:
                request.headers["authorization"] = f"Bearer {fresh}"
                yield request


class FixedToken:
    """A token that somebody else keeps fresh, in a variable or in a file that is read each time."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def get(self) -> str:
        """Return the token as it is now."""
        return self._token.reveal()

    def forget(self) -> None:
        """Nothing can be done about a token that was refused: whoever renews it must."""


class RenewedToken:
    """A token from a token endpoint, kept until shortly before it runs out.

    Args:
        url: the endpoint.
        client_id: ours.
        client_secret: None for a public client.
        refresh_token: None asks by the client's own credentials, as Microsoft 365 has it.
        scope: what the token is for.
        clock: the present moment.
        client: asks; a new one by default.
        is_basic: whether the client proves itself by a header instead of in the form (RFC 6749,
            2.3.1), as Reddit has it.
    """

    def __init__(
        self,
        *,
        url: str,
        client_id: str,
        client_secret: Secret | None,
        refresh_token: Secret | None,
        scope: str,
        clock: Clock,
        client: httpx.Client | None = None,
        is_basic: bool = False,
    ) -> None:
        self._lock = Lock()
        self._is_basic = is_basic
        self._url = url
        self._client_id = client_id
        self._client_secret = client_secret
        self._refresh_token = refresh_token
        self._scope = scope
        self._clock = clock
        self._client = client
        self._token = ""
        self._until: datetime | None = None

    def get(self) -> str:
        """Return a token that is good for minutes.

        Raises:
            SourceError: the endpoint gave none.
        """
        now = self._clock()
        with self._lock:  # the connectors of one channel share it
            if self._until is None or now >= self._until:
                self._renew(now)
            return self._token

    def forget(self) -> None:
        """Ask for another next time: this one was refused."""
        self._until = None

    def _renew(self, now: datetime) -> None:
        client = self._client or build_client()
        try:
            told = ask_json(client, "POST", self._url, data=self._form(), auth=self._basic())
        except Garbled as error:
            # The endpoint's word for "no" is 400 with a JSON that says why (RFC 6749, 5.2).
            raise AccessRefused(f"{error}; renew the credentials") from None
        finally:
            if self._client is None:
                client.close()
        token = told.get("access_token") if isinstance(told, dict) else None
        if not isinstance(token, str) or not token:
            raise Garbled(f"{self._url}: answered without an access_token")
        self._token, self._until = token, now + _lifetime(told) - MARGIN

    def _basic(self) -> tuple[str, str] | None:
        if not self._is_basic:
            return None
        secret = "" if self._client_secret is None else self._client_secret.reveal()
        return self._client_id, secret

    def _form(self) -> dict[str, str]:
        form = {"grant_type": "client_credentials"}
        if self._refresh_token is not None:
            form["grant_type"] = "refresh_token"
            form["refresh_token"] = self._refresh_token.reveal()
        if not self._is_basic:
            form["client_id"] = self._client_id
            if self._client_secret is not None:
                form["client_secret"] = self._client_secret.reveal()
        return form | ({"scope": self._scope} if self._scope else {})


def _lifetime(told: dict[str, Any]) -> timedelta:
    seconds = told.get("expires_in")
    if not isinstance(seconds, int | float) or not 0 < seconds < 1e7:
        seconds = 300
    return max(timedelta(seconds=seconds), 2 * MARGIN)
