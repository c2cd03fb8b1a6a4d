"""What a reply asks for, what the customer had given, and when that makes a re-ask."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.reading import Direction, Passage, Signal, Text
from models.rules import RulesReader
from models.rules.asks import ASK_RULES
from models.rules.given import GIVEN_RULES, asked, given_before
from models.rules.rule import Table

READER = RulesReader()
NAMES = {rule.signal for rule in ASK_RULES}


def customer(text: str) -> Passage:
    """What the customer wrote."""
    return Passage(direction="inbound", text=text)


def company(text: str) -> Passage:
    """What the company wrote."""
    return Passage(direction="outbound", text=text)


def request(text: str, *before: Passage) -> Signal:
    """The info_request of a reply in its thread."""
    (reading,) = READER.read([Text(id="t", text=text, direction="outbound", context=before)])
    return next(signal for signal in reading.signals if signal.name == "info_request")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Please DM us your order number and email address.", "email order_number"),
        ("Could you send a photo of the label?", "photo"),
        ("DM your conf # please", "booking_reference"),
        ("What is the phone # on the account?", "phone"),
        ("Which iOS version are you running?", "version"),
        ("Please confirm your full name and postcode.", "address name"),
        ("Have you restarted the router?", "steps_tried"),
        ("Which part of Canada are you in?", "country"),
        ("Can we help?", ""),
    ],
)
def test_asked(text: str, names: str) -> None:
    """The closed list, in alphabetical order."""
    assert asked(text.lower()) == tuple(names.split())


@pytest.mark.parametrize("rule", GIVEN_RULES, ids=lambda rule: rule.signal)
def test_given(rule: object) -> None:
    """Each rule fires on its example, and names something that can be asked for."""
    assert isinstance(rule, type(GIVEN_RULES[0]))
    assert rule.signal in NAMES
    assert Table([rule]).hits(rule.example.lower())
    assert rule.signal in given_before([customer(rule.example)])


@pytest.mark.parametrize(
    "text",
    [
        "My order never came and nobody answers!",
        "I want to order a photo frame.",
        "My account is locked.",
        "The address on your website is wrong.",
        "When will my booking be confirmed?",
        "The version you sold me is broken.",
        "Call me!",
    ],
)
def test_nothing_given(text: str) -> None:
    """To speak of a thing is not to give it."""
    assert given_before([customer(text)]) == frozenset()


def test_asking_for_what_was_volunteered_is_a_re_ask() -> None:
    """The order number stood in the first message."""
    found = request("Please DM us your order number.", customer("Order 204-5588123 is missing."))
    assert found.asks == found.given == ("order_number",)


def test_asking_again_for_what_was_answered_is_a_re_ask() -> None:
    """Any contact answers what was asked; thanks are none."""
    before = (customer("My set is dead."), company("Which model do you have?"))
    again = "Which model is it?"
    assert request(again, *before).given == ()
    assert request(again, *before, customer("Ok, thanks!")).given == ()
    assert request(again, *before, customer("The big black one from last year")).given == (
        "device",
    )
    assert request(again, *before, customer("I've sent you a DM")).given == ("device",)


def test_asking_for_more_is_none() -> None:
    """A new question is no repetition."""
    before = (company("Your order number, please?"), customer("204-5588123"))
    found = request("Thanks! And which model is it?", *before)
    assert (found.asks, found.given) == (("device",), ())


def test_the_company_gives_nothing_in_the_customers_place() -> None:
    """Its own numbers are not the customer's answer."""
    assert given_before([company("Your order 204-5588123 is on its way.")]) == frozenset()


directions: st.SearchStrategy[Direction] = st.sampled_from(["inbound", "outbound"])
passages = st.builds(Passage, direction=directions, text=st.text(max_size=60))


@settings(max_examples=100, deadline=None)
@given(st.lists(passages, max_size=6), passages)
def test_more_context_never_takes_away(context: list[Passage], later: Passage) -> None:
    """What was given stays given."""
    before = given_before(context)
    assert before <= given_before([*context, later]) <= NAMES
