"""A client that calls an ASGI application without a network, one request at a time."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.types import ASGIApp


@dataclass(frozen=True)
class Client:
    """Requests to ``app`` as ``address`` would send them; errors of the application are answers."""

    app: ASGIApp
    address: str = "127.0.0.1"
    base_url: str = "http://127.0.0.1:8080"

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send one request and return the whole answer."""
        return asyncio.run(self._request(method, path, more))

    async def _request(self, method: str, path: str, more: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(
            self.app, raise_app_exceptions=False, client=(self.address, 50_000)
        )
        content = more.get("content")
        if content is not None and not isinstance(content, bytes):
            more["content"] = _parts(content)
        async with httpx.AsyncClient(transport=transport, base_url=self.base_url) as client:
            return await client.request(method, path, **more)

    def get(self, path: str, **more: Any) -> httpx.Response:
        """GET."""
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        """POST."""
        return self.request("POST", path, **more)


async def _parts(content: Any) -> Any:
    for part in content:
        yield part
