"""Who is who: the closure over all that joins customers (definitions §2, §4, §8 *Belonging*)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from tests.reference.facts import Fact

Said = dict[tuple[str, str], dict[tuple[str, str | None], bool]]


class People:
    """Who is who: the closure over all assertions that stand (definitions §2, §8)."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        """Take in all facts; the last assertion of a pair and evidence counts."""
        self._groups: dict[str, set[str]] = {}
        said: Said = {}
        told = sorted(facts, key=lambda one: one.order)
        for fact in told:
            self._hear(fact, said)
        for one, other in combinations([f for f in told if f.kind != "identity"], 2):
            if _shared(one, other):
                self._join(actor(one), actor(other))
        for pair, evidences in said.items():
            if any(evidences.values()):  # "linked while any stands"
                self._join(*pair)
        # "Erasure removes the texts and identifiers of that customer, never the verdict"
        self.erased = {self.person(one) for one in told if one.kind == "erasure"}

    def _hear(self, fact: Fact, said: Said) -> None:
        names = fact.customer
        if fact.kind == "identity":
            names = [one.lower() for one in fact.raw["same"]]
        for name in names:
            self._groups.setdefault(name, {name})
        for pair in combinations(sorted(set(names)), 2):
            evidences = said.setdefault(pair, {})
            if fact.kind != "identity":
                # "Two identifiers in one `customer` list are an assertion by the channel"
                evidences["channel", fact.raw.get("channel")] = True
                continue
            # "per pair and `evidence` the last by `(at, id)` counts"
            evidence, stands = fact.raw.get("evidence"), not fact.raw.get("not")
            evidences["said", evidence] = stands
            for source, channel in list(evidences):
                # "… an assertion by the channel, which `not` can retract"
                if not stands and source == "channel" and evidence in {None, "channel", channel}:
                    evidences[source, channel] = False

    def _join(self, one: str, other: str) -> None:
        together = self._groups[one] | self._groups[other]
        for name in together:
            self._groups[name] = together

    def identifiers(self, name: str) -> set[str]:
        """Return all identifiers of the one who is called so."""
        return self._groups[name]

    def person(self, fact: Fact) -> str:
        """Return who it is about, by the smallest identifier."""
        return min(self._groups[actor(fact)])


def actor(fact: Fact) -> str:
    """Return the identifier that acts: the one of the channel's own scheme, else the first."""
    names = fact.customer
    own = [one for one in names if one.split(":")[0] == fact.raw.get("channel")]
    return (own or names)[0]


def _shared(one: Fact, other: Fact) -> bool:
    """ "A shared `ref` or private `thread` joins the case's customers"; in_reply_to ranks with it.

    "a public thread joins only one author's messages and the replies to them": nobody else's.
    """
    if set(one.raw.get("refs") or []) & set(other.raw.get("refs") or []):
        return True
    if one.public or other.public:
        return False
    messages = [x for x in (one, other) if x.kind == "message"]
    answers = other.raw.get("in_reply_to") == one.id or one.raw.get("in_reply_to") == other.id
    if len(messages) == 2 and answers:
        return True
    # a ticket of the helpdesk may stand for a public thread with many authors
    thread = one.raw.get("thread")
    return bool(messages) and thread is not None and thread == other.raw.get("thread")
