"""JSON of strangers, read with care: what is not there, or not as expected, is told by its path."""

from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from pipeline.errors import BadPayload

_SHOWN_MAX: Final = 80


def read_object(raw: bytes, what: str) -> dict[str, Any]:
    """Return the JSON object that bytes hold.

    Args:
        raw: the bytes.
        what: is expected, for the message: "a status of Mastodon".

    Raises:
        BadPayload: they hold none.
    """
    try:
        found = msgspec.json.decode(raw)
    except (ValueError, RecursionError) as error:
        shown = raw[:_SHOWN_MAX].decode("utf-8", "backslashreplace")
        raise BadPayload(f"expected {what} as JSON, found {shown!r} ({error})") from None
    if not isinstance(found, dict):
        raise BadPayload(f"expected {what} as a JSON object, found {_shown(found)}")
    return found


def find(told: Any, path: str) -> Any:
    """Return what is at ``a.b.0.c``; None where the path leads nowhere."""
    for name in path.split("."):
        if isinstance(told, dict):
            told = told.get(name)
        elif isinstance(told, list) and name.isdecimal() and len(name) < 6:
            told = told[int(name)] if int(name) < len(told) else None
        else:
            return None
    return told


def word(told: Any, path: str) -> str:
    """Return what is at the path as text, or empty text; numbers are written out."""
    found = find(told, path)
    if isinstance(found, bool) or not isinstance(found, str | int):
        return ""
    return str(found).strip() if isinstance(found, str) else _number(found)


def need(told: Any, path: str) -> str:
    """Return what is at the path as text that is not empty.

    Raises:
        BadPayload: it is missing, empty, or of another type.
    """
    found = word(told, path)
    if not found:
        raise BadPayload(f"{path}: expected a text or number, found {_shown(find(told, path))}")
    return found


def items(told: Any, path: str) -> list[dict[str, Any]]:
    """Return the objects of the list at the path; of anything else nothing."""
    found = find(told, path)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def count(told: Any, path: str) -> int | None:
    """Return the number from 0 that is at the path, if there is one."""
    found = find(told, path)
    is_count = isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 2**53
    return found if is_count else None


def moment(told: Any, path: str) -> datetime:
    """Return the time at the path: ISO 8601 with an offset, or seconds or milliseconds since 1970.

    Raises:
        BadPayload: there is none.
    """
    found = find(told, path)
    try:
        return as_moment(found)
    except (ValueError, OverflowError, OSError):
        expected = "2026-11-02T09:00:00Z"
        reason = f"{path}: expected a time such as {expected!r}, found {_shown(found)}"
        raise BadPayload(reason) from None


def as_moment(found: Any) -> datetime:
    """Return a time.

    Raises:
        ValueError: it is none.
        OverflowError: it is none that a calendar has.
    """
    if isinstance(found, str) and not found.isdecimal():
        at = datetime.fromisoformat(found.strip())
        if at.tzinfo is None:
            raise ValueError(found)
        return at.astimezone(UTC)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise ValueError(found)
    seconds = float(found)
    return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)


def millis(at: datetime) -> int:
    """Return a time as a version: edits that come later have the higher one."""
    return max(0, int(at.timestamp() * 1000))


def _number(found: int) -> str:
    return str(found) if abs(found) < 10**30 else ""


def _shown(found: Any) -> str:
    return "nothing" if found is None else repr(found)[:_SHOWN_MAX]
