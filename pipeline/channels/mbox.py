r"""Mailbox files: one mail after another, each under a ``From `` line.

A separator is a line ``From … hh:mm… yyyy`` at the start of the file or after an empty line, so
that a sentence that begins with "From" does not cut a mail in two. ``>From `` inside a mail loses
one ``>`` (the mboxrd way). A mail is the unit of failure: what is wrong with one costs only it.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from pipeline.channels.limits import DEFAULT_LIMITS, Limits
from pipeline.errors import BadPayload

_SEPARATOR: Final = re.compile(rb"From [^\n]{0,400}\d{1,2}:\d\d[^\n]{0,100}\d{4}")
_ESCAPED: Final = re.compile(rb">+From ")
_LINE_BYTES: Final = 64 * 1024


def split(stream: BinaryIO, limits: Limits = DEFAULT_LIMITS) -> Iterator[tuple[int, bytes]]:
    """Yield (offset of its ``From `` line, bytes) for every mail of a mailbox.

    Memory is bounded by one mail: of a mail above ``mail_bytes`` only so much is handed out that
    :func:`pipeline.channels.mail.parse` refuses it as too large.

    Raises:
        BadPayload: the stream does not begin as a mailbox does.
    """
    offset, start, after_blank = 0, -1, True
    kept: list[bytes] = []
    size = 0
    while line := stream.readline(_LINE_BYTES):
        if after_blank and _begins_mail(line, start):
            if start >= 0:
                yield start, b"".join(kept)
            start, kept, size = offset, [], 0
        elif size <= limits.mail_bytes and start >= 0:
            kept.append(line[1:] if _ESCAPED.match(line) else line)
            size += len(line)
        offset += len(line)
        after_blank = line in {b"\n", b"\r\n"}
    if start >= 0:
        yield start, b"".join(kept)


def _begins_mail(line: bytes, start: int) -> bool:
    """Whether a line that follows an empty one begins the next mail.

    Raises:
        BadPayload: it is the first line with anything on it, and no ``From `` line.
    """
    if start >= 0:
        return bool(_SEPARATOR.match(line))
    if line.startswith(b"From "):
        return True
    if line.strip():
        found = line[:40].decode("ascii", "backslashreplace")
        reason = f"expected a mailbox (a line 'From sender date' first), found {found!r}"
        raise BadPayload(reason + "; a single mail has the ending .eml")
    return False
