"""`amili bulk` with a ledger in PostgreSQL: made by `init`, worked on by `work`, and used by all other commands."""

from contextlib import closing
from pathlib import Path

import pytest
from amili.bulk import Run, RunRecord, open_ledger

from tests.overlay.bulk.support import HEADER, row, write_rows
from tests.overlay.cli.bulk.conftest import INPUT, MAP
from tests.overlay.cli.running import Command
from tests.postgresql import change, empty_ledger


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> str:
    address = empty_ledger()
    monkeypatch.setenv("AMILI_LEDGER", address)
    return address


def test_a_file_is_registered_with_a_shared_ledger(
    against: Command, invoices: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = against("bulk", "init")
    assert (made.code, "are of version 2 already" in made.err) == (0, True)
    monkeypatch.delenv("AMILI_QUOTA")
    change(address, "DELETE FROM amili_quota_sent")
    assert against("bulk", "register", INPUT, "--map", MAP).code == 0
    assert change(address, "SELECT count(*) > 3 FROM amili_quota_sent") == [(True,)], "the limit is shared in the ledger"
    assert change(address, "SELECT count(*), count(body) FROM amili.rows WHERE state = 'done'") == [(3, 0)]
    assert against("bulk", "status", INPUT, "--json").documents[0]["rows"] == 3
    unnamed = against("bulk", "stop")
    assert (unnamed.code, "name the run with --run N" in unnamed.err) == (2, True)
    again = against("bulk", "resume", "--run", "1")
    assert again.code == 0


def test_a_worker_does_what_was_started_elsewhere(against: Command, invoices: Path, address: str) -> None:
    against("bulk", "init")
    write_rows(invoices, [HEADER, *(row(f"G{number}") for number in range(3))])
    ledger = open_ledger(address)
    from amili.bulk import open_source

    Run.start(ledger, open_source(INPUT, MAP), "register")
    ledger.close()
    worked = against("bulk", "work", "--until-ended")
    assert worked.code == 0
    assert "this worker ended 3 rows" in worked.err


def test_a_run_may_be_left_to_workers(against: Command, invoices: Path, address: str) -> None:
    against("bulk", "init")
    write_rows(invoices, [HEADER, *(row(f"H{number}") for number in range(3))])
    started = against("bulk", "register", INPUT, "--map", MAP, "--leave-to-workers")
    assert (started.code, started.out) == (0, "")
    run = last_run(address)
    assert f"run {run.id} is for the workers of this ledger. How far it is: amili bulk watch {INPUT}" in started.err
    assert run.counts == {"new": 3}
    assert against("bulk", "work", "--until-ended").code == 0
    assert last_run(address).counts == {"done": 3}


def last_run(address: str) -> RunRecord:
    with closing(open_ledger(address)) as ledger:
        return ledger.run()


def test_without_a_database_there_are_no_workers(against: Command, invoices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AMILI_LEDGER", raising=False)
    refused = against("bulk", "register", INPUT, "--map", MAP, "--leave-to-workers")
    assert (refused.code, "workers need a ledger in PostgreSQL" in refused.err) == (2, True)


def test_only_a_database_is_for_many_machines(against: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = against("bulk", "work", "--ledger", "ledger.sqlite")
    assert (refused.code, "name the ledger: --ledger postgresql://" in refused.err) == (2, True)
    monkeypatch.setenv("AMILI_JOURNAL", "postgresql://db.example/amili")
    assert "AMILI_JOURNAL must be a file" in against("pending").err


def test_an_address_without_a_password_is_shown_as_it_is(against: Command, address: str) -> None:
    assert f"amili: the tables of {address} are of version 2" in against("bulk", "init").err


def test_no_password_is_shown(against: Command) -> None:
    refused = against("bulk", "init", "--ledger", "postgresql://u:hush@127.0.0.1:1/amili?password=hush")
    assert refused.code != 0
    assert "hush" not in refused.err
