"""What an ``info_request`` asks for: the closed list that re-asks are found by."""

# ruff: noqa: E501 - a pattern is read more easily in one piece

from typing import Final

from models.rules.rule import Rule


def _ask(name: str, pattern: str, example: str) -> Rule:
    return Rule(
        signal=name,
        name=name,
        pattern=rf"\b(?:{pattern})(?:\b|(?<=#))",
        probability=0.8,
        example=example,
    )


ASK_RULES: Final = (
    _ask(
        "account",
        r"(?:account|acct|membership|customer|policy|iban|rr acct)(?: ?(?:number|no|#|details|info(?:rmation)?|id|name))|account ?#|your account\b(?! manager)|user ?name|account type",
        "Send us your account number.",
    ),
    _ask(
        "address",
        r"(?:full|home|billing|delivery|postal|service|street|your|mailing|name,|of the|the) (?!e-?mail)(?:\w+ )?address(?! the)|post ?code|zip(?: code)?|address (?:on|and|of)",
        "Confirm your delivery address.",
    ),
    _ask(
        "booking_reference",
        r"(?:booking|confirmation|reservation|record) ?(?:reference|ref|number|no|#|code|locator|conf)s?|(?:confirmation|conf) ?#|booking ref|record locator|pnr|your reference|booking number|flight (?:number|no|details)",
        "DM your confirmation number.",
    ),
    _ask(
        "country",
        r"(?:which|what|your) country|country you|(?:what|which) part of (?:the )?[a-z]{2,20}",
        "Which country are you in?",
    ),
    _ask(
        "date",
        r"(?:what|which) (?:date|day|time)|(?:date|time)s? (?:of (?:travel|purchase|birth|delivery|the)|and time)|when (?:did|was|were|do)|delivery date|travel date|dob",
        "When did you buy it?",
    ),
    _ask(
        "details",
        r"(?:more|further|additional|full|some|the|any|with|few|your) (?:info(?:rmation)?|details?|specifics)|what(?:'s| is) (?:going on|happening|wrong)|what happened|tell (?:us|me) more|more about|elaborate|describe|explain",
        "Tell us more about what happened.",
    ),
    _ask(
        "device",
        r"(?:which|what|exact|your) (?:\w+ )?(?:device|model|phone|iphone|console|make)|(?:make|device|os|phone)(?: and|/)(?: ?os)? ?(?:model|version)|model (?:number|name|do)|device model",
        "Which device are you using?",
    ),
    _ask(
        "email",
        r"e-?mail(?: address)?(?: (?:on|for|associated|linked|and|so|address|you|with|please))|(?:your|account'?s|the|account) e-?mail(?: address)?|e-?mail address",
        "Send your email address.",
    ),
    _ask(
        "error_message",
        r"(?:what|any|which|exact) (?:\w+ )?(?:error|message)s?(?: message| code)?|error (?:message|code)|message (?:are )?you (?:getting|receiving|see)",
        "What error message do you get?",
    ),
    _ask(
        "location",
        r"(?:which|what) (?:store|location|branch|restaurant|station|airport|city|area|town|shop|site)|store (?:location|number|name|this)|(?:your|the|exact) location|where (?:are|were|did|is|do) (?:you|this|it)",
        "Which store was it?",
    ),
    _ask(
        "name",
        r"(?:full|first|last|your|account holder'?s?|complete) (?:\w+ )?names?|name(?:,| and| on)(?= )",
        "DM your full name and postcode.",
    ),
    _ask(
        "order_number",
        r"order ?(?:number|no|#|id|details|ref(?:erence)?|info(?:rmation)?)s?|your order\b(?= (?:number|#|id|details))",
        "What is your order number?",
    ),
    _ask(
        "phone",
        r"(?:phone|contact|telephone|mobile|cell(?:phone)?|call ?back|best) ?(?:number|no|#)s?|phone ?#|number (?:to (?:call|reach)|we can)|your (?:cell|phone|mobile|number)",
        "Share your phone number.",
    ),
    _ask(
        "photo",
        r"(?:send|share|attach|post|provide|dm|upload|include|get|see|have|take|with|your|an?|any|some|the) (?:us |me |a |an |any |some |the |over |few |clear |photo of )*(?:photos?|pictures?|pics?|images?|screen ?shots?|video of)",
        "Please send a photo of the label.",
    ),
    _ask(
        "receipt",
        r"receipts?|proof of (?:purchase|payment)|invoice(?: number)?|bar ?code|batch (?:code|number)|upc|sku",
        "Do you have the receipt?",
    ),
    _ask(
        "seat_or_service",
        r"(?:which|what) (?:service|train|flight|route|seat|bus|channel|show|song|track|game|page|website)s?|(?:train|bus|head ?code|route|vehicle|flight) (?:number|time)",
        "Which train are you on?",
    ),
    _ask(
        "serial", r"serial(?: (?:number|no))?|imei|mac address|meid", "What is the serial number?"
    ),
    _ask(
        "steps_tried",
        r"(?:have you|what(?: \w+)? (?:steps|have you)|any steps|did you|you) (?:\w+ )?(?:tried|attempted|try|taken)|have you (?:already |also )?(?:restarted|rebooted|reset|updated|reinstalled|cleared|checked)|steps (?:tried|have you|you've)|troubleshooting steps",
        "Have you tried another cable?",
    ),
    _ask(
        "ticket_number",
        r"(?:case|ticket|complaint|claim|incident|service request|reference|ref) ?(?:number|no|#|id)s?|reference",
        "Do you have a case number?",
    ),
    _ask(
        "tracking_number",
        r"tracking ?(?:number|no|#|info(?:rmation)?|details|id)?",
        "DM the tracking number.",
    ),
    _ask(
        "version",
        r"(?:which|what|exact|spotify|ios|app|os|software|the|firmware|current)(?: \w+){0,3} version|version (?:of|are|is|do|you)|ios (?:11|\d)",
        "Which version are you running?",
    ),
)
