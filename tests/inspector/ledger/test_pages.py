"""What the pages of a ledger say, read as HTML: of one in a file, and of one in PostgreSQL."""

import os
import re
import shlex

import httpx
import pytest
from amili._core.engine import now
from amili.bulk import open_ledger
from amili.bulk.ledger import Ending, Hold

from tests.inspector.ledgers import KEYS, LONG, OCR, add, end, fill
from tests.inspector.reading import plain, text
from tests.inspector.serving import inspected


def found(html: str) -> list[str]:
    """The rows that a page lists, by their places."""
    return re.findall(r'id="row-\d+-\d+"[^>]*>(row \d+)<', html)


def test_the_list_has_each_run_with_what_needs_a_person(pages: httpx.Client) -> None:
    seen = text(pages)
    for said in (
        "1 run, the newest first",
        "Run 1 register fakturor maj.csv running",
        "7 of 120 rows finished (5 %)",
        "111 new, 2 sending, 3 done, 1 reconciled, 1 exists, 1 refused, 1 unknown",
        "1 unknown 1 written twice 1 not as asked 1 refused",
        "not yet",
    ):
        assert said in seen, said


def test_a_run_says_how_far_it_is_what_its_results_mean_and_what_to_do(pages: httpx.Client, place: str) -> None:
    seen = text(pages, "runs/1")
    for said in (
        "A person is needed: the outcome of 1 row is unknown, and 1 row was written twice. Do not send them again by hand.",
        "running 7 of 120 rows finished (5 %).",
        "Few rows have ended in the last minute, so there is no end time.",
        f"Worked on by process {os.getpid()} on ",
        "unknown 1 it may or may not have happened",
        "not as asked 2 of those that were done",
        "1 row has an unknown outcome. Do not send it again. To look it up once more: amili bulk resume",
        "2 rows were done, but not as asked; the first is row 7: two cases have it",
        "--refused",
        "1 row was refused; the rows below say why. Once mended: amili bulk retry",
        "amili bulk stop",
        "-o results.csv",
        "Input /data/fakturor maj.csv",
        "Server https://api.example",
    ):
        assert said in seen, said
    assert seen.count("amili bulk resume") == 2, "one command to resume, and the name of its button"
    named = shlex.quote(place)
    assert f"amili bulk resume '/data/fakturor maj.csv' --ledger {named}" in seen


def test_the_rows_that_need_a_person_come_first_and_the_list_has_pages(pages: httpx.Client) -> None:
    first, second = pages.get("runs/1").text, pages.get("runs/1", params={"page": "2"}).text
    assert found(first)[:9] == [f"row {n + 1}" for n in (4, 6, 7, 5, 11, 12, 1, 2, 3)]
    assert "1 to 100 of 120" in plain(first)
    assert "101 to 120 of 120" in plain(second)
    assert len({*found(first), *found(second)}) == 120
    assert (
        pages.get("runs/1", params={"page": "3", "result": "new"}, follow_redirects=False)
        .headers["location"]
        .endswith("/runs/1?result=new")
    )


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        ({"result": "unknown"}, [4]),
        ({"result": "noted"}, [6, 7]),
        ({"result": "written twice"}, [6]),
        ({"q": "F11"}, [11, *range(110, 120)]),
        ({"q": LONG}, [9]),
        ({"q": "674dbeaf08847b9501cc0001"}, [1, 3]),
        ({"q": "00012345 67890123 4567"}, [6, 1, 2]),
        ({"q": KEYS[10], "result": "new"}, [10]),
        ({"q": "f"}, []),
        ({"result": "invented"}, []),
        ({"q": "\0F4"}, [4, *range(40, 50)]),
    ],
)
def test_rows_are_filtered_by_result_and_searched(pages: httpx.Client, wanted: dict[str, str], rows: list[int]) -> None:
    answer = pages.get("runs/1", params=wanted)
    assert found(answer.text) == [f"row {number + 1}" for number in rows]
    assert ("No row matches." in answer.text) == (not rows)


@pytest.mark.parametrize(
    ("text_", "rows"),
    [("F11", [11, *range(110, 120)]), (OCR, [1, 2, 6]), ("674dbeaf08847b9501cc0007", [7]), ("x", []), ("\0", [])],
)
def test_a_row_is_found_in_all_runs(pages: httpx.Client, text_: str, rows: list[int]) -> None:
    html = pages.get("rows", params={"q": text_}).text
    assert found(html) == [f"row {number + 1}" for number in rows]
    assert ("No row matches." in html) == (text_ == "x")
    assert "100 rows" not in html
    assert "The first 100 rows" in text(pages, "rows", q="F")
    assert "Beginning of a number" in text(pages)


def test_a_row_of_unknown_outcome_has_its_story_and_what_to_do(pages: httpx.Client) -> None:
    seen = text(pages, "runs/1/rows/4")
    for said in (
        "F4 , row 5",
        "no response came, and no lookup says whether it happened",
        "Do not send it again by hand. To look it up once more",
        "ask the vendor: amili case F4",
        "In the ledger",
        "Begun",
        "Worker lost",
        "Place in the input row 5, number 4 of the run",
        "Total with VAT 2\xa0469.00\xa0SEK".replace("\xa0", " "),
        "None in this ledger.",
    ):
        assert said in seen.replace("\xa0", " "), said
    assert re.search("In the ledger .* Begun .* Worker lost .* Ended: unknown 20", seen)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (1, "Nothing is to be done. To see the case: amili case 674dbeaf08847b9501cc0001"),
        (2, "The response was lost, and a lookup found that it happened."),
        (3, "Nothing was sent. Look at the case that has the number: amili case 674dbeaf08847b9501cc0001"),
        (3, "run 1 row 2 register done other contents"),
        (5, "Once the cause is mended, send the refused rows again: amili bulk retry"),
        (6, "Undo one of the two by hand; look at the case first"),
        (7, "Look at the case: amili case 674dbeaf08847b9501cc0007"),
        (11, "Looked up Once since, without a sign that it was written."),
        (11, "Put off at 20"),
        (12, "With process PID on"),
        (12, "it is looked up first. If no process works on the run: amili bulk resume"),
        (13, "It waits for its turn."),
    ],
)
def test_a_row_says_what_happened_and_what_to_do(pages: httpx.Client, row: int, said: str) -> None:
    assert said.replace("PID", str(os.getpid())) in text(pages, f"runs/1/rows/{row}")


def test_what_is_not_there_is_said_to_be_so(pages: httpx.Client) -> None:
    for path in ("runs/2", "runs/1/rows/121", "runs/2/rows/1", f"runs/{10**18}", f"runs/1/rows/{10**30}", "nothing"):
        answer = pages.get(path)
        assert answer.status_code == 404, path
        assert "The ledger has no such run or row." in answer.text


def test_a_wait_for_news_ends_with_the_next_change(file: str) -> None:
    add(file, 1)
    with inspected("--ledger", file) as address, httpx.Client(base_url=address, timeout=30, trust_env=False) as pages:
        before = pages.get("changes").text
        add(file, 1)
        assert pages.get("changes", params={"after": before}).text != before
        assert "2 runs, the newest first" in text(pages)


def test_an_empty_ledger_says_how_to_start(file: str) -> None:
    open_ledger(file).close()
    with inspected("--ledger", file) as address, httpx.Client(base_url=address, timeout=30, trust_env=False) as pages:
        seen = text(pages)
        assert "No run yet." in seen
        assert f"amili bulk register invoices.csv --map map.toml --ledger {file}" in seen
        add(file, 0)
        assert "This run has no rows." in text(pages, "runs/1")
        assert "0 of 0 rows finished (100 %)" in text(pages, "runs/1")


def test_runs_of_many_states_are_told_apart(file: str) -> None:
    for number in range(1, 27):
        add(file, 2, keys={n: f"{number}-{n}" for n in (1, 2)}, key="acme" if number == 3 else "default")
    ledger = open_ledger(file)
    ledger.stop(3)
    ledger.claim(hold := Hold(2, "a"), now(), 100.0)
    end(file, hold, [(n, Ending("done")) for n in (1, 2)])
    ledger.claim(hold, now(), 100.0)  # finds no open row: the run has ended
    with inspected("--ledger", file) as address, httpx.Client(base_url=address, timeout=30, trust_env=False) as pages:
        assert "1 to 25 of 26" in text(pages)
        assert "Run 1 register" in text(pages, page="2")
        assert pages.get("", params={"page": "9"}).status_code == 302
        assert "2 of 2 rows finished (100 %)" in (ended := text(pages, "runs/2"))
        assert "ended 20" in ended
        assert "Few rows" not in ended
        assert "2 new to be resumed" in text(pages)
        assert "No process works on it just now. If that stays so, go on with: amili bulk resume" in text(pages, "runs/4")
        assert "The run was stopped. To go on: amili bulk resume" in (stopped := text(pages, "runs/3"))
        assert "--run 3 --profile acme" in stopped
        assert "Profile acme" in stopped
        assert "its run was stopped" in text(pages, "runs/3/rows/1").lower()
    ledger.close()


def test_a_ledger_that_can_not_be_read_any_more_is_a_problem_with_a_sentence(file: str) -> None:
    fill(file, 20)
    with inspected("--ledger", file) as address, httpx.Client(base_url=address, timeout=30, trust_env=False) as pages:
        os.rename(file, f"{file}.away")
        answer = pages.get("runs/1")
        assert answer.status_code == 503
        assert "can't be read" in plain(answer.text)
        assert pages.get("").status_code == 503
        os.rename(f"{file}.away", file)
        assert "7 of 20 rows finished" in text(pages, "runs/1")
