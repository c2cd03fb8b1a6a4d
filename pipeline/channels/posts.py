"""What all public networks share: a post as a message.

Whose words count, and in which direction, each network's own module says; here a text is cleaned
and bounded, its references are found, and the handles that its writer states as their own.
"""

from dataclasses import replace
from typing import Any

from pipeline.channels.mail import MailSettings
from pipeline.channels.mentions import find_refs, find_stated_handles
from pipeline.channels.mime import clean
from pipeline.domain.events import Message


def build_message(*, text: str, subject: str = "", house: MailSettings, **fields: Any) -> Message:
    """Return a message of somebody's words.

    Args:
        text: as it was written, markup resolved.
        subject: a title or content warning.
        house: who we are, what counts as a reference, the bounds.
        fields: of the `Message`, as they are.
    """
    limits = house.limits
    words, title = clean(text).strip(), clean(subject).strip()[: limits.subject_chars]
    if len(words) > limits.text_chars:
        fields["extra"] = {**fields.get("extra", {}), "truncated": True}
        words = words[: limits.text_chars]
    refs = (*fields.pop("refs", ()), *find_refs(title, words, house.refs, limits.refs))
    message = Message(text=words, subject=title or None, refs=tuple(dict.fromkeys(refs)), **fields)
    if message.direction == "outbound" or message.auto:
        return message
    stated = (
        one for one in find_stated_handles(words)
        if not house.company.owns_handle(one.partition(":")[2])
    )  # fmt: skip
    return replace(message, customer=tuple(dict.fromkeys((*message.customer, *stated))))


def deleted(message: Message, version: int) -> Message:
    """Return the version of a message by which its source deleted it: the text goes (§2)."""
    return replace(message, text="", subject=None, version=version, deleted=True)
