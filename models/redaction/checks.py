"""Checksums: numbers that only look like a card or an account fail them."""

import re
from typing import Final

_CARD_DIGITS: Final = range(13, 20)
_GROUPS: Final = re.compile(r"\d+|(?:\d{4}[ -]){3}\d{1,7}|\d{4}[ -]\d{6}[ -]\d{4,5}")


def is_card(text: str) -> bool:
    """Whether it is the number of a payment card: an issuer's prefix, in groups as cards have them,
    and Luhn."""
    if not _GROUPS.fullmatch(text):
        return False
    digits = [int(char) for char in text if char.isdecimal()]
    if len(digits) not in _CARD_DIGITS or digits[0] not in (2, 3, 4, 5, 6):
        return False
    doubled = (digit * 2 for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(d - 9 if d > 9 else d for d in doubled)) % 10 == 0


def is_iban(text: str) -> bool:
    """Whether the letters and digits are those of an IBAN (ISO 13616, mod 97)."""
    bare = "".join(char for char in text if char.isalnum()).upper()
    if not 15 <= len(bare) <= 34:
        return False
    turned = bare[4:] + bare[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def is_public_ip(text: str) -> bool:
    """Whether it is an address that leads to somebody: not a router at home, not a version."""
    from ipaddress import ip_address

    try:
        found = ip_address(text)
    except ValueError:
        return False
    return not (found.is_loopback or found.is_unspecified or _is_local(text))


def _is_local(text: str) -> bool:
    second = text.split(".")[1] if text.count(".") == 3 else ""
    return text.startswith(("10.", "192.168.", "fe80", "fc", "fd")) or (
        text.startswith("172.") and second.isdecimal() and 16 <= int(second) <= 31
    )


def has_digits(text: str, least: int) -> bool:
    """Whether at least so many digits are among the characters."""
    return sum(char.isdecimal() for char in text) >= least
