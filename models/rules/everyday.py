"""Patterns of customers in everyday words: they accept, wait, add, withdraw, threaten and go elsewhere
without the phrases of letters."""

# ruff: noqa: E501 - a pattern is read more easily in one piece

from typing import Final

from models.rules.rule import Rule

_OUTSIDERS: Final = (
    r"(?:\w*ombuds\w{3,6}|regulators?|watchdog|ico|fca|ofcom|ofgem|ofwat|caa|ftc|fcc|cfpb|bbb|ag|fos|tio|icasa|ncc|cbn|fccpc|irdai|rbi|trai|asic|accc|ccts|nhtsa"
    r"|trading standards|fair trading|consumer (?:forum|centre|center|court|affairs|protection|safety|helpline|line|council|unit)|citizens advice|environmental health|small claims|court|tribunal|judge"
    r"|solicitors?|lawyers?|attorney(?: general)?|police|councill?ors?|cllr|my mp|mp's|(?:the |local )?(?:press|papers?|newspapers?|news|media|gazette|courier|telly|tv|bbc|radio)|channel \d{1,2}|journalists?|reporter"
    r"|charge ?backs?|card dispute|dispute with my (?:bank|card)|(?:data protection|information|civil rights|transport|human rights|safety) (?:commission(?:er)?|office|authority|agency)|(?:dept|department|ministry) of \w+|civil aviation)"
)
_PUBLIC: Final = r"(?:twitter|facebook|insta(?:gram)?|tik ?tok|reddit|youtube|linkedin|trustpilot|social media|everywhere online|live|viral|my \d{1,4}k? followers|every (?:group|forum|streamer)|the (?:screenshots?|video|footage|photos|receipts))"

EVERYDAY: Final = (
    Rule(
        signal="accepts",
        name="is-there",
        probability=0.62,
        stated_only=True,
        pattern=r"\b(?:(?:refund|money|credit|payment|parcel|package|card|sofa|couch|order|letter|approval|cash|deposit|bag|case|it|they|service|internet|power|water|signal|access|app|line)(?:'s| is| are| has| have| was| were)?(?: now| just| all| finally| safely)? (?:in(?= ?[.!,]|$)|here|there(?= ?[.!,]|$)|back(?= in| on|[.!,]|$)|landed|through|reflect(?:s|ed|ing)|received|honou?red|come(?= ?[.,!]| now)|came(?= now| this| today| ?[.,!])|gone(?= ?[.!]| now))|no longer (?:out|down|blocked|locked|charged|there)|in my account now|(?:is|are|was) (?:received|in order|found correct))",
        example="Refund's in, thank you.",
        unless=r"\b(?:not|n'?t|still|never|nothing|wrong|broken|damaged|again|but|give|want|need|demand)\b",
    ),
    Rule(
        signal="accepts",
        name="that-will-do",
        probability=0.66,
        stated_only=True,
        pattern=r"\b(?:(?:i|we)(?:'ll| will|'m happy to|'m glad to)? (?:accept|take) (?:it|that|this|the offer)|(?:i'?m|i am|we'?re) (?:\w+ )?satisfied|that'?(?:s|ll)(?: do| all)? (?:me|fine|perfect|all (?:i|we) (?:needed|wanted)|great|grand|sorted)|(?:is|are) (?:fine|perfect|acceptable|good) (?:for|by|with) (?:me|us|the)|nothing further (?:is )?(?:needed|required)|that was (?:easy|painless|quick)|fair enough,? (?:thanks|thank|cheers)|all (?:grand|good|sorted|fine)(?: now)?|hallelujah)\b",
        example="That's all I needed, thanks.",
        unless=r"\b(?:not|n'?t|never|but|unless|if)\b",
    ),
    Rule(
        signal="accepts",
        name="short-yes-it-works",
        probability=0.66,
        pattern=r"^(?:@\w{1,30} )*(?:(?:ok(?:ay)?|yes|yep|yeah|ah|oh|lol|great|perfect|wow|right|cheers|thanks),? )*(?:got (?:it|them)|(?:it|that) (?:works?|worked)|works|working|cleared|sorted|fixed|matched|confirmed|received|seen|done,? (?:it )?works|came now|now yes|back(?: up| on| in)?|in)(?: now| thanks?| thx| ta|,|\.|!|$)",
        example="Yep, got it thx",
        unless=r"\b(?:not|n'?t|still|never|but|message|number|details|dm)\b|\?",
    ),
    Rule(
        signal="pace_request",
        name="i-will-wait",
        probability=0.74,
        pattern=r"\b(?:(?:i'?ll|i will|we'?ll|we will|will|let me|happy to|glad to|i can|i|ok|now) (?:just |happily )?(?:wait|sit tight|hang on|hold (?:on|off|fire|my)|stand by|leave (?:you|it) (?:be|out|with)|give it|come back|watch (?:for|my))\b[^.!?\n]{0,40}\b(?:till?|until|for (?:a|the|one|two|it|\d)|then|at \d|on \w+day|next|tomorrow|days?|weeks?)|(?:sit|sitting) tight|hold(?:ing)? fire|standing by|no (?:panic|stress),|(?:i'?m|i am|we'?re) happy to wait|nothing to do (?:at|on) your (?:end|side)|no point in (?:\w+ )?hurrying|(?:shan'?t|won'?t|can'?t|cannot|don'?t) (?:\w+ ){1,6}(?:before|until|till) (?:the |next )?(?:\d|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|only after \d)",
        example="Lovely, I'm happy to wait till Thursday.",
        unless=r"\b(?:or (?:i|else|it'?s)|unless|still waiting|waited|tired of|sick of)\b",
    ),
    Rule(
        signal="new_issue",
        name="and-also",
        probability=0.7,
        pattern=r"(?:^|[.!?\n;] ?)(?:@\w{1,30} )?(?:(?:and|but|oh|yes|ok|lovely|thanks),? )*(?:also\b(?! (?:sent|tried|attached|dm))|btw\b|by the way|one (?:more|other) thing|(?:2nd|second|another|other) (?:thing|q|question|point|matter)|new one:|separately|unrelated|plus\b|while (?:we|i|you)(?:'re| are|'m)|over and above|may i add|there'?s one other)|\b(?:separate (?:issue|order|matter|thing)|nothing to do with (?:the|this|that|it)|another thing entirely|a different (?:rant|order|matter|issue)|that'?s separate)\b",
        example="Also the invoice has the old company name.",
    ),
    Rule(
        signal="withdraws",
        name="close-my-case",
        probability=0.72,
        pattern=r"\b(?:(?:cancel|withdraw|drop|forget about|delete|scrap|ignore|stop) (?:my |the |that |this |our )(?:\w+ ){0,2}(?:complaint|claim|case|form|report|reclamation|return|filing|request|search)|(?:you|they|u|so you) (?:can|may|could) (?:now |just )?(?:cancel|forget|stop looking|delete|drop)\b|(?:complaint|case|filing|claim|matter)s? (?:may be|can be|is|has been|as|treated as) (?:closed|withdrawn|settled|dropped)|(?:i'?ve|i have|have) (?:withdrawn|cancelled|torn up|binned|dropped)\b|change of heart|stand down|(?:won'?t|not going to|will not) (?:file|pursue|go (?:any )?further|take (?:it|this) (?:any )?further)|(?:don'?t|not to|no need to) (?:bother|go any further)|(?:actually|oh|and)?,? ?scratch that|cancel that|stop the search|(?:is|are) not needed (?:any ?more|now)?[.!])",
        example="I've torn up the form, you can close my case.",
        unless=r"\b(?:don'?t|do not|never|why|who) (?:\w+ )?(?:closed?|cancell?(?:ed)?)\b|\byou (?:just )?(?:closed|cancell?ed)\b|\bcancel (?:my )?(?:account|subscription|order|contract|plan)\b",
    ),
    Rule(
        signal="threat",
        name="outsiders-next",
        probability=0.72,
        pattern=r"\b(?:i'?ll|i will|we'?ll|we will|i shall|we shall|i(?:'m| am) (?:going|off|calling|taking|tagging|filing|doing|giving|writing|on the phone)|going to|(?:i|we) (?:intend|plan) to|(?:i|we) go|if|unless|until|or (?:it'?s|i|we|else)|otherwise|else|before (?:i|we)|(?:is|are|who'?s) next|by (?:monday|tuesday|wednesday|thursday|friday)|happy to)\b[^.!?\n]{0,70}\b"
        + rf"(?:{_OUTSIDERS}|{_PUBLIC})\b",
        example="Fix it by Friday or it's the ombudsman and the local paper.",
        unless=rf"\b(?:won'?t|will not|no longer|not going to)\b[^.!?\n]{{0,30}}\b{_OUTSIDERS}\b",
    ),
    Rule(
        signal="threat",
        name="next-in-line",
        probability=0.66,
        pattern=rf"\b(?:{_OUTSIDERS}|{_PUBLIC})\b[^.!?\n]{{0,30}}\b(?:is next|are next|next|on speed dial|will (?:hear|know|love|be)|can have|gets? (?:it|my|this|the)|by friday|tomorrow)\b",
        example="The BBC is next.",
    ),
    Rule(
        signal="external",
        name="went-there",
        probability=0.74,
        pattern=rf"\b(?:filed|lodged|raised|reported|petitioned|sued|disputed|opened|passed|forwarded|copied|been on ?to|written to|wrote to|complained to|spoken to|taken (?:it|this) to|contacted|made|got|sent)\b[^.!?\n]{{0,45}}\b{_OUTSIDERS}\b|\b{_OUTSIDERS}\b[^.!?\n]{{0,40}}\b(?:has|have|is|are|was|were|'s|'ve)(?: now| today| already| also)* (?:taken|docketed|acting|received|copied|opened|been|filed|lodged|run|got|informed|involved|raised|sent|dispatched|set)\b|\b(?:copy|copied|cc'?d?)\b[^.!?\n]{{0,30}}\b{_OUTSIDERS}\b",
        example="I've lodged it with the ombudsman this morning.",
        unless=r"\b(?:will|'ll|shall|going to|if|unless|until|before|about to) (?:\w+ ){0,3}(?:file|lodge|raise|report|sue|dispute|go|take|write|contact)\b",
    ),
    Rule(
        signal="chase",
        name="time-is-up",
        probability=0.66,
        pattern=r"\b(?:\d{1,3} (?:days?|weeks?|hours?|hrs?|months?|mins?|minutes) (?:over|later|gone|up|passed|ended|ago and)|(?:days?|weeks?|hours?) (?:are|is) up|(?:days?|weeks?) (?:ended|came and went)|it(?:'s| is)(?: now| already)? the \d{1,2}(?:st|nd|rd|th)|(?:so )?where(?:'s| is) (?:it|he|she)\b|(?:what is|what'?s) (?:the )?status|any idea\?|still processing|(?:has|have) not (?:called|arrived|come|replied|answered) (?:till|yet|so far)?|without (?:execution|an? answer)|is it (?:on|out|coming)\b|day \d{1,2}[,.:])|^(?:@\w{1,30} )?(?:and|so|hello|well)\?",
        example="3 days over, where is it?",
    ),
    Rule(
        signal="duplicate",
        name="once-more",
        probability=0.62,
        pattern=r"\b(?:(?:the |this is the )?same (?:e-?mail|letter|message|review|tweet|documents?|post|words|pothole|thing) (?:again|i (?:sent|left|wrote|posted)|as|now|through|below)|(?:here|again|once more)(?: it is)?(?: again)?:|(?:here is|here'?s) my (?:\w+ ){0,2}again|past(?:ing|ed) (?:again|below|it)|copying and pasting|forward below|is (?:pasted )?below|(?:asking|writing|sending (?:this|it)|posting|tagging|emailing)(?: (?:this|it|to you))* (?:again|a (?:second|third|2nd|3rd)|for the (?:second|third|\d))|(?:2nd|3rd|4th|5th|second|third|fourth|fifth) time (?:of )?(?:asking|of asking|writing)|(?:re-?send|re-?post)(?:ing|ed)?|as (?:i|my) (?:first|said a|asked on|wrote on)|already (?:posted|reported) about|once more,? below)\b",
        example="Sending this to you again, unchanged.",
    ),
    Rule(
        signal="spam",
        name="offer-nobody-asked",
        probability=0.86,
        pattern=r"\b(?:buy (?:followers?|likes|any house)|followers? (?:cheap|for)|seo (?:experts?|packages?|services?)|(?:1st|first) page of (?:google|search)|ranking your|lead-?gen|(?:\d(?:\.\d)? )?btc to|binary (?:trader|options)|forex|no (?:survey|human verification|sign ?up|credit check)|(?:gems?|coins?|robux|followers?) generator|hacks? (?:for|undetected)|mods n hacks|replica (?:watch|bag)\w{0,3}|follow back|check mine|link in (?:bio|comments|profile)|(?:see|visit|click) my (?:bio|profile|page|shop)|dm for (?:price|promo|cheap)|reply (?:yes|stop) (?:with|to)|dear (?:webmaster|site owner|purchasing manager|esteemed)|(?:nomination|impact) (?:fee|factor)|investment (?:group|plan)|(?:make|earn) \$+\d{0,6}\b|work from home|hacked your device|entitled to compensation|donation of \$|e-?catalogue|(?:personal )?loans? (?:upto|up to|without)|our (?:seo|marketing) (?:team|experts)|new patients per month|bank detail|add me on (?:whatsapp|telegram)|selling \d+x?)\b",
        example="Dear webmaster, our SEO experts can rank you.",
        unless=r"\b(?:do you|can i|is there|my order|my account)\b",
    ),
    Rule(
        signal="prior_contact",
        name="told-elsewhere",
        probability=0.6,
        note="chat",
        pattern=r"\byour (?:live |web )?chat(?:bot| assistant| agent| lady| guy| team)?\b[^.!?\n]{0,40}\b(?:said|says|told|agreed|promised|keeps|closed|ended|hung|asked|couldn'?t|can'?t)\b",
        example="Your chat lady promised it would be gone.",
    ),
    Rule(
        signal="prior_contact",
        name="told-by-phone",
        probability=0.6,
        note="phone",
        pattern=r"\b(?:customer (?:service|services|care|support)(?: (?:reps?|representatives?|agents?|people|team|guy|lady))? (?:was|were|is|are|has been|have been) (?:of )?(?:(?:no|not|zero|little|any) (?:help(?:ful)?|use|good|interested|able|willing)|useless|unhelpful)\b|(?:reps?|agents?|representatives?|advis[eo]rs?) (?:hung up|put the phone down|cut me off)\b|(?:couldn'?t|can'?t|cannot|could not|never|unable to) (?:even )?get past (?:the|your) (?:automated|phone|voice) (?:system|menu)|(?:the |your )?(?:phone|call ?cent(?:re|er)|helpline|hotline) (?:agent|guy|bloke|lady|man|woman|team|queue|rep)\w{0,1}\b|(?:called|phoned|rang) \w+ (?:\d|twice|three|four|and)|\d+ (?:reps|agents) (?:said|told)|(?:nine|ten|three|four|five|six|seven|eight|\d{1,2}) (?:phone )?calls\b)",
        example="The phone agent said five days.",
    ),
)
