"""What a tour may vary without changing what it proves: amounts, dates and lines, drawn from a seed."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from contract_tests.model import line

_WHOLE = {"0%": 1, "6%": 50, "12%": 25, "25%": 4}  # öre: the tax on a multiple of this is whole öre
# A leap day, the hours when clocks are changed, days that belong to a week of another year: where calendars go wrong.
_MOMENTS = (
    datetime(2024, 2, 29, tzinfo=UTC),
    datetime(2025, 3, 30, 1, 30, tzinfo=UTC),
    datetime(2025, 10, 26, 0, 59, 59, tzinfo=UTC),
    datetime(2024, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2027, 1, 1, tzinfo=UTC),
)

NO_SUCH_DAYS = ("Mon, 31 Feb 2025 00:00:00 GMT", "Tue, 00 Jan 2030 00:00:00 GMT", "Tue, 07 Oct 2025 24:61:00 GMT")


class RandomData:
    """Draws from a seed, always the same from the same one."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._moments: list[datetime] = []

    def amount(self, least: str, max_requests: str) -> Decimal:
        """Return an amount in whole öre between two others."""
        low, high = (int(Decimal(limit) * 100) for limit in (least, max_requests))
        return Decimal(self._chance.randint(low, high)) / 100

    def lines(self, number: int) -> list[dict[str, Any]]:
        """Return so many lines at all rates whose tax is the same however it is rounded: only one has a remainder."""
        drawn = [self._whole(self._chance.choice(tuple(_WHOLE))) for _ in range(number - 2)]
        drawn.append(line(f"-{self.amount('0.01', '9.99')}", "0%", article_description="Discount"))
        odd = self._chance.randint(1, 9_999) * 10 + 1  # öre; 6 % of it never ends in half an öre
        return [line(str(Decimal(odd) / 100 + 10), "6%"), *self.shuffled(drawn)]

    def _whole(self, rate: str) -> dict[str, Any]:
        """Return a line whose tax is whole öre."""
        price = Decimal(self._chance.randint(1, 99_999 // _WHOLE[rate]) * _WHOLE[rate]) / 100
        return line(str(price), rate, units=self._chance.choice((None, 1, 2, 3, 7)))

    def dates(self, days: int | None = None) -> dict[str, datetime]:
        """Return an invoice date from where calendars go wrong, each in turn, and a due date up to three months later."""
        self._moments = self._moments or self.shuffled(list(_MOMENTS))
        day = self._moments.pop()
        due = (day + timedelta(days=self._chance.randint(0, 92) if days is None else days)).replace(hour=0, minute=0, second=0)
        return {"invoice_date": day, "invoice_due_date": max(due, day)}

    def choice(self, *options: Any) -> Any:
        """Return one of several."""
        return self._chance.choice(options)

    def shuffled(self, items: list[Any]) -> list[Any]:
        """Return the items in another order."""
        return self._chance.sample(items, len(items))
