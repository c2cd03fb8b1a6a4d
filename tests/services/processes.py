"""Servers as child processes: what a Kafka broker and a PostgreSQL server have in common."""

import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from pwd import getpwnam
from typing import Final, Self

import psutil

LOOPBACK: Final = "127.0.0.1"
PORTS: Final = range(15_000, 32_000)
"""Below what systems give to outgoing connections: a port is still free after a restart."""
READY_SECONDS_MAX: Final = 60.0
STOP_SECONDS_MAX: Final = 30.0
TAIL_LINES: Final = 20

GUARD: Final = 'cat >/dev/null; kill -KILL "$1" 2>/dev/null'
"""Sees the end of its input when its parent dies, however it dies, and kills the child."""


class ServiceAbsent(Exception):
    """Something that the server needs is not on this machine; the text says what to do."""


class ServiceFailed(Exception):
    """The server did not start, or died; the text holds its last words."""


def free_port() -> int:
    """Return a port of loopback on which nobody listens."""
    for _ in range(1_000):
        port = secrets.choice(PORTS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return port
    raise ServiceFailed(f"no free port between {PORTS.start} and {PORTS.stop} on {LOOPBACK}")


def wait_until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for another thread or process; give up loudly."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"it never came so in {seconds:.0f} s"
        time.sleep(0.01)


class Child:
    """One server process in a process group of its own, its output in a file.

    It dies with the process that started it unless it is told to outlive it.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        log: Path,
        *,
        user: str | None = None,
        outlives: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.log: Final = log
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=log.parent,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
                user=user,
                group=None if user is None else getpwnam(user).pw_gid,
                extra_groups=None if user is None else (),
            )
        self._guard = None if outlives else _guard(self._process.pid)

    @property
    def pid(self) -> int:
        """The process, for tools that look at it from outside."""
        return self._process.pid

    @property
    def status(self) -> int | None:
        """With what it ended; None while it runs."""
        return self._process.poll()

    def runs(self) -> bool:
        """Tell whether the process is alive."""
        return self.status is None

    def wait_until(self, is_ready: Callable[[], bool]) -> Self:
        """Return once ``is_ready`` says so; fail with the last words if the process dies."""
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not is_ready():
            if not self.runs():
                raise ServiceFailed(f"ended with {self._process.returncode}:\n{self.last_words()}")
            if time.monotonic() > deadline:
                raise ServiceFailed(
                    f"not ready after {READY_SECONDS_MAX:.0f} s:\n{self.last_words()}"
                )
            time.sleep(0.02)
        return self

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Ask the process to end, and wait for it; one that does not end is killed."""
        if self.runs():
            self._process.send_signal(how)
        try:
            self._process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ServiceFailed(
                f"did not stop in {STOP_SECONDS_MAX:.0f} s:\n{self.last_words()}"
            ) from None
        self._dismiss_guard()

    def kill(self) -> None:
        """Kill -9 the process and all that it started."""
        for process in self.family():
            with suppress(psutil.NoSuchProcess):  # it may go by itself meanwhile
                process.kill()
        self._process.wait()
        self._dismiss_guard()

    def last_words(self) -> str:
        """Return the end of what it wrote."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-TAIL_LINES:])

    def family(self) -> list[psutil.Process]:
        """Return the process and all that it started, itself first."""
        try:
            parent = psutil.Process(self._process.pid)
            return [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _dismiss_guard(self) -> None:
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
            self._guard = None


class Service:
    """A server that tests start, stop, kill and bring back; as a context it is cleared away."""

    def __init__(self) -> None:
        self._child: Child | None = None

    def start(self) -> Self:
        """Start it, and wait until it serves."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop it in good order."""
        self._running.stop()

    def kill(self) -> None:
        """Kill -9 it and all its processes."""
        self._running.kill()

    def restart(self) -> None:
        """Start it again on the same data and ports; stops it first if it runs."""
        if self._running.runs():
            self.stop()
        self.start()

    def runs(self) -> bool:
        """Tell whether it is alive."""
        return self._child is not None and self._child.runs()

    def clear(self) -> None:
        """Kill what runs; the files belong to whoever named the folder."""
        if self.runs():
            self.kill()

    def __enter__(self) -> Self:
        with ExitStack() as on_failure:
            on_failure.callback(self.clear)
            self.start()
            on_failure.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    @property
    def _running(self) -> Child:
        assert self._child is not None, "it was never started"
        return self._child


def _guard(pid: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        ["sh", "-c", GUARD, "guard", str(pid)], stdin=subprocess.PIPE, start_new_session=True
    )
