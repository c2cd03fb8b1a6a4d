"""How a person writes: spelling of their country, care, temper, slips of the finger."""

from collections.abc import Mapping
from random import Random
from types import MappingProxyType
from typing import Final

MANNERS: Final = ("plain", "plain", "polite", "careless", "angry", "terse")
AMERICAN: Final[Mapping[str, str]] = MappingProxyType({
    "apologise": "apologize", "realise": "realize", "cancelled": "canceled", "colour": "color",
    "travelling": "traveling", "centre": "center", "favour": "favor", "neighbour": "neighbor",
    "Apologise": "Apologize", "parcel": "package", "fulfil ": "fulfill ",
})  # fmt: skip
POLITE: Final = ("I hope that you are well. ", "Thank you in advance for your help. ",
                 "I would be grateful for your help. ")  # fmt: skip
CONTRACTIONS: Final[Mapping[str, str]] = MappingProxyType({
    "I am ": "I'm ", "did not ": "didn't ", "do not ": "don't ", "does not ": "doesn't ",
    " it is ": " it's ", " is not ": " isn't ", "have not ": "haven't ",
})  # fmt: skip
TYPO_SHARE: Final = 0.5
"""Share of the careless texts with swapped letters in them."""


def spelled(text: str, *, american: bool) -> str:
    """Return ``text`` (in British spelling) as the person spells it."""
    return _replaced(text, AMERICAN) if american else text


def mannered(text: str, manner: str, rng: Random) -> str:
    """Return ``text`` in the manner of the person. It goes on to say the same."""
    if manner == "careless":
        return _careless(text, rng)
    if manner == "angry":
        return _angry(text, rng)
    if manner == "terse":
        return _replaced(text, CONTRACTIONS)
    return text


def _replaced(text: str, words: Mapping[str, str]) -> str:
    for before, after in words.items():
        text = text.replace(before, after)
    return text


def _careless(text: str, rng: Random) -> str:
    text = _replaced(text, CONTRACTIONS).lower()
    return with_typo(text, rng) if rng.random() < TYPO_SHARE else text


def _angry(text: str, rng: Random) -> str:
    if text.endswith("."):
        text = text[:-1] + "!" * rng.randint(1, 3)
    return text.upper() if rng.random() < 0.1 and "@" not in text else text


def with_typo(text: str, rng: Random) -> str:
    """Return ``text`` with two letters in the middle of one of its long words swapped."""
    words = text.split(" ")
    long = [place for place, word in enumerate(words) if len(word) > 6 and word.isalpha()]
    if not long:
        return text
    place = rng.choice(long)
    word = words[place]
    at = rng.randrange(1, len(word) - 2)
    words[place] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)
