"""The one way in which sources that post are taken: verified by their signature, split, read.

What a source posts differs in how it signs, in what it packs together, and in what a thing of it
means. Each of these is a function; only a source that asks by GET needs a class of its own.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.channels.signing import Signature
from pipeline.config import Secret
from pipeline.domain.events import Event
from pipeline.payloads import Delivery, Payload, Proof, Webhook

Split = Callable[[bytes], Iterable[tuple[str, bytes]]]
"""Takes a delivery apart into things, each with its place; raises InputError."""


def as_one(raw: bytes) -> list[tuple[str, bytes]]:
    """Leave a delivery whole."""
    return [("body", raw)]


def numbered(split: Callable[[bytes], Iterable[bytes]]) -> Split:
    """Return a split that names things by their number."""
    return lambda raw: [(f"thing {number}", one) for number, one in enumerate(split(raw), 1)]


@dataclass(kw_only=True)
class SignedWebhook(Webhook):
    """What one source posts.

    Attributes:
        signature: how it signs.
        key: the secret.
        split: takes a delivery apart.
        read: makes events of a thing, purely; raises InputError.
    """

    signature: Signature
    key: Secret
    read: Callable[[bytes], Sequence[Event]]
    split: Split = as_one

    def verify(self, delivery: Delivery) -> Proof:
        """Compare the signature over the bytes as they came."""
        return self.signature.verify(delivery, self.key)

    def payloads(self, delivery: Delivery) -> Sequence[Payload]:
        """Return the things in the delivery."""
        return [
            Payload(raw=raw, where=where, at=delivery.at) for where, raw in self.split(delivery.raw)
        ]

    def parse(self, payload: Payload) -> Sequence[Event]:
        """Return the events of one thing."""
        return self.read(payload.raw)


SHARED_SECRET: Final = Signature(scheme="token", header="x-ccm-secret")
"""Of sources that cannot sign: the secret itself, in a header that their settings let one add."""
