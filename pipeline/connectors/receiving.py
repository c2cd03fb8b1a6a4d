"""Takes what sources send over HTTP: verified, fresh, never twice, then stored.

In this order: the signature over the raw bytes, the time in it, whether the same was taken before,
and only then the meaning of the bytes. What is forged, old or seen before is refused and counted,
and not kept: strangers must not fill our disk. Deliveries that were taken are remembered for as
long as their signatures would still be fresh, in memory: after a restart the same event may come
once more, and is known by its id.
"""

import logging
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from pipeline.connectors.health import Health
from pipeline.connectors.ports import Clock, Sink
from pipeline.connectors.taking import Taker
from pipeline.errors import Forged, Replayed, SourceError
from pipeline.payloads import Answer, Delivery, Proof, Taken, Webhook

REMEMBERED_MAX: Final = 100_000
_LOG: Final = logging.getLogger("ccm.connectors")


class Receiver:
    """The webhooks of all channels. Called from worker threads, several at a time.

    Args:
        webhooks: by the name of their channel.
        healths: by the same names.
        sink: keeps what is taken.
        clock: the present moment.
    """

    def __init__(
        self,
        webhooks: Mapping[str, Webhook],
        healths: Mapping[str, Health],
        sink: Sink,
        clock: Clock,
    ) -> None:
        self._webhooks = dict(webhooks)
        self._healths = healths
        self._clock = clock
        self._seen = _Seen()
        self._takers = {
            name: Taker(one.parse, sink, healths[name], clock) for name, one in webhooks.items()
        }
        for health in healths.values():
            health.entered("running")

    def bytes_max(self, source: str) -> int | None:
        """Return how large a delivery may be; None where there is no such source."""
        webhook = self._webhooks.get(source)
        return None if webhook is None else webhook.bytes_max

    def challenge(self, source: str, delivery: Delivery) -> Answer | None:
        """Answer a source that asks by GET whose address this is; None where it never does.

        Raises:
            Forged: whoever asks is not the source.
        """
        return self._webhooks[source].challenge(delivery)

    def receive(self, source: str, delivery: Delivery) -> Taken:
        """Take one delivery; what `Taken` counts is on disk now.

        A delivery that proves its source is taken even where it cannot be used: it is in the dead
        letters then, and sending it again would not help.

        Raises:
            Forged: it is not from the source, too old, or was taken before.
            SourceError: that cannot be told just now; the source has to send it again.
            StoreError: it could not be kept; the source has to send it again.
        """
        webhook, health, taker = self._webhooks[source], self._healths[source], self._takers[source]
        try:
            token = self._proven(source, webhook, delivery)
        except (Forged, SourceError) as error:
            health.failed(error.kind, str(error))
            _LOG.warning("%s: refused a delivery: %s", source, error)
            raise
        try:
            taken = taker.take_all(lambda: webhook.payloads(delivery), delivery.raw)
        except BaseException:
            self._seen.release(token)
            raise
        health.contacted(self._clock())
        return taken

    def _proven(self, source: str, webhook: Webhook, delivery: Delivery) -> str:
        proof = _verified(source, webhook, delivery)
        if proof.at is not None and abs(delivery.at - proof.at) > webhook.window:
            raise Forged(
                f"signed at {proof.at:%Y-%m-%d %H:%M:%S} UTC, which is more than "
                f"{webhook.window.total_seconds():.0f} s from our clock: a replay, or one of the "
                "clocks is wrong"
            )
        token = f"{source} {proof.token}"
        if not self._seen.claim(token, delivery.at, webhook.window):
            raise Replayed("the same delivery was taken before: a replay")
        return token


def _verified(source: str, webhook: Webhook, delivery: Delivery) -> Proof:
    try:
        return webhook.verify(delivery)
    except (Forged, SourceError):
        raise
    except Exception:
        _LOG.exception("%s: a bug of ours in verifying", source)
        raise Forged("the signature cannot be verified: a bug of ours, see the log") from None


class _Seen:
    """Tokens that were claimed, until their time has passed; the oldest go first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._until: OrderedDict[str, datetime] = OrderedDict()

    def claim(self, token: str, now: datetime, window: timedelta) -> bool:
        """Claim a token; return whether nobody had."""
        with self._lock:
            until = self._until.get(token)
            if until is not None and now <= until:
                return False
            self._until[token] = now + 2 * window
            self._until.move_to_end(token)
            self._forget(now)
            return True

    def release(self, token: str) -> None:
        """Give a token back: what it stood for was not kept and may come again."""
        with self._lock:
            self._until.pop(token, None)

    def _forget(self, now: datetime) -> None:
        while self._until:
            first, until = next(iter(self._until.items()))
            if until >= now and len(self._until) <= REMEMBERED_MAX:
                return
            del self._until[first]
