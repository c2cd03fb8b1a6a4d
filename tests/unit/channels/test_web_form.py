"""The form becomes one message, or a list of what to mend."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.channels.limits import Limits
from pipeline.channels.web_form import (
    FIELDS,
    BadForm,
    FilledByProgram,
    FormRules,
    fields_of_json,
    parse,
)
from pipeline.domain.events import Message
from pipeline.errors import BadPayload, InputError, TooLarge
from pipeline.wire import decode_event, encode_event

AT = datetime(2026, 11, 18, 9, tzinfo=UTC)
GOOD: dict[str, Any] = {"email": "ada@example.org", "text": "It broke."}


def read(rules: FormRules | None = None, **fields: Any) -> Message:
    (message,) = parse(GOOD | fields, at=AT, new_id="u1", rules=rules or FormRules())
    return message


def wrong(rules: FormRules | None = None, **fields: Any) -> dict[str, str]:
    with pytest.raises(BadForm) as caught:
        read(rules, **fields)
    return {error.field: error.detail for error in caught.value.errors}


def test_a_whole_form_is_read() -> None:
    """Every field finds its place."""
    message = read(
        name=" Ada ", email=" Ada@Example.org ", phone="+44 (0)20 7946-0018", handle="@Ada_L",
        order="# AB 123", subject="Heater", text="It\r\nbroke.", topic="Repair", consent="on",
        idempotency_key="k-12345678", utm_source="x",
    )  # fmt: skip
    assert message == Message(
        id="form:k-12345678",
        at=AT,
        customer=("email:ada@example.org", "phone:+442079460018", "x:ada_l"),
        channel="web_form",
        visibility="private",
        direction="inbound",
        text="It\nbroke.",
        subject="Heater",
        refs=("order:ab123",),
        topic="repair",
        extra={"name": "Ada", "consent": True},
    )
    assert decode_event(encode_event(message)) == message


def test_text_and_one_way_to_answer_are_enough() -> None:
    """The id is the caller's where the form has no key."""
    assert read().id == "form:u1"
    assert read(email="", phone="+442079460018").customer == ("phone:+442079460018",)


def test_everything_wrong_is_told_at_once() -> None:
    """So that the person corrects the form once."""
    found = wrong(
        email="ada", phone="12", handle="a b", order="?", text=" ", topic="magic", consent="maybe",
        idempotency_key="short", subject="x" * 400, name=["a"],
    )  # fmt: skip
    assert set(found) == set(FIELDS)
    assert found["name"] == "expected text, found list"
    assert "choose one of: delivery" in found["topic"]


def test_somebody_to_answer_is_asked_for_once() -> None:
    """A wrong address is told as such, not as missing too."""
    assert "how can we answer" in wrong(email="")["email"]
    assert wrong(email="ada@")["email"].startswith("write it like")


@pytest.mark.parametrize(
    "email", ["a@b", "a b@c.de", "<a@b.co>", "a@b..co", "a@b.co,c@d.co", "@b.co"]
)
def test_no_address_is_no_address(email: str) -> None:
    """Strict: the person is there to correct it."""
    assert "email" in wrong(email=email)


@pytest.mark.parametrize(
    ("phone", "code", "found"),
    [
        ("0044 20 79460018", None, "+442079460018"),
        ("0171 1234567", "49", "+491711234567"),
        ("+49 (0) 171/1234567", None, "+491711234567"),
        ("0171 1234567", None, None),
        ("+0 171 1234567", None, None),
        ("+49 171 CALL", None, None),
        ("+" + "1" * 16, None, None),
    ],
)
def test_phone_numbers_are_e164(phone: str, code: str | None, found: str | None) -> None:
    """A number of no country is asked for again, unless the company has one."""
    rules = FormRules(calling_code=code)
    if found is None:
        assert "country code" in wrong(rules, phone=phone)["phone"]
    else:
        assert read(rules, phone=phone).customer[1] == f"phone:{found}"


def test_consent_may_be_asked_for() -> None:
    """A setting; JSON has true, forms have on."""
    rules = FormRules(consent_required=True)
    assert "agree" in wrong(rules)["consent"]
    assert read(rules, consent=True).extra == {"consent": True}


def test_a_program_gives_itself_away() -> None:
    """The hidden field; the caller can tell it from a mistake."""
    with pytest.raises(FilledByProgram, match="leave this field empty"):
        read(website="https://spam.example")


def test_sizes_are_bounded() -> None:
    """Fields, their number and the body."""
    assert "shorten" in wrong(text="x" * 20_001)["text"]
    with pytest.raises(TooLarge, match="form_fields"):
        parse({f"f{n}": "x" for n in range(100)}, at=AT, new_id="u1")
    with pytest.raises(TooLarge, match="form_bytes"):
        fields_of_json(b" " * 300_000, Limits())


@pytest.mark.parametrize("raw", [b"", b"[]", b"nul", b"\xff", b'{"a":', b"[" * 100_000, b"1"])
def test_other_bodies_are_refused(raw: bytes) -> None:
    """The reason says what was expected."""
    with pytest.raises(BadPayload, match="expected a JSON object"):
        fields_of_json(raw)


VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.lists(st.text())


@given(st.dictionaries(st.sampled_from([*FIELDS, "other"]), VALUES))
def test_whatever_comes_only_an_input_error_is_raised(fields: dict[str, Any]) -> None:
    """And what is read can be written as a line."""
    try:
        (message,) = parse(GOOD | fields, at=AT, new_id="u1")
    except InputError:
        return
    assert decode_event(encode_event(message)) == message
