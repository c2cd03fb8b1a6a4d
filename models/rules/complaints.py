"""Patterns of dissatisfaction in customers' texts: ``complaint``, and the weak mark ``grumble``.

A complaint is dissatisfaction that expects a response, a polite report of a fault included. One
strong pattern is enough; weak ones add up. ``grumble`` marks words that rule out
``not_a_complaint`` without making a complaint.
"""

# ruff: noqa: E501 - a pattern is read more easily in one piece

from typing import Final

from models.rules.rule import Rule, complaint

COMPLAINTS: Final = (
    # Something does not do what it should.
    complaint(
        "fault-verb",
        0.68,
        r"\b(?:do|does|did|is|are|was|were|has|have|will|ca|can|could|wo|would)<nt> (?:even |be |been |currently |seem to |actually |really )?"
        r"(?:work|working|load|loading|open|opening|start|play|connect|connecting|charge|charging|turn|install|download"
        r"|respond|responding|function|accept|accepting|sync|syncing|log|show|showing|access|answer|fix|help"
        r"|receive|received|arrive|arrived|deliver|delivered|refund|refunded|print|heat|cool|recogni[sz]e|honou?r|process)\b",
        "The app does not load on my tablet.",
    ),
    complaint(
        "cannot",
        0.46,
        r"\b(?:ca|can|could|wo|would|do|does|did|is|has)<nt> (?:even |be |been |currently )?(?:get|come|came|let|use|see|find|send"
        r"|stop|watch|listen|pay|buy|book|change|cancel|reach|sign|view|hold|fit|update|updating|make|give|do|tell|allow)\b",
        "I can't change my seat and your system won't let me pay.",
    ),
    complaint(
        "not-working",
        0.72,
        r"\bnot (?:even )?(?:working|loading|responding|charging|connecting|delivered|received"
        r"|arrived|showing|available|recognised|refunded|honou?red)\b",
        "Card reader not working at your till.",
    ),
    complaint(
        "stopped",
        0.7,
        r"\b(?:nothing|never|hardly|barely|no longer|stopped|quit|stops) (?:works?|working|playing|charging|responding|loading|cooling|heating)\b",
        "The dishwasher stopped working after a week.",
    ),
    complaint(
        "unable",
        0.5,
        r"\b(?:unable to|cannot|can ?n[o']t seem|not able to|won'?t let me|wont let|impossible to|failed to"
        r"|fails? to|refus(?:e|es|ed|ing) to)\b",
        "I am unable to sign in and you refuse to help.",
    ),
    complaint(
        "broken",
        0.66,
        r"\b(?:broken|broke|damaged|faulty|defective|cracked|smashed|leak(?:s|ed|ing)|dented|ripped|torn"
        r"|mould(?:y|ing)?|mold(?:y)?|stale|rotten|contaminated|dirty|filthy|cold food|bricked|corrupted)\b",
        "The lamp arrived with a cracked shade.",
        plain_only=True,
    ),
    complaint(
        "crashing",
        0.62,
        r"\b(?:crash(?:es|ed|ing)?|freez(?:es|ing|e)|froze|frozen|glitch(?:es|ing|y)?|bug(?:s|gy)?|lag(?:s|gy|ging)?|stutter(?:s|ing)?"
        r"|drop(?:s|ping|ped) (?:calls?|out|connection)|dropped calls|buffering|overheat(?:s|ing)?|drain(?:s|ing|ed)?|dies|died)\b",
        "My phone keeps crashing since the update.",
    ),
    complaint(
        "keeps",
        0.5,
        r"\b(?:keeps?|kept|constantly|continuously|continually|repeatedly|always) (?:on )?(?!up\b)[a-z]{2,14}ing\b",
        "The player keeps restarting.",
    ),
    complaint(
        "down",
        0.55,
        r"\b(?:is|are|went|been|constantly|service|site|network|internet|wifi|server|servers|system|broadband|line|website|app|portal|tv|cable)(?: all)? down\b"
        r"|\boutage\b|\bno (?:service|signal|internet|power|water|wifi|connection|heating|hot water)\b",
        "Our internet is down again.",
    ),
    complaint(
        "problem",
        0.5,
        r"\b(?:have|having|had|has|got|is|are|with|facing|experiencing|been|big|huge|serious|same|this|an?|some)"
        r" (?:\w+ ){0,2}(?:problems?|issues?|trouble|errors?|difficult(?:y|ies))\b",
        "I am having a problem with my booking.",
        plain_only=True,
    ),
    complaint(
        "error-message",
        0.5,
        r"\berror (?:message|code|\d)|\bsays? error\b|\bissue with my\b|\bproblem(?:s)? with (?:my|the|your)\b",
        "I get error code 40 at checkout.",
    ),
    complaint(
        "fix-it",
        0.62,
        r"\b(?:fix (?:this|it|your|the|that|my|ur)|sort (?:it|this|that|your|yourselves|my)(?: \w+)? ?out|"
        r"get your act together|get it together|do better\b|do something|needs? to be (?:fixed|sorted|addressed)|needs fixing|please (?:fix|resolve|sort)"
        r"|resolve (?:this|my|it|the))\b",
        "Please fix this before the weekend.",
    ),
    # Something that was due did not come.
    complaint(
        "never-came",
        0.72,
        r"\b(?:never|not|hasn'?t|haven'?t|didn'?t|still no) (?:\w+ )?(?:arrived?|received?|show(?:ed|n)? up|turned up"
        r"|came|come|delivered|got|credited|refunded|replaced|shipped|dispatched|been (?:delivered|refunded|paid|credited))\b",
        "My parcel never arrived.",
    ),
    complaint(
        "where-is",
        0.66,
        r"\bwhere(?:'?s| is| are| the hell is| tf is)(?: (?:my|our|the))+ (?:\w+ ){0,3}(?:order|package|parcel|refund"
        r"|money|stuff|delivery|item|items|bag|luggage|replacement|food|case|driver|train|flight|book|cashback|credit)\b",
        "Where is my refund?",
    ),
    complaint(
        "late",
        0.5,
        r"\b(?:late|delayed|delays?|overdue|behind schedule|running late|past (?:the )?(?:due|delivery))\b",
        "The delivery is three days late.",
        plain_only=True,
    ),
    complaint(
        "supposed",
        0.55,
        r"\b(?:supposed to|was due|were due|should have (?:been|arrived|come|had)|was meant to|were meant to|promised|"
        r"guaranteed|was told|were told|been told|i was assured|you said)\b",
        "It was supposed to be here on Monday.",
    ),
    complaint(
        "still",
        0.5,
        r"\bstill (?:no|not|nothing|waiting|hasn'?t|haven'?t|isn'?t|don'?t|doesn'?t|can'?t|didn'?t|won'?t|having|"
        r"getting|on hold|the same|missing|in transit|processing|pending|awaiting|unresolved|broken)\b",
        "Still no engineer here.",
    ),
    complaint(
        "missing",
        0.5,
        r"\b(?:missing|lost|stolen|disappeared|vanished|nowhere to be (?:seen|found)|no sign of|ran out|sold out|"
        r"out of stock)\b",
        "Two plates are missing from the box.",
        plain_only=True,
    ),
    complaint(
        "wrong",
        0.58,
        r"\b(?:wrong|incorrect|misleading|mis-?sold|mistake|mixed up|messed up|screwed up|ruin(?:ed|ing)?|spoil(?:ed|t)"
        r"|not what i ordered|left out|short ?changed|incomplete)\b",
        "You sent the wrong size.",
        plain_only=True,
    ),
    complaint(
        "cancelled-on-me",
        0.5,
        r"\b(?:you|u|they|airline|driver|bank|insurer|insurance|company|store|shop|hotel|agent|carrier|was|were|been|got|has|have)(?: (?:just|all|also|now))? (?:cancel(?:l)?ed"
        r"|cut off|bumped|kicked|blocked|suspended|locked|banned|hung up|disconnected|denied|refused|ignored|declined)\b",
        "You cancelled my trip and blocked my account.",
    ),
    # Money.
    complaint(
        "charged",
        0.66,
        r"\b(?:over-?charged|double charged|charged (?:me )?(?:twice|for|again|extra|an?\b|[$£€\d])|charging me|been charged|"
        r"was charged|charged my|took (?:my |the |out )?(?:money|[£$€]\d)|taken (?:money|[£$€]\d|out)|(?:takes?|taking) (?:money|my))",
        "I was charged twice for one ticket.",
    ),
    complaint(
        "money-back",
        0.6,
        r"\b(?:(?:want|need|demand|give|get|getting) (?:me |us )?(?:my|our|a|the|full) (?:full )?(?:money|refund)"
        r"|refund (?:required|my|me|please|now|asap)|compensat(?:e|ion)|reimburse)\b",
        "I want my money back.",
    ),
    complaint(
        "cheat",
        0.75,
        r"\b(?:scam(?:med|ming|mers?)?|rip ?-?off|ripped off|fraud(?:ulent)?|cheat(?:s|ed|ing)?|stole|steal(?:ing)?|thie(?:f|ves)|robb(?:ery|ed|ing)"
        r"|con artists?|lied|lies|lying|liars?|dishonest|deceptive|bait and switch|false advertising|daylight robbery)\b",
        "This warranty is a rip off.",
    ),
    complaint(
        "dear",
        0.45,
        r"\b(?:too expensive|over-?priced|ridiculously (?:high|expensive)|price (?:hike|increase|gouging)|gone up|extortionate|"
        r"how can you justify)\b",
        "Your fees are extortionate.",
    ),
    # Treatment.
    complaint(
        "verdict",
        0.66,
        r"\b(?:worst|terrible|terribly|awful|horrible|horrendous|horrific|appalling|shocking|disgusting|disgusted|disgrace(?:ful)?"
        r"|pathetic|poor(?:ly)?|crap(?:py)?|shit(?:ty|e)?|useless|rubbish|garbage|trash|atrocious|abysmal|dreadful|shoddy|diabolical|dire"
        r"|unacceptable|unprofessional|incompetent|incompetence|outrageous|ridiculous|absurd|shambles|shambolic|joke|farce|bullshit|bs|nightmare"
        r"|non-?existent|lousy|inexcusable|unreliable|unhelpful|negligent|negligence|careless|discriminat\w{2,5}|racist|lazy|clueless|sucks?|sucked)\b",
        "The worst support I ever had.",
        plain_only=True,
    ),
    complaint(
        "feeling",
        0.62,
        r"\b(?:disappoint(?:ed|ing|ment)|frustrat(?:ed|ing|ion)|annoy(?:ed|ing)|fed up|sick of|tired of|furious|angry|mad(?! (?:men|max|about))|livid|upset|"
        r"unhappy|not (?:at all )?(?:happy|impressed|good enough|acceptable|ok|okay|cool|fair|pleased|satisfied)|unimpressed|dissatisfied|"
        r"unsatisfied|pissed(?: off)?|gutted|heartbroken|regret|hate|fuming|outraged|irritat(?:ed|ing)|infuriating|concerned|let down|"
        r"ashamed|appalled|bummed|bleak|screwed|shocked|stressed|insult(?:ed|ing)?)\b",
        "I am very disappointed with the fitting.",
    ),
    complaint(
        "rude",
        0.6,
        r"\b(?:rude(?:ly|ness)?|hung up|hang up|ignor(?:ed|ing|es?)|disrespect(?:ed|ful)?|attitude|condescen\w{3,6}|shouted at|yelled"
        r"|patroni[sz]ing|dismissive|assaulted|harass\w{0,5}|treated)\b",
        "Your clerk was rude to my mother.",
    ),
    complaint(
        "no-help",
        0.6,
        r"\b(?:no (?:help|response|reply|answer|one (?:has|is|can|answers?|responds?|replie[sd]|seems|to help|came|showed)|solution|"
        r"explanation|apology|refund|update|resolution|support|customer service)|nobody|doesn'?t care|don'?t care|couldn'?t care less|"
        r"no (?:\w+ )?(?:communication|information|notification|warning|notice))\b",
        "No one came and no explanation either.",
    ),
    complaint(
        "waste",
        0.58,
        r"\b(?:waste (?:of|my)|(?:on|been on) (?:the )?(?:phone|line|hold)(?: and (?:on )?hold)? (?:for|since|over|almost|past)|wasted|wasting|on hold|hours? on the phone|stuck (?:on|in|at|with)|stranded|queue[sd]?\b|queuing"
        r"|wait(?:ed|ing) (?:for |on |over |more than )?(?:<number>|ages|forever|hours|weeks|so long)|been waiting|had to wait|kept waiting)",
        "I have been waiting 40 minutes on hold.",
    ),
    complaint(
        "leaving",
        0.6,
        r"\b(?:never ?again|never (?:buy|buying|use|using|fly|flying|shop|order|ordering|stay|go)|last time i|lost (?:me as )?a customer|"
        r"lost my (?:business|custom)|lost me|switch(?:ing)? (?:to|provider|bank|carrier)|taking my business|done with you|cancel(?:ling)? my "
        r"(?:subscription|account|contract|membership)|avoid (?:this|these|them|at)|not (?:be )?(?:using|buying|ordering|shopping)|deactivat\w{1,3})\b",
        "Never again, I am switching to another bank.",
    ),
    complaint(
        "why",
        0.5,
        r"\bwhy(?: the (?:hell|fuck|heck))? (?:is|are|am|do|does|did|has|have|can'?t|cant|won'?t|wont|isn'?t|aren'?t|don'?t|doesn'?t|would|was|were)\b",
        "Why are my songs greyed out?",
    ),
    complaint(
        "how-is-this",
        0.55,
        r"\b(?:how (?:is (?:this|that|it)|can (?:you|this|it)|could you|dare|come|on earth|hard|many times|is it)|what (?:is|kind of|sort of|the)"
        r" (?:the point|service|company|hell|fuck|heck|wrong)|what'?s (?:wrong|going on|up) with|wtf|wth|smh|ffs|for (?:god|fuck|christ)'?s? ?sake)\b",
        "How is this possible after two visits?",
    ),
    complaint(
        "curse",
        0.4,
        r"\b(?:fuck(?:ing|ed|in)?|f\*+\w*|damn|bloody|goddamn|bollocks|arse|piss|hell)\b",
        "Send the bloody engineer.",
    ),
    complaint(
        "exasperated",
        0.4,
        r"\b(?:seriously|come on|c'?mon|really\?|again\?+|unbelievable|beyond (?:a )?joke|not the first time|every (?:single )?time|third time"
        r"|second time|\dth time|enough|get it together|do better|step (?:up|it up)|shame(?:ful)?|boo|fail(?:ed|s|ure)?|zero stars|nonsense|lame|yikes)\b",
        "Seriously, not the first time.",
    ),
    complaint(
        "please-help",
        0.52,
        r"\b(?:please help|pls help|plz help|help me|need (?:your |some )?help|help!|help please|little help|somebody help|any help)(?=\W|$)",
        "My account is locked, please help!",
    ),
    complaint(
        "thanks-for-nothing",
        0.75,
        r"\b(?:thanks|thank you|thx|cheers|well done|great job|nice (?:one|job)|good job|congrats|way to go),? (?:a lot |so much |again )?(?:for|on|to)? ?"
        r"(?:nothing|ruin|mak(?:e|ing) me|losing|cancel|not |the delay|wasting|breaking|breaks|leaving|ignoring|charging|messing|screwing|forcing|hanging)",
        "Thanks for nothing.",
    ),
    complaint(
        "complain",
        0.6,
        r"\b(?:complain(?:t|ts|ing|ed)?|complaints? (?:department|team|procedure)|grievance|report (?:a|an|this)|raise an? (?:issue|concern)|escalate)\b",
        "I wish to make a complaint about the fitting.",
        unless=r"\b(?:no|without) complaints?\b",
    ),
    complaint(
        "degraded",
        0.5,
        r"\b(?:slow(?:er|ly)?|worse|wors(?:t|ened)|less than|too (?:long|slow|small|loud|late|hot|cold|much)|went downhill|downgrad\w{2,4}|"
        r"since (?:the |i |this |your |last |updating |ios)|after (?:the |i |your )?(?:update|updating|upgrade)|messed|unusable|unplayable|unwatchable|not as described)\b",
        "Broadband is slower since the upgrade.",
    ),
    complaint(
        "face-angry",
        0.55,
        "[\U0001f620\U0001f621\U0001f92c\U0001f624\U0001f595]",
        "Waited all day \U0001f621",
    ),
    complaint(
        "face-sad",
        0.3,
        "[\U0001f612\U0001f629\U0001f62b\U0001f644\U0001f622\U0001f62d\U0001f61e\U0001f614\U0001f615\U0001f44e]|(?<!\\S):[-']?[(/]",
        "My seat was given away \U0001f629",
    ),
    Rule(
        signal="grumble",
        name="grumble",
        probability=0.5,
        pattern=r"\b(?:but|however|unfortunately|sadly|though|bad|sad|shame|problem|issue|trouble|error|can'?t|cannot|won'?t|not|n'?t|fail|wrong|never|lost|worse|bummer|"
        r"pity|wish|why|too|ugh+|hmm+|lol no|meh|nope)\b|[a-z]n't\b",
        example="Shame that the cafe closed.",
    ),
)
