"""Proposes a map for a file from the Swedish and English names of its columns."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from amili._errors import InvalidInputError
from amili.bulk.files import Reading, Record, Table, is_blank
from amili.bulk.mapping.map import Column, Map
from amili.bulk.mapping.properties import properties_of
from amili.bulk.rows import Operation

_NAMES = {
    "invoice_number": "fakturanr fakturanummer fakturaid faktura invoicenumber invoiceno invoicenr invoiceid verifikatnr",
    "invoice_date": "fakturadatum fakturadat invoicedate datum date",
    "invoice_due_date": "förfallodatum förfallodag förfaller förfdatum förfdat duedate invoiceduedate betalasenast",
    "account": "account konto",
    "creditor": "creditor borgenär",
    "currency": "valuta currency",
    "customer.name": "namn kundnamn kund gäldenär name customername customer debtor debtorname",
    "customer.id_number": "personorgnr personorganisationsnummer idnummer idnumber",
    "customer.customer_number": "kundnr kundnummer customernumber customerno customerid",
    "customer.address.address_line_1": "adress gatuadress postadress adressrad1 gata utdelningsadress "
    "address street addressline1",
    "customer.address.zip_code": "postnr postnummer zip zipcode postalcode postcode",
    "customer.address.city": "ort postort stad city",
    "customer.address.country": "land landskod country countrycode",
    "customer.email": "epost epostadress mail email emailadress emailaddress",
    "customer.mobile_number": "mobil mobilnr mobilnummer telefon mobile mobilenumber phone",
    "matrix.article_description": "benämning artikel artikelnamn artikelbenämning beskrivning text radtext "
    "description item articledescription",
    "matrix.article_number": "artikelnr artikelnummer artnr articlenumber itemnumber sku",
    "matrix.unit_price": "apris pris styckpris enhetspris unitprice price",
    "matrix.number_of_units": "antal kvantitet quantity qty units numberofunits",
    "matrix.unit_vat_percent": "moms momssats moms% momsprocent vat vat% vatrate vatpercent unitvatpercent",
    "matrix.total_price_excluding_vat": "belopp nettobelopp netto radbelopp radsumma beloppexklmoms beloppexmoms summaexklmoms "
    "exklmoms amount netamount linetotal totalexcludingvat totalpriceexcludingvat",
    "your_reference": "erreferens erref yourreference",
    "our_reference": "vårreferens vårref ourreference",
    "debt_description": "fakturatext avser debtdescription",
}
_PERSON = ["personnr", "personnummer", "pnr", "socialsecuritynumber", "ssn", "personalnumber"]
_COMPANY = ["organisationsnr", "organisationsnummer", "orgnr", "orgnummer", "companynumber", "registrationnumber"]
_OTHERS = {
    "case": "ärende ärendeid caseid case id amilicaseid",
    "invoice_number": _NAMES["invoice_number"],
    "creditor": _NAMES["creditor"],
    "amount": "belopp krediteringsbelopp kreditbelopp amount creditamount",
    "reference": "referens krediteringsnr kreditnr reference creditnumber kreditfaktura creditinvoice",
}
_HEADERS = 10  # rows in which the names of the columns are looked for


def propose(
    table: Table, operation: Operation = "register", constants: Mapping[str, Any] | None = None
) -> tuple[Map, tuple[str, ...]]:
    """Return a map for the columns of a table, and remarks on what a person must decide.

    A row below the first is taken as the header if more of its cells are known names. Constants are properties with one value for
    all rows, such as creditor and account.
    """
    header, columns = _header(table, operation)
    if not any(any(_meant(name, operation)) for name in columns):
        known = "such as Fakturanr, Personnr or Belopp"
        raise InvalidInputError(f"{table.place}: no name of a column is known ({known}): does a row name the columns?")
    names = {name: each for name in columns if name for each in _meant(name, operation)}
    found: dict[str, tuple[Column, ...]] = {}
    for name, (known, also) in names.items():
        if known not in (constants or {}):
            found[known] = (*found.get(known, ()), Column(name, also=also))
    first = {known: each if known == "customer.id_number" else each[:1] for known, each in found.items()}
    ordered = {known: first[known] for known in properties_of(operation) if known in first}
    proposed = Map(operation, ordered, dict(constants or {}), reading=Reading(header=header))
    if operation == "register" and _repeats(table, proposed):
        proposed = replace(proposed, lines="rows")
    return proposed, tuple(_remarks(proposed, columns))


def _header(table: Table, operation: Operation) -> tuple[int | None, tuple[str, ...]]:
    """Return the number of the row with the names, None if it is the first row, and the names."""
    candidates = [(None, table.columns), *((each.number, _names(each)) for each in islice(table.read(), _HEADERS))]
    return max(candidates, key=lambda each: sum(any(_meant(name, operation)) for name in each[1]))


def _names(record: Record) -> tuple[str, ...]:
    return tuple(" ".join(cell.split()) if isinstance(cell, str) else "" for cell in record.cells)


def _meant(name: str, operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the property that a column is named after, with what a value in it says about the debtor."""
    plain = _plain(name)
    if operation == "register" and plain in _PERSON:
        yield "customer.id_number", {"customer.is_person": True}
    elif operation == "register" and plain in _COMPANY:
        yield "customer.id_number", {"customer.is_company": True}
    else:
        known = _NAMES if operation == "register" else _OTHERS
        found = [each for each in properties_of(operation) if name == each or plain in known.get(each, "").split()]
        yield from ((each, {}) for each in found[:1])


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFC", name).casefold().replace("à", "a").replace("á", "a")
    return re.sub(r"[^\w%]|_", "", text)


def _repeats(table: Table, proposed: Map) -> bool:
    """Return whether two rows that follow each other have one invoice number."""
    columns = proposed.columns.get("invoice_number")
    if proposed.reading.header is not None or columns is None:
        return False
    position = table.columns.index(columns[0].name)
    last: Any = None
    for record in table.read():
        cell = record.cells[position] if position < len(record.cells) else None
        if not is_blank(cell) and cell == last:
            return True
        last = cell
    return False


def meant_property(name: str, operation: Operation) -> str | None:
    """Return the property that a column seems to be named after, or None."""
    return next((known for known, _ in _meant(name, operation)), None)


def _remarks(proposed: Map, columns: tuple[str, ...]) -> Iterator[str]:
    used = {column.name for each in proposed.columns.values() for column in each}
    unused = [name for name in columns if name and name not in used]
    if unused:
        yield f"Columns that are not used: {', '.join(unused)}."
    if missing := proposed.missing():
        yield f"Give a column or a constant for {', '.join(missing)}."
    if proposed.operation != "register":
        return
    if "matrix.total_price_excluding_vat" in proposed.columns:
        name = proposed.columns["matrix.total_price_excluding_vat"][0].name
        yield f"Is {name} the total of a line without VAT? It must be."
    kinds = [column for column in proposed.columns.get("customer.id_number", ()) if column.also]
    if not kinds and not any(name.startswith("customer.is_") for name in (*proposed.constants, *proposed.columns)):
        yield "Say what the debtors are: a constant customer.is_person, customer.is_company or customer.is_foreign, or a column."
