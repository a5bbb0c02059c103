"""Ledgers that have everything on them that pages can show."""

import json
from collections.abc import Iterable, Mapping
from contextlib import closing

from amili._core.engine import now
from amili._core.writing.journal import new_identity
from amili.bulk.ledger import Ending, Hold, Intent, NewRow, NewRun, PostgresqlLedger, SqliteLedger, SqlLedger

WILD = "<script>alert(1)</script>&\"'"
LONG = "ETT-MYCKET-LÅNGT-FAKTURANUMMER-UTAN-STÄLLE-ATT-BRYTA-0123456789"
CREDITOR = "674dbeb208847b9501cc9138"
LEASE = 100.0  # seconds
EVIDENCE = json.dumps({"invoice_number": "F4", "creditor": CREDITOR, "total": "2469.00", "debtor": None, "lines": 2})
OCR = "00012345678901234567"
LOST = "no response came, and no lookup says whether it happened"
ENDS = {
    1: Ending("done", "674dbeaf08847b9501cc0001", OCR, "created"),
    2: Ending("reconciled", "674dbeaf08847b9501cc0002", OCR, "reconciled"),
    3: Ending("exists", "674dbeaf08847b9501cc0001", outcome="existing", problem="row 1 registered it"),
    4: Ending("unknown", problem=LOST),
    5: Ending("refused", problem="the API refused it with status 422: customer.address, invoice_due_date"),
    6: Ending(
        "done", "674dbeaf08847b9501cc0006", OCR, "written twice", "two cases have it: 674dbeaf08847b9501cc0006 and another"
    ),
    7: Ending(
        "done", "674dbeaf08847b9501cc0007", outcome="created", problem="it was done with a warning of the API; look at the case"
    ),
}
KEYS = {8: WILD, 9: LONG, 10: "Å-ÄÖ 10"}
HOLDER = Hold(1, new_identity())


def opened(place: str) -> SqlLedger:
    """Open a ledger that takes the times that it is given; one in PostgreSQL would take its own."""
    return PostgresqlLedger(place, ahead=lambda *_: 0.0) if place.startswith("postgresql:") else SqliteLedger(place)


def details(**more: str) -> dict[str, str]:
    return {"file": "/data/fakturor maj.csv", "server": "https://api.example", "key": "default", "map": "/data/map.toml"} | more


def add(place: str, count: int, *, keys: Mapping[int, str] = KEYS, **more: str) -> int:
    """Add a run of so many rows, of which nothing was sent."""
    rows = [
        NewRow(n, f"row {n + 1}", keys.get(n, f"F{n}"), CREDITOR, f"digest {n}", 1 + n // 99, "new") for n in range(1, count + 1)
    ]
    with closing(opened(place)) as ledger:
        return ledger.add(NewRun("register", "fakturor maj.csv", "checksum", details(**more)), rows, now())


def end(place: str, hold: Hold, endings: Iterable[tuple[int, Ending]]) -> None:
    """Let rows end that a worker has."""
    with closing(opened(place)) as ledger:
        ledger.end(hold, list(endings), now())


def fill(place: str, count: int = 120) -> None:
    """Make a ledger with a run that goes on, a row of it for each result: 11 was sent and looked up, 12 is being sent."""
    number = add(place, count)
    assert number == 1
    with closing(opened(place)) as ledger:
        other = Hold(1, "a worker on another machine")
        ledger.claim(other, now() - 2 * LEASE, LEASE)
        for row in (4, 11):
            ledger.begin(other, row, Intent(EVIDENCE), now() - 2 * LEASE, now() - LEASE)
        ledger.claim(HOLDER, now(), LEASE)
        ledger.put_off(HOLDER, [11], now(), now() + LEASE)
        for row in (1, 2, 6, 7, 12):
            ledger.begin(HOLDER, row, Intent(EVIDENCE), now(), now() + LEASE)
        ledger.end(HOLDER, list(ENDS.items()), now())
