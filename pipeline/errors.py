"""The exception tree.

::

    MonitorError                 anything that the monitor raises on purpose
    ├── ConfigError              a setting is missing or wrong; the message names the setting
    ├── InputError               somebody else's bytes are bad: a dead letter, never a crash
    │   ├── BadEvent             a line of the interchange format cannot be used
    │   ├── BadPayload           a channel's payload (mail, export, form) cannot be used
    │   └── TooLarge             a limit of size, depth or number was passed
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


class StoreError(MonitorError):
    """The ledger or the inbox on disk cannot be used."""


class StoreFull(StoreError):
    """A store has reached the bound that its setting gives; nothing was taken."""
