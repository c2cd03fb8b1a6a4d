"""Patterns of what a company's reply says besides its response class."""

# ruff: noqa: E501 - a pattern is read more easily in one piece

from typing import Final

from models.rules.plainspoken import PLAINSPOKEN
from models.rules.responses import RESPONSES
from models.rules.rule import Rule

_WHO: Final = (
    r"\b(?:we|i|someone|somebody|he|she|they|(?:a|an|our|the|my|your|one of our) (?:\w+ ){0,3}(?:team|teams|specialists?|member|manager|technician|engineer|colleagues?|department|driver|courier|rep|representative|agents?|expert|adviser|advisor|case ?worker|office))"
    r"(?:'ll| will| shall| promise to| commit to| guarantee to| undertake to| are going to| is going to| am going to)(?: (?:also|then|personally|now|be sure to|make sure|certainly|definitely|gladly|still|continue to|keep))?"
)

OUTBOUND_RULES: Final = (
    *RESPONSES,
    *PLAINSPOKEN,
    Rule(
        signal="apology",
        name="sorry",
        probability=0.95,
        pattern=r"\b(?:sorry|apolog(?:y|ies|i[sz]e|i[sz]es|i[sz]ed|i[sz]ing)|forgive us|(?:we|i) (?:deeply |sincerely |truly )?regret)\b",
        example="We are so sorry for the mix-up.",
    ),
    # ownership: names its own fault.
    Rule(
        signal="ownership",
        name="our-fault",
        probability=0.9,
        pattern=r"\b(?:(?:our|my) (?:own )?(?:fault|mistake|error|bad|failure|failing|oversight|blunder|responsibility|mix-?up)|(?:fault|mistake|error|oversight|slip-?up|mix-?up|failure) (?:on|at|from) (?:our|my) (?:part|side|end)|(?:take|accept|takes) (?:full |complete )?(?:responsibility|the blame)|(?:fault|blame|error) (?:is|was|lies) (?:entirely )?(?:ours|mine|with us))\b",
        example="This was our mistake.",
        unless=r"\bnot (?:our|my) (?:fault|mistake|error|responsibility)\b",
    ),
    Rule(
        signal="ownership",
        name="we-failed",
        probability=0.85,
        pattern=r"\b(?:we|i)(?:'ve| have| clearly| really| simply| had)? (?:(?:also|just) )?(?:let you down|messed (?:this |it |up)|dropped the ball|fell short|fallen short|failed (?:you|to)|got (?:it|this|that|your \w+) wrong|made (?:a|an|the) (?:\w+ )?(?:mistake|error)|mis-?handled|overlooked|forgot(?:ten)?|missed the mark|missed your|did(?: not|n'?t) (?:meet|live up|deliver|handle|do (?:what|this|that|enough)|get (?:this|that|it) right|keep|respond|reply|provide|call)|should(?: have|'ve)|should(?: not|n'?t) have|could have done (?:better|more)|sent you the wrong|charged you (?:twice|incorrectly|in error|by mistake)|took (?:far )?too long|could have handled)\b",
        example="We let you down and I should have called.",
        unless=r"\bif (?:we|i)(?:'ve| have)? (?:missed|made|let|overlooked|failed)\b",
    ),
    # deflection: blames circumstances, policy, others.
    Rule(
        signal="deflection",
        name="out-of-control",
        probability=0.92,
        pattern=r"\b(?:(?:out of|outside(?: of)?|beyond) (?:our|my|anyone'?s) (?:control|hands|reach)|no control over|(?:can'?t|cannot|don'?t|do not) (?:control|have (?:any )?(?:control|influence|say)))\b",
        example="These delays are out of our control.",
    ),
    Rule(
        signal="deflection",
        name="glitch",
        probability=0.78,
        pattern=r"\b(?:(?:technical|system|systems|computer|software|it|server) (?:glitch|issue|error|difficult(?:y|ies)|fault|problem|failure|hiccup)s?|a (?:small )?glitch)\b",
        example="There was a technical glitch.",
        unless=r"\b(?:if you(?:'re| are)|are you|have you|what|which|did you|any|experiencing any|technical (?:team|support|issue with your))\b<gap>",
    ),
    Rule(
        signal="deflection",
        name="policy",
        probability=0.85,
        pattern=r"\b(?:(?:company|store|airline|fare|refund|returns?|our|security|standard) (?:\w+ )?(?:policy|policies)|(?:as )?per (?:our |the )?(?:policy|terms|guidelines)|(?:terms and conditions|t&cs?|rules) (?:state|say|do not|don'?t|mean)|policy (?:does|states|is|prevents))\b",
        example="This is company policy.",
        unless=r"\b(?:feedback|privacy policy|policy team)\b",
    ),
    Rule(
        signal="deflection",
        name="others",
        probability=0.82,
        pattern=r"\b(?:(?:another|a different|other) (?:department|team|company|supplier)(?: is| was| handles| deals| who| that|'s)|(?:is|are|was|were|be|being|it'?s) (?:\w+ )?(?:down to|the responsibility of|up to|caused by|handled by|managed by|set by|determined by|decided by|operated by|controlled by|run by|due to (?:the|a|an|another|weather|traffic|network|third)|the (?:seller|courier|carrier|manufacturer|bank|merchant|franchise\w{0,2})'?s)|(?:seller|courier|carrier|manufacturer|bank|merchant|airport|supplier|developer|publisher|label|vendor|landlord|franchise)s? (?:is|are|was|were) (?:solely )?(?:responsible|at fault|to blame|delayed)|third[- ]part(?:y|ies)|independently (?:owned|operated|run)|(?:is|are|was)(?: not|n'?t) (?:our|something we|down to us|within our|us\b)|not responsible for|nothing to do with us|(?:the |some )?(?:store|seller|location|airport|franchise)s? (?:charges?|sets? (?:the|their)|decides?))\b",
        example="The courier was to blame, please ask them.",
    ),
    Rule(
        signal="deflection",
        name="circumstances",
        probability=0.82,
        pattern=r"\b(?:(?:unforeseen|exceptional|extraordinary|unavoidable) circumstances?|(?:due to|because of|owing to|as a result of|caused by) (?:the |a |an |some |very )*(?:weather|storm|snow|wind|fog|high|unusually|unprecedented|increased|large|peak|covid|pandemic|staff(?:ing)?|strike|traffic|air traffic|licensing|supplier|network|signalling|signal|power|port|holiday|supply|third|earlier|demand|server|seasonal|volume|congestion|rights|maintenance)|(?:high|heavy|unusually high|increased|unprecedented|large) (?:volumes?|demand|call volumes?|numbers? of)|port congestion|server downtime|licensing (?:changes|restrictions|agreements?|reasons))\b",
        example="We are late due to unusually high demand.",
    ),
    # rejection: says no to what was asked.
    Rule(
        signal="rejection",
        name="unable",
        probability=0.8,
        pattern=r"\b(?:(?:un|not )able to|cannot|can ?not|can'?t|won'?t(?: be able to)?|will not(?: be able to)?|would not(?: be able to)?|wouldn'?t(?: be able to)?|do not|don'?t|doesn'?t|no longer)(?: (?:currently|also|unfortunately|actually|be|yet|be able to))* (?:offer(?:ing)?|refund(?:ing)?|replace|issu(?:e|ing)|accept|waiv(?:e|ing)|credit|compensate|reimburs(?:e|ing)|exchange|honou?r|accommodate|extend|ship|provide (?:a |an |any |you |this|that|the|refund|compensation|eta|time)|give (?:a |an |any |you |out)|make (?:an? |any |changes|the|that)|change|support(?:ed)?|process|cancel|transfer|guarantee|approve|grant|sell|stock|do (?:this|that|so|anything|it)|assist (?:you )?(?:with|further)|help (?:you )?(?:with|further|there|from)|speculate|disclose|share|hold|move|reactivate|restore|reverse|book|arrange|deliver|price match|allow|add|unlock|comment|verify|validate|locate|double|change)\b",
        example="We are unable to refund this ticket.",
        unless=r"\b(?:if (?:you|we)|in case you|so that we don'?t|why) (?:are |'re )?(?:unable|cannot|can'?t|won'?t|don'?t)\b|\bcan(?:'t|not) wait\b|\bwe don'?t (?:want|like)|please don'?t (?:share|provide|give)|please do not (?:share|provide|give)|\bdon'?t accept less",
    ),
    Rule(
        signal="rejection",
        name="not-available",
        probability=0.72,
        pattern=r"\b(?:(?:is|are|was|were|'s|'re|isn'?t|aren'?t)(?: not|n'?t)? (?:currently |yet |eligible |no longer |sadly |unfortunately )*(?:unavailable|ineligible|not eligible|not entitled|not available|not possible|no longer (?:available|supported|offered|sold|valid)|not covered|not supported|not something we|not refundable|non-?refundable|currently not available|sold out|discontinued|out of stock)|(?:can'?t|cannot|can ?not|won'?t) be (?:changed|refunded|exchanged|returned|reversed|undone|transferred|extended|altered|waived|cancell?ed|removed|merged|combined|recovered|restored)|isn'?t (?:available|possible|something|eligible|supported|currently|an option|covered)|aren'?t (?:available|eligible|supported|able|currently)|not (?:currently )?(?:available|possible|eligible|entitled)|non-?refundable|no (?:plans|eta|timeline|timeframe) (?:to|for|at|on|as|yet)|does not (?:qualify|apply|cover|include)|doesn'?t (?:qualify|apply|cover|include))\b",
        example="Your ticket is not eligible for compensation.",
        unless=r"\b(?:if|when|while|whether) (?:it|this|that|your \w+|the \w+|they)(?: is|'s| are|'re) (?:not|un)",
    ),
    Rule(
        signal="rejection",
        name="declined",
        probability=0.88,
        pattern=r"\b(?:(?:must|have to|had to|need to|regret(?:fully)?|decided to) (?:respectfully )?(?:decline|refuse|reject)|(?:claim|request|appeal|application|complaint|refund)(?: has been| was| is| have been|'s been) (?:\w+ )?(?:rejected|denied|declined|refused|turned down|not upheld|unsuccessful)|(?:have|had) (?:not upheld|declined|rejected|denied) your|(?:there(?:'s| is| was)) (?:nothing|no way|no option|not much|little) (?:\w+ )?(?:we|i|to|you|of)\b|nothing (?:more|else|further) (?:we|i|that we) can|stand by our decision|decision is final|we can only (?:offer|refund))",
        example="Your claim has been declined.",
    ),
    # promise: a concrete commitment; note: the deed.
    Rule(
        signal="promise",
        name="will-refund",
        note="refund",
        probability=0.85,
        pattern=_WHO
        + r" (?:be )?(?:refund(?:ing)?|credit(?:ing)?|reimburs(?:e|ing)|issu(?:e|ing) (?:a |the |your )?(?:refund|credit)|process(?:ing)? (?:a |the |your )?(?:refund|credit|payment))\b|\b(?:refund|credit|money|payment|amount)(?:'ll| will| should) (?:\w+ )?(?:be (?:\w+ )?(?:processed|issued|paid|refunded|credited|back|with you|in your|returned|reflected)|show|reach|reflect|appear|arrive)\b",
        example="We will refund the fee.",
    ),
    Rule(
        signal="promise",
        name="will-replace",
        note="replace",
        probability=0.85,
        pattern=_WHO
        + r" (?:be )?(?:replac(?:e|ing)|exchang(?:e|ing)|send(?:ing)? (?:you )?(?:out )?(?:a|another|the) (?:\w+ )?(?:replacement|new))\b|\breplacement(?: \w+)?(?:'ll| will| should) (?:be|arrive|ship|reach)\b",
        example="We'll send you a replacement.",
    ),
    Rule(
        signal="promise",
        name="will-deliver",
        note="deliver",
        probability=0.78,
        pattern=_WHO
        + r" (?:be )?(?:deliver(?:ing)?|ship(?:ping)?|dispatch(?:ing)?|send(?:ing)? (?:it|them|you (?:the|your|a|an)|your|the)|post(?:ing)?)\b|\b(?:order|package|parcel|delivery|item|it|shipment|luggage|bag|engineer|driver|technician)(?:'ll| will| should) (?:now |still |then )?(?:be (?:delivered|dispatched|with you|shipped|there|arriving|back)|arrive|ship|reach|visit|come)\b|\byou(?:'ll| will| should)(?: \w+)? (?:receive|get|have) (?:it|your|the|them|a|an)\b",
        example="Your parcel will arrive on Monday.",
        unless=r"\byou(?:'ll| will) (?:get|receive) (?:a better|the best|more|the (?:help|support))",
    ),
    Rule(
        signal="promise",
        name="will-contact",
        note="contact",
        probability=0.82,
        pattern=_WHO
        + r" (?:be )?(?:(?:back )?in (?:touch|contact)|(?:get|getting|got) (?:right )?back|contact(?:ing)?|call(?:ing)?|reach(?:ing)?(?: back)? out|follow(?:ing)?(?: back)? up|repl(?:y|ying)|respond(?:ing)?|e?-?mail(?:ing)?|writ(?:e|ing)|let you know|keep you (?:posted|updated|informed)|updat(?:e|ing) you|ring(?:ing)?|reach(?:ing)? you|dm(?:ing)? you|messag(?:e|ing) you|message|send(?:ing)? (?:you )?(?:an? )?(?:update|e-?mail|message|dm|further))\b|\byou(?:'ll| will| should) (?:hear|be contacted|get (?:a|an) (?:call|reply|response|email|update)|receive (?:a|an) (?:call|reply|response|email|update))\b",
        example="A specialist will be in touch.",
    ),
    Rule(
        signal="promise",
        name="will-look",
        note="investigate",
        probability=0.66,
        pattern=_WHO
        + r" (?:be )?(?:look(?:ing)? (?:in ?to|at|further|for|up|over)|have (?:a|another) (?:\w+ )?look|have (?:someone|somebody|it|this|that|your \w+|that \w+|the \w+|our \w+|an? \w+) (?:\w+ )?(?:look|check|call|contact|review|reach|get|see|ring|trace|fix|speak|reviewed|checked|looked|fixed|unlocked|traced|sorted)|get (?:someone|somebody|an? \w+) (?:to|on|out|going|started|opened)|trace|find (?:it|out|your|that)|investigat(?:e|ing)|check(?:ing)? (?:this|that|it|on|with|into|your|the|for|things|what|which|if|whether)|review(?:ing)?|find out|see what|raise|question this|chase|get (?:this|that|it) (?:looked|checked|investigated|to (?:the|our))|take (?:a |another )?(?:closer |better |further )?look|dig|speak (?:to|with)|ask the)\b",
        example="We'll look into it with the depot.",
    ),
    Rule(
        signal="promise",
        name="will-pass-on",
        note="pass_on",
        probability=0.6,
        pattern=_WHO
        + r" (?:be )?(?:pass(?:ing)?|forward(?:ing)?|shar(?:e|ing)|relay(?:ing)?|escalat(?:e|ing)|report(?:ing)?|flag(?:ging)?)\b<gap>\b(?:to|with|up)\b (?:the |our |my |your )?(?:\w+ ){0,3}(?:teams?|managers?|store|department|management|supervisors?|colleagues?|developers?|engineers?|depot|crew)\b|\b(?:let me|i'?m going to|i am going to) (?:escalate|pass|forward|report)\b",
        example="I'll pass this along to the store manager.",
        unless=r"\b(?:feedback|suggestions?|comments?|thoughts|kind words|compliments?)\b",
    ),
    Rule(
        signal="promise",
        name="will-fix",
        note="fix",
        probability=0.78,
        pattern=_WHO
        + r" (?:be )?(?:(?:get|have|getting) (?:this|that|it|your \w+|things|them)(?: \w+)? (?:fixed|sorted|resolved|addressed|arranged|corrected|done|back|up and running|taken care)|fix(?:ing)?|resolv(?:e|ing)|repair(?:ing)?|correct(?:ing)?|sort(?:ing)? (?:it|this|that)|arrang(?:e|ing)|mak(?:e|ing) (?:this|it|things) right|address(?:ing)? (?:this|it)|update (?:the|your)|work(?:ing)? (?:on|to)|remov(?:e|ing)|cancel(?:ling)?|restor(?:e|ing)|book|schedul(?:e|ing)|waiv(?:e|ing))\b|\b(?:should|will|expected to|hope to) (?:\w+ )?be (?:\w+ )?(?:resolved|fixed|restored|back (?:up|on|to normal)|completed|up and running)\b",
        example="We'll get this sorted for you.",
    ),
    # handoff: asks to continue in private.
    Rule(
        signal="handoff",
        name="dm",
        probability=0.92,
        pattern=r"\b(?:dm'?s?|pm us|pm me|direct message(?:s|d)?|private(?:ly)? message|private(?: message)?s?|privately|direct messages?|inbox us|message us|message me|in dm|secured? (?:web|link|chat))\b",
        example="Please DM us your postcode.",
        unless=r"\b(?:replied|responded|answered|foll+ow?l?ed up|reached out|(?:have|just|we|i|you|you've|i've|we've|also|i'?ve just) sent|repl(?:y|ies) (?:to|in) your)(?: \w+){0,4} (?:dm|dms|direct message|private message)|\bd\.?m\.? (?:sent|response)\b|\b(?:got|received|see|seen|have|checking|check|getting|that) (?:your|that|the|our) (?:dm|direct|private)|private (?:data|information|info|details)\b|make your tweets private|for sending (?:a|the|that|your|over)",
    ),
    Rule(
        signal="handoff",
        name="private-line",
        probability=0.78,
        pattern=r"\b(?:(?:please |pls |kindly |can you |could you |you can |also |feel free to )(?:\w+ )?(?:call|phone|ring|e-?mail|text|whatsapp|write to|contact|reach|chat with)(?: (?:us|me|our|the))(?: \w+){0,8}:? ?(?:<link>|\d[\d -]{6,14}\d|\bon\b|\busing\b|\bat\b|\bvia\b|here|phone|chat|e-?mail)|(?:call|phone|ring|email|text) (?:us|using)|(?:via|by|through|over|reach us by) (?:phone|chat|e-?mail|call)(?: (?:or|/) ?(?:chat|phone))?|[a-z0-9._-]{1,40}@[a-z0-9-]{2,40}\.[a-z]{2,6}|send (?:us |me )?(?:a|an) (?:note|e-?mail|mail)|e-?mail (?:us|me)|connect with us (?:through|via|at)|(?:contact|reach|write to|connect with) us (?:here|at|via|through|on)|reach (?:out to )?us (?:here|at|via|by|through)|fill (?:in|out) (?:the|this|our) form|call ?back|your (?:local )?phone number)\b",
        example="Please call us at 800-555-0199.",
    ),
    # resolution_claim: the company's own, not an echo of the customer's.
    Rule(
        signal="resolution_claim",
        name="we-did",
        probability=0.82,
        pattern=r"\b(?:we|i|i've|we've|we have|i have|our team|our team has|the team has|team have)(?: (?:now|just|already|also|successfully|gone ahead and|been able to|managed to))* (?:fixed|resolved|sorted|solved|settled|remedied|rectified|mended|put (?:this|it|things|that|your \w+) right|taken care of (?:it|this|your|the)|dealt with (?:it|this|your|the)|refunded|credited|reimbursed|issued (?:a |you |your |the )?(?:full )?(?:refund|credit|replacement|voucher)|processed (?:a |your |the )|replaced|cancelled|canceled|removed (?:the|your|this)|corrected|re-?sent|reversed|restored|unlocked|reinstated|reset your|waived|closed (?:your|the|this)|completed|rebooked|re-?activated|updated your)\b",
        example="We have refunded the 40 euros.",
    ),
    Rule(
        signal="resolution_claim",
        name="is-done",
        probability=0.78,
        plain_only=True,
        pattern=r"\b(?:has|have|is|are|was|were|been|'s|now)(?: (?:now|been|just|already|all|both|successfully))* (?:resolved|fixed|sorted|solved|settled|remedied|rectified|mended|put right|dealt with|taken care of|all done|refunded|credited|reimbursed|reinstated|corrected|reversed|restored|closed|completed|waived|unlocked|replaced|rebooked|back (?:up and running|online|to normal|in service))\b",
        example="The fault has now been fixed.",
        unless=r"\b(?:glad|happy|pleased|great|good|delighted|relieved|wonderful|fab|awesome)(?: \w+){0,3} (?:hear|know|see|it|it'?s|that|this)\b|\?|\b(?:store|shop|office|branch|lounge|line|lines|road|gate|flight|route)s? (?:is|are|was|has been|have been) (?:now )?closed|\bclosed (?:on|for|at|until|today|due)",
    ),
    Rule(
        signal="resolution_claim",
        name="that-settles-it",
        probability=0.76,
        plain_only=True,
        pattern=r"\b(?:that|this|which|it)(?: now| also| fully| therefore)? (?:resolves|solves|settles|closes|concludes|ends|fixes|completes|takes care of)(?: (?:the|your|this|our))?(?: (?!most|some|any)\w+)? (?:matter|case|issue|problem|complaint|request|query|dispute|fault|claim)\b",
        example="That settles your claim.",
        unless=r"\b(?:see if|if|whether|hope|hopefully|usually|normally|often|check|confirm|let (?:us|me) know)(?: \w+){0,4} (?:resolves|solves|settles|fixes)\b|\b(?:resolves|solves|settles|fixes)\b[^.!\n]{0,40}\?",
    ),
    Rule(
        signal="resolution_claim",
        name="should-work",
        probability=0.7,
        pattern=r"\b(?:(?:should|will) (?:now |all )+be (?:working|fixed|resolved|back|ok|fine|good|sorted|able|available|showing|live)|(?:you are|you're) (?:now )?all set|clos(?:e|ing) (?:this|your|the) (?:case|ticket|complaint|request)|this (?:case|ticket) is (?:now )?closed|(?:consider|marked) (?:this|it) (?:as )?(?:resolved|closed|solved)|(?:back up and|up and) running again)\b",
        example="It should now be working again.",
    ),
    # proactive: news that the customer did not ask for.
    Rule(
        signal="proactive",
        name="news",
        probability=0.7,
        pattern=r"\b(?:just (?:checking in|following up|wanted to (?:let you know|check|update|follow))|(?:wanted|writing|getting in touch|contacting you) to (?:let you know|update you|inform you|tell you|check in)|quick (?:update|heads[- ]up)|heads[- ]up|we(?:'ve| have)? noticed (?:that |a |an |your )|good news|update:|status update|please be advised|we(?:'re| are) aware (?:of|that) (?:an?|some)|for your information|as an update|to keep you (?:posted|updated|informed)|(?:checking|follow(?:ing)?) (?:back )?(?:in|up) (?:with you|to see|on))\b",
        example="Just checking in, is the heating still warm?",
    ),
)
