"""The guide to many machines: its SQL runs on a real PostgreSQL, its units are well formed, its commands take their options."""

import re
import shutil
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from amili.bulk import open_ledger

from tests.docs.pages import GUIDES, blocks
from tests.overlay.cli.test_help import help_of
from tests.postgresql import change, empty_ledger

PAGE = GUIDES / "many-machines.md"


def test_its_sql_runs() -> None:
    from amili.bulk.workers import init_ledger

    address = empty_ledger()
    init_ledger(address)
    roles = "DROP OWNED BY worker; DROP OWNED BY reader; DROP ROLE worker; DROP ROLE reader"
    change(address, "CREATE ROLE worker", "CREATE ROLE reader")
    try:
        statements = [each for block in blocks(PAGE, "sql") for each in block.text.split(";") if each.strip()]
        assert len(statements) >= 8
        change(address, *statements)
        assert change(address, "SET ROLE reader", "SELECT count(*) FROM amili.v_rows") == [(0,)]
        assert change(address, "SELECT has_table_privilege('reader', 'amili.rows', 'SELECT')") == [(False,)]
        with closing(
            open_ledger(f"{address}{'&' if '?' in address else '?'}options=-c%20role%3Dreader", read_only=True)
        ) as ledger:
            assert [ledger.runs(), list(ledger.rows(1)), ledger.find("F1", 1), ledger.story(1, 1)] == [[], [], [], None]
        assert change(address, "SET ROLE worker", "SELECT count(*) FROM amili.procrastinate_jobs")
    finally:
        change(address, roles)


def test_its_commands_are_there() -> None:
    commands = re.findall(
        r"amili bulk (\w+) ", "".join(block.text for name in ("console", "ini", "yaml") for block in blocks(PAGE, name))
    )
    assert set(commands) == {"init", "work", "register"}
    for command in set(commands):
        assert "--ledger" in help_of("bulk", command)


def test_its_compose_file_is_whole() -> None:
    (block,) = blocks(PAGE, "yaml")
    composed = yaml.safe_load(block.text)
    worker = composed["services"]["worker"]
    assert worker["command"].startswith("amili bulk work --yes")
    assert set(worker["secrets"]) == composed["secrets"].keys()
    named = [value.rpartition("/")[2] for value in worker["environment"].values() if value.startswith("/run/secrets/")]
    assert set(named) == composed["secrets"].keys()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_its_unit_is_accepted_by_systemd(tmp_path: Path) -> None:
    (block,) = blocks(PAGE, "ini")
    unit = tmp_path / "amili-worker@acme.service"
    unit.write_text(block.text.replace("/usr/local/bin/amili", "/bin/true").replace("User=amili", "User=root"), encoding="utf-8")
    verified = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603, S607
    assert verified.returncode == 0
    assert unit.name not in verified.stderr
