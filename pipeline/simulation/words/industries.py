"""Seven industries, their invented brands, and what goes wrong there.

Each theme tells a topic of the interchange format, what the customer has (``item``), how it failed
(``faults``), what puts it right (``fixes``) and why the company may refuse (``refusals``).
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One thing that customers of an industry complain about."""

    topic: str
    item: str
    faults: tuple[str, ...]
    fixes: tuple[str, ...]
    refusals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Industry:
    """A trade with its brands; ``number`` is what its customers call their reference."""

    name: str
    brands: tuple[str, ...]
    number: str
    themes: tuple[Theme, ...]


INDUSTRIES: Final = (
    Industry(
        name="telecom",
        brands=("Lumobell", "Northwire Mobile", "Quillfibre"),
        number="account number",
        themes=(
            Theme(
                topic="outage",
                item="broadband",
                faults=(
                    "My broadband in {city} has been down since {day}",
                    "The router has shown a red light for {n} days and there is no internet at all",
                    "The line drops every evening at {hour} and stays off for hours",
                ),
                fixes=(
                    "we replaced the faulty port at the {city} exchange and your line now syncs",
                    "an engineer repaired the cable in your street and the line test is clean",
                    "we reset your line profile and credited {amount} for the days without service",
                ),
                refusals=("the fault lies in your own wiring, so we cannot pay for the repair",),
            ),
            Theme(
                topic="billing",
                item="phone bill",
                faults=(
                    "You charged me {amount} twice this month",
                    "My bill shows {amount} for roaming although I never left {city}",
                    "There is a charge of {amount} for a number that I cancelled in spring",
                ),
                fixes=(
                    "we have taken the {amount} off and the corrected bill is in your account",
                    "we refunded {amount} to your card today, reference {order}",
                    "the second charge of {amount} was reversed this morning",
                ),
                refusals=("the calls were made from your handset, so the {amount} stand",),
            ),
            Theme(
                topic="contract",
                item="contract",
                faults=(
                    "You extended my contract by two years and nobody asked me",
                    "The price in my contract is not the one that your shop in {city} promised",
                ),
                fixes=(
                    "we have cancelled the extension; your contract now ends on {date}",
                    "we changed your tariff back to the agreed {amount} a month from today",
                ),
                refusals=("you confirmed the new term in the app, so it stays in force",),
            ),
        ),
    ),
    Industry(
        name="retail",
        brands=("Pindleton", "Harrow and Finch", "Cartwillow"),
        number="order number",
        themes=(
            Theme(
                topic="delivery",
                item="parcel",
                faults=(
                    "My parcel should have come on {day} and tracking has not moved for {n} days",
                    "The driver marked my parcel as delivered but nothing is here",
                    "Half of what I ordered is missing from the box",
                ),
                fixes=(
                    "we found your parcel at the {city} depot and delivered it this morning",
                    "we sent a replacement today, tracking {order}",
                    "we refunded {amount} for the missing items just now",
                ),
                refusals=("the carrier has a signature from your address, so we cannot refund it",),
            ),
            Theme(
                topic="product",
                item="television",
                faults=(
                    "The new television switches itself off after {n} minutes",
                    "The television that you sent has a cracked screen",
                    "This is replacement television number {n} and it has the same green stripe",
                ),
                fixes=(
                    "we are exchanging the set for the next model up, delivered on {date}",
                    "our technician replaced the main board on {date} and tested it for an hour",
                    "we have collected the set and paid {amount} back to your card",
                ),
                refusals=("the damage came from a fall, which the warranty does not cover",),
            ),
            Theme(
                topic="refund",
                item="refund",
                faults=(
                    "I returned the boots {n} weeks ago and still have no refund",
                    "You refunded {amount} less than I paid",
                ),
                fixes=(
                    "we booked your refund of {amount} today; it reaches your bank within the day",
                    "we paid the missing {amount} to your card this morning",
                ),
                refusals=("the return came after the 30 days, so no refund is due",),
            ),
        ),
    ),
    Industry(
        name="airline",
        brands=("Skelaro Air", "Bluemarch Airways"),
        number="booking reference",
        themes=(
            Theme(
                topic="delivery",
                item="suitcase",
                faults=(
                    "My suitcase did not arrive in {city} on {day}",
                    "My suitcase came back with a wheel torn off",
                    "{n} days without my luggage and no word where it is",
                ),
                fixes=(
                    "your suitcase was found in {city} and a courier handed it to you today",
                    "we have paid {amount} for the damaged case, reference {order}",
                ),
                refusals=("the report was filed after seven days, so we cannot pay for the case",),
            ),
            Theme(
                topic="booking",
                item="flight",
                faults=(
                    "My flight to {city} on {day} was cancelled two hours before departure",
                    "Your site booked me twice on the flight to {city}",
                    "You moved my seat away from my child although I had paid for it",
                ),
                fixes=(
                    "we rebooked you on the {hour} flight to {city} and paid {amount} compensation",
                    "we cancelled the second booking and returned {amount} to your card",
                ),
                refusals=("the storm was extraordinary, so no compensation is due",),
            ),
        ),
    ),
    Industry(
        name="bank",
        brands=("Corvanta Bank", "Tillbrook Savings"),
        number="account number",
        themes=(
            Theme(
                topic="account",
                item="account",
                faults=(
                    "You have locked my account for {n} days and my rent is due",
                    "My new card was sent to an address in {city} where I no longer live",
                    "The app says that my account does not exist",
                ),
                fixes=(
                    "we unlocked your account at {hour} and your rent payment has gone out",
                    "we blocked the old card and a new one was posted to the right address today",
                ),
                refusals=("the law obliges us to keep the account locked until the check is done",),
            ),
            Theme(
                topic="fraud",
                item="card payment",
                faults=(
                    "Somebody took {amount} from my card in {city} and it was not me",
                    "There are {n} payments on my statement that I never made",
                ),
                fixes=(
                    "we refunded the {amount} and blocked the card, reference {order}",
                    "the payments were reversed today and your new card is on its way",
                ),
                refusals=("the payment was confirmed with your own code, so we cannot return it",),
            ),
        ),
    ),
    Industry(
        name="energy",
        brands=("Voltgrove", "Emberline Power"),
        number="meter number",
        themes=(
            Theme(
                topic="billing",
                item="electricity bill",
                faults=(
                    "My electricity bill of {amount} is based on a reading that nobody took",
                    "You took {amount} by direct debit instead of the agreed sum",
                    "I am billed for the meter of my neighbour in {city}",
                ),
                fixes=(
                    "we rebilled you on your own reading, which saves you {amount}",
                    "we returned {amount} to your bank and set the direct debit right",
                ),
                refusals=("our reader photographed the meter, so the bill of {amount} is right",),
            ),
            Theme(
                topic="repair",
                item="smart meter",
                faults=(
                    "The smart meter has been blank for {n} weeks",
                    "Your engineer did not come on {day} and nobody called",
                ),
                fixes=(
                    "our engineer swapped the meter on {date} and it reads correctly",
                    "we replaced the display and credited {amount} for the missed visit",
                ),
                refusals=("the meter belongs to the landlord, so we may not repair it",),
            ),
        ),
    ),
    Industry(
        name="streaming",
        brands=("Pictaloop", "Sonderbox"),
        number="account number",
        themes=(
            Theme(
                topic="cancellation",
                item="subscription",
                faults=(
                    "I cancelled {n} weeks ago and you took {amount} again",
                    "The cancel button does nothing and I am still being charged",
                ),
                fixes=(
                    "your subscription ended today and {amount} went back to your card",
                    "we closed the subscription by hand and refunded the last {n} payments",
                ),
                refusals=("the month had already begun, so the {amount} cannot be returned",),
            ),
            Theme(
                topic="website",
                item="app",
                faults=(
                    "The app crashes every time I press play",
                    "I have been logged out {n} times today and my lists are gone",
                    "Downloads vanish from the app each {day}",
                ),
                fixes=(
                    "we restored your lists from {date} and removed the broken device entry",
                    "we fixed the playback error for your model in the version of today",
                ),
                refusals=("your television is from before 2015, which we no longer support",),
            ),
        ),
    ),
    Industry(
        name="travel",
        brands=("Wanderquay", "Saltmarsh Holidays"),
        number="booking reference",
        themes=(
            Theme(
                topic="booking",
                item="hotel room",
                faults=(
                    "The hotel in {city} had no room for us although we had paid {amount}",
                    "We booked a sea view in {city} and were given a room over the kitchen",
                    "My booking for {day} has vanished from your site",
                ),
                fixes=(
                    "we have booked you into the sister hotel in {city} at our cost",
                    "we refunded {amount} for the difference, reference {order}",
                ),
                refusals=("the sea view was on request only, so no refund is due",),
            ),
            Theme(
                topic="staff",
                item="tour",
                faults=(
                    "Your guide in {city} left us at the station and shouted at my mother",
                    "The representative in {city} hung up on me {n} times",
                ),
                fixes=(
                    "we spoke to the guide, who is off the tour, and returned {amount} to you",
                    "we have removed the representative and credited {amount} to your booking",
                ),
                refusals=("the meeting time was in the papers, so we cannot pay for the taxi",),
            ),
        ),
    ),
)

FIRST_NAMES: Final = (
    "Ada", "Bilal", "Carla", "Dmitri", "Esi", "Finn", "Grace", "Hiro", "Imani", "Jonas", "Kavya",
    "Liam", "Marta", "Nnamdi", "Olga", "Priya", "Quentin", "Rosa", "Sunil", "Tess", "Umar", "Vera",
    "Wen", "Ximena", "Yusuf", "Zoe",
)  # fmt: skip
LAST_NAMES: Final = (
    "Abara", "Bell", "Castro", "Dunn", "Eriksen", "Fofana", "Gupta", "Hale", "Ito", "Jansen",
    "Khan", "Lowe", "Moreau", "Novak", "Okafor", "Petit", "Quist", "Rossi", "Singh", "Tran",
    "Underhill", "Vogel", "Walsh", "Yilmaz", "Zhou",
)  # fmt: skip
CITIES: Final = (
    "Leeds", "Bristol", "Cork", "Glasgow", "Cardiff", "Boston", "Austin", "Denver", "Portland",
    "Lagos", "Pune", "Sydney", "Toronto", "Dublin", "Hull", "Nairobi",
)  # fmt: skip
AGENTS: Final = ("Amy", "Ben", "Chidi", "Dana", "Eli", "Farah", "Gwen", "Hugo", "Ines", "Jay")
TEAMS: Final = ("care", "billing", "logistics", "technical", "social")
