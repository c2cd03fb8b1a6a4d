"""References and handles are read where they are stated, and nowhere else."""

import pytest

from pipeline.channels.mentions import DEFAULT_REFS, find_refs, find_stated_handles


@pytest.mark.parametrize(
    ("text", "refs"),
    [
        ("order #12345", ("order:12345",)),
        ("Order no. AB-123, order number: 77", ("order:77", "order:ab-123")),
        ("my order number is 405-123-77.", ("order:405-123-77",)),
        ("Bestellung Nr. 4711", ("order:4711",)),
        ("Bestellnummer: 4711, Auftragsnummer 4712", ("order:4711", "order:4712")),
        ("ma commande n° 4711", ("order:4711",)),
        ("Commande numéro : AB-4711", ("order:ab-4711",)),
        ("numéro de commande 4711", ("order:4711",)),
        ("mi pedido nº 4711", ("order:4711",)),
        ("Número de pedido: 4711", ("order:4711",)),
        ("encomenda n.º 4711, número da encomenda 4712", ("order:4711", "order:4712")),
        ("ordine n° 4711; numero d'ordine 4712", ("order:4711", "order:4712")),
        ("bestelnummer 4711, ordernummer 4712", ("order:4711", "order:4712")),
        ("ordrenummer 4711 og beställningsnummer 4712", ("order:4711", "order:4712")),
        ("zamówienie nr 4711, numer zamówienia: 4712", ("order:4711", "order:4712")),
        ("ticket #77 and case number 98", ("case:98", "ticket:77")),
        ("order #A1 order #a1", ("order:a1",)),
        ("in order to 12345", ()),
        ("I placed my order in 2017", ()),
        ("order 12345", ()),
        ("Je commande 4711 fois", ()),
        ("il mio ordine è in ritardo da 30 giorni", ()),
        ("numéro de téléphone 4711", ()),
        ("order number", ()),
        ("order no. 1", ()),
        ("order #soon", ()),
        ("#1 in service", ()),
        ("just in case 3 people ask", ()),
        ("[#77]", ()),
    ],
)
def test_references_need_a_word_and_a_sign(text: str, refs: tuple[str, ...]) -> None:
    """A wrong reference would join two customers' cases."""
    assert find_refs("", text, DEFAULT_REFS, 20) == refs


def test_brackets_count_in_subjects() -> None:
    """Helpdesks put the ticket there."""
    assert find_refs("Re: [#77] x [Case #8]", "", DEFAULT_REFS, 20) == ("case:8", "ticket:77")


def test_a_list_of_orders_is_no_reference() -> None:
    """A report about fifty orders belongs to none of them."""
    text = " ".join(f"order #{n}" for n in range(50))
    assert find_refs("", text, DEFAULT_REFS, 20) == ()


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("My Twitter is @Ada_L.", ("x:ada_l",)),
        ("my twitter handle: @ada", ("x:ada",)),
        ("I also tweeted from @ada, twice", ("x:ada",)),
        ("I've already posted about this on X as @ada", ("x:ada",)),
        ("I'm @ada on twitter", ("x:ada",)),
        ("I tweeted @shop about it", ()),
        ("your twitter is @shop", ()),
        ("write to me: my x is @ada.example.org", ()),
        ("@ada", ()),
    ],
)
def test_handles_are_the_writers_own(text: str, handles: tuple[str, ...]) -> None:
    """Only "my" and "I": everyone names other accounts."""
    assert find_stated_handles(text) == handles
