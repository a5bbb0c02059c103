"""Finds one case by what a person types: its identifier, or the number of its invoice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amili._errors import MultipleCasesFound, NoCaseFound
from amili._query import is_identifier

if TYPE_CHECKING:
    from amili import Amili, Case


def find_case(client: Amili, name: str, creditor: str | None) -> Case:
    """Return the case of an identifier (24 hexadecimal digits) or an invoice number, which may be limited to one creditor.

    Raises NoCaseFound, or MultipleCasesFound with the identifiers to choose from.
    """
    if is_identifier(name):
        return client.case(name)
    [(_, found)] = client.cases_by_number([name], creditor=creditor)
    if not found:
        of = f" of creditor {creditor}" if creditor else ""
        raise NoCaseFound(f"no case has the invoice number {name!r}{of}; a newly registered case may take some time to appear")
    if len(found) > 1:
        named = ", ".join(f"{case.id} ({case.creditor_name})" for case in found)
        raise MultipleCasesFound(f"{len(found)} cases have this invoice number; name one by its id: {named}", total=len(found))
    return found[0]
