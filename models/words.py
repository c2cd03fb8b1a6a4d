"""The words of a text, and the common ones of English, for what judges language and length."""

import re
from functools import lru_cache
from typing import Final

WORDS_MAX: Final = 400
"""Words of a text that are looked at."""

_WORD: Final = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")
_ADDRESSES: Final = re.compile(
    r"@\w{1,60}|https?://\S{1,300}|www\.\S{1,200}|__\w{1,20}__|[\w.+-]{1,64}@[\w.-]{1,80}"
)
_MARKS: Final = ("@", "http", "www.", "__")
"""One of them stands in every address."""

_ALONE: Final = """
    the and you your yours my our us them they she it's i'm i've i'll we're we've you're don't
    doesn't didn't can't won't isn't wasn't couldn't what where when who why how which this that
    these those there here with without from about because have has had been were are am
    not can could should
    would will please thanks thank thx pls hello just now got get still help need want order waiting
    again never always every any some all out up back only very too much more than then if yes
    phone call called email account number service customer support store refund delivery delivered
    update working work works broken does did it its of to be being
"""
ENGLISH_ALONE: Final = frozenset(_ALONE.split())
"""Common English words that mean nothing in the languages told apart, or are rare there."""

_SHARED: Final = """
    a an i in is on at or as by no so do we he me was for but hi sorry stop super ok okay dm app
    internet no. man art best die den son over
"""
ENGLISH: Final = ENGLISH_ALONE | frozenset(_SHARED.split())
"""Common English words, those that other languages have too among them."""

_HINDI: Final = """
    hai hain nahi nahin nhi mera meri mere kya aap aapka aapki ka ki ke ko se bhi kab kyu kyun kyon
    kaise hua hui hue raha rahi rahe kar karo karna mujhe mujhko bhai yaar abhi tak toh wala gaya
    gayi diya liya paise paisa milega milegi chahiye sahi kuch sab bol baat din se hoga hogi tha thi
    jaldi wapas bahut aur lekin agar apna apne
"""
HINDI_IN_LATIN: Final = frozenset(_HINDI.split())
"""Common Hindi words as they are typed in Latin letters."""


@lru_cache(maxsize=16)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a plain text without handles, tags and addresses, up to a bound.

    Several judges ask for the same text in a row.
    """
    head = text[: WORDS_MAX * 10]
    if any(mark in head for mark in _MARKS):
        head = _ADDRESSES.sub(" ", head)
    return tuple(_WORD.findall(head)[:WORDS_MAX])
