"""The gold signals: what a text says, as the interchange format writes it."""

from datetime import datetime, timedelta
from typing import Any

from pipeline.simulation.script import Said, parse_seconds


def rfc3339(at: datetime) -> str:
    """Return ``at`` (UTC, whole seconds) as the interchange format writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def draw_up(said: Said, at: datetime) -> dict[str, Any]:
    """Return a signal with its values; info_supplied keeps what was asked, for its words."""
    signal: dict[str, Any] = {"name": said.name}
    if said.name in ("info_request", "info_supplied"):
        signal["asks"] = (said.value or "order").split("+")
    elif said.name == "prior_contact" and said.value:
        signal["channel"] = said.value
    elif said.name == "promise" and said.value:
        due, _, deed = said.value.partition("/")
        signal["due"] = _due(due, at)
        if deed:
            signal["deed"] = deed
    elif said.name == "pace_request":
        signal["until"] = _due(said.value, at)
    return signal


def _due(text: str, at: datetime) -> str:
    """Return the date so many days after ``at``, or the time so many hours after it."""
    moment = at + timedelta(seconds=parse_seconds(text))
    return rfc3339(moment) if "h" in text or "m" in text else f"{moment:%Y-%m-%d}"


def emitted(signal: dict[str, Any]) -> dict[str, Any]:
    """Return a signal as an event carries it."""
    if signal["name"] == "info_supplied":
        return {"name": "info_supplied"}
    return signal
