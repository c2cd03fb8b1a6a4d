"""The monitor's names in plain words, for people who never read the definitions."""

from collections.abc import Mapping
from typing import Final

OUTCOMES: Final[Mapping[str, str]] = {
    "first_time_right": "First-time-right",
    "escalation_only": "Solved only after going public",
    "resolved_after_escalation": "Solved after going public",
    "resolved_with_effort": "Solved with effort",
    "lapsed": "Lapsed",
    "unresolved": "Unresolved",
    "pending_confirmation": "Awaiting confirmation",
    "open": "Open",
    "not_counted": "Not counted",
}
OUTCOME_HINTS: Final[Mapping[str, str]] = {
    "first_time_right": "Confirmed; the first real answer settled it, without any push.",
    "escalation_only": "No real answer in private; after the public post it was solved.",
    "resolved_after_escalation": "Went public and was solved, but a real answer had come before, "
    "or came late.",
    "resolved_with_effort": "Confirmed in private, after chasing, disputing or waiting.",
    "lapsed": "The customer never gave what was asked for, after a reminder.",
    "unresolved": "Not confirmed 42 days after the opening.",
    "pending_confirmation": "Said to be solved; the customer may still object.",
    "open": "Nobody has said that it is solved.",
    "not_counted": "No complaint after all, or taken back.",
}
ROUTES: Final[Mapping[str, str]] = {
    "private_only": "private only",
    "public_first": "public from the start",
    "parallel": "private and public at once",
    "escalated": "private, then public",
}
LEFT_IN: Final[Mapping[str, str]] = {
    "unanswered": "no reply at all",
    "auto_ack": "an automatic receipt",
    "stock": "a stock answer",
    "info_request": "a request for more information",
    "referral": "a referral to somebody else",
    "promised": "a promise",
    "promise_broken": "a broken promise",
    "rejected": "a refusal",
    "claimed_resolved": "the word that it was solved",
}
WHY: Final[Mapping[str, str]] = {
    "spam": "it is spam",
    "not_a_complaint": "it is no complaint",
    "duplicate": "it repeats another one",
    "third_party": "somebody who is not concerned mentioned it",
    "company_initiated": "the company wrote first and no issue was raised",
    "withdrawn": "the customer took it back",
}
FTR: Final[Mapping[str, str]] = {
    "yes": "First-time-right",
    "no": "Not first-time-right",
    "undetermined": "First-time-right: not known yet",
}
REASONS: Final[Mapping[str, str]] = {
    "chase": "the customer had to ask again",
    "dispute": "the customer disagreed with an answer",
    "extra_contact": "the customer had to get in touch once more",
    "second_info_round": "information was asked for in more than one round",
    "re_ask": "the customer was asked again for what had been given",
    "reopened": "the ticket was opened again",
    "negative_feedback": "the customer said that it was not solved",
    "promise_broken": "a promise was broken",
    "promise_late": "a promise was kept late",
    "public_escalation": "the customer went public",
    "external_escalation": "the customer turned to an ombudsman, the press, a court or the bank",
    "not_settled_by_first_answer": "the first real answer did not settle it",
    "no_substantive_reply": "no real answer was ever sent",
    "lapsed": "the customer's answer never came",
    "unresolved": "nobody confirmed a solution in 42 days",
    "one_attempt": "one contact, one answer, confirmed",
    "one_info_round": "one necessary question, one answer, confirmed",
    "awaiting_confirmation": "said to be solved; the customer may still object",
    "awaiting_answer": "waiting for the answer that settles it",
}
RULES: Final[Mapping[str, str]] = {
    **REASONS,
    "opened": "opened the case",
    "first_event": "first event of the case",
    "spam": "read as spam",
    "not_a_complaint": "read as no complaint",
    "duplicate": "read as a duplicate",
    "third_party": "read as a third party's mention",
    "withdrawn": "the customer took the complaint back",
    "stated_escalation": "says that an earlier contact elsewhere had failed; none is linked",
    "parallel_contact": "public within 60 minutes of the first private contact",
    "crossed_reply": "crossed: sent so shortly before the post that it may not have been read",
    "first_substantive_reply": "first real answer",
    "run_around": "part of a run-around",
    "customer_pause": "the customer asked for time: clocks stand still",
    "false_pause": "set to pending while the customer was waiting",
    "claimed": "the company said that it was solved",
    "refuted": "the customer showed that it was not solved",
    "confirmed_explicit": "confirmed by the customer's own word",
    "confirmed_silent": "confirmed by 14 days of silence after this",
    "reminded": "the customer was reminded of an open question",
    "late_note": "came after the figure was closed; kept as a note",
    "recurrence": "the same issue, back after its confirmation",
    "linked_by_thread": "belongs here by its thread",
    "linked_by_reply": "belongs here: it answers a message of the case",
    "linked_by_ref": "belongs here by the reference number",
    "linked_by_channel": "belongs here: the channel names the same customer",
    "linked_by_identity": "belongs here: two identities were asserted to be one person",
    "promise_open": "promise, still open",
    "promise_kept": "promise, kept",
    "promise_moved": "promise, moved to another date",
    "promise_vague": "promise without a date",
    "promise_unknown": "promise; nobody could see whether it was kept",
}
PROMISES: Final[Mapping[str, str]] = {
    "kept": "kept",
    "late": "kept late",
    "broken": "broken",
    "moved": "moved",
    "vague": "without a date",
    "unknown": "not observable",
    "open": "still open",
}
CHANNELS: Final[Mapping[str, str]] = {
    "web_form": "web form",
    "email": "e-mail",
    "x": "X",
    "sms": "SMS",
}
FLAGS: Final[Mapping[str, str]] = {
    "clock_skew": "a sender's clock was ahead; the time of receipt counts",
    "conflict": "two contents came under one id; the smaller one counts",
    "erased": "the customer was forgotten; texts are gone",
    "late_note": "events came after the figure was closed",
}
SIGNALS: Final[Mapping[str, str]] = {
    "info_supplied": "gives information",
    "pace_request": "asks for time",
    "prior_contact": "earlier contact failed",
    "auto_ack": "automatic receipt",
    "stock": "stock answer",
    "info_request": "asks for information",
    "substantive": "real answer",
    "resolution_claim": "says it is solved",
    "deflection": "blames circumstances",
    "ownership": "names its own fault",
    "handoff": "asks to go private",
    "accepts": "says it is solved",
}

SEVERITIES: Final[Mapping[str, str]] = {
    "none": "no complaint in its tone",
    "no_reproach": "no explicit reproach",
    "disapproval": "disapproval",
    "accusation": "an accusation",
    "blame": "blame",
}
LANGUAGES: Final[Mapping[str, str]] = {
    "cs": "Czech", "da": "Danish", "de": "German", "en": "English", "es": "Spanish",
    "fr": "French", "hi": "Hindi", "it": "Italian", "ja": "Japanese", "nl": "Dutch",
    "pl": "Polish", "pt": "Portuguese", "sv": "Swedish", "tr": "Turkish", "zh": "Chinese",
}  # fmt: skip

RISKS: Final[Mapping[str, str]] = {
    "hours_waiting": "how long the customer has been waiting",
    "hours_since_contact": "how long ago the customer wrote",
    "hours_since_reply": "how long ago the company wrote",
    "hours_open": "how long the case has been open",
    "waiting": "the customer is waiting for a reply",
    "avoided": "the reply is overdue",
    "contacts_again": "the customer had to write more than once",
    "chases": "the customer asked again",
    "disputes": "the customer disagreed with an answer",
    "threats": "the customer threatened to go public or elsewhere",
    "prior_contacts": "the customer says that an earlier contact failed",
    "empty_replies": "replies that sent the customer around",
    "info_rounds": "the customer was asked for information",
    "refuted": "what was said to be solved was not",
    "promises_failed": "a promise was not kept",
    "promise_open": "a promise is still open",
    "never_answered": "there has been no real answer",
    "paused": "the customer asked for time",
    "quiet_6h": "something happened in the last hours",
    "quiet_1d": "nothing has happened for some hours",
    "quiet_3d": "nothing has happened for one to three days",
    "quiet_7d": "nothing has happened for three to seven days",
    "quiet_longer": "nothing has happened for a week or more",
    "left_in_unanswered": "there was no reply at all",
    "left_in_auto_ack": "the last reply was an automatic receipt",
    "left_in_stock": "the last reply was a stock answer",
    "left_in_info_request": "the last reply asked for information",
    "left_in_referral": "the last reply sent the customer elsewhere",
    "left_in_promised": "the last reply was a promise",
    "left_in_rejected": "the last reply was a refusal",
    "left_in_claimed_resolved": "the last reply said that it was solved",
}
"""What raises the risk that a case goes public, by feature (`pipeline.domain.risk`)."""


BAD: Final = frozenset({
    "chase", "dispute", "extra_contact", "second_info_round", "re_ask", "reopened", "run_around",
    "negative_feedback", "promise_broken", "promise_late", "public_escalation", "refuted",
    "external_escalation", "not_settled_by_first_answer", "no_substantive_reply", "false_pause",
})  # fmt: skip
GOOD: Final = frozenset(
    {"confirmed_explicit", "confirmed_silent", "first_substantive_reply", "promise_kept"}
)


def tone(rule: str) -> str:
    """Return whether a rule speaks for the company (``good``), against it (``bad``), or neither."""
    return "bad" if rule in BAD else "good" if rule in GOOD else "plain"


def named(table: Mapping[str, str], name: str) -> str:
    """Return the words for ``name``; a name that the table lacks is shown with spaces."""
    return table.get(name) or name.replace("_", " ")


def channel(name: str) -> str:
    """Return how a page calls a channel."""
    return CHANNELS.get(name) or name.replace("_", " ").capitalize()
