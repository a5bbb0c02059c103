"""The scenario `portfolio`: invoices of all ages and states, the same each time."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from amili_sandbox.domain.accounts import ACCOUNT, CREDITOR, SECOND_CREDITOR
from amili_sandbox.domain.effects import create
from amili_sandbox.domain.lifecycle import advance_cases
from amili_sandbox.state import Clock, State, with_seed

Document = dict[str, Any]
DEFAULT_COUNT = 2000
DEFAULT_SEED = 1
DAYS = 240  # how far back the first invoices go: long enough for every state
# Invented persons, with family names that do not exist.
GIVEN = ("Alva", "Bo", "Cecilia", "Dag", "Elsa", "Folke", "Greta", "Hugo", "Ines", "Jonas", "Karin", "Love", "Maja")
FAMILY = ("Exempelsson", "Provberg", "Testlund", "Påhittad", "Låtsasgren", "Övningsdotter", "Skenström", "Diktén")
PLACES = (
    ("111 22", "Stockholm"),
    ("411 05", "Göteborg"),
    ("211 20", "Malmö"),
    ("753 10", "Uppsala"),
    ("903 26", "Umeå"),
)
SERVICES = ("Konsulttimmar", "Månadsavgift", "Serviceavtal", "Hyra av utrustning", "Städning", "Frakt")


def create_portfolio(state: State, count: int, seed: int) -> None:
    """Register invoices over the past months, up to now; credit some and cancel some."""
    rng = random.Random(seed)  # noqa: S311 - a scenario is the same each time
    end = state.clock.now()
    first = end - timedelta(days=DAYS)
    timestamps = sorted(first + timedelta(seconds=rng.randrange(DAYS * 86400)) for _ in range(count))
    clock = Clock()
    past = with_seed(state, clock, seed)
    for number, timestamp in enumerate(timestamps, start=1):
        clock.set(now=timestamp.replace(tzinfo=UTC).timestamp(), frozen=True)
        registration = create(past, "invoice--registrations", _some_invoice(rng, number, timestamp))
        share = rng.random()
        if share < 0.15:
            amount = round(rng.uniform(10, 90), 2)
            create(past, "creditor--creditings", _action(registration, amount=amount, currency="SEK"))
        if share < 0.05 or share > 0.97:
            create(past, "creditor--cancellations", _action(registration))
    clock.set(now=end.replace(tzinfo=UTC).timestamp(), frozen=True)
    advance_cases(past)


def _some_invoice(rng: random.Random, number: int, timestamp: datetime) -> Document:
    day = timestamp.replace(hour=0, minute=0, second=0)
    person = rng.randrange(800)  # fewer people than invoices: most get more than one
    place = PLACES[person % len(PLACES)]
    name = f"{GIVEN[person % len(GIVEN)]} {FAMILY[person // len(GIVEN) % len(FAMILY)]}"
    lines = [
        invoice_line(
            rng.choice(SERVICES),
            round(rng.uniform(100, 9000), 2),
            rng.choice(("25%", "25%", "12%", "6%", "0%")),
        )
        for _ in range(rng.choice((1, 1, 1, 2, 3)))
    ]
    return {
        "account": ACCOUNT,
        "creditor": rng.choice((CREDITOR, CREDITOR, CREDITOR, SECOND_CREDITOR)),
        "invoice_number": f"P-{timestamp.year}-{number:05}",
        "invoice_date": day,
        "invoice_due_date": day + timedelta(days=rng.choice((10, 20, 30))),
        "currency": "SEK",
        "invoice_type": "invoice",
        "customer": {
            "name": name,
            "id_number": f"19{40 + person % 60}{1 + person % 12:02}{1 + person % 28:02}-{person:04}",
            "is_person": True,
            "customer_number": str(10000 + person),
            "address": {
                "address_line_1": f"Exempelgatan {person}",
                "zip_code": place[0],
                "city": place[1],
                "country": "SE",
            },
        },
        "matrix": lines,
    }


def invoice_line(description: str, price: float, vat: str) -> Document:
    """Return one line of an invoice."""
    return {
        "article_description": description,
        "unit_price": price,
        "number_of_units": 1.0,
        "total_price_excluding_vat": price,
        "unit_vat_percent": vat,
    }


def _action(registration: Document, **fields: Any) -> Document:
    parties = {"account": registration["account"], "creditor": registration["creditor"]}
    return {**parties, "case": registration["_case"], "origin": "creditor_system", **fields}
