"""Addresses in settings: secrets travel encrypted, or not beyond this machine."""

import ssl
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from pipeline.errors import ConfigError

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_SAFE: Final = {"https": "http", "wss": "ws"}


def read_url(told: str, where: str, scheme: str = "https") -> SplitResult:
    """Return an address taken apart.

    Args:
        told: the address.
        where: the key of the setting.
        scheme: the encrypted one that is expected; without encryption only on loopback.

    Raises:
        ConfigError: it is none, or a secret would cross the network in the clear.
    """
    try:
        url = urlsplit(told)
        host, _ = url.hostname, url.port
    except ValueError:
        url, host = urlsplit(""), None
    if not host or url.scheme not in {scheme, _SAFE[scheme]} or url.query or url.fragment:
        raise ConfigError(f"{where}: found {told!r}; write an address, {scheme}://HOST")
    if url.username is not None or url.password is not None:
        raise ConfigError(f"{where}: a user or password does not belong into an address")
    if url.scheme != scheme and host not in LOOPBACK:
        raise ConfigError(f"{where}: secrets would cross the network in the clear; write {scheme}")
    return url


def read_certificates(file: Path | None, where: str) -> ssl.SSLContext:
    """Return what trusts the certificates of a file; without one, those of the system.

    Raises:
        ConfigError: there is no such file, or no certificate in it.
    """
    try:
        return ssl.create_default_context(cafile=file)
    except OSError as error:  # what the library says of bad PEM is one, too
        reason = error.strerror or str(error)
        raise ConfigError(
            f"{where}: {file} cannot be used ({reason}); name a PEM file of certificates"
        ) from None
