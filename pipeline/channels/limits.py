"""How much of somebody else's bytes is read. Every bound is a setting with a default.

What passes a bound of size, depth or number is refused (``TooLarge``) and becomes a dead letter;
what is merely long (``text_chars``) is cut, and the event says so (``extra["truncated"]``).
"""

from dataclasses import dataclass

from pipeline.errors import TooLarge

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds of every channel.

    ``mime_work`` bounds lines times declared MIME levels, which is what the standard library's
    parser takes time in; ``html_chars`` bounds what is read of an HTML body.
    """

    mail_bytes: int = 25 * MIB
    header_bytes: int = 256 * 1024
    headers: int = 1_000
    header_chars: int = 16_384
    mime_parts: int = 300
    mime_depth: int = 20
    mime_work: int = 5_000_000
    html_chars: int = 500_000
    text_chars: int = 50_000
    subject_chars: int = 1_000
    refs: int = 20
    line_bytes: int = MIB
    export_record_bytes: int = 64 * 1024
    export_rows: int = 5_000_000
    form_bytes: int = 256 * 1024
    form_text_chars: int = 20_000
    form_field_chars: int = 320
    form_fields: int = 50

    def check(self, name: str, found: int, what: str) -> None:
        """Raise ``TooLarge`` if ``found`` passes the limit called ``name``.

        Args:
            name: the field of this class that bounds it; the message names it as the setting.
            found: how many there are.
            what: what was counted, for example "bytes of mail".
        """
        most = int(getattr(self, name))
        if found > most:
            message = (
                f"{found:,} {what}; at most {most:,} are read. Raise the setting {name} if this "
                "is wanted, else ask the sender for less"
            )
            raise TooLarge(message)


DEFAULT_LIMITS = Limits()
