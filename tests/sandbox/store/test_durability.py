"""One SQLite file: nothing acknowledged is lost and nothing is half written, whenever the process is killed."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from amili_sandbox.testing import SandboxProcess

from tests.sandbox.guide_calls import Api, Json

ENOUGH = 40  # acknowledged registrations before the kill
WRITERS = 4


def write_until_killed(sandbox: SandboxProcess) -> list[Json]:
    """Register invoices from several threads, kill the sandbox in the middle, and return what was acknowledged."""
    acknowledged: list[Json] = []
    enough = threading.Event()

    def write(writer: int) -> None:
        api = Api(sandbox)
        with api.http:
            for number in range(10_000):
                try:
                    acknowledged.append(api.register(invoice_number=f"{writer}-{number}"))
                except httpx.TransportError:
                    return
                if len(acknowledged) >= ENOUGH:
                    enough.set()

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in writers:
        thread.start()
    assert enough.wait(60)
    os.kill(sandbox.pid, signal.SIGKILL)
    for thread in writers:
        thread.join()
    return acknowledged


def every(api: Api, path: str) -> list[Json]:
    items: list[Json] = []
    page = 1
    while found := api.get(path, page=str(page), max_results="100").json()["_items"]:
        items += found
        page += 1
    return items


def test_kill_9_loses_nothing_acknowledged_and_leaves_nothing_by_half(tmp_path: Path) -> None:
    file = str(tmp_path / "sandbox.db")
    acknowledged: list[Json] = []
    for _ in range(2):
        with SandboxProcess("--db", file) as sandbox:
            acknowledged += write_until_killed(sandbox)
    with SandboxProcess("--db", file) as sandbox:
        api = Api(sandbox)
        with api.http:
            registrations, invoices, cases = (every(api, f"/{name}") for name in ("invoice--registrations", "invoices", "cases"))
    assert {receipt["_id"] for receipt in acknowledged} <= {item["_id"] for item in registrations}
    assert {item["_case"] for item in registrations} == {item["_id"] for item in cases}
    assert {item["_invoice"] for item in registrations} == {item["_id"] for item in invoices}
    assert len(registrations) == len(invoices) == len(cases) >= 2 * ENOUGH


def test_everything_is_found_again_after_an_orderly_end(tmp_path: Path) -> None:
    file = str(tmp_path / "sandbox.db")
    with SandboxProcess("--db", file, "--seed", "guide") as sandbox:
        api = Api(sandbox)
        with api.http:
            case = api.register()["_case"]
            api.credit(case, 100)
            before = api.case(case)
    with SandboxProcess("--db", file, "--seed", "guide") as sandbox:
        api = Api(sandbox)
        with api.http:
            assert api.case(case) == before
            assert api.cases(where={"debt.invoice_number": "INV-2025-015"})["_meta"]["total"] == 2
            api.cancel(case)
            sandbox.reset()  # back to how this process found it
            assert api.case(case) == before


def test_half_a_scenario_is_made_again(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    with SandboxProcess("--db", str(file), "--seed", "guide"):
        pass
    connection = sqlite3.connect(file)
    with connection:  # as if the process had been killed before it was done
        connection.execute("DELETE FROM documents WHERE collection IN ('entered-scenarios', 'creditors')")
    connection.close()
    with SandboxProcess("--db", str(file), "--seed", "guide") as sandbox:
        api = Api(sandbox)
        with api.http:
            assert api.cases()["_meta"]["total"] == 1
            assert api.http.get("/creditors").json()["_meta"]["total"] == 3


def test_a_file_in_use_is_reported_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    with SandboxProcess("--db", str(file)):
        assert refusal(file) == f"amili-sandbox: {file} is in use by another sandbox. Stop that one, or name another --db file.\n"


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("remember the milk" * 100)
    assert "is not a sandbox database" in refusal(file)
    assert file.read_text().startswith("remember the milk")


def test_a_folder_that_does_not_exist_is_reported(tmp_path: Path) -> None:
    assert "cannot be opened" in refusal(tmp_path / "nowhere" / "sandbox.db")


@pytest.mark.parametrize(
    ("statement", "hint"),
    [
        ("UPDATE documents SET body = x'00ff'", "damaged: a document in it cannot be read"),
        ("UPDATE documents SET body = 5", "damaged: a document in it cannot be read"),
        ("UPDATE documents SET body = x'0500000000'", "damaged: a document in it cannot be read"),  # a document without an id
        ("ALTER TABLE documents RENAME COLUMN body TO content", "damaged: no such column: body"),
        ("CREATE TRIGGER t BEFORE INSERT ON documents BEGIN SELECT raise(ABORT, 'no'); END", "has triggers or views"),
    ],
)
def test_a_damaged_file_is_reported_in_one_line(tmp_path: Path, statement: str, hint: str) -> None:
    file = tmp_path / "sandbox.db"
    with SandboxProcess("--db", str(file)):
        pass
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement)
    said = refusal(file)
    assert hint in said
    assert said.count("\n") == 1


def test_a_file_with_a_damaged_page_is_reported_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    with SandboxProcess("--db", str(file), "--seed", "portfolio:100"):
        pass
    content = file.read_bytes()
    file.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    said = refusal(file)
    assert "damaged" in said or "is not a sandbox database" in said
    assert said.count("\n") == 1


def refusal(file: Path) -> str:
    command = [sys.executable, "-m", "amili_sandbox", "--port", "0", "--db", str(file)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert run.returncode == 2
    assert run.stdout == ""
    return run.stderr


@pytest.mark.parametrize("action", ["credit", "cancel"])
def test_a_refused_list_undoes_its_accepted_part(api: Api, action: str) -> None:
    case = api.register()["_case"]
    before = api.case(case)
    bodies = {
        "credit": ("/creditor-crediting", [api.crediting(case, 300), api.crediting(case, 300)]),
        "cancel": ("/creditor-cancellation", [api.cancellation(case), api.cancellation(case)]),
    }
    path, body = bodies[action]
    answer = api.http.post(path, json=body)
    assert answer.status_code == 422
    assert answer.json()["_error"]["message"] == "Insertion failure: 1 document(s) contain(s) error(s)"
    assert api.case(case) == before
    assert api.http.get(path).json()["_items"] == []
    assert api.cases(where={"state": "closed"})["_meta"]["total"] == 0


def test_an_id_that_is_taken_leaves_no_second_case(api: Api) -> None:
    own = "68e4c40d93ee14723d28fa95"
    assert api.register(_id=own)["_id"] == own
    assert api.post_invoice(_id=own).status_code == 409
    assert api.cases()["_meta"]["total"] == api.http.get("/invoices").json()["_meta"]["total"] == 1


def test_many_creditings_at_once_never_settle_more_than_there_is(api: Api) -> None:
    case = api.register()["_case"]
    statuses: list[int] = []

    def credit() -> None:
        mine = Api(api.sandbox)
        with mine.http:
            statuses.extend(mine.credit(case, 30).status_code for _ in range(5))

    threads = [threading.Thread(target=credit) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201] * 16 + [422] * 14
    after = api.case(case)
    assert after["total_remaining_capital_amount"] == 500 - 16 * 30
    assert sum(entry["amount"] for entry in after["transactions"]) == 20


def test_the_file_holds_only_whole_transactions(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    with SandboxProcess("--db", str(file)) as sandbox:
        api = Api(sandbox)
        with api.http:
            api.register()
            api.http.post("/creditor-crediting", json=[api.crediting(api.register()["_case"], 400)] * 2)
    connection = sqlite3.connect(file)
    counts = dict(connection.execute("SELECT collection, count(*) FROM documents GROUP BY collection").fetchall())
    connection.close()
    assert (counts["invoice--registrations"], counts["cases"], counts["invoices"]) == (2, 2, 2)
    assert "creditor--creditings" not in counts
