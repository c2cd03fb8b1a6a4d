"""Patterns of a customer who goes, or has been, elsewhere; and of texts that are nobody's
complaint."""

# ruff: noqa: E501 - a pattern is read more easily in one piece

from typing import Final

from models.rules.rule import Rule

_CONTACTED: Final = r"\b(?:i|we|i'?ve|we'?ve|have|had|my (?:wife|husband|partner|mum|mom|dad|son|daughter))(?: have| had)?(?: already| also| just| even| now)? "
_OUTSIDE: Final = (
    r"(?:ombudsm[ae]n|trading standards|better business bureau|\bbbb\b|\bftc\b|\bfcc\b|\bcfpb\b|\bofcom\b|\bofgem\b|\bfca\b|regulator|consumer (?:court|forum|protection|affairs)"
    r"|small claims|lawyers?|solicitors?|attorney|police|watchdog|citizens advice|charge-?back|court|tribunal|the press|newspapers?|journalist|which\?)"
)

_VIA: Final = r"\b(?:tried|trying|contact(?:ed|ing)(?: you)?|wrote|writing|asked|asking|calling|reach(?:ed|ing)(?: you| out)?|got|getting|told|ignored?|ignoring|help(?:ed)?|answer(?:ed)?|repl(?:y|ied)|complain(?:ed|ing)|silence|nothing|nowhere|no (?:answer|reply|help|response))(?: (?:me|us|you|it|this|first|already|twice|times|everything|your|team|support|to|<number>))* (?:by|via|on|over|through|using|at|in) (?:your |the |my |an? |two |three |several )?"
_CHANNELS: Final = (
    (
        "phone",
        r"(?:phone|telephone|hotline|helpline|help line|phone line|call ?cent(?:re|er)|landline)",
    ),
    ("email", r"(?:e-?mails?|mail|letters?)"),
    ("chat", r"(?:\w+ )?chat"),
    ("web_form", r"(?:\w+ )?(?:web ?form|contact form|form|website|web ?site|portal|online form)"),
    ("dm", r"(?:dm|dms|direct message|private message|messenger|whatsapp|pm)"),
)


def _by_channel() -> tuple[Rule, ...]:
    """Tried there in vain: one rule a channel."""
    return tuple(
        Rule(
            signal="prior_contact",
            name=f"via-{channel}",
            note=channel,
            probability=0.66,
            pattern=_VIA + words + r"\b",
            example=f"I tried over your {shown} first.",
            unless=r"\b(?:can|could|may|should) (?:i|we) (?:\w+ )?(?:contact|reach|reply|answer)|\b(?:please|pls) (?:\w+ )?(?:reply|answer|contact|reach)",
        )
        for (channel, words), shown in zip(
            _CHANNELS, ("hotline", "e-mail", "live chat", "contact form", "dm"), strict=True
        )
    )


ESCALATING: Final = (
    # threat and external
    Rule(
        signal="threat",
        name="go-public",
        probability=0.85,
        pattern=r"\b(?:go(?:ing)? (?:public|viral|to (?:the )?(?:press|papers|media|news|newspapers?|twitter|facebook|social media|watchdog))|mak(?:e|ing) (?:it|this|that|them|everything) (?:public|viral)|(?:post|put|share|tweet|blast|plaster)(?:ing)? (?:this|it|about (?:this|it|you)|my (?:story|experience)|screenshots?|everything|the video)(?: \w+){0,3} (?:on|to|online|everywhere|all over|with everyone|public)|(?:will|'ll|shall|going to|gonna|or i|to) (?:post|publish|share|write|tweet|blog|go online|review)(?:ing)?(?: (?:a|an|all|of|this|it|that|the|my|whole|story|everything|post|publicly|reviews?))* (?:about (?:this|it|you|your|how)|online|publicly|in public|on (?:social|twitter|facebook|x|instagram|tiktok|every|all|trustpilot|google))|(?:next (?:step|stop|message|letter)|this)(?: \w+)? (?:is|will be|goes)(?: to)? (?:the |a |an |my |on )?(?:press|newspapers?|public|review|twitter|facebook|social media|journalist|television|tv|radio|blog)|name and shame|tell everyone|let everyone know|warn (?:everyone|others|people)|the whole world|social media (?:will|should) know|leave (?:you )?(?:a |an )?(?:bad|negative|terrible|1|one|honest|awful|scathing)[ -]?(?:star )?(?:review|feedback|rating))\b",
        example="I will make this public if I hear nothing.",
    ),
    Rule(
        signal="threat",
        name="go-outside",
        probability=0.88,
        pattern=r"\b(?:will|i'?ll|we'?ll|going to|gonna|shall|about to|ready (?:to|2)|have to|forced to|no choice but to|intend to|considering|thinking of|thinking about|next (?:step|stop)(?: is| will be)?|or (?:else )?i|want to|plan(?:ning)? to|before i|let'?s|should|may|might) (?:\w+ ){0,2}(?:su(?:e|ing)|tak(?:e|ing) (?:you|this|it|them|legal|the matter) ?(?:to)?|report(?:ing)?|fil(?:e|ing)|contact(?:ing)?|go(?:ing)? to|complain(?:ing)? to|escalat(?:e|ing)|involv(?:e|ing)|call(?:ing)?|see you|disput(?:e|ing)|initiat(?:e|ing)|rais(?:e|ing)|consult(?:ing)?|reach(?:ing)? out to|issu(?:e|ing)|speak(?:ing)? to|be contacting|be reporting|be taking|be filing)\b<gap>(?:<outside>|legal|action|higher authorit|the charge|you (?:all|guys)?\b)".replace(
            "<outside>", _OUTSIDE
        ),
        example="I will report you to the ombudsman.",
        unless=r"\b(?:will|going to|gonna) (?:call|contact) you\b",
    ),
    Rule(
        signal="threat",
        name="law",
        probability=0.8,
        pattern=r"\b(?:legal (?:action|proceedings|notice|route|recourse|advice)|law ?suit|see you in court|small claims|sue (?:you|them|your)|suing|my (?:lawyer|solicitor|attorney)(?:s)? will|hear(?:ing)? from my (?:lawyer|solicitor|attorney))\b",
        example="Expect legal action.",
    ),
    Rule(
        signal="external",
        name="gone-outside",
        probability=0.85,
        pattern=r"\b(?:i'?ve|i have|have|we'?ve|already|just|has been|been|was|i|we|had)(?: (?:now|already|also|since|just|been))? (?:reported|filed|contacted|complained|opened|raised|referred|lodged|submitted|involved|started|initiated|called|sued|spoke[n]?|instructed|disputed|written|notified|told|emailed)\b<gap><outside>".replace(
            "<outside>", _OUTSIDE
        ),
        example="I have filed a complaint with the ombudsman.",
    ),
    Rule(
        signal="external",
        name="outside-acts",
        probability=0.75,
        pattern=r"\b(?:(?:the|my|our) (?:ombudsm[ae]n|bank|lawyer|solicitor|attorney|police|regulator|court|card (?:issuer|company)) (?:has|have|is|are|says?|told|asked|ruled|will|advised|confirmed|reversed)|charge-?back (?:is|has|was|claim|request)|police (?:report|matter|case)|crime (?:number|reference)|court (?:date|hearing|claim|papers)|ombudsm[ae]n (?:case|reference|ref|complaint))\b",
        example="The ombudsman has asked for your file.",
    ),
    Rule(
        signal="external",
        name="outside-named",
        probability=0.5,
        pattern=r"\b(?:ombudsm[ae]n|trading standards|better business bureau|bbb|ftc|fcc|cfpb|ofcom|ofgem|charge-?back|consumer (?:court|forum))\b",
        example="Copy to the financial ombudsman.",
    ),
    # prior_contact: an earlier contact elsewhere failed; note: where
    Rule(
        signal="prior_contact",
        name="phoned",
        note="phone",
        probability=0.66,
        pattern=_CONTACTED
        + r"(?:called|phoned|rang|rung|telephoned)\b(?! (?:it|this|the police|him|her))|\b(?:after|\d+|two|three|four|five|several|many|multiple) (?:phone )?calls\b|\b(?:hours?|hrs?|mins?|minutes) (?:\w+ )?(?:on the phone|on hold|on the line|on phone)|\b(?:on the phone|on hold) (?:with|to|for)\b|\b(?:called|rang|phoned) (?:your |you|u\b|customer|cs\b|them|support|the (?:store|shop|help ?line|call ?cent|number)|in\b|up\b|<number> times|twice|csr|target|back|again)|\b(?:hung up on|your (?:call ?cent(?:er|re)|helpline|phone line))\b",
        example="I have called four times this week.",
    ),
    Rule(
        signal="prior_contact",
        name="emailed",
        note="email",
        probability=0.66,
        pattern=_CONTACTED
        + r"(?:e-?mailed|written|wrote|sent (?:you |u |them |<number> |an? |several |many |multiple |two )*(?:e-?mails?|mails?|letters?))\b|\b(?:\d+|two|three|four|several|many|multiple|my|numerous|countless) e-?mails?(?: and| to| have| went| are| with| but|\b)|\b(?:replied to|reply to|answered|answer|ignored?|ignoring) (?:any of )?my (?:e-?mails?|letters?)",
        example="We have emailed you twice.",
    ),
    Rule(
        signal="prior_contact",
        name="chatted",
        note="chat",
        probability=0.7,
        pattern=r"\b(?:chatted|(?:live|online|web) ?chat|chat (?:agent|support|rep|session|with)|(?:on|via|over|through|used) (?:the |your |live )?chat|chatbot|chat bot)\b",
        example="Your live chat cut me off.",
        unless=r"\bdo you have (?:a )?(?:live )?chat\b",
    ),
    Rule(
        signal="prior_contact",
        name="messaged",
        note="dm",
        probability=0.6,
        pattern=_CONTACTED
        + r"(?:dm'?e?d|messaged|pm'?d|sent (?:you |u |them |several |<number> |many )*(?:private |direct )?(?:dms?|messages?|pms?|inbox))\b|\b(?:<number>|several|multiple|my) (?:dms|private messages|direct messages|messages)\b",
        example="I have sent several private messages.",
    ),
    Rule(
        signal="prior_contact",
        name="form",
        note="web_form",
        probability=0.66,
        pattern=r"\b(?:filled|completed|submitted|used|sent)(?: (?:in|out))?(?: \w+){0,3} (?:form|ticket|request|report|complaint|claim|case)s?\b|\b(?:opened|raised|logged|lodged) (?:a|an|<number>|my) (?:\w+ )?(?:ticket|case|complaint|claim|request|report)s?\b|\btrouble ticket\b|\b(?:web|online|contact|complaint) form\b",
        example="I filled in your contact form ten days ago.",
    ),
    Rule(
        signal="prior_contact",
        name="in-person",
        note="store",
        probability=0.66,
        pattern=r"\b(?:went|been|gone|came|visited)(?: back)?(?: (?:in|to|into))? (?:your |the |my |a )?(?:\w+ )?(?:store|shop|branch|counter|dealer|dealership|garage|depot|service desk)\b|\b(?:store|shop|branch|manager|staff) (?:said|told|refused|couldn'?t|wouldn'?t|was no help|were no help)\b",
        example="I went to the branch and was turned away.",
    ),
    Rule(
        signal="prior_contact",
        name="spoke",
        note="phone",
        probability=0.7,
        pattern=r"\b(?:spoke|spoken|talked|speaking|talking|been speaking) (?:to|with) (?:<number> |an? |your |the |different |several |some |customer |multiple |their )*(?:\w+ )?(?:agents?|reps?|representatives?|advis[oe]rs?|people|person|someone|somebody|manager|managers|supervisors?|operators?|cs|csr|csrs|customer (?:service|services|support|care)|team|support|staff|colleagues?|guy|lady|store|u|you|them)\b",
        example="I spoke to three agents about it.",
    ),
    Rule(
        signal="prior_contact",
        name="contacted",
        probability=0.66,
        pattern=_CONTACTED
        + r"(?:contacted|reached out|complained|reported|tried (?:to )?(?:contact|reach|call|get|speak)\w{0,3}|been in touch|chased|raised|told (?:you|them|customer))\b|\b(?:contacting customer (?:service|support|care)|(?:can'?t|cannot|unable to|impossible to) (?:reach|contact|get hold of|get through to) (?:cust|customer|you|your|anyone|anybody|support|a )|<number> (?:attempts|contacts|tweets|requests|complaints|tickets|different (?:people|agents|reps|departments))|whenever i contact|every time i (?:call|contact|email|tweet|ring|phone|chat)|each time i (?:call|contact))\b",
        example="I have contacted customer care already.",
    ),
    *_by_channel(),
    # spam
    Rule(
        signal="spam",
        name="advert",
        probability=0.8,
        pattern=r"\b(?:earn (?:up to )?[$£€]?\d|make money (?:online|from home|fast)|work from home|free (?:followers|gift cards?|iphones?|bitcoin|v-?bucks)|bitcoin|crypto(?:currency)?|forex|binary options|investment opportunit\w{1,3}|casino|viagra|cialis|seo (?:services|ranking|expert)|backlinks|web ?design services|guest post|sugar (?:daddy|mummy)|onlyfans|hot singles|loan(?:s)? at \d|instant loan|recovery (?:expert|agent|hacker)|hacker (?:for hire|who)|cash ?app (?:me|flip)|promo code|giveaway|click (?:here|the link) to (?:win|claim|earn|get)|claim your (?:prize|reward|free)|you(?:'ve| have) (?:been selected|won)|subscribe to my|check out my (?:channel|page|profile|mixtape|music|store|shop|blog|new)|follow me (?:back|for)|buy (?:cheap|now|followers)|limited time offer|(?:cheap|real|instagram|more) followers|followers and likes|replica (?:watches|bags|handbags|shoes)|business proposal|worth millions|(?:free|fast) shipping worldwide|order now|act now|buy now|(?:mailbox|inbox|account|storage) is (?:almost )?full|verify your (?:password|account|e-?mail|identity|details) (?:here|now|below|at|via|by)|(?:web|website|logo|graphic|app) (?:design|development) (?:services? )?(?:at|for|from)|at (?:a )?(?:low|lowest|best|unbeatable) (?:cost|prices?)|our portfolio|dear sir(?: or madam)?,? i (?:have|am|represent)|next of kin|inheritance fund|100% (?:legit|guaranteed|free))\b",
        example="Earn $500 a day, click here to win.",
        unless=r"\b(?:my promo code|promo code (?:does|did|is|was|not|won'?t)|use (?:a|the|my) promo)\b",
    ),
    Rule(
        signal="duplicate",
        name="says-twice",
        probability=0.78,
        pattern=r"\b(?:(?:sorry|apolog\w{3,5}) for (?:the )?(?:double|duplicate|repeat(?:ed)?)|(?:sent|posted|submitted) (?:this |that |it |the same )(?:twice|two times|by mistake|again|already)|duplicate (?:of|message|post|ticket|complaint|request)|re-?sending|re-?send of|re-?posting|same as my (?:last|previous|other|earlier))\b",
        example="Sorry for the double post.",
    ),
    Rule(
        signal="third_party",
        name="retweet",
        probability=0.7,
        pattern=r"^\s*(?:rt|mt) @\w+|\b(?:via|h/t|hat tip) @\w+\s*(?:<link>\s*)?$",
        example="RT @news: lines closed all day",
    ),
    Rule(
        signal="third_party",
        name="advises-another",
        probability=0.6,
        pattern=r"\b(?:you (?:should|could|can|might want to|need to|have to) (?:try |just )?(?:switch(?:ing)? to|complain(?:ing)? to|contact(?:ing)? (?:them|your|@)|call(?:ing)? (?:them|your)|tweet(?:ing)? (?:them|at)|dm(?:ing)? them|ask them|report (?:them|it to them))|sorry (?:that )?(?:this|it) happened to you|(?:did|have) (?:they|you) (?:get back to you|hear back from them)|hope they (?:sort|fix|help|refund|get))\b",
        example="You should try complaining to them by letter.",
        unless=r"\b(?:you should|hope) (?:\w+ )?(?:refund|fix) (?:me|my)\b",
    ),
    Rule(
        signal="third_party",
        name="hearsay",
        probability=0.62,
        pattern=r"\b(?:(?:just )?heard (?:on|from|that|about)|(?:colleagues?|a (?:friend|colleague|mate)|my (?:neighbou?r|friend|colleague|mate|boss|cousin|hairdresser)s?|people|someone|everyone|they) (?:tells?|says?|told|mentioned|claims?) (?:me |us )?that|in the news|(?:interesting|good|great|worth a|an?) (?:article|read|piece|thread|report|documentary) (?:about|on|of)|what (?:they|\w+ ?\w*) did to (?:you|her|him|them)|poor @\w+|i (?:read|saw) (?:that|about|in the|on the)|rumou?r has it|apparently they|saw on (?:the )?(?:news|tv))\b",
        example="Heard on the radio that the ferry company has trouble.",
        unless=r"\b(?:me|us|our|ours|mine|i'?ve|i'?m|we'?re|we|i (?:have|was|am|had|got|paid|ordered|booked|can|want|need|never|still|called|bought))\b(?! that\b)|\bmy (?!neighbou?r|friend|colleague|mate|boss|cousin|hairdresser|problem|business|circus)\w+",
    ),
)
