"""The language of a text, offline: English is read, what is surely something else is not.

Short texts are hard on every detector, and "ok thx" is no Hungarian: a text counts as foreign only
where the detector (py3langid, asked about ``LANGUAGES`` alone) is sure, and no common English words
speak against it. Whoever writes plain English is recognised by its common words, without asking.
Hindi in Latin letters, which detectors take for this and that, has a list of its own.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from models.words import ENGLISH, ENGLISH_ALONE, HINDI_IN_LATIN, words_of

READ: Final = "en"
"""The language that is read."""

LANGUAGES: Final = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "ms": "Malay",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "th": "Thai",
    "tl": "Tagalog",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "zh": "Chinese",
    "hi-Latn": "Hindi in Latin letters",
}
"""Tags that are told apart (BCP 47), and what they are called."""

SURE: Final = 0.8
"""Probability from which the detector is believed that a text is not in English."""

SURE_OF_TWO: Final = 0.9
"""Likewise of two languages together."""

_WORDS_MIN: Final = 3
_CHARS_MAX: Final = 1_000
_ENGLISH_SHARE: Final = 0.12
_HINDI_SHARE: Final = 0.3


def language_of(text: str) -> str | None:
    """The tag of a plain text's language; null where it is too short or too unclear to tell."""
    words = words_of(text)
    if not words:
        return None
    count = len(words)
    if sum(word in HINDI_IN_LATIN for word in words) >= max(2, _HINDI_SHARE * count):
        return "hi-Latn"
    alone = sum(word in ENGLISH_ALONE for word in words)
    if alone >= max(1, _ENGLISH_SHARE * count):
        return READ
    common = sum(word in ENGLISH for word in words)
    if _is_latin(words) and count < _WORDS_MIN:
        return READ if common else None
    foreign = _asked(text)
    if foreign is not None and common < count / 2:
        return foreign
    return READ if common else None


def _asked(text: str) -> str | None:
    """The detector's answer where it is sure: of one language, or of two that are near (Danish and
    Norwegian, Malay and Indonesian); null otherwise and for English."""
    (first, one), (second, other), *_ = _detector().rank(text[:_CHARS_MAX])
    sure = one >= SURE or (second != READ and one + other >= SURE_OF_TWO)
    return str(first) if first != READ and sure else None


def is_latin(text: str) -> bool:
    """Whether at least half of the words are written in Latin letters."""
    return text.isascii() or _is_latin(words_of(text))


def _is_latin(words: Sequence[str]) -> bool:
    latin = sum(word[0].isascii() or "\u00c0" <= word[0] <= "\u024f" for word in words)
    return latin * 2 >= len(words)


@lru_cache(maxsize=1)
def _detector() -> Any:
    """The detector, loaded when a text first needs it (a second, some 60 MB)."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    detector = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    detector.set_languages([tag for tag in LANGUAGES if "-" not in tag])
    return detector
