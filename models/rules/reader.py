"""The rules reader: the first implementation of ``Reader``, and the fallback of those that come
later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Final

from models.deadlines import find_deadline
from models.language import language_of
from models.plain import Plain, plain
from models.reading import INBOUND, OUTBOUND, PRESENT, THEMES, Reading, Signal, Text, unread
from models.rules.companies import weigh_outbound
from models.rules.customers import weigh_inbound
from models.rules.inbound import INBOUND_RULES
from models.rules.legible import illegible
from models.rules.outbound import OUTBOUND_RULES
from models.rules.responses import RESPONSES
from models.rules.rule import Hit, Table
from models.rules.severity import severity_of
from models.rules.signs import read_signs
from models.rules.themes import Themes
from models.rules.thread import Thread, read_thread

VERSION: Final = "rules-10"


Hits = Mapping[str, list[Hit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that the rules see in one text, for those who weigh it further.

    Attributes:
        plain: the text as the rules see it.
        reading: what they take it to say.
        hits: every rule that fired, by signal or mark; empty where the text cannot be read.
        signals: what was weighed, the improbable included.
        thread: the messages before it; null where the text cannot be read.
    """

    plain: Plain
    reading: Reading
    hits: Hits = field(default_factory=dict)
    signals: Mapping[str, Signal] = field(default_factory=dict)
    thread: Thread | None = None


class RulesReader:
    """Reads English texts by patterns: transparent, deterministic, without state.

    A text in another language is not guessed at: its reading is ``unread``, with the language.

    Every signal carries the name of its rule in ``why`` and the span that made it fire. Of a text
    the first ``models.plain.CHARS_MAX`` characters are read and of the thread the last
    ``models.rules.thread.LOOK_BACK`` passages, so that the work on a text is bounded whatever its
    length: under a second on one core for the worst text that we could think of.

    Args:
        themes: the closed list from which themes are taken.
    """

    def __init__(self, themes: Sequence[str] = THEMES) -> None:
        self._inbound = Table(INBOUND_RULES)
        self._outbound = Table(OUTBOUND_RULES)
        self._questions = Table(rule for rule in RESPONSES if rule.signal == "info_request")
        self._themes = Themes(themes)

    @property
    def version(self) -> str:
        """Changes whenever the same text could read differently."""
        names = self._themes.names
        if names == THEMES:
            return VERSION
        return f"{VERSION}+{blake2b(repr(names).encode(), digest_size=3).hexdigest()}"

    def read(self, texts: Sequence[Text]) -> list[Reading]:
        """One reading for each text, in order; a text that cannot be read gives the signal
        ``unread``."""
        return [self.examine(text).reading for text in texts]

    def examine(self, text: Text) -> Findings:
        """What the rules see in a text, besides its reading."""
        seen = plain(text.text)
        language = language_of(seen.text)
        why = illegible(seen.text, language)
        if why is not None:
            reading = read_signs(text, seen) or unread(text.id, why, language)
            return Findings(plain=seen, reading=reading)
        weigh = self._customer if text.direction == "inbound" else self._company
        return weigh(text, seen, language)

    def is_asked(self, text: Text) -> bool:
        """Whether the company's last message before a text asks the customer for something."""
        return read_thread(text.context, text.direction, self._questions).asked

    def _customer(self, text: Text, seen: Plain, language: str | None) -> Findings:
        hits = self._inbound.hits(seen.text)
        thread = read_thread(text.context, text.direction, self._questions)
        signals = weigh_inbound(seen, hits, thread)
        if "pace_request" in signals and text.at is not None:
            found = find_deadline(seen.text, text.at, text.zone)
            signals["pace_request"] = replace(
                signals["pace_request"], until=found[0] if found else None
            )
        severity = severity_of(signals, seen.text)
        reading = self._reading(text, seen, signals, severity, language)
        return Findings(plain=seen, reading=reading, hits=hits, signals=signals, thread=thread)

    def _company(self, text: Text, seen: Plain, language: str | None) -> Findings:
        hits = self._outbound.hits(seen.text)
        thread = read_thread(text.context, text.direction, self._questions)
        signals = weigh_outbound(seen, hits, thread, text)
        reading = self._reading(text, seen, signals, None, language)
        return Findings(plain=seen, reading=reading, hits=hits, signals=signals, thread=thread)

    def _reading(
        self,
        text: Text,
        seen: Plain,
        signals: Mapping[str, Signal],
        severity: str | None,
        language: str | None,
    ) -> Reading:
        names = INBOUND if text.direction == "inbound" else OUTBOUND
        present = (signals[name] for name in names if name in signals)
        return Reading(
            id=text.id,
            signals=tuple(signal for signal in present if signal.probability >= PRESENT),
            severity=severity,
            theme=self._themes.of(seen.text),
            lang=language,
        )
