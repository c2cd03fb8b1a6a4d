"""The gateway over HTTP: what is taken, what is refused, and how it says so."""

import asyncio
import json
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from prometheus_client import Counter

from pipeline.domain.events import Message
from pipeline.intake.openapi import build_document
from pipeline.wire import decode_event
from tests.unit.intake.asgi import Client
from tests.unit.intake.fakes import House

EVENT: dict[str, Any] = {
    "id": "chat:1",
    "kind": "message",
    "at": "2026-11-20T09:00:00Z",
    "customer": ["email:ada@example.org"],
    "channel": "chat",
    "visibility": "private",
    "direction": "inbound",
    "text": "My parcel never came.",
}
FORM = {"text": "The lamp came broken.", "email": "ada@example.org", "order": "AB-123"}
MAIL = (
    b"From: Ada <ada@example.org>\r\nTo: help@acme.example\r\nDate: Fri, 20 Nov 2026 09:00:00 +0000"
    b"\r\nMessage-ID: <1@example.org>\r\nSubject: Broken\r\n\r\nThe lamp came broken.\r\n"
)
LINES = {"content-type": "application/x-ndjson"}
BROWSER = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def house() -> House:
    """A gateway's neighbours."""
    return House()


def client_of(house: House, **intake: Any) -> Client:
    """A client on the machine itself."""
    return Client(house.app(**intake))


def line(**changes: Any) -> bytes:
    """One line of the interchange format."""
    return json.dumps({**EVENT, **changes}).encode()


def assert_problem(answer: Any, status: int, *words: str) -> dict[str, Any]:
    """The answer is a problem document whose detail holds these words."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    for word in words:
        assert word in told["detail"]
    return told


# -------------------------------------------------------------------------------------- events


def test_good_lines_are_in_the_inbox_before_the_answer(house: House) -> None:
    """What was answered with 202 is committed, byte for byte."""
    lines = [line(id=f"chat:{number}") for number in range(3)]
    answer = client_of(house).post("/v1/events", content=b"\r\n".join(lines), headers=LINES)
    assert answer.status_code == 202
    assert answer.json() == {"accepted": 3, "rejected": 0, "rejected_lines": []}
    assert house.inbox.lines == [("events", one) for one in lines]


def test_bad_lines_become_dead_letters_and_good_ones_are_taken(house: House) -> None:
    """Each line stands for itself; the number and the reason come back."""
    body = b"\n".join([line(), b"", b"{nonsense", line(id="chat:2"), line(direction="sideways")])
    answer = client_of(house).post("/v1/events", content=body, headers=LINES)
    told = answer.json()
    assert (answer.status_code, told["accepted"], told["rejected"]) == (202, 2, 2)
    assert [one["line"] for one in told["rejected_lines"]] == [3, 5]
    assert "direction" in told["rejected_lines"][1]["reason"]
    assert [letter[1:3] for letter in house.dead_letters.letters] == [
        ("line 3", "POST /v1/events"),
        ("line 5", "POST /v1/events"),
    ]
    assert house.dead_letters.letters[0][3] == b"{nonsense"


def test_no_good_line_is_a_problem(house: House) -> None:
    """A sender of nothing but bad lines gets 422 with the reasons."""
    told = assert_problem(
        client_of(house).post("/v1/events", content=b"[]\nx", headers=LINES), 422, "line 1"
    )
    assert told["rejected"] == 2
    assert len(house.dead_letters.letters) == 2


def test_one_event_over_several_lines_is_one_event(house: House) -> None:
    """A pretty-printed object is taken, as one line."""
    body = json.dumps(EVENT, indent=2).encode()
    answer = client_of(house).post("/v1/events", content=body, headers=LINES)
    assert answer.json()["accepted"] == 1
    assert decode_event(house.inbox.lines[0][1]) == decode_event(line())


def test_nothing_is_accepted_while_the_inbox_cannot_write(house: House) -> None:
    """503 asks the sender to come back; nothing was promised."""
    house.inbox.broken = True
    answer = client_of(house).post("/v1/events", content=line() + b"\nbad", headers=LINES)
    assert_problem(answer, 503, "Send it again")
    assert answer.headers["retry-after"]
    assert house.dead_letters.letters == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"authorization": "Bearer wrong"}, 401),
        ({"authorization": "Basic secret"}, 401),
        ({"authorization": "Bearer "}, 401),
        ({"authorization": "Bearer secret"}, 202),
        ({"authorization": "bearer secret"}, 202),
    ],
)
def test_a_token_is_asked_for(house: House, headers: dict[str, str], status: int) -> None:
    """With a token set, every client has to send it, this machine's as well."""
    client = client_of(house, token="secret")
    answer = client.post("/v1/events", content=line(), headers=LINES | headers)
    assert answer.status_code == status
    if status == 401:
        assert_problem(answer, 401, "Authorization: Bearer")
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("192.0.2.7", {}),
        ("127.0.0.1", {"host": "evil.example"}),
        ("127.0.0.1", {"x-forwarded-for": "192.0.2.7"}),
        ("::1", {"forwarded": "for=192.0.2.7"}),
    ],
)
def test_without_a_token_only_this_machine_may_send(
    house: House, address: str, headers: dict[str, str]
) -> None:
    """Neither a foreign address, nor a proxy, nor another site's name counts as this machine."""
    client = Client(house.app(hosts=("*",)), address=address, base_url="http://localhost")
    answer = client.post("/v1/events", content=line(), headers=LINES | headers)
    assert_problem(answer, 403, "intake.token")
    assert house.inbox.lines == []


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example"])
def test_a_name_that_is_not_ours_is_refused(house: House, host: str) -> None:
    """A page of another site cannot read the monitor by pointing its name at this machine."""
    answer = client_of(house).get("/healthz", headers={"host": host})
    assert_problem(answer, 421, "server.hosts")


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:8080", "LOCALHOST:1"])
def test_loopback_answers_to_its_own_names(house: House, host: str) -> None:
    """With any port, and in any case."""
    assert client_of(house).get("/healthz", headers={"host": host}).status_code == 200


def test_further_names_are_a_setting(house: House) -> None:
    """Behind a proxy the monitor has the name that its users know."""
    client = Client(house.app(hosts=("monitor.example",)), base_url="http://monitor.example")
    assert client.get("/healthz").status_code == 200


def test_the_machine_itself_may_send_without_a_token(house: House) -> None:
    """`make run` works without any setting."""
    client = Client(house.app(), address="127.0.0.1", base_url="http://localhost:8080")
    assert client.post("/v1/events", content=line(), headers=LINES).status_code == 202


@pytest.mark.parametrize("path", ["/v1/events", "/v1/mail", "/v1/complaints"])
def test_a_wrong_type_is_named(house: House, path: str) -> None:
    """415 says which types are taken."""
    answer = client_of(house).post(path, content=b"x", headers={"content-type": "text/plain"})
    assert_problem(answer, 415, "text/plain", "Content-Type")


@pytest.mark.parametrize("announced", [True, False])
def test_a_large_body_is_refused(house: House, announced: bool) -> None:
    """413, at once where the length is announced and while reading where it is not."""
    body = line() + b" " * 2000
    parts = body if announced else iter([body[:900], body[900:]])
    answer = client_of(house, events_bytes_max=1000).post(
        "/v1/events", content=parts, headers=LINES
    )
    assert_problem(answer, 413, "1,000 bytes")
    assert house.inbox.lines == []


def test_many_lines_are_refused(house: House) -> None:
    """The number of lines is bounded too."""
    answer = client_of(house, events_lines_max=2).post(
        "/v1/events", content=b"\n".join([line()] * 3), headers=LINES
    )
    assert_problem(answer, 413, "3 lines", "smaller parts")


def test_fast_senders_wait(house: House) -> None:
    """429 with Retry-After; after that time the next request passes."""
    client = client_of(house, requests_per_minute=2)
    for _ in range(2):
        assert client.post("/v1/events", content=line(), headers=LINES).status_code == 202
    answer = client.post("/v1/events", content=line(), headers=LINES)
    assert_problem(answer, 429, "Wait 30 s")
    house.now += timedelta(seconds=int(answer.headers["retry-after"]))
    assert client.post("/v1/events", content=line(), headers=LINES).status_code == 202


def test_an_empty_body_is_a_problem(house: House) -> None:
    """Nothing sent is nothing accepted."""
    assert_problem(client_of(house).post("/v1/events", content=b"\n", headers=LINES), 400, "empty")


# ---------------------------------------------------------------------------------------- mail


def test_a_mail_becomes_an_event(house: House) -> None:
    """The mail drop goes through the mail reader into the inbox."""
    headers = {"content-type": "message/rfc822"}
    answer = client_of(house).post("/v1/mail", content=MAIL, headers=headers)
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1})
    event = decode_event(house.inbox.lines[0][1])
    assert isinstance(event, Message)
    assert event.text == "The lamp came broken."


def test_what_is_no_mail_is_a_dead_letter(house: House) -> None:
    """422 to the sender, the bytes to the operators."""
    headers = {"content-type": "message/rfc822"}
    answer = client_of(house).post("/v1/mail", content=b"\x00\x01", headers=headers)
    assert_problem(answer, 422)
    assert house.dead_letters.letters[0][3] == b"\x00\x01"


# ---------------------------------------------------------------------------------- complaints


def test_a_complaint_by_json_gets_a_reference(house: House) -> None:
    """The reference is the event's id."""
    answer = client_of(house).post("/v1/complaints", json=FORM)
    assert answer.status_code == 202
    reference = answer.json()["reference"]
    assert re.fullmatch(r"[0-9a-z]{4}(-[0-9a-z]{4}){2}", reference)
    source, kept = house.inbox.lines[0]
    event = decode_event(kept)
    assert (source, event.id) == ("web_form", f"form:{reference}")
    assert event.customer == ("email:ada@example.org",)


def test_the_form_thanks_by_a_redirect(house: House) -> None:
    """A reload of the thanks does not send the complaint again; the reference is shown."""
    client = client_of(house)
    answer = client.post("/v1/complaints", data=FORM, headers=BROWSER)
    assert answer.status_code == 303
    reference = decode_event(house.inbox.lines[0][1]).id.removeprefix("form:")
    thanks = client.get(answer.headers["location"])
    assert reference in thanks.text
    assert "Thank you" in thanks.text


def test_errors_stand_beside_the_fields_and_values_stay(house: House) -> None:
    """What was typed is not lost, and hostile text stays text."""
    wrong = {"text": "", "email": '"><script>alert(1)</script>', "name": "Ada <b>"}
    answer = client_of(house).post("/v1/complaints", data=wrong, headers=BROWSER)
    assert answer.status_code == 422
    assert 'id="text-error"' in answer.text
    assert 'id="email-error"' in answer.text
    assert "Ada &lt;b&gt;" in answer.text
    assert "<script>alert" not in answer.text
    assert house.inbox.lines == []


def test_a_program_gets_the_wrong_fields_as_a_problem(house: House) -> None:
    """One entry for each wrong field."""
    told = assert_problem(client_of(house).post("/v1/complaints", json={"email": "x"}), 422)
    assert {one["field"] for one in told["errors"]} == {"text", "email"}


@pytest.mark.parametrize("body", [b"{", b"[1]", b'"x"', b"[" * 100_000, b"\xff\xfe"])
def test_json_that_is_no_form_is_refused(house: House, body: bytes) -> None:
    """Neither broken nor bottomless JSON does harm."""
    answer = client_of(house).post(
        "/v1/complaints", content=body, headers={"content-type": "application/json"}
    )
    assert_problem(answer, 400, "JSON")


def test_a_robot_is_thanked_and_dead_lettered(house: House) -> None:
    """The hidden field gives it away; it is not told so."""
    answer = client_of(house).post(
        "/v1/complaints", data=FORM | {"website": "http://spam.example"}, headers=BROWSER
    )
    assert answer.headers["location"].startswith("/complain/thanks")
    assert house.inbox.lines == []
    assert "robot" in house.dead_letters.letters[0][0]


def test_the_form_carries_a_key_of_its_own(house: House) -> None:
    """Each time another one; a second click on Send is the same complaint with one reference."""
    client = client_of(house)
    keys = [re.findall(r'name="idempotency_key" value="([^"]+)"', client.get("/complain").text)
            for _ in range(2)]  # fmt: skip
    assert keys[0] != keys[1]
    sent = FORM | {"idempotency_key": keys[0][0]}
    first, second = (client.post("/v1/complaints", data=sent, headers=BROWSER) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert len(house.inbox.lines) == 1
    changed = client.post("/v1/complaints", data=sent | {"text": "Another!"}, headers=BROWSER)
    assert changed.status_code == 303, "somebody went back and wrote something else"
    assert changed.headers["location"] != first.headers["location"]
    assert len(house.inbox.lines) == 2


@pytest.mark.parametrize("where", ["field", "header"])
def test_a_program_may_repeat_what_it_sent(house: House, where: str) -> None:
    """Under its key, a minute later and from elsewhere: one event. Another text is refused."""
    app, key = house.app(), "order-12345-late"
    more: dict[str, Any] = {"headers": {"Idempotency-Key": key}} if where == "header" else {}
    body = FORM | ({"idempotency_key": key} if where == "field" else {})
    first = Client(app).post("/v1/complaints", json=body, **more)
    house.now += timedelta(minutes=1)
    second = Client(app, address="192.0.2.7").post("/v1/complaints", json=body, **more)
    assert first.json()["reference"] == second.json()["reference"] == key
    assert len(house.inbox.lines) == 1
    other = Client(app).post("/v1/complaints", json=body | {"text": "Another"}, **more)
    assert_problem(other, 422, "idempotency key", "Choose a new one")
    house.now += timedelta(days=2)
    assert Client(app).post("/v1/complaints", json=body, **more).status_code == 202


def test_a_repetition_after_a_full_disk_is_taken(house: House) -> None:
    """What was not kept was not taken."""
    client = client_of(house)
    house.inbox.broken = True
    body = FORM | {"idempotency_key": "order-12345-late"}
    assert client.post("/v1/complaints", json=body).status_code == 503
    house.inbox.broken = False
    assert client.post("/v1/complaints", json=body).status_code == 202
    assert len(house.inbox.lines) == 1


def test_clicks_at_the_same_time_are_one_complaint(house: House) -> None:
    """The second waits for the first."""
    app = house.app()
    body = FORM | {"idempotency_key": "order-12345-late"}

    async def both() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            sent = (client.post("/v1/complaints", json=body) for _ in range(5))
            return list(await asyncio.gather(*sent))

    answers = asyncio.run(both())
    assert {one.status_code for one in answers} == {202}
    assert len(house.inbox.lines) == 1


def test_files_and_floods_of_fields_are_refused(house: House) -> None:
    """A form takes text only, and not without end."""
    client = client_of(house)
    answer = client.post("/v1/complaints", data=FORM, files={"a": ("a.txt", b"x")})
    assert_problem(answer, 400)
    many = {f"f{number}": "x" for number in range(60)}
    assert_problem(client.post("/v1/complaints", data=FORM | many), 400)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1:8080", 202),
        ("https://shop.example", 202),
        ("https://evil.example", 403),
        ("null", 403),
    ],
)
def test_other_sites_need_leave_to_send(house: House, origin: str, status: int) -> None:
    """The origin allow-list, and this site itself."""
    client = client_of(house, origins=("https://shop.example",))
    answer = client.post("/v1/complaints", json=FORM, headers={"origin": origin})
    assert answer.status_code == status
    if origin.startswith("https://shop"):
        assert answer.headers["access-control-allow-origin"] == origin
    asked = client.request("OPTIONS", "/v1/complaints", headers={"origin": origin})
    assert asked.status_code == (204 if status == 202 else 403)


def test_an_allowed_site_may_read_what_is_wrong(house: House) -> None:
    """Its script shows the customer what to mend; a browser hides answers without leave."""
    shop = {"origin": "https://shop.example"}
    client = client_of(house, origins=("https://shop.example",), complaints_per_minute=2)
    answers = [
        client.post("/v1/complaints", json={"email": "x"}, headers=shop),
        client.post("/v1/complaints", content=b"x", headers=shop | {"content-type": "image/png"}),
        client.post(
            "/v1/complaints", content=b"{", headers=shop | {"content-type": "application/json"}
        ),
        client.post("/v1/complaints", json=FORM, headers=shop),
    ]
    assert [one.status_code for one in answers] == [422, 415, 400, 429]
    assert all(one.headers["access-control-allow-origin"] == shop["origin"] for one in answers)
    assert "access-control-allow-origin" not in client.post("/v1/complaints", json={}).headers


def test_complaints_are_limited_by_address(house: House) -> None:
    """One address cannot flood; another one is not held up by it."""
    app = house.app(complaints_per_minute=1)
    one, other = (Client(app, address=address) for address in ("192.0.2.1", "192.0.2.2"))
    assert one.post("/v1/complaints", json=FORM).status_code == 202
    assert_problem(one.post("/v1/complaints", json=FORM), 429)
    assert other.post("/v1/complaints", json=FORM).status_code == 202


# -------------------------------------------------------------------------------------- machines


def test_the_registry_is_exposed(house: House) -> None:
    """/metrics shows what the registry holds."""
    Counter("ccm_things", "Things.", registry=house.registry).inc(3)
    answer = client_of(house).get("/metrics")
    assert "ccm_things_total 3.0" in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


def test_readiness_names_what_is_missing(house: House) -> None:
    """Alive is not ready."""
    client = client_of(house)
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").status_code == 200
    house.missing.append("the engine is 4,000 events behind")
    assert_problem(client.get("/readyz"), 503, "4,000 events behind")
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(("method", "path"), [("GET", "/nothing"), ("GET", "/v1/events")])
def test_wrong_addresses_and_methods_say_what_to_do(house: House, method: str, path: str) -> None:
    """Even the framework's own errors are problem documents."""
    answer = client_of(house).request(method, path)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].endswith(("POST.", "every address."))


@pytest.mark.parametrize("path", ["/complain", "/healthz", "/nothing", "/assets/complain.css"])
def test_every_answer_forbids_foreign_and_inline_code(house: House, path: str) -> None:
    """The policy holds on pages, data, errors and assets alike."""
    headers = client_of(house).get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "cache-control" in headers


def test_the_document_is_served(house: House) -> None:
    """OpenAPI at its address."""
    assert client_of(house).get("/api/v1/openapi.json").json() == build_document()


def test_every_reference_of_the_document_leads_somewhere() -> None:
    """No dangling schema."""
    document = build_document()
    named = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))
    assert named <= set(document["components"]["schemas"])
