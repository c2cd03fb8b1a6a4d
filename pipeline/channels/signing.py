"""Signatures of webhooks as most sources have them, told by settings: verified on the raw bytes.

==========  =======================================================================================
``scheme``  ``hmac-sha256`` (also ``-sha1``, ``-sha512``); ``token``: the header holds the secret
            itself; ``basic``: user and password of the address, ``USER:PASSWORD`` as the secret
``header``  that holds the signature
``prefix``  before the signature, such as ``sha256=``
``encoding``  ``hex`` or ``base64``
``time``    the header that holds the time which is signed, if there is one
``signed``  what is signed: ``{body}``, or for example ``{time}.{body}``
==========  =======================================================================================
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from pipeline.channels.told import as_moment
from pipeline.config import Secret
from pipeline.errors import ConfigError, Forged
from pipeline.payloads import Delivery, Proof, check_equal

SCHEMES: Final = ("hmac-sha256", "hmac-sha1", "hmac-sha512", "token", "basic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """How a source signs; see the module."""

    scheme: str = "hmac-sha256"
    header: str = "x-signature"
    prefix: str = ""
    encoding: str = "hex"
    time: str = ""
    signed: str = "{body}"

    def verify(self, delivery: Delivery, key: Secret) -> Proof:
        """Return what the signature proves.

        Raises:
            Forged: it is missing or wrong.
        """
        if not delivery.raw:
            raise Forged("the body is empty: nothing that a source sends")
        found = delivery.headers.get(self._header, "")
        if not found:
            raise Forged(f"the header {self._header} is missing: does the source sign?")
        advice = f"{self._header} does not fit: is the secret the same on both sides?"
        check_equal(found, self._expected(delivery, key.reveal()), advice)
        if not self.time:
            return Proof(token=hashlib.sha256(found.encode() + delivery.raw).hexdigest(), at=None)
        try:
            return Proof(token=found, at=as_moment(delivery.headers.get(self.time, "")))
        except (ValueError, OverflowError, OSError):
            raise Forged(f"the header {self.time} holds no time") from None

    @property
    def _header(self) -> str:
        return "authorization" if self.scheme == "basic" else self.header

    def _expected(self, delivery: Delivery, secret: str) -> bytes:
        if self.scheme == "token":
            return self.prefix.encode() + secret.encode()
        if self.scheme == "basic":
            return b"Basic " + base64.b64encode(secret.encode())
        told = delivery.headers.get(self.time, "").encode() if self.time else b""
        before, _, after = self.signed.partition("{body}")
        covered = b"".join((_timed(before, told), delivery.raw, _timed(after, told)))
        digest = hmac.new(secret.encode(), covered, self.scheme.removeprefix("hmac-")).digest()
        shown = digest.hex().encode() if self.encoding == "hex" else base64.b64encode(digest)
        return self.prefix.encode() + shown


def _timed(part: str, told: bytes) -> bytes:
    return part.encode().replace(b"{time}", told)


def read_signature(told: Mapping[str, Any], where: str) -> Signature:
    """Return the signature that settings describe.

    Raises:
        ConfigError: a key is unknown or wrong.
    """
    known = [item.name for item in fields(Signature)]
    for key, value in told.items():
        if key not in known or not isinstance(value, str):
            raise ConfigError(f"{where}: signature.{key}: write texts for {', '.join(known)}")
    lowered = {key: value.lower() for key, value in told.items() if key in {"header", "time"}}
    found = Signature(**{**told, **lowered})
    if found.scheme not in SCHEMES:
        raise ConfigError(f"{where}: signature.scheme: write one of {', '.join(SCHEMES)}")
    if found.encoding not in {"hex", "base64"}:
        raise ConfigError(f"{where}: signature.encoding: write hex or base64")
    if found.signed.count("{body}") != 1:
        raise ConfigError(f"{where}: signature.signed: write {{body}} into it, once")
    if ("{time}" in found.signed) != bool(found.time):
        raise ConfigError(f"{where}: signature.time: name the header of the {{time}} in signed")
    return found
