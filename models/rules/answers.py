"""Patterns of a customer who gives, accepts, thanks, withdraws, asks for time or opens another
matter.

The mark ``answer`` is weighed with the thread: a short statement counts for more after the company
has asked.
"""

# ruff: noqa: E501 - a pattern is read more easily in one piece

from typing import Final

from models.rules.rule import Rule

ANSWERS: Final = (
    # info_supplied: what the company had asked for.
    Rule(
        signal="info_supplied",
        name="sent",
        probability=0.8,
        pattern=r"(?:^|[.!,] ?|\b(?:i|we|i'?ve|have|just|already|now|now,|been|and|ok|done|yes) )(?:@\w+ ){0,6}(?:have |has |just |now |already |also )*(?:sent|dm'?e?d|dmed|messaged|pm'?d|e?mailed|replied|filled|submitted|completed|attached|provided|followed|forwarded|posted|uploaded)\b(?! (?:back|around|away|me|us|from|the wrong|someone|two weeks|weeks)\b)",
        example="Just sent you a private message.",
        unless=r"\bnot sent\b|\bno (?:reply|response|answer)\b|\bstill (?:no|wait)",
    ),
    Rule(
        signal="info_supplied",
        name="reference",
        probability=0.78,
        pattern=r"\b(?:order|booking|account|acct|reference|ref|tracking|confirmation|case|ticket|customer|invoice|policy|serial|member(?:ship)?|contract|loan|awb|pnr|flight|service request)(?: (?:number|no|num|id|code|ref))?\.?(?: is| was|:|=|-| #|#)* ?#?(?=[a-z0-9-]{0,20}\d)[a-z0-9][a-z0-9-]{4,24}\b",
        example="My order number is 204-558812.",
    ),
    Rule(
        signal="info_supplied",
        name="detail",
        probability=0.8,
        pattern=r"\b(?:my|the|our) (?:full )?(?:e-?mail(?: address)?|phone(?: number)?|number|mobile|cell|address|post ?code|zip(?: code)?|account(?: number)?|name|user ?name|model|version|order(?: number)?|reference|ref|serial(?: number)?|booking(?: ref\w{0,6})?|contact(?: number)?|location|store|\w+ (?:number|reference|id))(?: number)?(?: is|'s|:| =|-)(?= ?\S)",
        example="My postcode is LS1 4AB.",
        unless=r"\b(?:account|address|number|order) is (?:locked|blocked|wrong|not|late|missing|still|now|suspended|delayed|closed|showing|being)\b",
    ),
    Rule(
        signal="info_supplied",
        name="here-it-is",
        probability=0.62,
        pattern=r"\b(?:here'?s|here is|here are|here you go|here it is|here,? have|as requested|see (?:the )?attach\w{2,4}|attached (?:is|are)|please find|(?:pic|photo|screenshot|picture|image|receipt)s? (?:attached|below|here|is|of the))\b",
        example="Here is the photo of the label.",
    ),
    Rule(
        signal="info_supplied",
        name="as-requested",
        probability=0.75,
        pattern=r"\b(?:as (?:you )?(?:requested|asked|wanted)(?: for)?\b(?! (?:before|again|already|last|in my|several|twice|on|why|when))|(?:details?|information|photos?|number|documents?) (?:that |which )?you (?:asked|wanted|requested|need)|(?:replying|reply) with (?:the|my)|you (?:asked for|wanted|requested) (?:it|this|that|these|the (?:number|details?|photos?|receipt)|my))\b",
        example="Here is my meter reading as you asked.",
        unless=r"\bnot as (?:requested|asked|i asked)",
    ),
    Rule(
        signal="info_supplied",
        name="address",
        probability=0.55,
        pattern=r"[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}\.[a-z.]{2,12}\b|\b__email__|<email>|\+?\d[\d() -]{8,16}\d\b",
        example="pat.lee@example.com",
    ),
    Rule(
        signal="answer",
        name="yes-no",
        probability=0.75,
        pattern=r"^(?:@\w+ ){0,8}(?:yes|yep|yeah|yea|yup|no|nope|nah|correct|both|neither|none|done|did|i did|just did|already did|i have|i am|it is|it was|it does|we did)\b",
        example="Yes, the green one.",
    ),
    Rule(
        signal="answer",
        name="done",
        probability=0.8,
        pattern=r"^(?:@\w+ ){0,8}(?:ok(?:ay)?,? |i |we |i've |have |just |yes,? |cool,? )*(?:did|done|sent|dm sent|dm'?d|done so|have done|did that|did so)\b.{0,30}$",
        example="Just did.",
    ),
    Rule(
        signal="answer",
        name="fact",
        probability=0.65,
        pattern=r"\b(?:version|ios|android|windows|iphone|model|samsung|galaxy|firmware|chrome|firefox|safari)s? ?\d|\b\d{5,14}\b|\bi(?:'m| am) (?:on|using|running|in|at|with)\b|\bit(?:'s| is|s| was) (?:an?|the|on|in|at|all|only|both|just|happening|for|from|showing)\b",
        example="I am on version 11.0.3.",
    ),
    Rule(
        signal="answer",
        name="photo",
        probability=0.65,
        pattern=r"^(?:@\w+ ?){0,8}<link>\s*$",
        example="@shop https://t.co/abcdef",
    ),
    # accepts: says that it is solved.
    Rule(
        signal="accepts",
        name="works-now",
        probability=0.85,
        stated_only=True,
        pattern=r"\b(?:(?:it|that|this|all|everything|they|issue|problem|internet|app|phone|service|seems to|seems? to be|is|is now|been|be|got|now|finally|are|was) (?:now |been |is |has been |all |finally |is now |seems |to be |all been |has now been )*(?:working|works|worked|fixed|sorted|resolved|solved|restored|back (?:up|on|online|to normal)|up and running)|working (?:now|again|fine|perfectly|great)|(?:fixed|sorted|resolved|solved) (?:now|it|itself|already|thanks|thank|today|today,|this morning)|did the trick|up and running|works (?:now|fine|great|perfectly|like))\b",
        unless=r"\b(?:works?|working|worked) (?:only|half|sometimes|until|for a)|\bnot working\b|\b(?:everything else|the rest|other (?:apps?|devices?|games?|sites?|\w+)|throughout|internet connection|my (?:wifi|connection)) (?:\w+ ){0,3}(?:works?|working|fine)",
        example="It is working again since this morning.",
    ),
    Rule(
        signal="accepts",
        name="worked",
        probability=0.85,
        stated_only=True,
        pattern=r"^(?:@\w+ ){0,8}(?:yes,? |ok,? |that |it |this |perfect,? |yep,? |awesome,? )*(?:worked|works|fixed|sorted|resolved|solved|fixed it|that worked|problem solved|done and dusted|all sorted|all good|all set|all done)\b(?! (?:for|until|before|because))",
        example="Worked like a charm.",
    ),
    Rule(
        signal="accepts",
        name="you-solved-it",
        probability=0.88,
        pattern=r"\b(?:thanks?|thank you|thx|cheers|ty|grateful|great job|kudos|appreciate you)(?: \w+){0,4} (?:for|on) (?:the |your |my |such a |a )?(?:quick |fast |speedy |prompt |swift |quickly |finally )?(?:sort|fix|resol|solv|refund|replac|helping (?:me )?(?:sort|fix|resolve|get|out)|getting (?:it|this|that)|resolution|solution|the fix|taking care|putting)",
        example="Thank you for sorting that out so quickly.",
    ),
    Rule(
        signal="accepts",
        name="got-it",
        probability=0.72,
        stated_only=True,
        pattern=r"\b(?:(?:i |we |just |have |finally |now )(?:got|received|had) (?:it|them|my (?:money|refund|order|parcel|package|replacement|item|bag|luggage|stuff)|the (?:refund|money|package|parcel|replacement|item|order|credit))(?: (?:back|now|today|this morning|yesterday|thanks|finally))?|(?:refund|package|parcel|order|replacement|bag|it|money|credit|delivery) (?:has |have |just |finally |has now |did )*(?:arrived|got here|showed up|came|come through|turned up|been (?:received|refunded|delivered))(?: (?:now|today|this morning|safely|thanks|finally))?)\b",
        example="My replacement has arrived today.",
        unless=r"\b(?:but|broken|damaged|wrong|late|without|faulty|empty|missing|never|n'?t|not|supposed)\b",
    ),
    Rule(
        signal="accepts",
        name="close-it",
        probability=0.9,
        pattern=r"\b(?:you (?:can|may) close|please close (?:the|my|this)|no further (?:help|action|assistance)(?: is)? (?:needed|required|necessary)|consider (?:it|this) (?:closed|resolved)|(?:(?:i'?m|i am|we are|we'?re) (?:\w+ )?(?:happy|satisfied|pleased|content) with (?:the|that|your|this)|happy with (?:the|that|your|this) (?:outcome|resolution|solution|refund|offer|answer|result))|offer\b[^.!?]{0,60}\bis (?:gladly |gratefully )?accepted|i accept (?:the|your|this)|that(?:'s| is) (?:all )?(?:sorted|resolved|fixed|solved|perfect|great news)|problem (?:is |has been )?(?:solved|sorted|fixed|resolved)|issue (?:is |has been )?(?:solved|sorted|fixed|resolved)|(?:answers|answered) my question|(?:i'?m|we'?re|all) (?:all )?(?:good|sorted|set) (?:now|thanks|thank)|got (?:it )?(?:sorted|resolved|fixed))\b",
        example="You can close the ticket.",
        stated_only=True,
    ),
    # thanks
    Rule(
        signal="thanks",
        name="thanks",
        probability=0.85,
        pattern=r"\b(?:thanks|thank (?:you|u|ya|yo)|tx|shout ?out|thankyou|thx|thnx|thks|tks|tysm|ty|cheers|much appreciated|appreciate (?:it|that|you|your|the)|appreciated|many thanks|grateful|god bless|bless you)\b|[\U0001f64f]",
        example="Thanks so much!",
        unless=r"\b(?:thanks|thank you|thx|cheers)(?: \w+)? (?:for nothing|in advance)|\b(?:be|would be|been) (?:\w+ )?(?:grateful|appreciated)|\bwould appreciate|\bno thanks?\b",
    ),
    # withdraws
    Rule(
        signal="withdraws",
        name="never-mind",
        probability=0.75,
        pattern=r"\b(?:never ?mind|nvm|forget (?:it|about it|this)|scrap that|ignore (?:this|that|my|me|the|previous)|disregard|false alarm|my (?:own )?(?:mistake|bad|error|fault)|user error|no need (?:any ?more|to|anymore|now)|(?:close|drop|leave) (?:this|it|the (?:case|matter|complaint))(?: now)?,? (?:without|unsolved|unresolved|as it is|here)|don'?t bother(?: any ?more)?[.!]|no longer (?:matters?|needed|important|relevant)|(?:has|have) (?:sorted|resolved|solved) itself|found (?:it|them) (?:myself|now|in|under|already)|figured it out|worked it out|solved it myself)\b",
        example="Never mind, it was my own mistake.",
        unless=r"\bwon'?t forget|never forget|nevermind that|no need to (?:be|shout|apologi)",
    ),
    Rule(
        signal="withdraws",
        name="withdraw-complaint",
        probability=0.94,
        pattern=r"\b(?:withdraw(?:ing|n)?|retract(?:ing)?|drop(?:ping)?|cancel(?:ling)?|take back|rescind) (?:my|the|this|our) (?:\w+ )?(?:complaint|claim|case|ticket|request|dispute|grievance|report)\b|\b(?:no longer (?:wish|want|need) to (?:pursue|complain|proceed|continue)|don'?t want to (?:pursue|take (?:this|it) (?:any )?further))\b",
        example="I withdraw my complaint.",
    ),
    # pace_request
    Rule(
        signal="pace_request",
        name="more-time",
        probability=0.85,
        pattern=r"\b(?:(?:need|give me|have|want|like|allow me|could i have|take me) (?:a (?:bit|little|few|couple)(?: of)?|some|more|another|until|till|extra|longer|<number>)(?: (?:more|extra|of|little))*(?: more)? ?(?:time|days?|weeks?|hours?|months?|monday|tuesday|wednesday|thursday|friday|next)(?: (?:to|before|and|so|until|please|until|for|on|as))?|more time (?:to|before|please|for)|need time|bear with me)\b",
        example="I need a few more days to test the set.",
        unless=r"\b(?:you|they|engineer|u) (?:said|told|need|want|asked)",
    ),
    Rule(
        signal="pace_request",
        name="call-me-then",
        probability=0.8,
        pattern=r"\b(?:call|contact|ring|phone|reach|try|email|come|deliver|ask|remind|get back to)(?: (?:me|us|back|again))+<short>\b(?:after|tomorrow|later|next|in (?:a|two|three|\d)|from|when|once|on (?:mon|tue|wed|thu|fri|sat|sun)\w{0,6}|not (?:today|this|before))\b",
        example="Please call me back after the 14th.",
    ),
    Rule(
        signal="pace_request",
        name="away",
        probability=0.85,
        pattern=r"\b(?:i'?m|i am|we are|we'?re|i'?ll be|i will be|we'?ll be|we will be|will be|currently|am) (?:currently |away |now )?(?:away|on (?:holiday|vacation|leave|a trip|a business trip)|out of (?:the )?(?:office|town|country)|abroad|travell?ing|moving (?:house|home|flat)|in hospital|not (?:at home|home|available|around|in the country)|busy)\b<short>(?:until|till|til|for|next|this|back|so|\bthen\b|at the moment|right now|[.,]|$)",
        example="We are away until the 20th.",
        unless=r"\b(?:stuck|stranded|roaming)\b",
    ),
    Rule(
        signal="pace_request",
        name="i-will-come-back",
        probability=0.68,
        pattern=r"\b(?:i'?ll|i will|we'?ll|we will|will|let me|i can) (?:\w+ )?(?:take a look|have a look|get back to you|let (?:you|u|ya) (?:guys )?know|check|test|try (?:it|that|this|again)|come back|reply|send (?:it|them|that|you)|confirm|look|do (?:it|that)|find|report back|dm you)\b<gap>\b(?:next|when i|after|later|tomorrow|tonight|once|in a (?:few|couple|week|day)|on (?:mon|tue|wed|thu|fri|sat|sun)\w{0,6}|over the|this (?:week|evening|afternoon)|as soon as i)",
        example="I'll test it and get back to you once I have moved.",
    ),
    Rule(
        signal="pace_request",
        name="put-off",
        probability=0.8,
        pattern=r"\b(?:(?:can|could|may|shall) (?:we|you|i)(?: please)? (?:wait|postpone|push|move|reschedule|hold off|delay|continue|resume|pick (?:it|this) up|leave (?:it|this)|do (?:it|this) (?:later|next|another))|no (?:rush|hurry)|take your time|in no hurry|not in a hurry|(?:please |pls )?(?:hold|pause|park|keep) (?:the|my|this|our) (?:case|ticket|complaint|claim|order)(?: \w+)? ?(?:open|on hold|until|till|for)?|hold (?:this|it|everything|that)(?: \w+)? (?:until|till|for)|(?:can'?t|cannot|won'?t be able to|not able to|unable to) (?:test|check|try|do|answer|look at|get to)(?: (?:it|this|that|them))? (?:sooner|before|until|till|earlier)|haven'?t had (?:the |any )?(?:time|a chance|chance|an opportunity)|not had (?:the |any )?(?:time|a chance|chance)|rather (?:wait|do it later))\b",
        example="Could we postpone the visit to next month?",
    ),
    # new_issue: needs an earlier passage to be new
    Rule(
        signal="new_issue",
        name="another-matter",
        probability=0.72,
        pattern=r"\b(?:another|a different|a separate|a new|an? unrelated|an additional|one more|second|other) (?:\w+ )?(?:issue|problem|complaint|matter|query|fault|error|concern|subject)\b|\b(?:on another note|on a (?:different|separate) (?:note|matter)|separately|unrelated(?:ly)?,|different (?:issue|problem|order|matter|question)|new (?:issue|problem|complaint)|while i(?:'m| am) (?:here|at it|on)|now i also|and now (?:my|the|another))\b",
        example="I also have another problem, the freezer leaks.",
        unless=r"\bno (?:other|new|further)\b",
    ),
)
