"""Another language is recognised and said; English, however short, is not taken for one."""

import pytest

from models.language import LANGUAGES, language_of
from models.plain import plain
from models.reading import Direction, Text
from models.rules import RulesReader
from tests.unit.models.languages import ENGLISH, FOREIGN

READER = RulesReader()


@pytest.mark.parametrize(("tag", "text"), FOREIGN)
@pytest.mark.parametrize("direction", ["inbound", "outbound"])
def test_a_foreign_text_is_unread_with_its_language(
    tag: str, text: str, direction: Direction
) -> None:
    """It does not vanish: whoever looks sees which language it is in."""
    (reading,) = READER.read([Text(id="t", text=text, direction=direction)])
    assert [signal.name for signal in reading.signals] == ["unread"]
    assert reading.lang == tag
    assert reading.signals[0].why == f"in {LANGUAGES[tag]} ({tag}): only English is read"


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_read(text: str) -> None:
    """Two words, slang, pidgin and names of places are no other language."""
    assert language_of(plain(text).text) in ("en", None)
    (reading,) = READER.read([Text(id="t", text=text, direction="inbound")])
    assert "unread" not in {signal.name for signal in reading.signals}


def test_every_language_is_tried() -> None:
    """The list of languages is not longer than what is tested, but for near relatives."""
    assert set(LANGUAGES) - {tag for tag, _ in FOREIGN} <= {"en", "bg", "ca", "fa", "ms", "ur"}
