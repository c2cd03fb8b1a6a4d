"""The exception tree.

::

    MonitorError                 anything that the monitor raises on purpose
    ├── ConfigError              a setting is missing or wrong; the message names the setting
    ├── InputError               somebody else's bytes are bad: a dead letter, never a crash
    │   ├── BadEvent             a line of the interchange format cannot be used
    │   ├── BadPayload           a channel's payload (mail, export, form) cannot be used
    │   └── TooLarge             a limit of size, depth or number was passed
    ├── Forged                   a delivery does not prove that its source sent it: refused
    │   └── Replayed             it was taken before
    ├── SourceError              a source cannot be read just now: tried again, later and later
    │   ├── Unreachable          no connection, a time-out, a 5xx, an end in mid-sentence
    │   ├── RateLimited          the source asks us to wait; it says how long
    │   ├── AccessRefused        the credentials are wrong or have run out: somebody must act
    │   └── Garbled              the source answers, but not as its protocol has it
    ├── Undelivered              a receiver of alerts took nothing: tried again, later and later
    └── StoreError               the ledger or the inbox on disk cannot be used
        └── StoreFull            it has reached the bound that its setting gives

An ``InputError`` says what was found, where, what was expected and what to do; whoever catches it
writes a dead letter with the reason and the raw bytes. Anything that is not a ``MonitorError`` is a
bug of ours and ends the process.
"""


class MonitorError(Exception):
    """Anything that the monitor raises on purpose."""


class ConfigError(MonitorError):
    """A setting is missing or wrong; the message names the setting and says what to write."""


class InputError(MonitorError):
    """Somebody else's bytes are bad. Becomes a dead letter with ``reason`` and the raw bytes.

    Args:
        reason: what was found and what was expected, in words for the operator.
        where: ``file:line``, a URL path or ``topic[partition]@offset``; empty when unknown.
    """

    def __init__(self, reason: str, *, where: str = "") -> None:
        super().__init__(f"{where}: {reason}" if where else reason)
        self.reason = reason
        self.where = where


class BadEvent(InputError):
    """A line of the interchange format cannot be used."""


class BadPayload(InputError):
    """A channel's payload (mail, export row, form) cannot be used."""


class TooLarge(InputError):
    """A limit of size, depth or number was passed; the limit is a setting."""


class Forged(MonitorError):
    """A delivery does not prove that its source sent it. Refused and counted, never kept."""

    kind = "forged"


class Replayed(Forged):
    """The same delivery was taken before. Refused and counted, never kept."""


class SourceError(MonitorError):
    """A source cannot be read just now. Its connector tries again; the others do not notice."""

    kind = "other"


class Unreachable(SourceError):
    """No connection, a time-out, a 5xx, or the connection ended."""

    kind = "unreachable"


class RateLimited(SourceError):
    """The source asks us to wait.

    Args:
        reason: what it said.
        seconds: how long it wants us to wait.
    """

    kind = "rate_limited"

    def __init__(self, reason: str, *, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


class AccessRefused(SourceError):
    """The credentials are wrong or have run out; trying again soon would lock the account."""

    kind = "access_refused"


class Garbled(SourceError):
    """The source answers, but not as its protocol has it."""

    kind = "garbled"


class Undelivered(MonitorError):
    """A receiver of alerts did not take a message. The message never holds its address' secrets.

    Args:
        reason: what was found, where, and what to do.
        kind: one of a few words, for metrics: ``unreachable``, ``rate_limited``,
            ``access_refused`` or ``garbled`` (it answers, but not as such a receiver does).
        seconds: how long it wants us to wait; 0 where it does not say.
    """

    def __init__(self, reason: str, *, kind: str, seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.kind = kind
        self.seconds = seconds


class StoreError(MonitorError):
    """The ledger or the inbox on disk cannot be used."""


class StoreFull(StoreError):
    """A store has reached the bound that its setting gives; nothing was taken."""
