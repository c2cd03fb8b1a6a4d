"""Who "we" are: the company's own domains, addresses and social accounts.

Everything else is a customer. Without these settings every mail looks inbound.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The company's own names, in any case.

    Args:
        domains: mail domains; their subdomains are ours too.
        addresses: single addresses elsewhere, for example a shared mailbox at a provider.
        handles: social accounts, with or without ``@``.
    """

    domains: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    handles: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name in ("domains", "addresses", "handles"):
            plain = frozenset(value.strip().lower().lstrip("@") for value in getattr(self, name))
            object.__setattr__(self, name, plain)

    def owns_address(self, address: str) -> bool:
        """Whether a mail address is one of ours."""
        lowered = address.lower()
        return lowered in self.addresses or self.owns_host(lowered.rpartition("@")[2])

    def owns_host(self, host: str) -> bool:
        """Whether a host or domain is one of ours or below one of ours."""
        return any(host == domain or host.endswith("." + domain) for domain in self.domains)

    def owns_handle(self, handle: str) -> bool:
        """Whether a social account is ours."""
        return handle.lower().lstrip("@") in self.handles


NOBODY = Company()
