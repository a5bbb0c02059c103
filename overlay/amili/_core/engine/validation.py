"""Checks arguments: a number of seconds, an integer."""

_LONGEST = 31_536_000.0  # seconds; one year, which every clock and lock supports


def is_duration(value: object, *, zero: bool = False, most: float = _LONGEST) -> bool:
    """Return whether an argument is a number of seconds above 0 (or 0, if `zero`) and at most `most`."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return 0 < value <= most or (zero and value == 0)


def is_integer(value: object, least: int = 1) -> bool:
    """Return whether an argument is an integer of at least `least`."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
