"""Compiles patterns so that nothing in them repeats without bound.

``+`` and ``*`` mean at most ``CHARS`` characters, and at most ``TIMES`` times a group: more than
people write, and few enough that a hostile text cannot make a pattern run over all of it from each
of its places. A test holds every pattern of the package to that.
"""

import re
from typing import Final

CHARS: Final = 40
"""What a repeated character or class may run to: longer than any word."""

TIMES: Final = 8
"""How often a repeated group may come."""

_TOKEN: Final = re.compile(
    r"(?P<one>\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<open>\((?:\?(?:P<\w+>|P=\w+|[a-zA-Z-]*:|<?[=!]))?)"
    r"|(?P<close>\))|(?P<star>[*+])|(?P<other>.)",
    re.DOTALL,
)


def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """The pattern, compiled with its repetitions bounded."""
    return re.compile(bounded(pattern), flags)


def bounded(pattern: str) -> str:
    """The pattern with ``+`` and ``*`` written as repetitions with an end."""
    pieces: list[str] = []
    group = False
    for token in _TOKEN.finditer(pattern):
        if token.lastgroup == "star":
            most = TIMES if group else CHARS
            pieces.append(f"{{{int(token.group() == '+')},{most}}}")
        else:
            pieces.append(token.group())
        group = token.lastgroup == "close"
    return "".join(pieces)
