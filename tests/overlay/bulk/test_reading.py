"""What a person looks for in a ledger, and that looking changes nothing: in a file and in PostgreSQL."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from amili import ConfigurationError
from amili.bulk import Ledger, open_ledger
from amili.bulk.ledger import Ending, Hold, Intent, LedgerRow, NewRow, NewRun, Selection

from tests.postgresql import change, empty_ledger

NOW, LEASE = 1_760_000_000.0, 100.0
HOLD = Hold(1, "a worker")
CASE = "674dbeb208847b9501cc9138"
ENDS = {
    2: Ending("done", CASE, "000123456789", "created"),
    3: Ending("refused", problem="the API refused it"),
    5: Ending("unknown", problem="nobody knows"),
    6: Ending("done", problem="only 3.00 SEK were settled; look at the case"),
    7: Ending("done", outcome="written twice", problem="it is there twice"),
}
READABLE = (
    "run, n, operation, place, key, creditor, digest, lot, state, case_id, ocr_number, outcome, problem, evidence, sent_at, "
    "lost_at, ended_at, owner, held_until, attempts, looks"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, folder: Path) -> str:
    return empty_ledger() if request.param == "postgresql" else str(folder / "ledger.sqlite")


@pytest.fixture
def ledger(place: str) -> Iterator[Ledger]:
    """A ledger with a run of eight rows: four is being sent, one and eight wait, and the others have ended."""
    with closing(open_ledger(place)) as ledger:
        rows = [NewRow(n, f"line {n + 1}", f"Å-{n}" if n > 1 else "B%_", "creditor", "digest", 1, "new") for n in range(1, 9)]
        ledger.add(NewRun("register", "faktura.csv", "checksum", {}), rows, NOW)
        ledger.claim(HOLD, NOW, LEASE)
        ledger.begin(HOLD, 4, Intent("{}"), NOW, NOW + LEASE)
        ledger.end(HOLD, list(ENDS.items()), NOW)
        yield ledger


def numbers(ledger: Ledger, result: str = "", text: str = "", skip: int = 0, limit: int = 100) -> tuple[list[int], int]:
    rows, total = ledger.select(1, Selection(result, text), skip, limit)
    return [row.number for row in rows], total


def test_the_rows_that_need_a_person_come_first(ledger: Ledger) -> None:
    assert numbers(ledger) == ([5, 7, 6, 3, 4, 1, 2, 8], 8)
    assert numbers(ledger, skip=3, limit=3) == ([3, 4, 1], 8)
    assert numbers(ledger, skip=9) == ([], 8)
    assert ledger.select(2, Selection(), 0, 9) == ([], 0)


@pytest.mark.parametrize(
    ("result", "text", "found"),
    [
        ("unknown", "", [5]),
        ("new", "", [1, 8]),
        ("done", "", [7, 6, 2]),
        ("noted", "", [7, 6]),
        ("written twice", "", [7]),
        ("invented", "", []),
        ("", "Å-", [5, 7, 6, 3, 4, 2, 8]),
        ("", "Å-8", [8]),
        ("", "B%", [1]),
        ("", "%", []),
        ("", "å", []),
        ("", CASE, [2]),
        ("", CASE[:9], []),
        ("done", "Å-6", [6]),
        ("", "' OR 1=1", []),
    ],
)
def test_rows_are_found_by_result_by_the_beginning_of_their_key_and_by_their_case(
    ledger: Ledger, result: str, text: str, found: list[int]
) -> None:
    assert numbers(ledger, result, text) == (found, len(found))


def test_rows_of_all_runs_are_found_of_the_newest_first(ledger: Ledger) -> None:
    again = [NewRow(1, "line 2", "Å-2", "creditor", "other", 1, "new")]
    ledger.add(NewRun("register", "faktura.csv", "checksum", {}), again, NOW)

    def found(text: str, most: int = 9) -> list[tuple[int, int]]:
        return [(each.run, each.row.number) for each in ledger.find(text, most)]

    assert found("Å-2") == [(2, 1), (1, 2)]
    assert found("Å-2", 1) == [(2, 1)]
    assert found(CASE) == found("0001 2345 6789") == [(1, 2)]
    assert ledger.find("Å-2", 1)[0].operation == "register"


def test_rows_that_were_done_but_not_as_asked_are_counted(ledger: Ledger) -> None:
    assert ledger.noted() == {1: (2, 1)}


def test_the_story_of_a_row_has_who_works_on_it_and_others_of_its_number_or_its_case(ledger: Ledger) -> None:
    again = [NewRow(1, "line 2", "Å-2", "creditor", "other", 1, "new"), NewRow(2, "line 3", "Å-2", "else", "digest", 1, "new")]
    ledger.add(NewRun("register", "faktura.csv", "checksum", {}), again, NOW)
    ledger.add(NewRun("credit", "k.csv", "checksum", {}), [NewRow(1, "line 2", "Å-2", "", "digest", 1, "new")], NOW)
    ledger.claim(hold := Hold(3, "b"), NOW, LEASE)
    ledger.end(hold, [(1, Ending("done", CASE))], NOW)
    story = ledger.story(1, 2)
    assert story is not None
    assert (story.row, story.owner) == (next(row for row in ledger.rows(1) if row.number == 2), "")
    assert [(each.run, each.operation, each.row.state) for each in story.others] == [
        (3, "credit", "done"),
        (2, "register", "new"),
    ]
    held = ledger.story(1, 4)
    assert held is not None
    assert held.owner == "a worker"
    assert held.held_until > 0
    assert held.others == []
    assert ledger.story(1, 9) is ledger.story(4, 1) is None


def test_workers_are_those_that_hold_open_rows(ledger: Ledger, place: str) -> None:
    with closing(open_ledger(place, read_only=True)) as reader:
        assert reader.workers(1, NOW) == [HOLD.owner]
        assert reader.workers(2, NOW) == []
        ledger.put_off(HOLD, [1, 4, 8], NOW, NOW + LEASE)
        assert reader.workers(1, NOW) == []


def test_a_signature_changes_with_each_change_and_not_without_one(ledger: Ledger, place: str) -> None:
    with closing(open_ledger(place, read_only=True)) as reader:
        seen = reader.signature()
        assert [len(list(reader.rows(1))), reader.signature()] == [8, seen]
        ledger.stop(1)
        assert reader.signature() != seen
        assert reader.run().state == "stopped"


def test_a_ledger_that_is_only_read_changes_nothing(ledger: Ledger, place: str) -> None:
    with closing(open_ledger(place, read_only=True)) as reader:
        before = list(reader.rows(1))
        with pytest.raises(ConfigurationError, match=r"read-?only"):
            reader.stop(1)
        assert list(reader.rows(1)) == before
        assert reader.run() == ledger.run()


def test_it_is_read_while_another_process_is_in_the_middle_of_a_change(folder: Path) -> None:
    with closing(open_ledger(folder / "ledger.sqlite")) as ledger:
        ledger.add(NewRun("register", "faktura.csv", "checksum", {}), [], NOW)
        with closing(sqlite3.connect(folder / "ledger.sqlite", isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("UPDATE runs SET state = 'ended'")
            assert open_ledger(folder / "ledger.sqlite", read_only=True).run().state == "running"


def test_reading_a_file_leaves_nothing_beside_it_and_needs_no_right_to_write(folder: Path) -> None:
    file = folder / "ledger.sqlite"
    with closing(open_ledger(file)) as ledger:
        ledger.add(NewRun("register", "faktura.csv", "checksum", {}), [], NOW)
        reader = open_ledger(file, read_only=True)
        assert len(reader.runs()) == 1
    content = file.read_bytes()
    assert len(reader.runs()) == 1
    assert [each.name for each in folder.iterdir()] == [file.name]
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        assert len(open_ledger(file, read_only=True).runs()) == 1
    finally:
        folder.chmod(stat.S_IRWXU)
    assert file.read_bytes() == content


def test_a_log_that_the_last_writer_left_since_another_was_reading_is_tidied(folder: Path) -> None:
    file = folder / "ledger.sqlite"
    ledger, reader = open_ledger(file), open_ledger(file, read_only=True)
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as other:
        assert other.execute("SELECT count(*) FROM runs").fetchall() == [(0,)]
        ledger.add(NewRun("register", "faktura.csv", "checksum", {}), [], NOW)
        ledger.close()
    assert len(list(folder.iterdir())) == 3
    assert len(reader.runs()) == 1
    assert [each.name for each in folder.iterdir()] == [file.name]


@pytest.mark.parametrize(("content", "said"), [(None, "unable to open"), (b"", "not a ledger"), (b"x" * 99, "not a database")])
def test_what_is_no_ledger_is_refused_and_none_is_made(folder: Path, content: bytes | None, said: str) -> None:
    file = folder / "ledger.sqlite"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=said):
        open_ledger(file, read_only=True)
    assert (file.read_bytes() if file.exists() else None) == content


def test_a_ledger_that_is_gone_has_another_signature(folder: Path) -> None:
    file = folder / "ledger.sqlite"
    open_ledger(file).close()
    reader = open_ledger(file, read_only=True)
    seen = reader.signature()
    os.remove(file)
    assert reader.signature() != seen
    with pytest.raises(ConfigurationError, match="check whether it is there"):
        reader.runs()


def test_a_role_that_may_only_select_and_not_the_bodies_reads_everything() -> None:
    role, place = f"amili_reader_{os.getpid()}", empty_ledger()
    change(
        place,
        f"CREATE ROLE {role}",
        f"GRANT USAGE ON SCHEMA amili TO {role}",
        f"GRANT SELECT ON amili.versions, amili.runs TO {role}",
        f"GRANT SELECT ({READABLE}) ON amili.rows TO {role}",
    )
    with closing(open_ledger(place)) as ledger:
        ledger.add(NewRun("register", "faktura.csv", "checksum", {}), [NewRow(1, "line 2", "A", "c", "d", 1, "new", "{}")], NOW)
    try:
        with closing(open_ledger(f"{place}{'&' if '?' in place else '?'}options=-c%20role%3D{role}", read_only=True)) as reader:
            assert reader.run().counts == {"new": 1}
            assert [row.key for row in reader.rows(1)] == ["A"]
            assert numbers(reader, "new", "A") == ([1], 1)
            assert reader.noted() == {}
            assert isinstance(getattr(reader.story(1, 1), "row", None), LedgerRow)
            assert reader.ended_since(1, NOW, 60.0)[0] == 0
            assert reader.signature()
    finally:
        change(place, f"DROP OWNED BY {role}", f"DROP ROLE {role}")
