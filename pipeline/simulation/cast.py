"""Who takes part in a journey: the customer, the company, and what it is about.

Every name, address and number carries the journey's own serial number, so that no two journeys
share a key. Telephone numbers lie in +999, which no country has.
"""

from dataclasses import dataclass
from random import Random
from typing import Final

from pipeline.simulation.words.industries import (
    AGENTS,
    CITIES,
    FIRST_NAMES,
    INDUSTRIES,
    LAST_NAMES,
    TEAMS,
    Industry,
    Theme,
)
from pipeline.simulation.words.manner import MANNERS

DESKS: Final = (("web_form", 45), ("email", 43), ("chat", 6), ("phone", 6))
PLATFORMS: Final = (("x", 60), ("mastodon", 25), ("facebook", 15))
LINKS: Final = (("identity", 30), ("ref", 30), ("stated", 25), ("thread", 15))
STAMP: Final = 10**5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The people and things of one journey; everything about them was drawn from its seed.

    Attributes:
        serial: unique among all journeys of a seed, and nearly so among seeds.
        desk: the private channel; ``platform``: the public one.
        link: how both sides are known to be one person, for journeys whose script leaves it open.
        themes: what it is about, and what a second issue is about.
        orders: the references that belong to the themes.
    """

    serial: int
    first: str
    last: str
    industry: Industry
    brand: str
    desk: str
    platform: str
    link: str
    themes: tuple[Theme, Theme]
    orders: tuple[str, str]
    city: str
    agent: str
    team: str
    manner: str
    american: bool
    reach: int
    carries_ref: bool

    @property
    def domain(self) -> str:
        """The company's domain, in a top-level domain that never resolves."""
        return "".join(filter(str.isalnum, self.brand.lower())) + ".example"

    @property
    def handle(self) -> str:
        """The customer's name on the public platform."""
        return f"{self.first}{self.last}{_base36(self.serial)}".lower()

    @property
    def email(self) -> str:
        """The customer's mail identifier."""
        return f"email:{self.first}.{self.last}.{_base36(self.serial)}@post.example".lower()

    @property
    def phone(self) -> str:
        """The customer's telephone identifier."""
        return f"phone:+999{self.serial % 10**12:012d}"

    @property
    def public(self) -> str:
        """The customer's identifier on the public platform."""
        host = "@social.example" if self.platform == "mastodon" else ""
        return f"{self.platform}:{self.handle}{host}"


def draw_cast(rng: Random, seed: int, index: int) -> Cast:
    """Return the cast of journey ``index`` of a simulation."""
    industry = rng.choice(INDUSTRIES)
    first, second = rng.sample(industry.themes, 2)
    serial = Random(f"stamp {seed}").randrange(STAMP) * 10**8 + index
    number = _base36(serial).upper()
    return Cast(
        serial=serial,
        first=rng.choice(FIRST_NAMES),
        last=rng.choice(LAST_NAMES),
        industry=industry,
        brand=rng.choice(industry.brands),
        desk=_weighted(rng, DESKS),
        platform=_weighted(rng, PLATFORMS),
        link=_weighted(rng, LINKS),
        themes=(first, second),
        orders=(f"A{number}", f"B{number}"),
        city=rng.choice(CITIES),
        agent=rng.choice(AGENTS),
        team=rng.choice(TEAMS),
        manner=rng.choice(MANNERS),
        american=rng.random() < 0.5,
        reach=int(rng.lognormvariate(5.5, 1.8)),
        carries_ref=rng.random() < 0.4,
    )


def _weighted(rng: Random, choices: tuple[tuple[str, int], ...]) -> str:
    return rng.choices([name for name, _ in choices], [weight for _, weight in choices])[0]


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"
