"""What the framework behind the API takes a text for by its look alone: an identifier, or a date."""

import re
from string import hexdigits

# Compiled when first used: that takes as long as all else that conditions are made of.
_DATE = r"[A-Za-z]{3},\s+\d{1,2}\s+[A-Za-z]{3}\s+\d{4}\s+\d{1,2}:\d{1,2}:\d{1,2}\s+GMT"


def is_identifier(text: str) -> bool:
    """Tell whether a text is 24 hexadecimal digits."""
    return len(text) == 24 and not text.strip(hexdigits)


def looks_like_date(text: str) -> bool:
    """Tell whether a text has the form of RFC 1123, leniently, as the framework reads it."""
    return text[3:4] == "," and re.fullmatch(_DATE, text, re.IGNORECASE) is not None
