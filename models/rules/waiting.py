"""Patterns of a customer who asks again (``chase``) or does not accept the answer (``dispute``)."""

# ruff: noqa: E501 - a pattern is read more easily in one piece

from typing import Final

from models.rules.rule import Rule

WAITING: Final = (
    # chase: asks again, waits, was sent around.
    Rule(
        signal="chase",
        name="any-update",
        probability=0.85,
        pattern=r"\bany (?:updates?|news|progress|word|joy|eta|response|reply|movement|luck)\b|\b(?:status|update) (?:on|of|for|about) (?:my|this|the|our)\b",
        example="Any update on the boiler part?",
        unless=r"\b(?:software|ios|app|firmware|windows) update|\bany luck with (?:that|it)\b",
    ),
    Rule(
        signal="chase",
        name="still-waiting",
        probability=0.82,
        pattern=r"\bstill (?:am |we are |i'?m |been )?(?:waiting|awaiting|no (?:reply|response|answer|news|update|refund|word|contact|email|call|resolution|sign|delivery)|nothing|not (?:heard|received|had|got|been|arrived)|haven'?t|have not|hasn'?t|has not|pending|unanswered|on hold|unresolved)\b",
        example="I am still waiting for the courier.",
    ),
    Rule(
        signal="chase",
        name="not-heard",
        probability=0.82,
        pattern=r"\b(?:haven'?t|have not|hasn'?t|not|never|didn'?t|yet to|nor) (?:yet |even |ever |been )?(?:hear|heard|(?:get|got|gotten|receive[d]?|had|have|seen) (?:a |any |your |the )?(?:reply|response|answer|call|e?-?mail|message|feedback|update|contact)|contacted|called(?: me)? back|replied|responded|answered)\b",
        example="I have not heard back from anyone.",
    ),
    Rule(
        signal="chase",
        name="no-reply",
        probability=0.8,
        pattern=r"\bno (?:reply|response|answer|call ?back|one (?:has |have |is |'s )?(?:ever )?(?:repl|respon|answer|call|contact|got|get|come|came|is coming|picks?)\w{0,5}|contact|feedback|acknowledge?ment)\b|\bwithout (?:a |any )?(?:reply|response|answer)\b|\b(?:nobody|noone) (?:has |have |ever )?(?:replie|respon|answer|call|contact|came|got|pick)\w{0,4}",
        example="Sent two letters and no reply.",
    ),
    Rule(
        signal="chase",
        name="reply-please",
        probability=0.78,
        pattern=r"\b(?:(?:please|pls|plz|kindly|can (?:you|u|someone)(?: please)?|could (?:you|someone)(?: please)?) (?:reply|respond|answer|get back|call me back|check (?:your|ur|my) (?:dm|inbox|message)|look at my dm)|(?:reply|respond|answer) (?:to )?(?:me|my|dm|please)|(?:check|read|see) (?:your|ur|my) (?:dms?|inbox|messages?|pms?)|(?:hello|anyone|anybody|someone)(?: out)? there\?)",
        example="Please reply to my message from Tuesday.",
    ),
    Rule(
        signal="chase",
        name="chasing",
        probability=0.85,
        pattern=r"\b(?:chas(?:e|ed|ing)(?: up)?|following up|follow(?:ed)? up|reminder|reminding you|as i (?:said|wrote|asked)|asking again|ask(?:ed)? again|again asking|bump(?:ing)?)\b",
        example="Chasing this for the third week.",
        unless=r"\bchase (?:bank|card|visa|account)|call chase\b",
    ),
    Rule(
        signal="chase",
        name="how-long",
        probability=0.6,
        pattern=r"\b(?:how (?:much )?long(?:er)?|how many (?:more )?(?:days|weeks|times|hours|emails|calls)|when (?:will|can|am|are|do|is|should)(?: (?:i|we|you|u|someone|it|my|this|they|the))(?: \w+){0,3} (?:get|hear|expect|receive|back|resolve[d]?|fix(?:ed)?|refund(?:ed)?|reply|arrive|come|deliver(?:ed)?|coming|be (?:fixed|resolved|refunded|sorted|delivered)))\b",
        example="When will I get my deposit back?",
    ),
    Rule(
        signal="chase",
        name="waited",
        probability=0.55,
        pattern=r"\b(?:(?:been |was |be |have )?wait(?:ing|ed) (?:for |over |on |about |more than |nearly |now )?(?:<number>|ages|forever|so long|weeks|days|months|hours|since)|(?:it'?s|its|it has|has) (?:now )?been (?:over |more than |nearly |about |almost )?<number> <units>|<number> <units> (?:now|later|and (?:still|counting|no|nothing)|on and)|weeks ago|days ago and)\b",
        example="It has been 9 days and nothing moves.",
    ),
    Rule(
        signal="chase",
        name="sent-around",
        probability=0.78,
        pattern=r"\b(?:pass(?:ed|ing) (?:me )?(?:around|from|between|back)|sent (?:me )?(?:around|from|back and forth|in circles)|back and forth|round in circles|run ?around|pillar to post|bounced (?:around|between|from)|transferred (?:me )?(?:to|from|<number>|again|between)|each (?:other|department)|told (?:me )?to (?:contact|call|email|ring|speak|dm|go to|wait))\b",
        example="I was passed around three departments.",
    ),
    Rule(
        signal="chase",
        name="ignored",
        probability=0.7,
        pattern=r"\b(?:ignored|ignoring (?:me|my|us|this)|keep ignoring|unanswered|radio silence|gone quiet|no follow[ -]?up|not (?:responding|replying|answering)|don'?t (?:reply|respond|answer)|won'?t (?:reply|respond|answer)|never (?:replied|responded|answered|called|got back|reply|respond))\b",
        example="My letters go unanswered.",
    ),
    Rule(
        signal="chase",
        name="nth-message",
        probability=0.72,
        pattern=r"\b(?:second|third|fourth|fifth|2nd|3rd|4th|5th|6th|\dth) (?:time (?:i|we|i'?m|asking|writing|i'?ve)|e?-?mail|message|tweet|request|letter|call|attempt)\b",
        example="This is the third time I write about the meter.",
    ),
    # dispute: the answer or fix did not work or is not accepted.
    Rule(
        signal="dispute",
        name="did-not-help",
        probability=0.82,
        pattern=r"\b(?:that|this|it|which|restart\w{0,3}|reset\w{0,4}|steps?|link|advice|solution|none of (?:it|that|this|these|those)|tried|nothing|replacement)(?: \w+)? (?:did|does|do|has|have|is|isn|wasn|was|won)(?:n'?t| not| nothing| no)(?: \w+)? ?(?:work(?:ed|ing)?|help(?:ed|ing)?|fix(?:ed)?|solve[d]?|change[d]?|answer|make|made|resolve[d]?|address)\b|\b(?:didn'?t|doesn'?t|did not|does not) (?:work|help|fix|solve|resolve)(?: (?:it|this|anything|for me|either|though|at all|my|the))?\b(?<!open)",
        example="That did not help at all.",
    ),
    Rule(
        signal="dispute",
        name="already-tried",
        probability=0.82,
        pattern=r"\b(?:(?:already|i'?ve|i have|have|we'?ve) (?:also )?(?:tried|done|did|restarted|reset|rebooted|reinstalled|checked) (?:that|this|it|all|everything|those|these|them|the|my|multiple|several|both|so|and|already)|already (?:did|done|tried|told you|restarted|reset|checked|explained|spoke\w?|called)|tried (?:that|this|everything|it all|all (?:of )?(?:that|those)|everything)|done (?:that|all that|all of that) (?:already|before|too|and))\b",
        example="I have already tried that twice.",
    ),
    Rule(
        signal="dispute",
        name="still-broken",
        probability=0.78,
        pattern=r"\bstill (?:not |isn'?t |doesn'?t |does not |won'?t |can'?t |cannot |didn'?t |is not |it'?s not |not |keeps? |giv|happening|broken|the same|same|having|getting|crash|freez|saying|says|showing|shows|down|no (?:service|internet|signal|luck|change|difference|sound))",
        example="It still doesn't heat.",
    ),
    Rule(
        signal="dispute",
        name="no-luck",
        probability=0.75,
        pattern=r"\b(?:no (?:luck|joy|difference|change|improvement|avail)|to no avail|(?:same|exact) (?:problem|issue|error|message|thing|result|answer)(?: again| as before| persists| still)?|not (?:fixed|resolved|solved|sorted)|isn'?t (?:fixed|resolved|solved|sorted)|hasn'?t been (?:fixed|resolved|solved|sorted)|(?:problem|issue) (?:persists|remains|is back|came back|returned|not resolved|is still)|(?:came|come|happening|happened|broke|stopped(?: working)?|down|failed|it'?s back) (?:back )?again)\b",
        example="No luck, the issue persists.",
    ),
    Rule(
        signal="dispute",
        name="not-true",
        probability=0.8,
        pattern=r"\b(?:(?:that'?s|this is|it'?s|its|which is|that is|is) (?:simply |just |also |a (?:big )?|an? |absolutely |completely )?(?:not (?:true|correct|right|acceptable|good enough|an answer|what i|the (?:point|case|issue|problem)|helpful|how|a solution|my)|untrue|a lie|lie|lies|wrong|incorrect|nonsense|false|bull\w{0,4}|unacceptable|ridiculous|a cop ?out|an excuse|no (?:help|use|excuse|good|answer))|stop lying|you(?:'re| are) (?:wrong|lying|missing the point|mistaken|not (?:listening|helping|reading))|wrong answer|not acceptable|unacceptable|empty (?:answers?|words|promises?)|missing (?:my|the) point|different (?:answers|stories|people)|standard answers?|not good enough)\b",
        example="That is simply not true.",
    ),
    Rule(
        signal="dispute",
        name="refuses",
        probability=0.85,
        pattern=r"\b(?:(?:do not|don'?t|cannot|can'?t|won'?t|will not|never|refuse to|not) (?:accept(?:ing)? (?:this|that|your|the|it)|agree|be fobbed)|disagree|reject (?:your|this|the|that)|i (?:dispute|contest|appeal)|fob(?:bed)? (?:me )?off|don'?t (?:care about|want (?:a|your|an|that|this|to (?:call|dm|speak))|need (?:a|your|an))|not interested in your)\b",
        example="I do not accept your offer of a voucher.",
    ),
    Rule(
        signal="dispute",
        name="no-answer-in-it",
        probability=0.78,
        pattern=r"\b(?:(?:doesn'?t|does not|didn'?t|did not|not) (?:really |actually |even )?(?:answer(?:ed|ing)? (?:my|the|any)|address(?:ed|ing)?|explain|read|addressed|understand (?:my|the))|copy[ -]?(?:and[ -]?)?paste|copied and pasted|canned|stock (?:answer|reply|response)|generic (?:answer|reply|response)|template|scripted|robot|same (?:answer|reply|response)|can you actually help|how (?:does|is|will|would) (?:that|this|it) (?:help|fair|fix|solve|acceptable|possible)|(?:is|was) that (?:all|it|your answer)\?)",
        example="You sent a generic reply that doesn't answer my question.",
    ),
    Rule(
        signal="dispute",
        name="closed-too-early",
        probability=0.8,
        pattern=r"\b(?:(?:you |they |was |been |have |has )(?:just )?(?:closed|marked|shut) (?:my|the|this|it|as)\b<short>|re-?open(?:ed|ing)? (?:my|the|this)|claim(?:s|ed|ing)? (?:it|this|to|that it|was|were)(?: \w+)? (?:fixed|resolved|delivered|solved|sorted|sent|have)|says? (?:it'?s |it is |it was |it has been |that it was )?(?:resolved|delivered|fixed|solved|closed) but)\b",
        example="You closed my case although nothing was done.",
    ),
    Rule(
        signal="dispute",
        name="contradicts",
        probability=0.55,
        pattern=r"(?:^|(?<=[.!?] ))(?:@\w+ ){0,6}(?:but|except|actually,?|then (?:why|how)|so (?:you|there|why|basically|what|then|that)|no,? (?:it|that|this|you|they|the|i)|yes,? but|yeah,? but|ok,? but|well,?|again,?|that'?s (?:not|what|why|the)|(?:i )?understand(?: that)?,? but|how about you)\b",
        example="But the letter said the opposite.",
    ),
)
