"""One folder of an IMAP account: every mail once, from the oldest on (RFC 3501, IDLE by RFC 2177).

The cursor is UIDVALIDITY and the last UID: within one validity UIDs only grow and never come again.
When the validity changes (the folder was made anew, or the server lost its index) the folder is
read from the start; mails that were seen before are known by their Message-ID.

Nothing changes at the server: the folder is opened read-only, and reading marks nothing as seen.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from threading import Event as Flag
from time import monotonic
from typing import Any, Final

from imapclient import IMAPClient

from pipeline.channels import mail
from pipeline.connectors.imap_account import Account
from pipeline.connectors.ports import Batch
from pipeline.domain.events import Event
from pipeline.errors import ConfigError, Unreachable
from pipeline.payloads import Payload

POLL_SECONDS: Final = 30.0
"""How often a server is asked that has no IDLE."""
LOOK_SECONDS: Final = 0.5
"""How often a wait looks up whether the process is to end."""
UIDS_AT_ONCE: Final = 200
BYTES_AT_ONCE: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far a folder was read: nothing up to ``uid`` is left, while ``validity`` holds."""

    validity: int
    uid: int

    @classmethod
    def read(cls, cursor: str | None) -> "Position | None":
        """Return the position of a cursor; None where there is none that can be read."""
        validity, _, uid = (cursor or "").partition(":")
        if not validity.isdecimal() or not uid.isdecimal():
            return None
        return cls(validity=int(validity), uid=int(uid))

    def write(self) -> str:
        """Return it as a cursor."""
        return f"{self.validity}:{self.uid}"


@dataclass(frozen=True, kw_only=True)
class FolderConnector:
    """One folder of one account.

    Attributes:
        name: of the connector.
        account: how to get in.
        folder: its name, or what it is for (``\\Sent``).
        since: mails from before this day are left alone.
        mail: how mails are read.
        idle_seconds: each IDLE lasts so long and is then issued anew: servers and NATs forget who
            is silent, and an answer is the only proof that the connection still leads anywhere.
        poll_seconds: how often a server is asked that has no IDLE.
    """

    name: str
    account: Account
    folder: str
    since: date | None
    mail: mail.MailSettings
    idle_seconds: float
    poll_seconds: float = POLL_SECONDS

    def batches(self, cursor: str | None, stop: Flag) -> Generator[Batch, None, None]:
        """Yield the mails after the cursor, then wait for more."""
        with self.account.connected() as client:
            position = self._open(client, cursor)
            while not stop.is_set():
                for batch in self._new(client, position):
                    position = Position.read(batch.cursor) or position
                    yield batch
                yield Batch(backlog=0)
                if not _has_grown(client):
                    self._wait(client, stop)

    def parse(self, payload: Payload) -> Sequence[Event]:
        """Return the message of a mail."""
        return mail.parse(payload.raw, self.mail, received_at=payload.at)

    def _open(self, client: IMAPClient, cursor: str | None) -> Position:
        state = client.select_folder(find_folder(client, self.folder), readonly=True)
        _has_grown(client)  # the number of mails that opening tells is none
        validity = int(state.get(b"UIDVALIDITY", 0))
        known = Position.read(cursor)
        if known is None or known.validity != validity:
            return Position(validity=validity, uid=0)
        return known

    def _new(self, client: IMAPClient, position: Position) -> Iterator[Batch]:
        wanted: list[Any] = ["UID", f"{position.uid + 1}:*"]
        if self.since is not None:
            wanted += ["SINCE", self.since]
        # "n:*" always holds the last mail, even where its UID is below n.
        uids = sorted(uid for uid in client.search(wanted) if uid > position.uid)
        left = len(uids)
        for some in self._portions(client, uids):
            left -= len(some)
            yield Batch(
                payloads=tuple(self._fetched(client, some)),
                cursor=Position(validity=position.validity, uid=some[-1]).write(),
                backlog=left,
            )

    def _portions(self, client: IMAPClient, uids: list[int]) -> Iterator[list[int]]:
        """Yield the UIDs in portions that are bounded in number and bytes."""
        portion: list[int] = []
        size = 0
        for start in range(0, len(uids), UIDS_AT_ONCE):
            some = uids[start : start + UIDS_AT_ONCE]
            sizes = client.fetch(some, ["RFC822.SIZE"])
            for uid in some:
                bytes_of = min(int(sizes.get(uid, {}).get(b"RFC822.SIZE", 0)), self._bytes_max)
                if portion and (size + bytes_of > BYTES_AT_ONCE or len(portion) == UIDS_AT_ONCE):
                    yield portion
                    portion, size = [], 0
                portion.append(uid)
                size += bytes_of
        if portion:
            yield portion

    def _fetched(self, client: IMAPClient, uids: list[int]) -> Iterator[Payload]:
        """Yield the mails; one that was deleted meanwhile is not there, and nobody's loss."""
        # Of one that is too large only so much is fetched that the parser refuses it as that.
        found = client.fetch(uids, [f"BODY.PEEK[]<0.{self._bytes_max}>", "INTERNALDATE"])
        for uid in uids:
            data = found.get(uid, {})
            raw = data.get(b"BODY[]<0>", data.get(b"BODY[]"))
            if isinstance(raw, bytes):
                at = data.get(b"INTERNALDATE")
                where = f"{self.folder} uid {uid}"
                yield Payload(raw=raw, where=where, at=at if isinstance(at, datetime) else None)

    @property
    def _bytes_max(self) -> int:
        return self.mail.limits.mail_bytes + 1

    def _wait(self, client: IMAPClient, stop: Flag) -> None:
        """Return when the folder may have changed, or to show that we are alive."""
        if not client.has_capability("IDLE"):
            stop.wait(self.poll_seconds)
            client.noop()
            return
        client.idle()
        until = monotonic() + self.idle_seconds
        while not stop.is_set() and monotonic() < until:
            began = monotonic()
            responses = client.idle_check(timeout=LOOK_SECONDS)
            # The library takes the end of the connection for nothing said, but says so at once.
            is_broken = not responses and monotonic() - began < LOOK_SECONDS / 2
            if is_broken or _is_news(responses):
                break
        client.idle_done()


def _has_grown(client: IMAPClient) -> bool:
    """Return whether the server told of new mails while it answered something else.

    The library keeps such remarks where only its inside shows them; to overlook one would mean to
    learn of the mail when IDLE is issued anew.
    """
    remarks: dict[str, Any] = client._imap.untagged_responses
    return remarks.pop("EXISTS", None) is not None


def _is_news(responses: Sequence[Any]) -> bool:
    """Return whether mails came; flags and "still here" are none, a farewell is an error."""
    for one in responses:
        if isinstance(one, tuple) and one[:1] == (b"BYE",):
            raise Unreachable(f"the server says goodbye: {one[1:]!r}")
    return any(isinstance(one, tuple) and b"EXISTS" in one for one in responses)


def find_folder(client: IMAPClient, wanted: str) -> str:
    r"""Return the name of a folder; ``\Sent`` is looked up by what folders are for (RFC 6154).

    Raises:
        ConfigError: there is none for that.
    """
    if not wanted.startswith("\\"):
        return wanted
    found = client.find_special_folder(wanted.encode())
    if found is None:
        names = ", ".join(str(one[2]) for one in client.list_folders())
        raise ConfigError(f"the server names no folder as {wanted}; name it yourself, of: {names}")
    return str(found)
