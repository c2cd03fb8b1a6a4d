"""What the learnt stages answer: one number a signal, and three choices of one among several.

The order is that of the columns everywhere: in the heads, in the encoder's file, in the weighing.
"""

from typing import Final

from models.reading import INBOUND, OUTBOUND, RESPONSE_CLASSES, THEMES

FLAGS: Final = tuple(name for name in OUTBOUND if name not in RESPONSE_CLASSES)
SEVERITIES: Final = ("none", "no_explicit_reproach", "disapproval", "accusation", "blame")

COLUMNS: Final = (
    *INBOUND,
    *FLAGS,
    *RESPONSE_CLASSES,
    *(f"severity:{name}" for name in SEVERITIES),
    *(f"theme:{name}" for name in THEMES),
)

_PLACES: Final = (len(INBOUND), len(FLAGS), len(RESPONSE_CLASSES), len(SEVERITIES), len(THEMES))
_STARTS: Final = tuple(sum(_PLACES[:number]) for number in range(len(_PLACES)))

CUSTOMER: Final = slice(_STARTS[0], _STARTS[0] + _PLACES[0])
COMPANY: Final = slice(_STARTS[1], _STARTS[1] + _PLACES[1])
RESPONSE: Final = slice(_STARTS[2], _STARTS[2] + _PLACES[2])
SEVERITY: Final = slice(_STARTS[3], _STARTS[3] + _PLACES[3])
THEME: Final = slice(_STARTS[4], _STARTS[4] + _PLACES[4])

CHOICES: Final = (RESPONSE, SEVERITY, THEME)
"""Columns of which exactly one holds."""
