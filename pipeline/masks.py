"""Short pseudonyms: enough to tell two customers apart in a list, too little to write to them."""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.domain.verdict import Verdict


def masked(identifier: str) -> str:
    """Return an identifier with its middle left out: ``email:m…@example.org``, ``x:a…e``.

    Of numbers the last two digits stay, of names the first and last letter, of addresses the first
    letter and the domain.
    """
    scheme, _, value = identifier.partition(":")
    return f"{scheme}:{_shortened(scheme, value)}"


def _shortened(scheme: str, value: str) -> str:
    name, at, domain = value.partition("@")
    if at and scheme == "email":
        return f"{name[:1]}…@{domain}"
    if scheme in ("phone", "sms"):
        return f"…{value[-2:]}"
    return f"{name[:1]}…{name[-1:]}" if len(name) > 3 else f"{name[:1]}…"


def pseudonym(customer: Sequence[str]) -> str:
    """Return how a page names a customer; one without identifiers was erased."""
    return masked(min(customer, key=_preference)) if customer else "erased customer"


def _preference(identifier: str) -> tuple[bool, str]:
    return (not identifier.startswith("email:"), identifier)


def without_names(verdict: Verdict) -> Verdict:
    """Return the verdict with every identifier masked."""
    return replace(verdict, customer=tuple(masked(one) for one in verdict.customer))
