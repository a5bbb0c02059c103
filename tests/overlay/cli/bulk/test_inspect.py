"""`amili inspect`: where it finds the ledger, what it prints, how it ends; the pages have tests of their own."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from amili._core.engine import now
from amili._core.writing.journal import new_identity
from amili.bulk import open_ledger
from amili.bulk.ledger import Ending, Hold, Intent, NewRow, NewRun
from amili_sandbox.testing import SandboxProcess

from tests.inspector.reading import text
from tests.inspector.serving import inspected
from tests.overlay.cli.bulk.conftest import INPUT, LEDGER
from tests.overlay.cli.running import Command

NOW = 1_760_000_000.0


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize("named", [(), (INPUT,), (LEDGER,), ("--ledger", LEDGER)], ids=str)
def test_it_shows_the_ledger_that_other_commands_of_bulk_find(named: tuple[str, ...], sandbox: SandboxProcess) -> None:
    with inspected(*named) as address, httpx.Client(base_url=address, trust_env=False) as pages:
        assert "Run 1 register invoices.csv ended" in text(pages)
        seen = text(pages, "runs/1")
        assert f"Server {sandbox.base_url}" in seen
        assert re.search(r"The result of each row: amili bulk results \S+csv\S* .*-o results.csv", seen)
        assert "Total with VAT 3 086.25 SEK" in text(pages, "runs/1/rows/1").replace("\xa0", " ")


def test_ctrl_c_ends_it_quietly(home: Path) -> None:
    open_ledger(home / LEDGER).close()
    program = "import sys; from amili.cli import main; sys.exit(main(['inspect']))"
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=home) as process:  # noqa: S603
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert httpx.get(address, trust_env=False).status_code == 200
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "")
    assert err == f"amili: the runs of {LEDGER} are at this address. Ctrl-C ends it.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "there is no ledger in this folder"),
        (("missing.csv",), "there is no ledger missing.csv.ledger.sqlite: no run was started with this file"),
        (("--ledger", "missing.sqlite"), "there is no ledger missing.sqlite"),
        ((LEDGER, "--port", "70000"), "70000 is not in the range"),
        ((LEDGER, "--host", "not.an.address.invalid"), "can't listen on not.an.address.invalid port 0"),
        ((LEDGER, "--host", "å..b"), "(this is no name of a host)"),
    ],
)
def test_what_can_not_be_shown_is_a_usage_error(amili: Command, home: Path, arguments: tuple[str, ...], said: str) -> None:
    if LEDGER in arguments:
        open_ledger(home / LEDGER).close()
    before = sorted(home.iterdir())
    ended = amili("inspect", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert sorted(home.iterdir()) == before


def test_a_port_that_is_taken_is_named(amili: Command, home: Path) -> None:
    open_ledger(home / LEDGER).close()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = amili("inspect", "--port", str(port))
    assert ended.code == 2
    assert f"can't listen on 127.0.0.1 port {port} (Address already in use); name another --port or --host" in ended.err


def test_a_file_that_is_no_ledger_is_refused(amili: Command, home: Path) -> None:
    (home / LEDGER).write_bytes(b"")
    ended = amili("inspect")
    assert ended.code == 3
    assert "it is not a ledger" in ended.err


def test_without_flask_it_says_what_to_install(amili: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_ledger(home / LEDGER).close()
    for name in [each for each in sys.modules if each.partition(".")[0] == "amili_inspector"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "flask", None)
    ended = amili("inspect")
    assert ended.code == 2
    assert "the pages need flask; install amili with it: pip install '/path/to/clone[cli,sandbox]'" in ended.err
    monkeypatch.setitem(sys.modules, "amili_inspector", None)
    assert amili("inspect").code == 70


@pytest.mark.parametrize(("host", "named"), [("0.0.0.0", socket.gethostname()), ("::1", "[::1]"), ("localhost", "localhost")])  # noqa: S104
def test_other_machines_reach_it_only_if_that_is_asked_for(
    home: Path, capsys: pytest.CaptureFixture[str], host: str, named: str
) -> None:
    open_ledger(home / LEDGER).close()
    with inspected("--host", host) as address:
        assert address.startswith(f"http://{named}:")
        port, path = re.fullmatch(r".*:(\d+)(/.*)", address).groups()  # type: ignore[union-attr]
        here = f"[{host}]" if ":" in host else host
        answer = httpx.get(f"http://{here}:{port}{path}", headers={"Host": "some.name"}, trust_env=False)
        assert answer.status_code == (200 if host == "0.0.0.0" else 403)  # noqa: S104
    out, err = capsys.readouterr()
    assert out == f"{address}\n"
    assert ("without encryption" in err) == (host == "0.0.0.0")  # noqa: S104


OTHERS = [
    ("lookup", Ending("found", "674dbeaf08847b9501cc0001"), "Nothing is to be done. To see the case: amili case 674dbeaf"),
    ("lookup", Ending("missing"), "No case has it; check the number."),
    ("register", Ending("skipped"), "Correct it and run the file anew"),
    ("credit", Ending("skipped"), "Put it, corrected, into a file of its own"),
]


@pytest.mark.parametrize(
    ("operation", "ending", "said"), OTHERS, ids=[f"{operation} {ending.state}" for operation, ending, _ in OTHERS]
)
def test_every_result_has_an_advice(home: Path, operation: str, ending: Ending, said: str) -> None:
    ledger = open_ledger(home / LEDGER)
    ledger.add(NewRun(operation, "f.csv", "checksum", {"purpose": "a try"}), [NewRow(1, "row 2", "", "", "d", 1, "new")], NOW)
    ledger.claim(hold := Hold(1, "a"), NOW, 100.0)
    ledger.end(hold, [(1, ending)], NOW)
    ledger.close()
    with inspected() as address, httpx.Client(base_url=address, trust_env=False) as pages:
        assert said in text(pages, "runs/1/rows/1")
        assert "purpose a try" in text(pages, "runs/1")


def ended_process() -> str:
    """The identity of a worker whose process has certainly ended."""
    program = "from amili._core.writing.journal import new_identity; print(new_identity())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("owner", "left", "said"),
    [
        (new_identity, 100.0, "With process"),
        (lambda: "a worker of another version", 100.0, "With a worker until"),
        (lambda: '["x", null, 4711, null]', 100.0, "With a worker until"),
        (new_identity, -1.0, "No worker has it"),
        (ended_process, 100.0, "No worker has it"),
    ],
)
def test_who_works_on_a_row_is_said_unless_that_worker_has_ended(
    home: Path, owner: Callable[[], str], left: float, said: str
) -> None:
    ledger = open_ledger(home / LEDGER)
    ledger.add(NewRun("register", "f.csv", "checksum", {}), [NewRow(1, "row 2", "F1", "", "digest", 1, "new")], NOW)
    ledger.claim(Hold(1, owner()), now() + left - 100.0, 100.0)
    ledger.close()
    with inspected() as address, httpx.Client(base_url=address, trust_env=False) as pages:
        assert said in text(pages, "runs/1/rows/1")
        run = text(pages, "runs/1")
        assert ("No process has rows of it just now." in run) == ("No worker" in said)
        assert ("go on with: amili bulk resume" in run) == ("No worker" in said)


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (
            '{"case": "x", "amount": "100", "remaining": "500.00", "transactions": [], "reference": "AMILI-1"}',
            "Amount 100.00 SEK",
        ),
        ('{"case": "x", "amount": "100", "remaining": null, "reference": "AMILI-1"}', "Reference AMILI-1"),
        ('{"amount": "many"}', "Evidence it can't be read"),
        ("[]", "Evidence it can't be read"),
        ("{", "Evidence it can't be read"),
    ],
)
def test_evidence_is_shown_as_far_as_it_helps(home: Path, evidence: str, said: str) -> None:
    ledger = open_ledger(home / LEDGER)
    ledger.add(NewRun("credit", "f.csv", "checksum", {}), [NewRow(1, "row 2", "F1", "", "digest", 1, "new")], NOW)
    ledger.claim(hold := Hold(1, "a"), NOW, 100.0)
    ledger.begin(hold, 1, Intent(evidence, "674dbeaf08847b9501cc0001", NOW), NOW, NOW + 100.0)
    ledger.close()
    with inspected() as address, httpx.Client(base_url=address, trust_env=False) as pages:
        seen = text(pages, "runs/1/rows/1").replace("\xa0", " ")
    assert said in seen
    assert "digest" not in seen
