"""A channel in one file, as ``pipeline/channels/README.md`` tells it, and its rig.

Its source is a list in memory. Each payload is a JSON object with a number, a name and a text.
"""

import hashlib
import hmac
import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event as Flag
from typing import Any

from pipeline.config import Secret
from pipeline.connectors.ports import Batch, Kind, Parts, Surroundings
from pipeline.domain.events import Event, Message
from pipeline.errors import BadPayload, Forged, Unreachable
from pipeline.payloads import Delivery, Finding, Payload, Proof, Webhook, check_equal
from tests.contract.rigs import Rig

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
AT_ONCE = 3


def parse(payload: Payload) -> list[Event]:
    """Return the one message of a payload."""
    try:
        found = json.loads(payload.raw)
        number, name, text = int(found["number"]), str(found["name"]), str(found["text"])
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
        raise BadPayload(f"expected number, name and text as JSON, found {error!r}") from error
    if not 0 <= number < 10_000 or not name.isidentifier() or not name.isascii():
        raise BadPayload(f"expected a number to 9,999 and a plain name, found {number}, {name!r}")
    return [
        Message(
            id=f"fake:{number}",
            at=START + timedelta(minutes=number),
            customer=(f"fake:{name.lower()}",),
            channel="fake",
            visibility="private",
            direction="inbound",
            text=text.encode("utf-8", "replace").decode(),
        )
    ]


@dataclass
class Board:
    """The source: what was posted, and who is connected."""

    posted: list[bytes] = field(default_factory=list)
    cuts: int = 0

    @property
    def values(self) -> Mapping[str, Any]:
        """Its address: a name in `BOARDS`."""
        return {"board": str(id(self))}

    def add(self, raw: bytes) -> None:
        """Post."""
        self.posted.append(raw)

    def cut(self) -> None:
        """Break the connections."""
        self.cuts += 1


BOARDS: dict[str, Board] = {}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the table of a fake channel holds."""

    board: str = ""
    key: Secret


@dataclass(frozen=True, kw_only=True)
class BoardConnector:
    """Fetches from a board, some at once."""

    name: str
    board: Board

    def batches(self, cursor: str | None, stop: Flag) -> Generator[Batch, None, None]:
        """Yield what was posted after the cursor, then wait for more."""
        position, cuts = int(cursor or 0), self.board.cuts
        while not stop.wait(0.001):
            if self.board.cuts != cuts:
                raise Unreachable("cut off")
            fresh = self.board.posted[position : position + AT_ONCE]
            waits = len(self.board.posted) - position - len(fresh)
            payloads = tuple(
                Payload(raw=raw, where=f"post {number}", at=START)
                for number, raw in enumerate(fresh, position)
            )
            position += len(fresh)
            yield Batch(payloads=payloads, cursor=str(position) if fresh else None, backlog=waits)

    def parse(self, payload: Payload) -> Sequence[Event]:
        """Parse."""
        return parse(payload)


@dataclass(kw_only=True)
class BoardWebhook(Webhook):
    """Is told by a board, with an HMAC over time and body."""

    key: Secret

    def verify(self, delivery: Delivery) -> Proof:
        """Compare the signature."""
        told, signed = delivery.headers.get("x-at", ""), delivery.headers.get("x-signature", "")
        expected = signature(self.key.reveal(), told, delivery.raw)
        check_equal(
            signed, expected, "X-Signature does not fit: is the key the same on both sides?"
        )
        if not told.isdecimal():
            raise Forged("X-At is no time")
        return Proof(token=signed, at=datetime.fromtimestamp(int(told), UTC))

    def payloads(self, delivery: Delivery) -> Sequence[Payload]:
        """Return the body."""
        return [Payload(raw=delivery.raw, where="body", at=delivery.at)]

    def parse(self, payload: Payload) -> Sequence[Event]:
        """Parse."""
        return parse(payload)


def signature(key: str, at: str, raw: bytes) -> str:
    """Sign as the source does."""
    return hmac.new(key.encode(), at.encode() + raw, hashlib.sha256).hexdigest()


def build(name: str, settings: Settings, around: Surroundings) -> Parts:
    """Make both ways in."""
    board = BOARDS.setdefault(settings.board, Board())

    def check() -> Iterator[Finding]:
        yield Finding(is_well=True, found=f"the board has {len(board.posted)} posts")

    return Parts(
        connectors=(BoardConnector(name=name, board=board),),
        webhook=BoardWebhook(key=settings.key),
        check=check,
    )


KIND = Kind(about="a list in memory, to test with", settings=Settings, build=build)

# ---------------------------------------------------------------------------------------------- rig

KEY = "a-key-for-tests"


@contextmanager
def source() -> Iterator[Board]:
    """Open a board."""
    board = Board()
    BOARDS[board.values["board"]] = board
    yield board
    del BOARDS[board.values["board"]]


def sign(raw: bytes, at: datetime) -> Delivery:
    """Wrap bytes as the source sends them."""
    told = str(int(at.timestamp()))
    headers = {"x-at": told, "x-signature": signature(KEY, told, raw)}
    return Delivery(headers=headers, query={}, raw=raw, at=at)


def make(number: int) -> bytes:
    """Return the n-th post."""
    return json.dumps(
        {"number": number, "name": f"ann{number % 3}", "text": "Still broken"}
    ).encode()


RIG = Rig(
    kind="tests.contract.rigs.fake:KIND",
    environ={"CCM_CHANNEL_TRIED_KEY": KEY},
    make=make,
    bad=(b"", b"[]", b'{"number": "x"}', b"\xff\xfe"),
    source=source,
    sign=sign,
)
