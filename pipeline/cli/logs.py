"""What a process says on stderr: one line an entry, for people or for machines.

Neither secrets nor what customers wrote is logged. Our own messages hold none; the secrets of the
settings are blotted out besides, wherever a library might name them.
"""

import json
import logging
import sys
from asyncio import CancelledError
from datetime import UTC, datetime
from typing import Final
from urllib.parse import unquote, urlsplit

from pipeline.config import Settings

TALKATIVE: Final = ("faust", "aiokafka", "mode", "kafka", "httpx", "imapclient", "mail")
"""Libraries that tell of every connection."""
TORRENTS: Final = ("kafka.cluster", "kafka.net")
"""What says thirty times a second that a broker is away; those that need it say so themselves."""
BLOT: Final = "***"
SECRET_LENGTH_MIN: Final = 4
"""Shorter ones cannot be told from ordinary words."""


def set_up_logs(settings: Settings | None = None) -> None:
    """Log to stderr as the settings say; without settings, text for people."""
    settings = settings or Settings()
    kind = _AsJson if settings.logs.format == "json" else _AsText
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(kind(_secrets(settings)))
    logging.basicConfig(level=settings.logs.level.upper(), handlers=[handler], force=True)
    calm = logging.getLogger("uvicorn.error")
    calm.filters = [_Calm()]
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in TORRENTS:
        logging.getLogger(name).setLevel(logging.CRITICAL)


class _Blotting(logging.Formatter):
    """Blots secrets out of whatever is logged."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")
        self._secrets = secrets

    def blotted(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, BLOT)
        return text


class _AsText(_Blotting):
    """For people."""

    def format(self, record: logging.LogRecord) -> str:
        return self.blotted(super().format(record))


class _AsJson(_Blotting):
    """For machines: one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return self.blotted(json.dumps(told, ensure_ascii=False))


class _Calm(logging.Filter):
    """Leaves out that open pages were cut off when the process was told to stop."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is worth reading."""
        raised = record.exc_info[1] if record.exc_info else None
        is_cut_off = isinstance(raised, CancelledError) or "graceful shutdown" in record.msg
        return not is_cut_off


def _secrets(settings: Settings) -> tuple[str, ...]:
    password = urlsplit(settings.ledger.url).password or ""
    told = (settings.intake.token or "", password, unquote(password))
    return tuple(sorted({one for one in told if len(one) >= SECRET_LENGTH_MIN}, key=len)[::-1])
