"""Whether a text can be read at all, and in which language it seems to be. English only, so far."""

import re
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")
_ADDRESSES: Final = re.compile(r"@\w{1,60}|https?://\S{1,300}|www\.\S{1,200}|__\w{1,20}__")
_WORDS_MAX: Final = 400
_FOREIGN_WORDS_MIN: Final = 4

_ENGLISH_WORDS: Final = """
    the a an and or but if is are was were be been am do does did have has had i you we they he
    she it my your our me us them this that these those to of in on at for from with by not no
    yes so as what when where who how why can could will would should please thanks thank hi
    hello sorry just now get got still help need want order i'm it's don't can't i've we're
    you're didn't doesn't any all up out about there here more
"""
_ENGLISH: Final = frozenset(_ENGLISH_WORDS.split())
_FOREIGN_WORDS: Final = """
    el los las una que por para con mi es esta está pero cuando gracias hola como cómo puedo su
    te qué muy ya der die das und ist nicht ich sie wir ein eine mit für auf bei bitte danke le
    les une des est pas je vous nous pour avec mon dans bonjour merci il che non per sono con
    grazie o os um uma não com meu obrigado de het een niet ik van met mijn dank ne ve bir bu
    için nie jest się det och inte jag på tack
"""
_FOREIGN: Final = frozenset(_FOREIGN_WORDS.split())


def illegible(text: str) -> str | None:
    """Why a plain text cannot be read, in words for the operator; null when it can."""
    words = _words(text)
    if not words:
        return "empty" if not text.strip() else "no words: only links, numbers, signs or emoji"
    latin = sum(word[0].isascii() or "\u00c0" <= word[0] <= "\u024f" for word in words)
    if latin * 2 < len(words):
        return "not in Latin script: the rules read English only"
    if language(text) is None and _foreign(words):
        return "not in English: the rules read English only"
    return None


def language(text: str) -> str | None:
    """``en`` when common English words prevail, else null: the rules know no other language."""
    words = _words(text)
    english = sum(word in _ENGLISH for word in words)
    other = sum(word in _FOREIGN and word not in _ENGLISH for word in words)
    return "en" if english and english >= other else None


def word_count(text: str) -> int:
    """Words without handles and links, counted up to a bound."""
    return len(_words(text))


def _words(text: str) -> list[str]:
    bare = _ADDRESSES.sub(" ", text[: _WORDS_MAX * 10])
    return _WORD.findall(bare)[:_WORDS_MAX]


def _foreign(words: list[str]) -> bool:
    return len(words) >= _FOREIGN_WORDS_MIN and sum(word in _FOREIGN for word in words) >= 2
