"""Probable links: a public complaint that may be the same customer's as a private one (§4).

What is only probable joins nobody. It is *suspected*: shown for review with its reasons, and told
as a range beside the headline, until a person confirms or rejects it. Both are identity assertions
in the log, so that a decision survives a rebuild and can be taken back.

Four kinds of evidence count, each by points: a reference that the post names, a name that the
handle shows, words that both texts share and few others use, and what speaks for a second attempt
(the post says that one failed before, the theme, a few days between). No single weak one is enough.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

from pipeline.domain.contact import names_of
from pipeline.domain.evaluate import evaluate
from pipeline.domain.events import Event, Identity, Message, Status
from pipeline.domain.policy import Policy
from pipeline.domain.timeline import collect
from pipeline.domain.verdict import Outcome, Verdict

ENOUGH: Final = 5
"""Points from which a pair is worth a person's look."""
REFERENCE: Final = 4
SAME_NAME: Final = 4
WHOLE_NAME: Final = 3
PART_OF_NAME: Final = 1
MANY_WORDS: Final = 2
SOME_WORDS: Final = 1
SECOND_ATTEMPT: Final = 1
SOON: Final = timedelta(days=7)
WORDS_MANY: Final = 5
WORDS_SOME: Final = 3
COMMON_SHARE: Final = 0.1
"""A word that more than so many of the cases at hand use tells nothing."""
SAME_MIN: Final = 6
NAME_MIN: Final = 3
PART_MIN: Final = 5
PERHAPS: Final[frozenset[Outcome]] = frozenset({"escalation_only", "open", "pending_confirmation"})
BY_OPERATOR: Final = "operator"
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_CODE: Final = re.compile(r"(?=[a-z0-9-]*\d)[a-z0-9-]{5,}")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_PART: Final = re.compile(r"[^\W_]+")
TEXT_MAX: Final = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What of a case may tell whose it is.

    Attributes:
        verdict: the case.
        events: its messages and statuses, with what they were read to say.
        words: longer words of the customer's texts, in lower case.
        codes: what looks like a reference in these texts.
        refs: references by which channels file the case, without their kind.
        states_prior: the customer says that an earlier contact elsewhere had failed.
    """

    verdict: Verdict
    events: tuple[Event, ...]
    words: frozenset[str]
    codes: frozenset[str]
    refs: frozenset[str]
    states_prior: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """Two cases that may be one, why, and what would be said of it.

    Attributes:
        public: the case that is known from a public channel.
        private: the earlier one, of another customer as far as is known.
        points: the weight of the reasons; see the constants of this module.
        reasons: in words, the strongest first.
        verdict: of the case that both would be.
    """

    public: Verdict
    private: Verdict
    points: int
    reasons: tuple[str, ...]
    verdict: Verdict


def trace_of(verdict: Verdict, events: Iterable[Event]) -> Trace:
    """Return what a case shows; ``events`` are those of the case."""
    held = tuple(events)
    theirs = [one for one in held if isinstance(one, Message) and one.direction == "inbound"]
    text = " ".join(f"{one.subject or ''} {one.text}"[:TEXT_MAX] for one in theirs).lower()
    return Trace(
        verdict=verdict,
        events=held,
        words=frozenset(_WORD.findall(text)),
        codes=frozenset(_CODE.findall(text)),
        refs=frozenset(
            ref.partition(":")[2]
            for one in held
            if isinstance(one, Message | Status)
            for ref in one.refs
        ),
        states_prior=any("prior_contact" in names_of(one) for one in theirs),
    )


def can_be_one(public: Verdict, private: Verdict, policy: Policy) -> bool:
    """Return whether, were the two customers one, this post could escalate that complaint (§4)."""
    return (
        public.counted
        and private.counted
        and public.route == "public_first"
        and private.route == "private_only"
        and private.opened_at + policy.parallel < public.opened_at
        and private.facts.topic == public.facts.topic
        and set(public.customer).isdisjoint(private.customer)
        and public.opened_at - _last_activity(private) <= policy.same_issue
    )


def shows_name_of(public: Verdict, private: Verdict) -> bool:
    """Return whether the author's handle shows any of the other customer's name."""
    return any(_by_name(public.customer, private.customer))


def suspicions(
    post: Trace, earlier: Sequence[Trace], policy: Policy, as_of: datetime
) -> list[Suspicion]:
    """Return the cases that a public one may continue, the most probable first.

    Args:
        post: the public case.
        earlier: private cases; those that it cannot continue are passed over.
        policy: judges the case that both would be.
        as_of: the moment of that verdict.
    """
    common = _common((post, *earlier))
    found = []
    for one in earlier:
        if not can_be_one(post.verdict, one.verdict, policy):
            continue
        reasons = sorted(_reasons(post, one, common), reverse=True)
        points = sum(weight for weight, _ in reasons)
        if points < ENOUGH:
            continue
        verdict = joined(post, one, policy, as_of)
        if verdict is not None:
            found.append(
                Suspicion(
                    public=post.verdict,
                    private=one.verdict,
                    points=points,
                    reasons=tuple(words for _, words in reasons),
                    verdict=verdict,
                )
            )
    return sorted(found, key=lambda one: (-one.points, one.private.opened_at, one.private.case))


def is_perhaps_escalation_only(one: Suspicion) -> bool:
    """Return whether the case that both would be is escalation-only, or may still become so."""
    return one.verdict.outcome in PERHAPS


def joined(one: Trace, other: Trace, policy: Policy, as_of: datetime) -> Verdict | None:
    """Return the verdict of the case that two would be if their customers were one.

    None where they would stay two: a person may have several issues.
    """
    if not (one.events and other.events):
        return None
    link = confirming(one.verdict, other.verdict, min(one.verdict.opened_at, as_of))
    verdicts = evaluate(collect((*one.events, *other.events, link)), as_of, policy)
    both = {one.events[0].id, other.events[0].id}
    return next((verdict for verdict in verdicts if both <= set(verdict.events)), None)


def confirming(one: Verdict, other: Verdict, at: datetime) -> Identity:
    """Return the assertion, to be appended to the log, that the customers of two cases are one."""
    return _assertion(one, other, at, retracts=False)


def rejecting(one: Verdict, other: Verdict, at: datetime) -> Identity:
    """Return the assertion that they are not; it also takes back an earlier confirmation."""
    return _assertion(one, other, at, retracts=True)


def _assertion(one: Verdict, other: Verdict, at: datetime, *, retracts: bool) -> Identity:
    same = tuple(sorted((one.customer[0], other.customer[0])))
    what = f"{'not ' if retracts else ''}{same[0]} {same[1]} {at.isoformat()}"
    digest = blake2b(what.encode(), digest_size=12).hexdigest()
    return Identity(id=f"link:{digest}", at=at, same=same, retracts=retracts, evidence=BY_OPERATOR)


def _last_activity(verdict: Verdict) -> datetime:
    facts = verdict.facts
    told = (facts.last_contact_at, facts.last_reply_at)
    return max((one for one in told if one is not None), default=verdict.opened_at)


def _common(traces: Sequence[Trace]) -> frozenset[str]:
    counts = Counter(word for one in traces for word in one.words)
    bound = max(2, COMMON_SHARE * len(traces))
    return frozenset(word for word, count in counts.items() if count > bound)


def _reasons(post: Trace, earlier: Trace, common: frozenset[str]) -> Iterator[tuple[int, str]]:
    named = (post.codes & (earlier.refs | earlier.codes)) | (earlier.codes & post.refs)
    if named:
        yield REFERENCE, f"names the reference {min(named)}"
    yield from _by_name(post.verdict.customer, earlier.verdict.customer)
    shared = (post.words & earlier.words) - common
    if len(shared) >= WORDS_MANY:
        yield MANY_WORDS, f"shares {len(shared)} rare words"
    elif len(shared) >= WORDS_SOME:
        yield SOME_WORDS, f"shares {len(shared)} rare words"
    if post.states_prior:
        yield SECOND_ATTEMPT, "says that an earlier contact failed"
    if post.verdict.facts.topic is not None:
        yield SECOND_ATTEMPT, f"is about the same: {post.verdict.facts.topic}"
    if post.verdict.opened_at - _last_activity(earlier.verdict) <= SOON:
        yield SECOND_ATTEMPT, "comes within a week"


def _by_name(one: Collection[str], other: Collection[str]) -> Iterator[tuple[int, str]]:
    same = {_plain(name) for name in one} & {_plain(name) for name in other}
    if any(len(name) >= SAME_MIN for name in same):
        yield SAME_NAME, "goes by exactly the same name"
        return
    shown = ["".join(_LETTERS.findall(_local(name))) for name in one]
    parts = [_names_in(_local(name)) for name in other]
    for handle in shown:
        for names in parts:
            held = {name for name in names if len(name) >= NAME_MIN and name in handle}
            if len(held) > 1:
                yield WHOLE_NAME, "goes by the same name"
                return
    if any(len(name) >= PART_MIN and name in handle for handle in shown for names in parts
           for name in names):  # fmt: skip
        yield PART_OF_NAME, "shares a part of the name"


def _plain(identifier: str) -> str:
    return "".join(_PART.findall(_local(identifier)))


def _names_in(local: str) -> list[str]:
    """Return what may be names: a part with a digit is a number or a suffix."""
    return [part for part in _PART.findall(local) if part.isalpha()]


def _local(identifier: str) -> str:
    """Return what of an identifier its owner chose: no scheme, no host."""
    return identifier.partition(":")[2].partition("@")[0]
