"""Patterns of complaints in few words: a demand that somebody makes who was let down, and nothing else.

"Refund me now." names no fault, but nobody writes so who is content; so bare demands are complaints,
and so are bare indignation and the plainest harm. Civil wishes for what a happy customer may want
(a ticket, a change of address) are left out.
"""

# ruff: noqa: E501 - a pattern is read more easily in one piece

from typing import Final

from models.rules.rule import complaint

DEMANDS: Final = (
    complaint(
        "expects-amends",
        0.62,
        r"\b(?:expect(?:ing|ed)?|demand(?:ing|ed)?|insist(?:ing)? on|require|owe (?:me|us)|owed|want|need|like|deserve)(?: now| to have| nothing less than)? (?:a|an|my|our|the|some|your|full)(?: [a-z-]+){0,2} "
        r"(?:refund|apolog(?:y|ies)|compensation|explanation|money back|deposit back|cash back|reimbursement|repayment|credit note|goodwill gesture)\b",
        "We expect a full refund by Friday.",
        unless=r"\b(?:refund|compensation) (?:policy|policies|rules|terms|form)\b",
    ),
    complaint(
        "new-one",
        0.5,
        r"\b(?:want|need|demand|expect|send (?:me|us)|owe (?:me|us)|like)(?: out| over)? (?:a|an|the|my|our|some)(?: [a-z-]+){0,1} (?:replacements?|working one|undamaged one|whole one|right one|correct one)\b",
        "I want a replacement.",
    ),
    complaint(
        "give-back",
        0.66,
        r"\b(?:give|hand|pay|send|transfer)(?: me| us| it| them)? ?(?:back)? (?:my|our|me my|us our)(?: [a-z-]+){0,2} (?:money|cash|deposit|refund|savings|wages|cashback|points)\b"
        r"|\bgive (?:it|them|my [a-z]+|our [a-z]+) back\b|\bpay (?:me|us)(?: back| what| now|[.!]|$)|\breturn (?:my|our) (?:money|deposit|cash)\b|\b(?:money|cash|deposit) back (?:now|please|today|asap)\b|^(?:@\w+ )*refund[.!]*$",
        "Give me my deposit back.",
    ),
    complaint(
        "somebody-higher",
        0.6,
        r"\b(?:speak|talk|complain|get|put|pass|transfer|connect|escalat\w{1,3}|escalate this)(?: me| us| this)?(?: on| up| through| over)?(?: to| with)? (?:a|an|the|your|somebody|someone|one of your)(?: [a-z-]+){0,1} "
        r"(?:managers?|supervisors?|superiors?|boss(?:es)?|in charge|higher up|who (?:can|knows|cares|will)|with (?:a brain|authority))\b|\b(?:manager|supervisor),? (?:please|now)\b|^(?:@\w+ )*(?:manager|supervisor)[.!]*$",
        "I want to speak to a manager.",
        unless=r"\b(?:thank|praise|compliment|great|lovely|job|vacanc)\w{0,6}\b",
    ),
    complaint(
        "stop-it",
        0.62,
        r"\b(?:stop|quit|cease|enough(?: with)?)(?: the| your| all| with| these| this)* (?:call(?:ing|s)|ringing|phoning|phone calls|text(?:ing|s)|e?-?mail(?:ing|s)|mailing|messag(?:ing|es)|sending|spam(?:ming)?|contacting|charging|billing|taking|harassing|pestering|bothering|deliver(?:ing|ies)|letters|junk|adverts?|leaflets|marketing)\b"
        r"|\b(?:take|get|remove) (?:me|us|my (?:number|name|address|e?-?mail)) (?:off|from) (?:your|the|this|all|every)\b|\bleave (?:me|us) alone\b",
        "Stop calling me!",
        unless=r"\b(?:how (?:do|can|to)|can i|could you tell|would like to)\b",
    ),
    complaint(
        "do-your-job",
        0.62,
        r"\b(?:do your (?:\w+ )?jobs?|answer (?:the|your|my|our) (?:\w+ )?(?:phones?|calls?|e?-?mails?|messages?|question)|pick up (?:the|your) (?:\w+ )?phones?|get a grip|wake up|get your (?:\w+ )?(?:act|house|facts)|have you no shame|explain (?:yourselves|this|that|the charge)|somebody do something|"
        r"(?:what|how) (?:are|do|will) you (?:going to|gonna|intend to|plan to|propose to)?(?: do| fix)(?: about (?:it|this|that))?\?)",
        "Do your job and answer the phone.",
    ),
    complaint(
        "indignant",
        0.62,
        r"\b(?:shame on (?:you|u|them)|are (?:you|u) (?:\w+ )?(?:serious|kidding|joking|having a laugh|for real|blind|deaf|mad)|(?:you(?:'re| are| must be|'ve got to be| have to be) (?:\w+ )?(?:joking|kidding|having (?:a|me) (?:on|laugh)))|is this (?:a|some kind of|your idea of a?) ?(?:joke|prank|service)"
        r"|how dare|call (?:this|that|yourselves) (?:a |an )?\w+|you had one job|do(?:es)? (?:anyone|anybody|nobody|no one) (?:there )?(?:work|care|check|read))\b",
        "Are you serious?",
    ),
    complaint(
        "paid-for-it",
        0.5,
        r"\b(?:i|we)(?:'ve| have)? (?:paid|pay|spent)(?: [a-z£$€\d.,-]+){0,3} (?:for|on) (?:this|that|it|nothing|what)\b|\b(?:paid|pay) (?:extra|more|double|full price|a premium|good money) for\b|\bnot what (?:i|we) (?:paid|signed up|asked|pay)\b",
        "I paid extra for this seat.",
    ),
    complaint(
        "harm",
        0.58,
        r"\b(?:(?:got|been|was|were|are|am|is|made|makes?|making|gave|given)(?: me| us| him| her| my [a-z]+| our [a-z]+)? (?:\w+ )?(?:sick|ill|food poisoning|hurt|injured|burn(?:t|ed)|a rash|hospitali[sz]ed|an electric shock|electrocuted)"
        r"|(?:hair|glass|plastic|metal|insects?|maggots?|mould|mold|a (?:fly|bug|hair|worm|screw|stone|nail)) in (?:my|our|the|his|her) \w+|caught fire|burst into flames|(?:smell|stink|reek|taste)(?:s|ed)? (?:of|like|bad|awful|off|funny|foul|rotten|burnt|burning))\b",
        "My daughter got sick from your yoghurt.",
    ),
    complaint(
        "empty-or-in-pieces",
        0.6,
        r"\b(?:box|parcel|packet|package|bag|envelope|carton|bottle|case)s? (?:was|were|is|came|arrived|turned up|here) (?:\w+ )?(?:empty|open(?:ed)?|crushed|soaked|wet|ripped|squashed)\b|\b(?:in (?:two|three|several|many|\d+|a thousand|bits and) (?:pieces|halves|parts|bits)|nothing in(?:side)? (?:the|it|my)|half (?:of )?(?:the|my|our) (?:order|parcel|food|stuff|items) (?:is|was|are|were)? ?(?:missing|gone|wrong))\b",
        "The box was empty.",
    ),
    complaint(
        "counting",
        0.45,
        r"\b<number> <units>(?: later| now| on| in)?(?:,| and)? (?:and )?(?:counting|still|nothing|no (?:one|answer|reply|refund|parcel|\w+)|on hold|in (?:the|a|your) queue|later)\b|\bday (?:\d{1,3}|two|three|four|five|six|seven|eight|nine|ten)(?: of| without| and|[.,:!]|$)",
        "Two hours and counting.",
    ),
)
