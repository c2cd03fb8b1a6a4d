"""All patterns for customers' texts, and the marks that are only weighed (``praise``, ``question``,
``banter``, ``request``, ``grumble``, ``answer``)."""

from typing import Final

from models.rules.answers import ANSWERS
from models.rules.complaints import COMPLAINTS
from models.rules.demands import DEMANDS
from models.rules.escalating import ESCALATING
from models.rules.everyday import EVERYDAY
from models.rules.innocence import INNOCENT
from models.rules.stories import STORIES
from models.rules.waiting import WAITING

INBOUND_RULES: Final = (
    *COMPLAINTS,
    *DEMANDS,
    *STORIES,
    *WAITING,
    *ANSWERS,
    *ESCALATING,
    *EVERYDAY,
    *INNOCENT,
)
