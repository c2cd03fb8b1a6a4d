"""Patterns that speak for one of the five response classes; the reader weighs them
(``models.rules.classes``)."""

# ruff: noqa: E501 - a pattern is read more easily in one piece

from typing import Final

from models.rules.rule import Rule

RESPONSES: Final = (
    # auto_ack: receipts, closings, banter.
    Rule(
        signal="auto_ack",
        name="automatic",
        probability=0.93,
        pattern=r"\b(?:automat(?:ed|ic|ically)(?: \w+)? (?:message|reply|response|e-?mail|acknowledge?ment|generated|confirmation|notification)|auto[- ]?(?:reply|response|generated)|do(?: not|n'?t) reply to this|out of (?:the )?office|this (?:mailbox|inbox) is not monitored|no-?reply)\b",
        example="This is an automated reply, do not answer.",
    ),
    Rule(
        signal="auto_ack",
        name="received",
        probability=0.85,
        pattern=r"\b(?:(?:reviewing|looking (?:into|at)) your (?:e-?mail|message|request|query)|(?:we|i)(?:'ve| have| can confirm we have)? (?:now )?(?:received|got|logged|registered|have) your (?:message|e-?mail|request|enquiry|inquiry|complaint|query|ticket|dm|details|information|form|letter|case)|your (?:message|e-?mail|request|enquiry|complaint|query|ticket|case|form) (?:has been|was|is) (?:received|logged|registered|submitted|in the queue|being (?:reviewed|processed))|(?:ticket|case|reference) (?:number|no|id)(?: is|:)|(?:opened|created|raised) (?:a|your) (?:new )?(?:ticket|case) for your (?:request|message|complaint|enquiry|post)|(?:your|this) (?:message|request|complaint|post|e-?mail) (?:has |was )?(?:reached|added to|attached to)|(?:added|attached) your (?:post|message|reply|comment|e-?mail) to|thank you for (?:contacting|your (?:e-?mail|message|enquiry|inquiry|request|complaint|letter)))\b",
        example="We have received your complaint.",
    ),
    Rule(
        signal="auto_ack",
        name="shortly",
        probability=0.55,
        pattern=r"\b(?:(?:in touch|get back to you|respond|reply|contact you|be with you)(?: \w+){0,3} (?:shortly|soon|as soon as|asap|in due course|at the earliest)|(?:shortly|as soon as (?:possible|we can))|bear with us|thanks for your patience|appreciate your patience|thank you for your patience)\b",
        example="Someone will get back to you shortly.",
    ),
    Rule(
        signal="auto_ack",
        name="welcome",
        probability=0.86,
        pattern=r"\b(?:you(?:'re| are) (?:very |most |more than |so |always )?welcome|welcome!|no (?:problem|worries|prob)\b|any ?time\b|(?:our|my|it'?s (?:a|our)) pleasure|of course,? (?:my )?|you bet|sure thing|aim to please|cheers\b|good (?:one|stuff|luck)|nice(?: one)?!|awesome|sounds (?:good|great|like)|got it[.!]?$|okay great|perfect!|will do)",
        example="You're very welcome, Ann!",
    ),
    Rule(
        signal="auto_ack",
        name="glad",
        probability=0.76,
        pattern=r"\b(?:glad|happy|pleased|great|good|delighted|thrilled|lovely|wonderful|love|fab|excited|proud|stoked|honou?red) (?:to (?:hear|know|see|read|have|be of)|that(?:'s)?|we could|we were able|you|it|it'?s|this|everything|things|i could|hearing)\b|\b(?:so glad|that'?s (?:great|awesome|good|what we|music|wonderful|fantastic|amazing)|music to our ears)\b",
        example="Glad to hear that!",
    ),
    Rule(
        signal="auto_ack",
        name="closing",
        probability=0.66,
        pattern=r"\b(?:have a (?:great|good|lovely|nice|wonderful|fab\w*|safe|pleasant|fantastic)|enjoy(?: the| your|!)?|(?:hope|can'?t wait|look(?:ing)? forward|excited|ready) (?:to|for) (?:see|seeing|welcom\w+|hav\w+|your|you|hear\w*|serv\w+)|see you (?:soon|on|there|at|next|again)|(?:feel free to |please |just |don'?t hesitate to |do )?(?:let (?:us|me) know|reach out|message|get in touch|come back|contact|tweet|shout|give us a shout|reach)(?: \w+){0,4} (?:if (?:you|there|we|anything|it|the issue)|any ?time|for anything|with any|should you|whenever|again)|(?:we'?re|we are|i'm|always) (?:always )?(?:here|around|just a tweet)(?: \w+){0,4} (?:if|for you|when|away|to help)|(?:a tweet|an? @ is) away|take care|safe travels|happy (?:holidays|new|birthday|halloween|thanksgiving|travels|listening|friday))",
        example="Have a great weekend!",
    ),
    Rule(
        signal="auto_ack",
        name="thanks-for",
        probability=0.62,
        pattern=r"\b(?:thank(?:s| you)(?: so much| very much| a lot)?(?: again)?,? (?:for|to you)|thanks[!,.]|thank you[!,.]|we appreciate (?:you|it|the|that|your (?:loyalty|business|support|kind|love|response|update|confirm\w*|understanding))|shout-?out)",
        example="Thanks for flying with us!",
    ),
    # stock: would fit any other case.
    Rule(
        signal="stock",
        name="feedback-passed",
        probability=0.82,
        pattern=r"\b(?:(?:pass(?:ed|ing)?|forward(?:ed|ing)?|shar(?:e|ed|ing)|relay(?:ed|ing)?|send|feed|add|log(?:ged)?)(?: (?:on|along|back|over))?(?: (?:all|of))* (?:your|this|that|the|it|these)(?: (?:valuable|kind|on|along|back|as|to))*(?: (?:feedback|comments?|concerns?|thoughts|suggestions?|compliments|experience|along|on|over|to|with|as))|feedback (?:has been|will be|is|helps|noted|to (?:our|the))|(?:appreciate|value|thanks for|thank you for|welcome|for) (?:all )?(?:your|the|this|sharing your) (?:\w+ )?(?:feedback|comments|input|suggestions?|insight|honesty))\b",
        example="Your feedback will be passed on.",
    ),
    Rule(
        signal="stock",
        name="see-your-dm",
        probability=0.82,
        pattern=r"\b(?:(?:(?:'ve|have|just|also) )(?:replied|answered|responded|gotten back|got back|come back|written back|gone ahead and (?:replied|responded))(?: to)?(?: you)?(?: (?:over|in))? (?:there|to (?:your message|it))\b|(?:reply|answer|respond|continue|carry on|keep (?:on )?(?:talking|chatting)|pick (?:this|it|up)|see you|meet|be with)(?: (?:to|with|this|it|up|you|our|the|chatting|talking|chat|working))* (?:over )?(?:there|in (?:the|your|our) dms?)\b|(?:replied|responded|foll+ow?l?ed up|reply|answered|response|respond|sent|dropped|messaged|dm'?d)(?: back)?(?: (?:to|in|you|via|a|over|your|through|with|out|by|on))+ ?(?:dm|dms|pm|direct message|private message|e-?mail|message|tweet|inbox)|check (?:your|for our|our|out our) (?:dm|dms|inbox|messages|direct|private|reply|response|e-?mail|previous)|(?:see|refer to|revert to|respond to|check) our (?:previous|earlier|other|last|dm|reply|response|e-?mail))\b",
        example="We have replied to your DM, please check it.",
    ),
    Rule(
        signal="stock",
        name="reboot",
        probability=0.74,
        pattern=r"\b(?:re-?boot(?:ing)?|re-?start(?:ing)?|power[- ]?cycl(?:e|ing)|re-?install(?:ing|ation)?|clear(?:ing)? (?:the |your |out )?(?:\w+ )?(?:cache|cookies|browser|history|data)|turn(?:ing)? (?:it|your (?:\w+ )?|the \w+ )?off and (?:back )?on|force (?:close|quit|restart)|hard reset|soft reset|factory reset|different browser|incognito|updating your (?:app|browser)|latest version|log(?:ging)? out(?: and| >|,)|turn(?:ing)? (?:your|the) \w+ off|unplug(?:ging)? (?:it|the|your) (?:\w+ )?(?:for|and)|pending updates|software (?:is )?up to date|latest (?:\w+ )?(?:version|software|update))\b",
        example="Please try rebooting your router.",
    ),
    Rule(
        signal="stock",
        name="article",
        probability=0.78,
        pattern=r"\b(?:(?:check(?: this| that)? out|check|see|read|visit|view|find|follow|have a look(?: at)?|take a look at|refer to|review|learn more|look at|available|info(?:rmation)?|details?|steps?|guide|article|page|instructions|help|tips|more|here'?s how|recommend(?:ations?)?|troubleshooting|suggest(?:ions?)?|read up|looking)\b<gap>(?:at|on|in|from|here|below|via|link|how|steps|page|guide|:|-|>|it)?[ :>(-]*<link>)",
        example="You can find more information here: https://help.example.com/a1",
    ),
    Rule(
        signal="stock",
        name="platitude",
        probability=0.6,
        pattern=r"\b(?:(?:always|continuously|constantly|continually) (?:strive|striving|try|trying|aim|aiming|want|working|work|looking|look)|striv(?:e|ing) (?:to|for)|(?:take|takes|taking) (?:this|these|such|all|your|customer|complaints|feedback|safety)(?: \w+){0,3} (?:very |extremely )?seriously|working (?:hard|to improve|on improving|as fast)|we hear you|we(?: completely| totally| fully|'d)? understand (?:your|how|that this|the|you)|i(?: can)?(?: completely| totally| definitely| certainly)? understand (?:your|how|the)|we (?:never|don'?t|do not) (?:want|like|mean|intend)|(?:is|are) (?:always )?(?:important|a (?:top )?priority) to us|hate to (?:see|hear|lose)|not (?:the|what) (?:kind of |type of )?(?:experience|service|impression|we)|for any inconvenience|the inconvenience|hope (?:this|that) helps|keep an eye|stay tuned|(?:inconvenience|patience) (?:is|caused is) (?:\w+ )?(?:regretted|solicited|appreciated)|bear with us|hang in there|no eta|(?:working|doing) (?:\w+ ){0,3}(?:to (?:restore|fix|resolve|improve|get|sort)|our best)|at the earliest|as (?:soon|quickly) as (?:possible|we can)|busy (?:at the moment|times?|period)|higher than (?:normal|usual)|longer than (?:normal|usual|we)|(?:sad|sorry|disappointed|upset|saddened) to (?:hear|see|read|learn)|(?:sorry|apologi[sz]e) (?:for|about|that)|like to (?:help|hear|learn)|(?:happy|here|love|glad|like) to (?:help|assist))",
        example="We always strive to offer the best service.",
    ),
    # info_request: asks for something.
    Rule(
        signal="info_request",
        name="send-us",
        probability=0.84,
        pattern=r"\b(?<!your )(?:dm|pm|inbox|send|drop|shoot|give|message|tell|provide|share|let|confirm|email|meet|post|direct message|advise|hit|toss|slide)(?: (?:us|me|with|over|also|in|into|to|through|via))+ (?:an? |your |you'?re |the |what|which|when|where|how|dm|direct|private|our|more|any|some|know (?:what|which|if (?:you(?:'re| are)|it(?:'s| is)|this is) (?:still|updated|able|happening|using)|how|when|where|your|more|the|a|in|via|by|who|whether|about)|all|details?|info|full|quick|note|here|so|and|to|with|detail|location|photo|at)",
        example="Send us your booking reference.",
        unless=r"\bgive us a (?:shout|tweet|ring|call)|\b(?:replied|responded|answered|foll+ow?l?ed up|reached out|(?:have|just|we|i|you|you've|i've|we've|also|i'?ve just) sent|repl(?:y|ies) (?:to|in) your)(?: \w+){0,4} (?:dm|dms|direct message|private message)|\bd\.?m\.? (?:sent|response)\b|\b(?:we|i|i'?ve|we'?ve|have|just|already)(?: \w+)? sent (?:you|a)\b",
    ),
    Rule(
        signal="info_request",
        name="dm-us",
        probability=0.82,
        pattern=r"(?:^|\b(?:please|pls|plz|kindly|just|can you|could you|to|and|by|via|in|through|would you|then|or|us a|me a|a quick|a|it) |[.!?,:)-] ?)(?:dm|pm|direct message|private message|inbox|message)\b(?! (?:with|has|was|is|reply|back)\b)",
        example="Please DM us.",
        unless=r"\b(?:replied|responded|answered|foll+ow?l?ed up|reached out|(?:have|just|we|i|you|you've|i've|we've|also|i'?ve just) sent|repl(?:y|ies) (?:to|in) your)(?: \w+){0,4} (?:dm|dms|direct message|private message)|\bd\.?m\.? (?:sent|response)\b",
    ),
    Rule(
        signal="info_request",
        name="please-provide",
        probability=0.8,
        pattern=r"\b(?:please|pls|plz|kindly|can you|could you|would you|may we|may i|can we|can i|could we|could i|mind|go ahead and|you can|will you|able to|need you to|need to|you to)(?: (?:please|also|kindly|you|just|possibly|confirm and|first|quickly|follow us and|go ahead and))* (?:provide|confirm|send|share|tell|clarify|specify|describe|explain|verify|elaborate|supply|give|forward|post|include|advise|state|dm|pm|have (?:your|the|a|you)|get (?:your|a|some|more|the)|know|ask|let (?:us|me) know (?!if (?:you need|there|we can|i can|you have any|that helps|this helps)|should)|let (?:us|me) have|fill us in|attach|upload|reply with|respond with|run (?:the|a) tracert)\b",
        example="Could you confirm your postcode?",
        unless=r"\bplease(?: do not|,? don'?t) (?:share|provide|post|give)(?!.{0,200}\?)",
    ),
    Rule(
        signal="info_request",
        name="question",
        probability=0.74,
        pattern=r"\b(?!(?:have|did|could|can|would|will) you (?:please |already |also )*(?:tried|try)\b)(?:what|which|when|where|who|how|have you|are you|is (?:this|it|the|your|there|that|everything)|did (?:you|they|we|this|the|it)|do you|does (?:it|this|that|your|the)|was (?:this|it|the|there|that)|were you|has (?:it|this|the|your|anyone)|any (?:chance|steps|details|specific|error)|can you|could you|would you|will you|may i|may we|what'?s|how'?s|if so|are (?:they|there|the|we|all))\b(?:[^.!?\n]|\.(?=\w)){2,140}\?",
        example="Which model do you have?",
        unless=r"\b(?:how can (?:we|i) help|how may i help|what'?s not to love|who(?:'s| is) ready|need any(?:thing)? else|anything else (?:we|i) can)",
    ),
    Rule(
        signal="info_request",
        name="need-from-you",
        probability=0.74,
        pattern=r"\b(?:(?:we|i)(?:'ll|'d| will| would| do)? (?:just )?(?:need|require)(?: to)?(?: (?:know|see|have|get|gather|take|a (?:few|bit)|some|more|your|the|you to|you))+|(?:gather|collect|get|need|have|with|grab) (?:some |a few |a little |a bit )?(?:more|further|additional) (?:info(?:rmation)?|details?)|(?:what'?s|tell (?:us|me)(?: more| a little more| a bit more)?|more about) (?:going on|about|happening|what|how|happened)|(?:how can|how may|what can) (?:we|i) (?:help|assist|do)|want to (?:hear|learn|know) more|(?:checking in|following up|follow up) to see|let (?:us|me) know (?!if\b|should\b|any|about any|once\b|when\b|that\b)[a-z]|interested in hearing|we'?d love to (?:hear|learn) more|fill (?:us|me) in|let (?:us|me) know (?:[\w#']{1,12} ){1,4}(?:and|or) (?:any |some )?(?:more|other|further) (?:details|info\w{0,8})|to (?:provide|share|confirm|submit) your (?:\w+ ){0,2}(?:number|#|details|email|address|code))\b",
        example="We need to know a few details.",
    ),
    # referral: another team, another channel, not us.
    Rule(
        signal="referral",
        name="contact-them",
        probability=0.8,
        pattern=r"\b(?:contact|call|reach(?: out)?(?: to)?|visit|speak (?:to|with)|talk (?:to|with)|get in touch with|write to|e-?mail|report (?:this|it)?(?: directly)?(?: to)?|ring|phone|check with|ask|get back to|follow up with|go (?:in ?to|to|through)|connect with|liaise with|refer (?:you )?to|work with|direct (?:you|this) to|put you (?:in touch|through)|raise (?:this|it) with|submit|head to|speak)(?: (?:us|me|directly|over|to|out|with|a|an))* (?:our |the |your |my |their |a |an |any |with |this |to )*(?:[\w&'/-]+ ){0,4}(?:teams?|department|colleagues?|seller|carrier|courier|bank|operator|manufacturer|retailer|provider|branch|stores?|support|merchant|developer|airline|airport|desk|line|office|dealer|agent|agency|folks|specialists?|form|customer (?:service|care|services|relations)|help ?line|shop|partner|supplier|insurer|platform|hotline|helpdesk|help desk|store manager|landlord|publisher|label)\b|\blet (?:a|the|your|our) (?:\w+ )?(?:managers?|staff|crew|driver|conductor|cashier|team member|store) know\b",
        example="Please contact the seller.",
        unless=r"\b(?:will|'ll) (?:contact|call|reach out to|get in touch with|speak to|speak with|ask|check with|follow up with) (?:our|the|my)\b|\b(?:did|have) you (?:already |ever |tried? |had a chance to )*(?:call|contact|ask|reach|sp[eo]ak|spoken|spoke)",
    ),
    Rule(
        signal="referral",
        name="contact-by-line",
        probability=0.82,
        pattern=r"\b(?:(?:contact|call|reach(?: out)?(?: to)?|phone|ring|e-?mail|write to|chat with|connect with|speak (?:to|with)|get in touch(?: with)?|text|note|tell)(?: (?:us|me|them|our team|a note|more))?(?: (?:directly|out|here|at|on|via|by|through|using|over|more|with|to))+ ?:?[ (>-]*(?:<link>|\+?\d[\d ()-]{6,14}\d|phone|chat|the (?:link|number|form)|this (?:link|number|form)|e-?mail|[a-z0-9._-]{1,40}@[a-z0-9-])|phone(?: or |/)chat|chat(?: or |/)phone|(?:via|by|over) (?:phone|chat|telephone|e-?mail)|call (?:us )?(?:on|at|\+?\d)|send (?:us |me )?(?:a|an) (?:note|e-?mail|mail|message) (?:via|at|to|through|here)|(?:fill (?:in|out)|complete|submit|use|through) (?:the|this|our|a) (?:\w+ ){0,3}(?:form|link)|click (?:the link|here|below)|\+?1?[ -]?\(?8\d\d\)?[ -]\d{3}[ -]\d{4}|0[38]\d\d \d{3} ?\d{3,4}|(?:provide|share|submit|leave|send)(?: \w+){0,3} feedback (?:here|at|via)|(?:sorted|resolved|looked into|started|help) (?:\w+ ){0,2}(?:via|through|here|at):? ?<link>|follow(?:ing)? the link|[a-z0-9._-]{1,40}@[a-z0-9-]{2,40}\.[a-z]{2,6})",
        example="Reach us via phone or chat here: https://t.co/abc",
    ),
    Rule(
        signal="referral",
        name="details-by-link",
        probability=0.85,
        pattern=r"\b(?:tell|provide|share|send|give|submit|report|explain|connect|follow up|reach|click|get started|let (?:us|our team|my team|them) know|contact|look into|assist|discuss|review)\b(?:[^.!?\n]|\.(?=\w)){0,70}(?:here|at|via|through|using|help|form|link|more|us|below)[:,;]? ?<link>",
        example="Please share the details here: https://t.co/abc",
        unless=r"\b(?:dms?|direct message|private message|pm)\b",
    ),
    Rule(
        signal="referral",
        name="not-us",
        probability=0.8,
        pattern=r"\b(?:(?:we|i) (?:don'?t|do not|can'?t|cannot|are not able to|aren'?t able to) (?:handle|deal with|manage|have access|see|view|operate|access|run)|(?:is|are|was|it'?s|that'?s|this is)(?: not|n'?t) (?:us|ours|our (?:service|train|store|department)|operated|run|one of ours|handled|managed)|(?:handled|managed|operated|run|dealt with|owned) by|wrong (?:account|company|team|number|page)|you(?:'ll|'d| will| would)? (?:need|have|want|may need|may want|should) to (?:\w+ )?(?:contact|call|speak|talk|raise|reach|ask|visit|get in touch)|(?:best|better) (?:to |if you |off )?(?:speak|contact|call|talk|ask|reach)|(?:they|he|she|the (?:seller|store|team|bank|airline|branch))(?:'ll| will| can| would| should| may) (?:be (?:more than |very )?(?:able|happy|glad)|help|assist|advise|know|look))\b",
        example="This line is operated by another company.",
    ),
    Rule(
        signal="referral",
        name="apply-there",
        probability=0.8,
        pattern=r"\b(?:(?:apply|claim|file|lodge|register|raise|request|appeal|enrol|fill (?:in|out|this)|open a case|log a|make a (?:claim|complaint|report|request)|report (?:it|this|them|that))\b<gap>(?:<link>|portal|\bform\b|help ?desk|under [a-z]+ >|help tab|service point)|(?:dial|ring|call|phone|text)(?: \w+){0,3} \+?\(?\d[\d ()-]{2,16}\b|number(?:'s| is)? on the back|(?:is|are|be) the one(?:s)? (?:to (?:contact|ask|call)|for)|(?:you'?ll|you will|you'd) (?:need|want|have to (?:go|ask|use)) (?:back )?(?:to )?@\w+|go back to (?!settings|the (?:home|main|menu))[a-z]+ for|(?:approach|refer to|get hold of) the \w+|to the concerned|(?:looked after|handled|set|decided|determined|released|issued|arranged|organi[sz]ed) by (?:your|the|their|another|our partner)|belongs? to (?!you|us|the)\w+)",
        example="You can lodge a claim at coral.example/claim in ten minutes.",
    ),
    # substantive: a decision, a fact of this case, an action done, a dated commitment, a step for this symptom.
    Rule(
        signal="substantive",
        name="action-done",
        probability=0.8,
        pattern=r"\b(?:i|we|i've|we've|i have|we have|our team has|our team|team have|has been|have been|it's been|been|was|were|is being|are being|my colleague has)(?: (?:now|just|already|also|gone ahead and|been able to|since|personally|successfully|both))* (?:refunded|credited|cancelled|canceled|escalated|raised|opened|arranged|booked|re-?booked|ordered|shipped|dispatched|checked|spoken|spoke|reported|changed|updated|fixed|resolved|processed|added|removed|extended|logged (?:a|this|the|your)|requested|investigated|reset|replaced|reversed|restored|corrected|waived|issued|sent (?:out )?(?:a|an|your|the) (?:replacement|refund|new|label|engineer|request|technician)|called and|left a (?:message|voicemail)|re-?sent|unlocked|asked (?:the|our)|contacted (?:the|our)|flagged (?:this|it|your)|passed (?:this|it|your details) (?:to|on to|over to) (?:the|our) (?:\w+ )?(?:team|manager|depot|store)|registered|confirmed|approved|declined|rejected|delivered|found|located|delayed|diverted|posted on)\b",
        example="I have arranged a collection for you.",
        unless=r"\b(?:have you|did you|if (?:it|you|this)|was (?:it|this)|has (?:it|this|your)|were you|is it) (?:\w+ ){0,4}(?:been )?\w+(?:ed|en)\b[^.!]{0,60}\?",
    ),
    Rule(
        signal="substantive",
        name="steps",
        probability=0.74,
        pattern=r"(?:\b(?:settings|manage|account|menu|options|home|item|system|general|system)\b[^.!?\n]{0,30} > (?!general > about|about)|\b(?:tap|press|select (?!the following)|click (?!here|the link|below)|hold down|press and hold|unplug|toggle|navigate to|swipe|go to (?:settings|your|the|my|item|account|manage|preferences)|turn (?:on|off) (?:the |your )?\w+|switch (?:on|off|to)|sign (?:in|out) (?:to|of|and|with)|enter (?:the|your)|uncheck|disable|enable|choose|scroll|top up|import|take it back|bring it (?:in|to)|return it (?:to|in|at)|(?:tried|try) (?:to )?(?:using|re-?installing|resetting|deleting|updating|changing|logging|adding|opening|re-?entering|unplugging|a smaller|a different|the|signing|removing|disabling|turning|switching|another|connecting)|using the (?:\w+ )?(?:app|option|tab|button)|make sure (?:that |to )?(?:you|the|your)|ensure (?:that |you|the|your)|you(?:'ll| will)? (?:just )?need to (?!contact|call|speak|talk|reach|dm|send|raise|ask|visit|get in|inform|provide|tell|share|give|let|confirm|follow)|downloading|ethernet|run (?:the|a) (?:network|troubleshooter)|delete the)\b)",
        example="Press and hold the silence button for 30 seconds.",
    ),
    Rule(
        signal="substantive",
        name="offer",
        probability=0.76,
        pattern=r"\b(?:i|we)(?:'d| can| could| would| have)?(?: like to| happily| gladly)? (?:offer(?:ed)?|provide|give|credit|refund|apply|add) (?:you )?(?:with )?(?:a |an |the )?(?:[$£€]\s?\d|full|partial|refund|credit|voucher|replacement|discount|free)|\b(?:authori[sz]e|deposit(?:ed)?|compensate|grant)(?: you| a| an| your| the)* (?:[$£€]?\s?\d[\d,]{0,9}|refund|credit|voucher|bonus)",
        example="I can provide a $10.00 credit for that.",
        unless=r"\b(?:unable|cannot|can'?t|not|won'?t)(?: \w+)? (?:offer|provide|give|credit|refund|apply|add)\b",
    ),
    Rule(
        signal="substantive",
        name="you-can",
        probability=0.62,
        pattern=r"\b(?:you (?:can|could|may|are able to|should be able to|should see|will be able to)|you'll be able to|customers can|feel free to) (?:also |then |still |now |always |just |only )?(?!dm|contact|call|reach|find|check|send|see more|email|let|tell|get in|message|visit|read|follow|submit|provide|pm|view|please|tweet|learn|help|confirm|share)[a-z]{2,14}\b",
        example="You can claim the voucher at any till.",
    ),
    Rule(
        signal="substantive",
        name="fact",
        probability=0.62,
        pattern=r"(?:\b(?:currently|scheduled|showing|(?:will|'ll|to) (?:resume|return|reopen|re-?start|relaunch|be (?:back|available|released|open|closed))|seasonal|departs?|departing|lands?|arriv(?:es|ing)|opens?|closes?|starts?|launch(?:es|ing)?|costs?|takes? (?:up to |about |around )?(?:\d|a|an|one|two)|no longer (?:offer|available|sell|support)|available (?:in|at|on|from|now|for|until)|unavailable|not available|valid (?:for|until)|located|eligible|included|applies|expires?|requires?|is now|are now|due (?:to|in|at|on)|because|since (?:the|this|your|it)|reported|estimated|within \d|up to \d|between \d|must|we (?:do|don'?t|do not|are|aren'?t|only|also) (?:have|offer|support|sell|stock|carry|allow|accept|charge|currently|working on|aware|experiencing|able|not)|there(?:'s| is| are| was| were| will be)(?: (?:no|a|an|currently|some|now|two|also))|our records|the (?:system|tracking|order|flight|service|store|item|train|delivery|seller|team) (?:is|was|shows|has|will|should|are|can)|policy|unfortunately|caused by|(?:maintenance|weather|technical|signal\w*) (?:delay|issue|problem|fault)|it (?:does|looks like|appears|should|is|was|can|may|will|takes)|they(?:'re| are| will| should|'ll) (?:be )?(?:now|available|back|released|able|sold|delivered|in)|these (?:are|will)|that'?s (?:because|due|the|a|an)|some (?:items|locations|shows|services)|if you (?:do not|don'?t|bought|prefer|wish|purchased))\b)",
        example="The store opens at nine because of the holiday.",
    ),
    Rule(
        signal="substantive",
        name="figure",
        probability=0.5,
        pattern=r"[$£€]\s?\d|\b\d{1,2}[:.]\d{2}\b|\b\d{1,2} ?(?:am|pm)\b|\b\d+ ?(?:%|percent|hours?|hrs?|days|mins?|minutes|weeks|months|working days|business days|miles|points|gb|mb|mbps)\b",
        example="The fee is £12.",
    ),
)
