"""Patterns of replies in plain words: claims, faults owned and passed on, refusals and dates that come
without the phrases of customer care."""

# ruff: noqa: E501 - a pattern is read more easily in one piece

from typing import Final

from models.rules.rule import Rule

DATED: Final = "dated-future"
"""The rule of ``promise`` that counts only where a date stands with it."""

PLAINSPOKEN: Final = (
    Rule(
        signal="promise",
        name=DATED,
        probability=0.35,
        pattern=r"\b(?:(?:i|we|it|they|he|she|someone|somebody|you|(?:the|your|our|a|an|my) (?:[\w'-]+ ){0,2}[\w'-]+|crews?|engineers?|refunds?)(?:'ll| will| shall| should)(?! (?:you|i|we|not|n't|need|have to|see)\b)|(?:scheduled|expected|booked|rebooked|set|due|on track) (?:to|for|by)|eta\b|with you (?:by|in|within|on)|goes (?:out|back|live)|back (?:on|up) by)\b",
        example="It'll be on the van again tomorrow.",
        unless=r"\b(?:train|flight|bus|service|gate|store|shop|branch|office|line)s? (?:\w+ )?(?:leaves?|departs?|opens?|closes?|runs?|will be (?:open|closed))\b",
    ),
    Rule(
        signal="resolution_claim",
        name="closed-plainly",
        probability=0.8,
        pattern=r"\b(?:(?:complaint|case|ticket|grievance|matter|job|claim|query)(?: (?:is|has been|was|stands|now))* (?:closed|resolved|settled|disposed of|finali[sz]ed|solved)|all (?:squared (?:away|up)|caught up|settled|set|sorted|in order|clear|done|good|fixed)|good to go|right as rain|we(?:'re| are) square|you(?:'re| are) (?:golden|sorted|all set|all clear|good to go)|(?:that|which) (?:wraps it up|takes care of (?:it|that)|settles it|does it|sorts it)|(?:mark|shut|close)(?: \w+){0,3} (?:solved|resolved|the job|this one)|(?:resolves|resolved) your (?:concern|issue|query|complaint)|back (?:on|online|to normal|in service)(?: now)?[.!]|no further action(?:'s| is)? (?:needed|required))(?!\w)",
        example="Your complaint stands closed.",
        unless=r"\b(?:if|once|when|until|unless|after|before|hope(?:fully)?|make sure|is it|are you|you'?re all set\?)\b[^.!?]{0,40}(?:all (?:set|good|sorted|done)|good to go|resolved|closed|solved)|\b(?:store|shop|office|branch|road)s? (?:is|are|was) closed\b",
    ),
    Rule(
        signal="resolution_claim",
        name="done-first",
        probability=0.62,
        pattern=r"(?:^|[.!:] |\n)(?:@\w{1,30} )?(?:(?:hi|hello|hey|dear)[^,.!\n]{0,20}[,!.] ?)?(?:all )?(?:refunded|cleared|corrected|switched|fixed|sorted|reversed|restored|reinstated|credited|unlocked|mended)(?: (?!by|on the|in the)\w+)?[.,!: £$€\d]",
        example="Corrected: clinic 2B, same time.",
    ),
    Rule(
        signal="ownership",
        name="on-us",
        probability=0.85,
        pattern=r"\b(?:that'?s|it'?s|this is|is|and it'?s|was) (?:all |entirely |completely |squarely )*(?:on us|on me|our (?:planning|mess|doing|slip|stuff-?up|own (?:\w+ )?(?:error|fault|mistake))|all me|mine(?: alone)?\b)|\b(?:human error|(?:an? |our )(?:oversight|stuff-?up)|(?:in|by|through) (?:our )?(?:error|mistake) (?:by|on|at|when) (?:us|our)|failure (?:of ours|is mine|is ours)|we(?:'ve| have) no excuse|no excuse for (?:it|that|this))\b",
        example="The text never went out, that's on us.",
    ),
    Rule(
        signal="ownership",
        name="we-slipped",
        probability=0.8,
        pattern=r"\b(?:we|i|our (?:\w+ ){1,2})(?:'d|'ve| had| have)? ?(?:mis(?:typed|sorted|read|keyed|labelled|filed|placed|routed|told|counted|quoted|priced)|mixed (?:up|you)|missed (?:it|this|that|your|the)|let (?:a|the|it|your) (?:\w+ )?(?:expire|lapse|sit|slip|slide)|never (?:sent|told|attached|posted|rang|called|booked|passed|entered|updated|switched)|put (?:the|you|your|it|a) (?:\w+ ){0,3}(?:wrong|twice)|sent (?:you |it |them )?(?:to )?(?:the wrong|your old|an old|twice)|clicked the wrong|picked (?:the wrong|your)|typed|lost (?:it|your|the)|charged you twice|should(?:n'?t| not) have|hadn'?t (?:\w+ )?(?:\w+ed|told|sent|swapped)|said \w+ and (?:i|we) (?:didn'?t|missed)|told you \w+ and)\b|\b(?:should(?:n'?t| never| not)? have (?:been (?:\w+ )?(?:done|sent|told|closed|charged|refused|quoted)|quoted)|never went out|(?:typed|written) but never|closed (?:by us )?without (?:a reply|reading))\b",
        example="We mistyped the reference on your payment.",
    ),
    Rule(
        signal="deflection",
        name="forces-and-rules",
        probability=0.7,
        pattern=r"\b(?:hands are tied|bound by (?:\w+ )?(?:law|regulat\w{2,5}|contract|rules)|(?:by|that'?s|it'?s) the law|government charge|(?:industry|fare|licen[cs]ing|regulator'?s?|federal|scheme) rules|has no say|(?:we|and we) rely on|(?:depends?|dependent) on (?:the )?(?:weather|traffic|terrain|network|supplier|courier|demand)|load ?shedding|leaf fall|air traffic control|staff(?:ing)? shortages?|short-?(?:staffed|handed)|vacanc(?:y|ies)|broken down|stuck with the (?:supplier|vendor|courier|carrier)|(?:supplier|vendor|courier|carrier|contractor|council|landlord|dealer(?:ship)?|network)(?:'s| is| are| was| has| have| keeps?| would| will| won'?t| hasn'?t)(?: \w+){0,3} (?:late|delayed|refus\w{1,4}|postpon\w{1,4}|let us|not let|busy|behind|down|short|failed|slow)|competent authority|(?:the|our|an) (?:system|automated policy|computer) (?:auto|won'?t|doesn'?t|does not|cuts|rejects)|as per (?:the |our )?(?:policy|rules|terms|fare))\b",
        example="Our hands are tied by industry rules.",
    ),
    Rule(
        signal="rejection",
        name="plain-no",
        probability=0.72,
        pattern=r"\b(?:afraid not|(?:i|we)(?:'m| am| are|'re) (?:\w+ )?unable to (?!access|see|find|locate|help|assist|verify|view|reach|discuss)\w+|(?:so|and|but|sorry|afraid|,) (?:i|we) (?:can'?t|cannot|won'?t|shan'?t|don'?t|couldn'?t) (?!see|find|locate|access|tell|hear|reach|wait|help but|have (?:your|the|any record)|know|want|think|like|mean|get (?:in|into)|discuss|look|view|say)\w+|(?:notice|charge|decision|excess|fee|offer|fine|penalty|rejection)s? (?:still )?stands?|stand by (?:the|our|that)|not at this time|not (?:valid|transferable|payable|refundable|redeemable|negotiable)|isn'?t (?:valid|transferable|payable|refundable)|aren'?t (?:valid|transferable|payable|refundable)|nothing'?s refundable|(?:is|are) forfeited|(?:claim|request|refund|reinstatement|appeal)(?:'s| is| was| has been)? (?:denied|declined|refused|turned down)|(?:declined|refused) (?:the|your|reinstatement)|have to say no|that'?s (?:as far as|the most|all) (?:i|we) can)\b|(?:^|(?<=[.!?,] ))(?:@\w{1,30} )?(?:hi |hello |hey )?(?:\w{2,12}[,!] )?no,? (?:the|it|we|i|that|this|sorry|you|there|only|unfortunately|i'?m)\b",
        example="Hi Lou, afraid not, the notice stands.",
        unless=r"\bno (?:problem|worries|need|trouble|doubt)\b",
    ),
)
