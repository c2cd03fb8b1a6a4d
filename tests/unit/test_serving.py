"""The sockets at which the commands serve."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import replace

import pytest

from pipeline.cli.serving import listen, listen_for_health
from pipeline.config import HealthSettings, ServerSettings, Settings

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
