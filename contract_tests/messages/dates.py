"""Moments as the API writes them: RFC 1123 in GMT, and ISO 8601 in requests."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

CLOCKS_MAY_DIFFER = timedelta(seconds=90)  # that of the application, and that of whatever dates its responses
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def rfc_1123(timestamp: datetime) -> str:
    """Write a time as the reference pages do."""
    utc = timestamp.astimezone(UTC)
    return f"{_DAYS[utc.weekday()]}, {utc:%d} {_MONTHS[utc.month - 1]} {utc:%Y %H:%M:%S} GMT"


def iso_8601(timestamp: datetime) -> str:
    """Write a time as the guide's Python does."""
    return f"{timestamp.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def timestamp(text: str) -> datetime:
    """Read either form, to the second."""
    read = parsedate_to_datetime(text) if text[3:4] == "," else datetime.fromisoformat(text)
    return read.replace(microsecond=0)
