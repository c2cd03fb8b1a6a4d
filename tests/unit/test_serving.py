"""The sockets at which the commands serve."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Thread
from typing import Any
from urllib.request import Request, urlopen

import pytest

from pipeline.cli.serving import build_server, listen, listen_for_health
from pipeline.config import HealthSettings, ServerSettings, Settings
from pipeline.errors import ConfigError

SETTINGS = replace(
    Settings(),
    server=ServerSettings(host="127.0.0.1", port=0),
    health=HealthSettings(host="127.0.0.1", port=0),
)


async def accepted(listener: socket.socket) -> bool:
    """Whether a connection that a server takes sends each part of an answer at once."""
    sent_at_once: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken = writer.get_extra_info("socket")
        sent_at_once.set_result(bool(taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
        writer.close()

    async with await asyncio.start_server(answer, sock=listener):
        _, writer = await asyncio.open_connection(*listener.getsockname())
        writer.close()
        return await asyncio.wait_for(sent_at_once, 10)


@pytest.mark.parametrize("opening", [listen, listen_for_health])
def test_an_answer_is_sent_at_once(opening: Callable[[Settings], socket.socket]) -> None:
    """An answer in two parts is not held back for 40 ms until the first is acknowledged."""
    assert asyncio.run(accepted(opening(SETTINGS)))


async def client_of(scope: Any, receive: Any, send: Any) -> None:
    """Answer with the address that asks, as an application sees it."""
    if scope["type"] != "http":
        return
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["client"][0].encode()})


@pytest.mark.parametrize(
    ("proxies", "seen"),
    [
        (("127.0.0.1",), "192.0.2.7"),
        (("10.0.0.0/8", "127.0.0.0/8"), "192.0.2.7"),
        (("10.0.0.0/8",), "127.0.0.1"),
        ((), "127.0.0.1"),
    ],
)
def test_only_our_proxies_are_believed_whom_they_forward(proxies: Sequence[str], seen: str) -> None:
    """Else anybody could write an address of their own at each request, and have no rate at all."""
    listener = listen(SETTINGS)
    server = build_server(client_of, proxies)
    found: list[bytes] = []

    def ask() -> None:
        address = "http://{}:{}".format(*listener.getsockname())
        asked = Request(address, headers={"X-Forwarded-For": "192.0.2.7"})
        with urlopen(asked, timeout=10) as answer:
            found.append(answer.read())
        server.stop()

    asking = Thread(target=ask)
    asking.start()
    server.run(sockets=[listener])
    asking.join()
    assert found == [seen.encode()]


def test_a_proxy_that_is_no_address_is_named() -> None:
    """With what to write."""
    with pytest.raises(ConfigError, match=r"server\.proxies: found 'proxy' .* 10\.0\.0\.0/8"):
        build_server(client_of, ("proxy",))
