"""Texts to read at speed, of the lengths of a tweet and of a mail; written for the project."""

from models.reading import Direction, Passage, Text
from models.training.corpora import load_own
from models.training.example import Example

TWEET_CHARS = (60, 200)
MAIL_CHARS_MIN = 500


def tweets(count: int) -> list[Example]:
    """Texts of 60 to 200 characters, customers' and companies', in their threads."""
    low, high = TWEET_CHARS
    return _some([one for one in load_own() if low <= len(one.text.text) <= high], count)


def mails(count: int) -> list[Example]:
    """Texts of 700 to 1,000 characters: our mails, the short ones joined two or three in one."""
    own = [one for one in load_own() if len(one.text.text) >= 200]
    joined: list[Example] = []
    for direction in ("inbound", "outbound"):
        parts = [one for one in own if one.direction == direction]
        joined += [_joined(direction, parts[at : at + 3]) for at in range(0, len(parts) - 2, 3)]
    return _some([one for one in joined if len(one.text.text) >= MAIL_CHARS_MIN], count)


def _joined(direction: Direction, parts: list[Example]) -> Example:
    context: tuple[Passage, ...] = parts[0].text.context
    words = "\n\n".join(one.text.text for one in parts)
    text = Text(id=parts[0].text.id, text=words, direction=direction, context=context)
    return Example(text=text, group="", source="own", names=parts[0].names, known=parts[0].known)


def _some(examples: list[Example], count: int) -> list[Example]:
    step = max(1, len(examples) // count)
    return examples[::step][:count]
