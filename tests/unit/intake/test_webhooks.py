"""Deliveries over HTTP: what is answered, and what becomes of them."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from pipeline.connectors.health import Health
from pipeline.connectors.receiving import Receiver
from pipeline.domain.events import Event
from pipeline.errors import BadPayload, Forged
from pipeline.payloads import Answer, Delivery, Payload, Proof, Webhook, check_equal
from tests.contract.sinks import MemorySink
from tests.unit.intake.asgi import Client
from tests.unit.intake.fakes import NOW, House

PATH = "/v1/webhooks/desk"


@dataclass
class Desk(Webhook):
    """A source whose signature is a word in a header."""

    bytes_max: int = 1_000

    def verify(self, delivery: Delivery) -> Proof:
        check_equal(delivery.headers.get("x-word", ""), "open", "the word in X-Word is wrong")
        return Proof(token=delivery.raw.decode("latin-1"), at=None)

    def payloads(self, delivery: Delivery) -> list[Payload]:
        if delivery.raw == b"odd":
            raise BadPayload("expected anything but odd")
        return [Payload(raw=delivery.raw, where="body")]

    def parse(self, payload: Payload) -> list[Event]:
        raise BadPayload("nothing is good enough")

    def challenge(self, delivery: Delivery) -> Answer | None:
        if "say" not in delivery.query:
            raise Forged("expected the parameter say")
        return Answer(body=delivery.query["say"].encode(), media_type="text/plain")


@dataclass
class Hooked:
    """A gateway with one source."""

    sink: MemorySink = field(default_factory=MemorySink)
    house: House = field(default_factory=House)

    def __post_init__(self) -> None:
        health = Health(
            name="desk", channel="desk", kind="desk", since=NOW, silent_after=None,
            expect_every=timedelta(days=1),
        )  # fmt: skip
        self.health = health
        receiver = Receiver({"desk": Desk()}, {"desk": health}, self.sink, lambda: NOW)
        self.client = Client(self.house.app(channels=receiver, requests_per_minute=3))


@pytest.fixture
def hooked() -> Hooked:
    return Hooked()


def test_a_delivery_is_answered_when_it_is_kept(hooked: Hooked) -> None:
    """200 tells how much was used; a dead letter is kept, so the source need not repeat it."""
    answer = hooked.client.post(PATH, content=b"hello", headers={"X-Word": "open"})
    assert (answer.status_code, answer.json()) == (200, {"accepted": 0, "rejected": 1})
    assert [one.raw for one in hooked.sink.rejected] == [b"hello"]
    odd = hooked.client.post(PATH, content=b"odd", headers={"X-Word": "open"})
    assert odd.json() == {"accepted": 0, "rejected": 1}


def test_a_forged_delivery_is_403_and_strangers_are_slowed_down(hooked: Hooked) -> None:
    """The answer says what is wrong; nothing is kept; the fourth try a minute is 429."""
    for _ in range(3):
        answer = hooked.client.post(PATH, content=b"hello", headers={"X-Word": "close"})
        assert answer.status_code == 403
        assert "X-Word" in answer.json()["detail"]
    assert hooked.client.post(PATH, content=b"hello").status_code == 429
    assert hooked.sink.takes == 0
    assert hooked.health.report(NOW).errors == {"forged": 4}
    good = hooked.client.post(PATH, content=b"hello", headers={"X-Word": "open"})
    assert good.status_code == 200, "the source itself is not slowed down"


def test_a_replay_is_409(hooked: Hooked) -> None:
    """And has no effect."""
    for status in (200, 409):
        answer = hooked.client.post(PATH, content=b"hello", headers={"X-Word": "open"})
        assert answer.status_code == status
    assert hooked.sink.takes == 1


def test_a_full_disk_is_503_and_the_repetition_is_taken(hooked: Hooked) -> None:
    """Sources send again what was not acknowledged."""
    hooked.sink.broken_at = {0}
    for status in (503, 200):
        answer = hooked.client.post(PATH, content=b"hello", headers={"X-Word": "open"})
        assert answer.status_code == status


def test_too_large_is_413_and_unknown_is_404(hooked: Hooked) -> None:
    """Before anything is believed."""
    assert hooked.client.post(PATH, content=b"x" * 1_001).status_code == 413
    answer = hooked.client.post("/v1/webhooks/elsewhere", content=b"x")
    assert answer.status_code == 404
    assert "ccm channels list" in answer.json()["detail"]


def test_a_challenge_is_answered_by_the_source_s_own_rules(hooked: Hooked) -> None:
    """By GET, as social networks ask."""
    answer = hooked.client.get(PATH + "?say=12345")
    assert (answer.status_code, answer.text) == (200, "12345")
    assert hooked.client.get(PATH).status_code == 403


def test_a_gateway_without_channels_knows_no_source() -> None:
    """Its address is there, and says what to do."""
    assert Client(House().app()).post(PATH, content=b"x").status_code == 404
