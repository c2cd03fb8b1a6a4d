"""How severe a dissatisfied text is (Trosborg's scale, as in the ACL 2019 data): from a mere report to
blame."""

# ruff: noqa: E501 - a pattern is read more easily in one piece

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from models.reading import PRESENT, Signal
from models.rules.rule import Rule, Table

_DISSATISFIED: Final = ("complaint", "chase", "dispute", "threat", "external")


def severity_of(signals: Mapping[str, Signal], text: str) -> str | None:
    """The strongest reproach that a text makes; null where it shows neither dissatisfaction nor its
    absence.

    ``no_explicit_reproach`` reports, ``disapproval`` judges the matter or shows feeling,
    ``accusation`` says that the company did it or threatens it, ``blame`` says that it did so in
    bad faith, is to be ashamed or to answer for it.
    """
    if not any(_present(signals, name) for name in _DISSATISFIED):
        return "none" if _present(signals, "not_a_complaint") else None
    hits = _table().hits(text)
    if "blame" in hits:
        return "blame"
    if "accusation" in hits or _present(signals, "threat"):
        return "accusation"
    return "disapproval" if "disapproval" in hits else "no_explicit_reproach"


def _present(signals: Mapping[str, Signal], name: str) -> bool:
    return name in signals and signals[name].probability >= PRESENT


def _rule(severity: str, name: str, pattern: str, example: str) -> Rule:
    return Rule(signal=severity, name=name, pattern=pattern, probability=0.8, example=example)


_YOU: Final = r"(?:you(?: guys| people| lot| all)?|u|y'?all)"
_THEIRS: Final = r"(?:your|ur|the|this|that) (?:\w+ )?(?:drivers?|couriers?|agents?|reps?|staff|crew|engineers?|fitters?|technicians?|managers?|supervisors?|team|people|company|pilot|cook|assessor|officers?|store|shop|bank|airline|garage|landlord|nurse|doctor|app|system)"

SEVERITY_RULES: Final = (
    _rule(
        "blame",
        "bad-faith",
        r"\b(?:liars?|lying|lied|thie(?:f|ves)|theft|stole(?:n)?|steal(?:ing)?|robb(?:ed|ing|ers?|ery)|scam(?:s|med|ming|mers?)?|fraud(?:sters?|ulent)?|crooks?|criminals?|cheat(?:s|ed|ing|ers?)?|con (?:artists?|men)|rip(?:ped)?[ -]?off|swindl\w{1,4}|deceiv\w{1,4}|decepti\w{1,4}|dishonest|extort\w{1,4}|racists?|discriminat\w{1,5}|negligen\w{1,3}|covered (?:it )?up|covered for)\b",
        "You are nothing but liars.",
    ),
    _rule(
        "blame",
        "to-answer-for-it",
        r"\b(?:shame on|asham(?:ed|e)|(?:your|ur) (?:own )?(?:fault|doing|mistake|mess)|you(?:'re| are) (?:to blame|responsible|liable|a (?:joke|disgrace|shambles))|hold you (?:responsible|liable|accountable)|disgrace|how (?:dare you|do you (?:people )?sleep)|sleep at night|thanks for (?:nothing|ruining|wasting)|ruined (?:my|our)|blame (?:you|the company))\b",
        "Shame on you, this is entirely your fault.",
    ),
    _rule(
        "blame",
        "insult",
        r"\b(?:(?:you|u|ur|you're|you are|your \w{2,14}|this company|they)(?: \w+){0,3} (?:suck(?:s|ed)?|useless|incompeten\w{1,3}|clowns?|idiots?|morons?|pathetic|trash|garbage|crap|a joke|worthless|lazy|stupid|shit)|(?:fuck|screw|f\*+k?|stuff) (?:you|u|off|this company)|worst (?:company|airline|bank|service|provider|customer service|store|shop|network|support)|go to hell)\b",
        "You are useless, worst company ever.",
    ),
    _rule(
        "accusation",
        "you-did",
        rf"\b{_YOU} (?:just |have |had |also |then |even |still |again |deliberately |clearly |simply |now )*(?:charged?|took|take|cancel(?:l?ed)?|lost|lose|broke|break|sent|delivered|promised?|said|told|refus(?:e|ed)|fail(?:ed)?|forgot|ignored?|ignoring|left|leave|closed|deleted?|blocked|changed|sold|sell|raised|delayed|overcharged|double|overbooked|stopped|messed|screwed|mailed|gave|let|made|make|keep|kept|deducted|removed|damaged|destroyed|denied|wasted|misled|put|cut|kicked|hung)\b",
        "You charged me twice.",
    ),
    _rule(
        "accusation",
        "you-did-not",
        rf"\b{_YOU} (?:have |had |has |'ve |are |were |do |did |could |can |will |would )?(?:n[o']?t|never|won'?t|can'?t|cannot|don'?t|didn'?t|haven'?t|aren'?t|weren'?t|wouldn'?t|couldn'?t|doesn'?t) (?!know|think|mind|want|believe|have to|need)\w+|\bwhy (?:did|do|have|are|would|can'?t|don'?t|didn'?t|haven'?t|won'?t|aren'?t) {_YOU}\b",
        "You never called me back.",
    ),
    _rule(
        "accusation",
        "your-people",
        rf"\b{_THEIRS} (?:just |has |have |had |also |then |even |who |that )*(?:was rude|were rude|is rude|rude|hung up|left|lied|refused|told|threw|dumped|damaged|broke|never|didn'?t|did not|wouldn'?t|won'?t|charged|took|cancelled|canceled|lost|yelled|laughed|shouted|ignored|kicked|made me|forgot|claimed|said|scratched|drove|stood|walked)\b",
        "Your driver threw my parcel over the fence.",
    ),
    _rule(
        "accusation",
        "demand",
        r"\b(?:give me (?:back )?my|i want my (?:money|refund)|(?:stop|quit) (?:charging|sending|calling|ignoring|lying|taking|wasting)|fix your|train your|get your (?:act|shit|stuff|facts)|do your job|your (?:terrible|awful|horrible|poor|bad|rubbish|shitty|crappy|appalling|so-called))\b",
        "Give me my money back.",
    ),
    _rule(
        "disapproval",
        "verdict",
        r"\b(?:terrible|awful|horrible|horrendous|appalling|unacceptable|ridiculous|outrageous|disgusting|disappoint\w{1,5}|frustrat\w{1,4}|annoy\w{1,4}|angry|furious|fuming|livid|upset|unhappy|sick of|tired of|fed up|joke|pathetic|poor(?:ly)?|bad|worse|worst|rubbish|nonsense|absurd|shocking|shambles|nightmare|useless|sad|sucks?|hate|unbelievable|incredible|wtf|omg|smh|ffs|crap|shit|damn|bloody|hell|stupid|lousy|mess|waste|not (?:good|acceptable|happy|ok|okay|impressed|fair|right|good enough)|unfair|wrong|inconvenien\w{1,3}|fail|dreadful|insult\w{0,4}|at all|seriously|enough)\b|[\U0001f620\U0001f621\U0001f92c\U0001f624\U0001f44e\U0001f644\U0001f612\U0001f629\U0001f62d]",
        "This is really disappointing.",
    ),
    _rule(
        "disapproval",
        "exasperated",
        r"!!|\?\?|\?!|!\?|\b(?:again|still|yet another|third|fourth|fifth|3rd|4th|5th) (?:no|not|waiting|nothing|time|day|week|month)|\b(?:for|in|after|over) (?:<number>|\d+) (?:<units>)|\b(?:never|nobody|no ?one|nothing|ever|always|every (?:time|single|day)|hours|weeks|months|how (?:many|much longer|long|is|can|come)|why (?:is|does|has|can'?t|isn'?t))\b",
        "Still no answer after three weeks!!",
    ),
)


@lru_cache(maxsize=1)
def _table() -> Table:
    return Table(SEVERITY_RULES)
