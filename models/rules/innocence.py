"""Marks of texts that complain of nothing: praise, a plain question, a greeting, banter, a request.

They are weighed (``models.rules.customers``): without one of them, or of thanks, an acceptance or an
answer, silence about a fault is no proof that there is none.
"""

# ruff: noqa: E501 - a pattern is read more easily in one piece

from typing import Final

from models.rules.rule import Rule

INNOCENT: Final = (
    Rule(
        signal="praise",
        name="praise",
        probability=0.6,
        plain_only=True,
        pattern=r"\b(?:great|awesome|amazing|excellent|fantastic|wonderful|brilliant|perfect|lovely|superb|outstanding|best(?! (?:before|way|wishes|regards))(?!,? *(?:\n|$))|love(?:d|ly|s)?|superior|impressed|kudos|well done|shout ?out|good (?:job|work|service|stuff)|helpful|congrat\w{0,9}|delicious|yum\w{0,3}|excited|happy|delighted|enjoy\w{0,3}|friendly|beautiful|clutch|fave|favou?rite|nice|fab|legend|stoked|blessed|appreciate|friendliest|cutest|happiest|comfortable|thankful|(?:5|five) ?stars?|10/10|wow|treats?|adorable|gorgeous|tasty)\b|\ba\+(?!\w)|[\U0001f49b\U0001f499\U0001f49a\U0001f49c\U0001f9e1\U0001f496\U0001f497\u2b50\u2728\U0001f60b\U0001f917\U0001f60d\U0001f618\U0001f970\u2764\U0001f495\U0001f44f\U0001f60a\U0001f44d\U0001f389]",
        example="Excellent service from your Leeds branch.",
    ),
    Rule(
        signal="question",
        name="how-to",
        probability=0.6,
        pattern=r"\b(?:how (?:do|can|would|should|to)|can (?:i|you|u|we|someone)|could (?:i|you)|is (?:it|there|this|the)|are (?:there|you)|do (?:you|i|we)|does|what(?:'s| is| are| time| do)|when (?:is|will|does|are|do)|where (?:can|do|is)|which|will (?:you|there|it|the)|any (?:chance|idea|plans?)|wondering|would like to (?:know|ask)|want(?:ed)? to know|please advise|who (?:can|do)|would (?:this|it|that|i|you|an?|my|the)|have you|has (?:it|anyone|the)|did (?:you|the)|can anyone|am i)\b|\bright\?",
        example="How do I change my seat?",
    ),
    Rule(
        signal="banter",
        name="festive",
        probability=0.75,
        pattern=r"\b(?:happy (?:birthday|new year|halloween|easter|thanksgiving|holidays|anniversary|friday|\w+day)|merry christmas|good (?:morning|evening|night|luck)(?: \w+){0,3}[.!]*$|congratulations|looking forward|can'?t wait (?:to|for)|(?:cannot|can not) wait (?:to|for)|so excited|ready for|bucket ?list|throwback|on my way|here we (?:go|come)|let'?s go|woo+ ?hoo+|yay+|cheers to|welcome to|join us|giveaway|contest|who (?:else|wants)|my (?:first|favou?rite))\b",
        example="Can't wait for the opening night.",
    ),
    Rule(
        signal="banter",
        name="no-complaint",
        probability=0.75,
        pattern=r"\b(?:no complaints?(?= at all|[.!,]|$)|(?:not|n'?t) complaining|(?:can'?t|cannot) (?:complain|fault)|nothing to complain)\b",
        example="Not complaining, just telling.",
    ),
    Rule(
        signal="laughter",
        name="laughter",
        probability=0.6,
        pattern=r"\b(?:(?:a?ha){2,8}h?|hehe+|lo+l|lmf?ao+|rofl|haha|just kidding|jk|kidding|tease)\b|[\U0001f602\U0001f923\U0001f609\U0001f60e\U0001f64c\U0001f973\U0001f525\U0001f383\U0001f47b\U0001f60b\U0001f917\U0001f600\U0001f601\U0001f603\U0001f604\U0001f606\U0001f642]|(?<!\S)[:;]-?[)dp](?!\w)",
        example="Haha, my cat ordered it.",
    ),
    Rule(
        signal="agrees",
        name="agrees",
        probability=0.6,
        pattern=r"^(?:@\w+ ?){0,8}(?:ok(?:ay|ie)?|k|alright|all right|sure|got it|gotcha|i see|understood|noted|fine|will do|yes|yep|no problem|no worries|sounds good|cool|perfect|makes sense|fair enough|(?:i'?ll|i will) (?:do|try|check|wait|let|send|look|be|have|keep)|good to know|copy that|roger|me too|same here|agreed|oh,? (?:ok|right|good|nice|i see))\b",
        example="Ok, I will try that tonight.",
    ),
    Rule(
        signal="request",
        name="asks-for",
        probability=0.6,
        pattern=r"\b(?:(?:can|could|would|will) (?:you|u|someone)(?: please| kindly)? (?:send|tell|add|update|change|let|give|book|confirm|recommend|advise|make|put|share|forward|resend|remind|check)|please (?:send|tell|add|update|change|let me know|give|book|confirm|recommend|advise|forward|note)|i(?:'d| would)? (?:like|want|wish|am looking|am planning|am interested|am thinking|was wondering|need) (?:to |for |in |of )?(?:order|book|buy|change|know|ask|add|update|upgrade|visit|rent|order|open|apply|learn|quote|information|details))\b",
        example="Please send me the programme for May.",
    ),
)
