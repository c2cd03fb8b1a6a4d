"""Stock answers as near-duplicates of what the same company wrote to others.

``StockIndex.take`` says of a reply in how many *other* conversations of the company it stood
before, and remembers it. The number goes into ``Text.replies_alike``, so that a reader stays a pure
function of its input: who feeds the reader keeps the index.

Stock answers are put together from stock sentences. So sentences are compared, and a reply is as
common as the least common of its sentences: one sentence about this very case makes it unlike any
other. Alike means: of the masked words (names, numbers, handles, links and signatures are left out)
at least ``ALIKE_MIN`` of the pairs of neighbours are shared (Jaccard, estimated by MinHash). A
sentence like a known one joins it as its *template*, so that the index grows with what a company
says differently and not with what it says.

Bounds: ``templates_max`` templates (the longest unused goes first), ``CONVERSATIONS_MAX``
conversations of each (the latest), ``SENTENCES_MAX`` sentences of a reply, and nothing older than
``age_max`` counts. A full index of the default size takes about 55 MB; a reply costs some 0.1 ms.

Everything is a function of the replies taken and their order: no clock, no randomness.
"""

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

from rensa import RMinHash, RMinHashLSH

from models.plain import plain

ALIKE_MIN: Final = 0.6
"""Share of pairs of neighbouring words that two sentences must have in common."""

CONVERSATIONS_MAX: Final = 12
"""Conversations remembered of one template: no count goes beyond."""

TEMPLATES_MAX: Final = 10_000
"""Different sentences remembered, of all companies together."""

AGE_MAX: Final = timedelta(days=90)
"""What was last written longer ago no longer counts."""

SENTENCES_MAX: Final = 12
"""Sentences compared of one reply, the first."""

WORDS_MAX: Final = 60
"""Words compared of one sentence."""

_CHARS_MAX: Final = 2_000
_RUN: Final = 2
_HASHES: Final = 64
_BANDS: Final = 16  # 64 in bands of 4: pairs from a Jaccard of about 0.5 meet in a band
_SEED: Final = 7
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+|\n+")
# "^AB", "*JH", "- Tom", "1/2": who wrote, and which part of a split tweet
_SIGNED: Final = re.compile(
    r"[\^*~/-] ?[a-z]{1,12}\s{0,3}(?:\(?\d/\d\)?\s{0,3})?$|\(?\b\d/\d\)?\s{0,3}$"
)
_GREETING: Final = r"(hi|hello|hey|dear|thanks|thank you|sorry|apologies|good \w{3,9})"
_MASKS: Final = (
    (re.compile(r"https?://\S{1,300}|www\.\S{1,200}"), " _link "),
    (re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]{2,20}"), " _mail "),
    (re.compile(r"@\w{1,60}"), " "),
    (re.compile(rf"^\W{{0,9}}{_GREETING}[ ,]{{1,2}}\w{{2,20}}(?=[,!.:;-])"), r"\1"),
    (re.compile(r"\b(mr|mrs|ms|dr)\.? \w{2,20}"), r"\1"),
    (re.compile(r"#?\b(?=\w{0,30}\d)[\w-]{1,30}\b"), " _n "),
)
_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)?|_[a-z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a company wrote.

    Attributes:
        company: who wrote; replies of different companies are never compared.
        conversation: the thread or the customer; replies within one are never counted.
        text: as it was sent.
        at: when; aware.
    """

    company: str
    conversation: str
    text: str
    at: datetime


@dataclass(slots=True)
class _Template:
    """One thing that a company says, and to whom it lately said so."""

    key: int
    company: str
    sketch: RMinHash
    said: dict[int, int] = field(default_factory=dict)  # conversation -> second, latest last


class StockIndex:
    """Remembers what companies wrote lately, and counts how often they wrote the like to others.

    Args:
        templates_max: different sentences that are remembered at most; one or more.
        age_max: what was last written longer ago does not count.
    """

    def __init__(self, *, templates_max: int = TEMPLATES_MAX, age_max: timedelta = AGE_MAX) -> None:
        self._templates: OrderedDict[int, _Template] = OrderedDict()  # the longest unused first
        self._companies: dict[str, RMinHashLSH] = {}
        self._sizes: dict[str, int] = {}
        self._templates_max = templates_max
        self._age_max = age_max
        self._next_key = 0

    def __len__(self) -> int:
        """Return how many different sentences are remembered."""
        return len(self._templates)

    def take(self, reply: Reply) -> int:
        """Return in how many other conversations the like was written before, and remember it."""
        counts = []
        for sketch in _sketches(reply.text):
            template = self._find(reply.company, sketch)
            counts.append(self._count(template, reply) if template else 0)
            self._remember(template or self._add(reply.company, sketch), reply)
        return min(counts, default=0)

    def count(self, reply: Reply) -> int:
        """Return in how many other conversations the like was written before; changes nothing."""
        found = (self._find(reply.company, sketch) for sketch in _sketches(reply.text))
        return min((self._count(one, reply) if one else 0 for one in found), default=0)

    def _find(self, company: str, sketch: RMinHash) -> _Template | None:
        """The most alike template of the company; of equals the oldest."""
        lsh = self._companies.get(company)
        if lsh is None:
            return None
        near = ((self._templates[key].sketch.jaccard(sketch), -key) for key in lsh.query(sketch))
        alike, key = max(near, default=(0.0, 0))
        return self._templates[-key] if alike >= ALIKE_MIN else None

    def _count(self, template: _Template, reply: Reply) -> int:
        at, own = _second(reply.at), _digest(reply.conversation)
        since = at - self._age_max // timedelta(seconds=1)
        return sum(since <= then <= at and who != own for who, then in template.said.items())

    def _add(self, company: str, sketch: RMinHash) -> _Template:
        template = _Template(key=self._next_key, company=company, sketch=sketch)
        self._next_key += 1
        if company not in self._companies:
            self._companies[company] = _new_lsh()
            self._sizes[company] = 0
        self._companies[company].insert(template.key, sketch)
        self._sizes[company] += 1
        self._templates[template.key] = template
        if len(self._templates) > self._templates_max:
            self._forget()
        return template

    def _remember(self, template: _Template, reply: Reply) -> None:
        who, at = _digest(reply.conversation), _second(reply.at)
        template.said[who] = max(at, template.said.pop(who, at))  # moves it to the end
        if len(template.said) > CONVERSATIONS_MAX:
            del template.said[next(iter(template.said))]
        self._templates.move_to_end(template.key)

    def _forget(self) -> None:
        key, template = self._templates.popitem(last=False)
        company = template.company
        self._companies[company].remove(key)
        self._sizes[company] -= 1
        if not self._sizes[company]:
            del self._companies[company], self._sizes[company]


def sentences(text: str) -> list[list[str]]:
    """The masked words of each sentence that has any: what is compared."""
    found = _SIGNED.sub(" ", plain(text, _CHARS_MAX).text.rstrip())
    masked = (_masked(part) for part in _SENTENCE_END.split(found))
    return [words for words in masked if words][:SENTENCES_MAX]


def _masked(sentence: str) -> list[str]:
    """Lower case, without what differs from customer to customer."""
    for pattern, mask in _MASKS:
        sentence = pattern.sub(mask, sentence)
    return _WORD.findall(sentence)[:WORDS_MAX]


def _sketches(text: str) -> list[RMinHash]:
    """One MinHash of the runs of words for each sentence."""
    return [_sketch(words) for words in sentences(text)]


def _sketch(words: list[str]) -> RMinHash:
    runs = [" ".join(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1))]
    sketch = RMinHash(num_perm=_HASHES, seed=_SEED)
    sketch.update(runs)
    return sketch


def _new_lsh() -> RMinHashLSH:
    return RMinHashLSH(threshold=ALIKE_MIN, num_perm=_HASHES, num_bands=_BANDS)


def _digest(conversation: str) -> int:
    raw = blake2b(conversation.encode("utf-8", "surrogatepass"), digest_size=7).digest()
    return int.from_bytes(raw, "big")


def _second(at: datetime) -> int:
    return int(at.timestamp())
