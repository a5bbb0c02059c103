"""OCR numbers, which match a payment with its invoice."""

import random
from datetime import datetime

LENGTH = 20


def luhn_digit(digits: str) -> str:
    """Return the digit that makes the number pass the Luhn check when put at its end."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 if position % 2 else 2)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def make_ocr(timestamp: datetime, rng: random.Random) -> str:
    """Return 20 digits: the year, the day of the year, twelve random digits, and the check digit."""
    day = f"{timestamp.year:04}{timestamp.timetuple().tm_yday:03}"
    filling = "".join(rng.choices("0123456789", k=LENGTH - len(day) - 1))
    return day + filling + luhn_digit(day + filling)
