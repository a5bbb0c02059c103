"""A ledger of 100,000 rows: how long it takes to write it, and to decide after a crash what is to be done first."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from amili.bulk import Run
from amili.bulk.ledger import Ending, Hold, Intent, SqliteLedger
from amili.bulk.runs import InMemory

from benchmarks import cases
from benchmarks.measure import Row

ROWS, SENDING = 100_000, 8


def rows() -> list[Row]:
    """Measure; wall time, so it wants a machine without other work."""
    source = InMemory([cases.invoice(number) for number in range(ROWS)])
    with TemporaryDirectory() as folder:
        file = Path(folder) / "ledger.sqlite"
        began = time.monotonic()
        ledger = SqliteLedger(file)
        run = Run.start(ledger, source, "register")
        written = time.monotonic() - began
        _die_in_the_middle(ledger, run)
        began = time.monotonic()
        again = SqliteLedger(file, has_ended=lambda _: True)
        lot = again.claim(Hold(run.id, "another"), time.time(), 270.0)
        decided = time.monotonic() - began
        size = file.stat().st_size / 1e6
        again.close()
    if [row.state for row in lot].count("sending") != SENDING:
        raise RuntimeError("what was sent before the crash is not what is looked up first")
    return [
        Row("100,000 rows of bulk: the ledger written", written, 10.0, unit=" s", detail={"MB": size}),
        Row("100,000 rows of bulk: a run taken up after a crash", decided, 5.0, unit=" s"),
    ]


def _die_in_the_middle(ledger: SqliteLedger, run: Run) -> None:
    """End half of the lots, and leave the ledger with some rows of the next one sent."""
    hold, now = Hold(run.id, "worker"), time.time()
    ending = Ending("done", "68e4c1ab0000000000000001", "20252806663259506081", "created")
    while (lot := ledger.claim(hold, now, 270.0)) and lot[0].number <= ROWS // 2:
        ledger.end(hold, [(row.number, ending) for row in lot], now)
    for row in lot[:SENDING]:
        ledger.begin(hold, row.number, Intent("{}"), now, now + 270.0)
    ledger.close()
