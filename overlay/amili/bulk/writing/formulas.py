"""Keeps cells from being read as formulas."""

import re
from typing import Any

_CONTROLS = ("\t", "\r", "\n")
_SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last are wide forms
# A negative amount stays a number: digits, with groups of three and decimals. Nothing in it can be calculated.
_NEGATIVE = re.compile(r"-(\d{1,3}([ \u00a0\u202f]\d{3})+|\d+)([.,]\d+)?", re.ASCII)


def harmless(cell: Any) -> Any:
    """Return a cell of a CSV file with `'` before it if a spreadsheet would take it for a formula; numbers are unchanged.

    Source: owasp.org, CSV Injection. A sign that follows spaces is found as well, since some programs cut them off.
    """
    if not isinstance(cell, str) or not (cell.startswith(_CONTROLS) or cell.lstrip().startswith(_SIGNS)):
        return cell
    return cell if _NEGATIVE.fullmatch(cell) else f"'{cell}"
