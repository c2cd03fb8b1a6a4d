"""Patterns of complaints that name no fault: demands for redress, what was paid for and not had, what
the company did, irony, and disappointed hopes.

They tell a grievance by its shape and not by a word of blame: what was agreed against what came. Weak
ones add up with each other and with ``models.rules.complaints``.
"""

# ruff: noqa: E501 - a pattern is read more easily in one piece

from typing import Final

from models.rules.rule import complaint

_COMPANY: Final = r"(?:you|u|they|your? (?:\w+ ){0,2}(?:site|website|system|app|driver|staff|agents?|rep|representative|advis[oe]r|engineer|technician|shop|store|branch|team|company|guide|crew|courier|cashier|doctor|nurse|clerk|manager|guy|people|lot))"


STORIES: Final = (
    # What the company is to do about it.
    complaint(
        "redress",
        0.68,
        r"\b(?:(?:put|set|make) (?:this|it|that|things|everything|matters)(?: \w+)? right|rectif(?:y|ied)|make amends"
        r"|(?:what (?:are|will|do|can) (?:you|u|they)(?: guys| all)?(?: (?:going|gonna|intend|plan|propose|to))* do(?:ing)? about)"
        r"|how (?:do|are|will|would) (?:you|u|they) (?:intend|plan|propose|going|mean) to (?!celebrat|expand)"
        r"|needs? (?:mending|sorting|righting|putting right|looking into|correcting|attention|to be (?:mended|put right|corrected|repaired|dealt with))"
        r"|(?:do|did|does) (?:\w+ ){0,2}(?:something|anything) about (?:this|it|your|the))\b",
        "Kindly put this right before our guests arrive.",
    ),
    complaint(
        "expects-redress",
        0.62,
        r"\b(?:i|we)(?:'d| would| do| will|'ll| am|'m| are|'re)? ?(?:also |now |really |still )?(?:expect(?:ing)?|demand(?:ing)?|insist|require|want|request(?:ing)?|like|need|deserve|await) "
        r"(?:<short>\b(?:be|get|gets|is) (?:\w+ )?(?:fixed|solved|sorted|resolved|corrected|rectified|remedied|repaired|replaced|explained|answered|refunded|dealt|reversed|removed|undone|put)"
        r"|(?:this|it|that|my \w+|the \w+|all this) (?:\w+ )?(?:fixed|sorted|solved|resolved|corrected|rectified|repaired|refunded|reversed|cancelled|removed)|<short>\b(?:explanation|remedy|redress|resolution|apology|compensation))\b",
        "I expect the gate to be repaired by the weekend.",
    ),
    complaint(
        "look-into-it",
        0.4,
        r"\b(?:look(?:ing)? into (?:this|it|that|my|why|what)|investigat(?:e|ing)|take (?:this|it) seriously|can (?:somebody|someone|anyone|anybody) (?:please )?(?:help|explain|tell me)|could you (?:please )?help|urgent(?:ly)?|asap)\b",
        "Would someone look into this?",
    ),
    # What was agreed, and what came.
    complaint(
        "against-agreement",
        0.52,
        r"\b(?:although|even though|though|despite|in spite of|after|when|whereas|even after) (?:i|we|my \w+|our \w+|having|it|she|he|they|all)(?: have| had|'d|'ve| was| were| am| are)?(?: \w+)? ?"
        r"(?:paid|paying|booked|ordered|reserved|asked|asking|confirmed|cancell?ed|cancell?ing|returned|never|told|agreed|left|signed|closed|explained|requested|pre-?ordered|bought|not)\b",
        "We stood outside although we had booked.",
    ),
    complaint(
        "never-did",
        0.55,
        r"\b(?:(?:that|which|what|whom?|one|thing|i|we|nobody|no one) (?:have |had )?(?:i |we )?(?:have |had )?never (?:made|ordered|asked|agreed|signed|requested|authori[sz]ed|bought|took|wanted|booked|used|placed|lived|left|visited|been|had|saw|heard of|owned|opened)"
        r"|(?:it|that|this) (?:was|is)(?: not|n'?t) (?:me|us|mine|ours|what (?:i|we) (?:\w+ )?(?:paid?|ordered|booked|signed|agreed|asked|wanted|bought))|not what (?:i|we) (?:am |are |was |were )?(?:pay|paid|paying|ordered|booked|signed|agreed|asked|bought)\w{0,3})\b",
        "There is a trip on my card that I never booked.",
    ),
    complaint(
        "not-as-agreed",
        0.5,
        r"\b(?:instead of|rather than the|(?:less|more|fewer|higher|lower|other|smaller|different) than (?:i|we|was|the one|what|agreed|quoted|advertised|shown)|not the (?:one|ones|same|price|size|model|colou?r|amount)"
        r"|(?:should|was going|were going|ought) to? ?have (?:been|come|arrived|had|got|gone|started|landed)|should(?:'ve| have) (?:been|come|arrived|had|gone|started)|at (?:the )?wrong|nothing like (?:the|what))\b",
        "They brought us a sofa bed instead of the corner sofa.",
    ),
    complaint(
        "without-asking",
        0.48,
        r"\bwithout (?:(?:even |ever |any |my |our |a |so much as )*(?:asking|telling|warning|consent|permission|reason|notice|explanation|knowledge|approval|informing|letting|apology|word)|(?:heating|water|power|light|electricity|internet|luggage|money|access))\b",
        "They dug up my drive without telling me.",
    ),
    complaint(
        "gone",
        0.45,
        r"\b(?:(?:are|is|was|were|has|have|been|be|gone|go|goes|went|stays?|comes?|came|turned|all|arrived|now) (?:\w+ )?(?:gone|blank|dead|empty|vanished|deleted|wiped|erased|off|out of order|unreachable|unreadable|offline|logged out|stuck|locked|frozen|flat|soaked|crushed|burnt|raw|mouldy|scratched|stained|bent|loose)"
        r"|vanish(?:es|ed|ing)?|disappear(?:s|ing)?|greyed out|logged (?:me )?out|switch(?:es|ed)? (?:itself|themselves) off|stripes?|scratch(?:es)?|wobbl\w{1,4}|rattl\w{1,4})\b",
        "After one storm the roof panel is gone.",
        plain_only=True,
    ),
    complaint(
        "nothing-there",
        0.5,
        r"\b(?:(?:does|do|did|has|have|had|is|was) (?:absolutely |simply |just )?nothing|nothing (?:is|was|has|happen(?:s|ed)|arrived|came|comes|there|here|in (?:it|the)|to show)"
        r"|(?:had|have|has|was|were|is|are|with|and|there'?s|got) (?:still )?no (?:\w+ )?(?:room|seats?|table|bed|heating|water|food|way|word|trace|record|idea|clue|reply|place|space|sound|picture|option|wheelchair|lift|staff|power|milk|bread|towels?)|no (?:luggage|bags?|baggage|(?:\w+ )?agents?|drivers?|delivery|parcel|package|order|refund|money|tickets?|sign|crew|gate|forks|receipt|invoice|heat)\b(?! (?:needed|required|fees?|limit|yet\?))|never (?:do|does|did|happens?|happened|calls?|called|came|comes|gets?|got|shows?|showed|answers?)|(?:are|is|were|was|ran|run|they'?re|there|always|all) out of (?!this|the (?:box|way|blue)|town|office|the office|my|it\b|control))\b",
        "The clinic had no record of my visit.",
    ),
    complaint(
        "again-and-again",
        0.42,
        r"\b(?:(?:booked|sent|billed|paid|took|taken|debited|delivered|called|asked|changed|moved|cancell?ed|rang|reported|explained|logged|been|tried|happens|happened|back)(?: \w+){0,5} (?:twice|again|<number> times)"
        r"|(?:<number>|2|3|\d)(?:st|nd|rd|th) (?:replacement|visit|repair|attempt|engineer|appointment|one|time|day|week|month|order|delivery)|(?:second|third|fourth|fifth|sixth) (?:replacement|visit|repair|attempt|engineer|appointment|day|week|month|order|delivery)"
        r"|(?:every|each) (?:single )?(?:time|day|morning|evening|night|week|month|call|mon\w{3,5}|tues\w{3,4}|wednes\w{3,4}|thurs\w{3,4}|fri\w{3,4}|satur\w{3,4}|sun\w{3,4})|over and over|yet again|once again)\b",
        "My coat was delivered to the old flat twice.",
        unless=r"\bnever (?:fails|lets)\b|\b(?:love|enjoy|use|listen|best|great)\b[^.!?]{0,40}\b(?:every|each) ",
    ),
    complaint(
        "had-to",
        0.45,
        r"\b(?:(?:i|we|she|he|my (?:wife|husband|partner|mum|mom|dad|son|daughter|mother|father)) (?:had|have|was forced|were forced|am forced|was made|were made|was left|were left) to (?:pay|walk|wait|buy|call|drive|ask|throw|clean|sleep|stand|sit|eat|take|travel|spend|borrow|rent|replace|carry|chase|miss)"
        r"|cost(?:ing|s)? (?:me|us) (?:my |our |<number> |half |the |a |over )|at my own (?:cost|expense)|out of (?:my|our) own pocket|out of pocket)\b",
        "In the end we had to sleep on the platform.",
    ),
    complaint(
        "pays-for-it",
        0.35,
        r"\b(?:(?:i'?m|i am|we'?re|we are|been|keep) paying|what (?:i|we) pay|i pay (?:for|you|a|£|\$|€)|paid (?:for|extra|full)|turned into [$£€]\d)\b",
        "I pay for the fast line.",
    ),
    complaint(
        "at-a-loss",
        0.32,
        r"[?!]{3,40}|\?!|!\?|\breally @?\w*\s?\?|\b(?:what kind of|what'?s the (?:deal|matter|story)|how come|i (?:don'?t|do not) understand why|makes no sense)\b",
        "My fare tripled???",
    ),
    # What the company did.
    complaint(
        "did-not",
        0.45,
        rf"\b{_COMPANY}(?: just| still| even| really| simply| also)? (?:(?:did|do|does|have|has|had|would|could|wo|ca)(?:n'?t| not)|cannot|refuse[ds]?|failed|forgot|never)\b",
        "They would not open the gate.",
        unless=r"\b(?:if|why|that|when|hope|sure|know) (?:you|they) (?:do|have)(?:n'?t| not)\b|\byou (?:do not|don'?t) (?:have|need) to\b|\b(?:you|they) never (?:fail|disappoint|let)|\b(?:couldn'?t|could not) (?:be|have been|thank|ask)|\b(?:do|did|have)n'?t you\b",
    ),
    complaint(
        "did-to-us",
        0.45,
        rf"\b{_COMPANY}(?: have| has| had|'ve)?(?: just| now| also| then| all| simply| only)? (?:moved|took|gave (?:away|our|my)|changed|lost|marked|locked|removed|deleted|raised|doubled|billed|booked me|left (?:me|us|my|our|the|it)|dropped|closed|turned (?:me|us)|sold|dumped|threw|broke|forgot|missed|skipped|swapped|put up|increased|made (?:me|us)|let|sent (?:me|us)|kept|lied|laughed|walked|drove off|talked over|blamed|accused|refunded)\b",
        "Your crew left our pram on the quay.",
        unless=r"\b(?:made|make) (?:my|our|me) (?:day|smile|happy)|left (?:me|us) (?:smiling|happy|speechless)\b",
    ),
    complaint(
        "manners",
        0.55,
        r"\b(?:shout(?:ed|s|ing)|scream(?:ed|s|ing)|yell(?:ed|s|ing)|swore|sworn|swear(?:s|ing)? at|laugh(?:ed|s|ing)? at|sneer(?:ed|ing)|slammed|snapped at|mocked|humiliat(?:ed|ing)|smirk(?:ed|ing)|rolled (?:his|her|their) eyes|talked down to|turned (?:me|us|him|her) away)\b",
        "The usher shouted at my grandfather.",
    ),
    complaint(
        "left-standing",
        0.58,
        r"\b(?:left|leave|leaves|leaving) (?:me|us|him|her|them|people|everyone|my \w+|our \w+|passengers|customers) (?:\w+ )?(?:at|in the|on the|outside|standing|waiting|stranded|without|hanging|alone|with (?:no|nothing)|out (?:in|of))\b",
        "The bus left us standing at the depot.",
    ),
    complaint(
        "let-down",
        0.6,
        r"\b(?:let (?:me|us|him|her|them|you|(?:my|our) \w+|everyone) (?:all )?down|fobbed|fob(?:bing)? (?:me|us)|brushed (?:me|us) off|stonewall\w{0,3}|abandon(?:ed|ing)|neglect(?:ed|ing)?|taken for a ride|treat(?:ed|ing|s)? (?:me|us|him|her|people|customers|your)|don'?t (?:even )?(?:bother|listen))\b",
        "You let us down on the day.",
        unless=r"\b(?:never|not|n'?t) let (?:me|us) down\b|\btreat(?:ed|s|ing)? (?:me|us) (?:so |very |really )?(?:well|kindly|great|like (?:a )?(?:king|queen|royal|family))",
    ),
    # Irony: praise or thanks of what nobody likes.
    complaint(
        "irony",
        0.62,
        r"\b(?:so much for|(?:must|it'?d|would) be (?:nice|great|fun|lovely) to (?:be paid|get away|have no)|just what (?:i|we|everyone|every \w+) (?:needed|wanted|needs|wants)|way to (?:treat|lose|run|ruin|start|end|welcome|keep)|slow clap|for the privilege|good luck (?:getting|trying|with (?:that|reach|get|a refund))"
        r"|(?:got to|gotta|don'?t (?:you|ya) (?:just )?|have to|ya|you'?ve got to|really|absolutely|just|so) love (?:it |how |when |being |paying |getting |waiting |having |that )|love (?:it when|how (?:you|they|the|your|my)|paying|waiting|being (?:told|ignored|stuck|on hold|charged|left|sent))"
        r"|is it (?:really )?too much to ask|(?:if|is) (?:this|that)(?: is)? what you call|you call (?:this|that|yourselves|it)|what (?:a|an) (?:surprise|way to|start to|mess|shame|circus|let ?down|waste|experience)|(?:what|who) (?:do|am|did) (?:i|we) (?:even )?pay (?:you )?for|since when|in what (?:world|universe)|another day,? another"
        r"|(?:great|nice|lovely|brilliant|fantastic|wonderful|excellent|perfect|top|superb|stellar|quality|amazing|cracking|fine) (?:way to|job|work|service|start|timing|stuff|customer (?:service|care|support)|experience|communication|planning)\b[^.!?]{0,40}\b(?:n't|not|no|nobody|never|late|delay\w*|cancel\w*|hold|hours?|weeks?|lost|ruin\w*|nothing|queue\w*|wait\w*|another|again|when (?:you|the|i|my)))\b"
        r"|\b(?:thanks|thank you|cheers|congratulations|congrats|well done|bravo|kudos|big up|hats off)\b[^.!?]{0,40}\b(?:late|delay\w*|cancel\w*|for (?:losing|missing|forgetting|closing|sending me|keeping me|making|the (?:wait|delay|surprise|wasted|cold|wrong|extra charge))|missed|lost|ruin\w*|waste\w*|wrong|stuck|stranded|hours? of)\b",
        "So much for your priority service.",
        unless=r"\b(?:no|without|despite|minimal) (?:delays?|queues?|waits?)\b|\bn'?t (?:lost|late|cancell?ed|wait)|\b(?:sorting|helping|fixing|finding|quick|swift|rebooking)\b",
    ),
    # Hopes and wishes.
    complaint(
        "expected-better",
        0.56,
        r"\b(?:(?:i|we)(?: had|'d| would(?: have)?|'ve| have| really| was| were)? ?(?:expect(?:ed|ing)?|hop(?:ed|ing) for|thought|deserve|used to get|hoped for) (?:better|more (?:from|of|than|for)|a (?:bit|little) more|at least|you(?:'d| would) (?:at least|have))|deserves? better|expected (?:better|more)|could (?:you|they|someone) at least|at least (?:tell|let|answer|reply|warn|have the|send|say|pick)|not the \w+ (?:i|we) (?:was|were|had|have) (?:promised|expect\w*|used|hop\w+)"
        r"|(?:should|could|might|would) (?:really |at least |have )+(?:tell|told|let|warn\w*|inform\w*|answer\w*|say|said|call\w*|mention\w*|been (?:told|informed|warned|offered))|not (?:too )?much to ask|the least (?:you|they|i|we)|nobody (?:told|warned|informed|said|tells)|no longer what|is (?:this|that|it) (?:really )?(?:how|the way) (?:you|a)|used to be (?:\w+ )?(?:good|great|better|nice|reliable|proud|free|cheap|easy))\b",
        "I had expected more of a shop with your name.",
    ),
    complaint(
        "wish",
        0.4,
        r"\b(?:(?:i|we|just|really|do|only|so) wish (?:you|u|they|it|the|your|i could|i had|i'?d|there)|if only|(?:would|'d) be (?:nice|great|good|lovely|helpful|wonderful) (?:if|to (?:actually|have|get|know|be|hear|see))|would(?:'ve| have) (?:liked|been nice|appreciated|thought|expected)|please (?:stop|don'?t)|bring (?:it |them |the \w+ )?back|what happened to|could do with|can we (?:please )?have)\b",
        "I wish you would let people know.",
        unless=r"\bwish (?:you|u|your \w+) (?:a |all|the best|well|happy|merry|luck|good|and|many)",
    ),
)
