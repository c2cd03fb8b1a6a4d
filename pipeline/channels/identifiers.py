"""Identifiers as sources write them, made comparable."""

import re
from typing import Final

_SEPARATORS: Final = re.compile(r"[\s()./-]")


def phone(told: str) -> str:
    """Return ``phone:+49…``; a national number may be anybody's and gives nothing."""
    number = _SEPARATORS.sub("", told)
    number = "+" + number[2:] if number.startswith("00") else number
    is_one = number.startswith("+") and number[1:].isdecimal() and number.isascii()
    return f"phone:{number}" if is_one else ""
