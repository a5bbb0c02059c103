"""Times: in the local zone, with UTC beside; a script in the browser replaces the zone by the browser's."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

FORMATS = {"day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M", "second": "%Y-%m-%d %H:%M:%S", "clock": "%H:%M:%S"}


def time_tag(moment: datetime, form: str = "minute") -> Markup:
    """Return an aware time as HTML, in the machine's zone; `form` is day, minute, second or clock.

    A day is not moved to another zone: it is midnight UTC, and stays the day that was meant.
    """
    utc = moment.astimezone(UTC)
    shown = utc if form == "day" else _local(utc)
    title = f"{utc:%Y-%m-%d}" if form == "day" else f"{utc:%Y-%m-%d %H:%M:%S} UTC"
    attributes = Markup('datetime="{}" title="{}" data-form="{}"').format(f"{utc:%Y-%m-%dT%H:%M:%S}Z", title, form)
    return Markup("<time {}>{}</time>").format(attributes, shown.strftime(FORMATS[form]))


def _local(moment: datetime) -> datetime:
    try:
        return moment.astimezone()
    except OverflowError:  # in the last hours of the year 9999
        return moment


def zone_name() -> str:
    """Return the name of the machine's zone, such as CET."""
    return datetime.now().astimezone().tzname() or "local time"


def parse_local(text: str, zone: str = "") -> datetime:
    """Return an aware time from a field of a form (`2025-10-17T12:00`), in a named zone or the machine's; raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        return moment
    try:
        return moment.replace(tzinfo=ZoneInfo(zone)) if zone else moment.astimezone()
    except (ValueError, OSError, KeyError):
        return moment.astimezone()


def ago(earlier: datetime, now: datetime) -> str:
    """Return how long ago a time was, or how far ahead it is, in one unit; days are counted as a calendar does, in UTC."""
    seconds = (now - earlier).total_seconds()
    ahead, seconds = seconds < 0, abs(seconds)
    for unit, length in (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)):
        if seconds >= length:
            days = abs((now.astimezone(UTC).date() - earlier.astimezone(UTC).date()).days)
            number = days if unit == "day" else int(seconds // length)
            text = f"{number} {unit}{'' if number == 1 else 's'}"
            return f"in {text}" if ahead else f"{text} ago"
    return "now"
