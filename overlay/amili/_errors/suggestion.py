"""Finds the name that was probably meant by a misspelt one."""

from functools import lru_cache


@lru_cache(256)  # a document may have the same mistake in thousands of lines
def similar_name(name: str, known: tuple[str, ...]) -> str | None:
    """Return the known name that is most similar to a misspelt one; None if none is similar."""
    from difflib import get_close_matches  # noqa: PLC0415 - needed for a mistake only

    return next(iter(get_close_matches(name, known, n=1, cutoff=0.7)), None)
