"""Refuses a run that would credit again what an earlier run of its ledger has credited."""

from collections.abc import Sequence


class RepetitionError(Exception):
    """A new run would credit again; the transaction that adds it is rolled back."""


def refuse_repetition(found: Sequence[tuple[int, str, int]]) -> None:
    """Raise RepetitionError if there are rows that an earlier run has: their numbers, their places, and that run."""
    if found:
        (_, place, earlier), count = found[0], len({number for number, _, _ in found})
        rows = f"{place} is" if count == 1 else f"{count:,} rows, the first of them {place}, are"
        what = f"{rows} in run {earlier} of the ledger already: case, amount and reference are the same"
        raise RepetitionError(f"{what}; leave those rows out, or credit them once more with --again (in Python again=True)")
