"""`amili doctor`, `token`, `sandbox` and `completion`."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from amili import Amili, ServerError
from amili.cli import main
from amili.cli.setup import lifetime
from amili_sandbox.testing import SandboxProcess

from tests.overlay.cli.running import Command, Terminal, invoice_file

CHECKS = ["settings", "address", "certificate", "token", "clock", "paths", "quota", "in", "journal"]


def findings(amili: Command, code: int) -> dict[str, dict[str, str]]:
    ended = amili("doctor", "--json")
    assert ended.code == code, ended.out + ended.err
    return {each["check"]: each for each in ended.documents}


def results(found: dict[str, dict[str, str]]) -> dict[str, str]:
    return {name: each["result"] for name, each in found.items() if each["result"] != "ok"}


def test_all_is_well(against: Command, home: Path) -> None:
    found = findings(against, 0)
    assert list(found) == CHECKS
    assert results(found) == {"in": "skipped"}  # there is no case
    against("register", invoice_file(home))
    found = findings(against, 0)
    assert results(found) == {}
    assert found["paths"]["found"].startswith("spelt as in the vendor's guide and reference")
    assert "every outcome is known" in found["journal"]["found"]
    assert against("doctor").err == "amili: ready.\n"


def test_one_line_each_and_what_to_do(against: Command, terminal: Terminal) -> None:
    against("doctor")
    lines = terminal.getvalue().splitlines()
    assert lines[0] == "ok        settings     no profile"
    assert max(map(len, lines[:8])) <= 80
    assert "                       -> set AMILI_QUOTA to a file if several programs use this" in lines
    os.environ["COLUMNS"] = "40"  # the fixture restores it
    terminal.taken()
    against("doctor")
    assert "ok        address\n  http://127.0.0.1:" in terminal.getvalue()
    assert "\n  -> set AMILI_QUOTA to a file if\n" in terminal.getvalue()


def test_settings_that_are_missing(amili: Command) -> None:
    ended = amili("doctor")
    assert (ended.code, ended.err) == (3, "amili: 1 problem.\n")
    assert ended.out.startswith("problem   settings     no server: set AMILI_BASE_URL")


def test_no_server(against: Command, monkeypatch: pytest.MonkeyPatch, unused_port: int, quick: None) -> None:
    monkeypatch.setenv("AMILI_BASE_URL", f"http://127.0.0.1:{unused_port}")
    found = findings(against, 75)
    skipped = dict.fromkeys(("certificate", "token", "clock", "paths", "quota", "in"), "skipped")
    assert results(found) == {"address": "problem"} | skipped
    assert "refused" in found["address"]["found"]


def test_a_certificate_that_is_not_trusted(against: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    from amili import NoResponseError

    def untrusted(*_: Any, **__: Any) -> Any:
        raise NoResponseError("no response: the certificate is not trusted", temporary=False)

    monkeypatch.setattr(Amili, "cases", untrusted)
    monkeypatch.setenv("AMILI_BASE_URL", "https://localhost:9")
    found = findings(against, 3)
    assert results(found)["certificate"] == "problem"
    assert found["address"]["result"] == "ok"


def test_a_token_that_is_refused(against: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMILI_TOKEN", "another")
    found = findings(against, 3)
    assert results(found) == dict.fromkeys(("clock", "paths", "quota", "in"), "skipped") | {"token": "problem"}
    assert found["clock"]["found"] == "needs a token that is accepted"
    assert against("cases").code == 3


def test_a_signed_key(against: Command, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AMILI_TOKEN")
    monkeypatch.setenv("AMILI_API_CODE", sandbox.api_code)
    monkeypatch.setenv("AMILI_PRIVATE_KEY_FILE", sandbox.private_key_file)
    assert "renewed when needed" in findings(against, 0)["token"]["found"]
    shown = against("token", "--show")
    assert shown.code == 0
    monkeypatch.setenv("AMILI_TOKEN", shown.out.strip())
    monkeypatch.delenv("AMILI_API_CODE")
    monkeypatch.delenv("AMILI_PRIVATE_KEY_FILE")
    assert against("cases").code == 0


def test_clocks_that_differ(against: Command, sandbox: SandboxProcess) -> None:
    sandbox.clock.advance(hours=1)
    found = findings(against, 0)
    assert found["clock"]["result"] == "warning"
    assert "s behind the server's" in found["clock"]["found"]
    sandbox.clock.advance(hours=-2)
    assert "s ahead of the server's" in findings(against, 0)["clock"]["found"]


@pytest.mark.parametrize("paths", ["guide", "reference"])
def test_the_spelling_of_paths(against: Command, sandbox: SandboxProcess, paths: str) -> None:
    sandbox.assume(paths=paths)
    found = {"guide": "guide and reference", "reference": "reference"}[
        paths
    ]  # what was written is read at the paths of the reference
    assert findings(against, 0)["paths"]["found"].startswith(f"spelt as in the vendor's {found};")


def test_an_address_without_the_writes(against: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amili.cli.setup.server.REFERENCE_PATHS", {"/none": "/neither"})
    found = findings(against, 4)
    assert found["paths"]["found"] == "neither /none nor /neither is there"


def test_what_can_not_be_asked(against: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Amili, "api", property(lambda _: 1 / 0))
    found = findings(against, 4)
    assert (found["clock"]["result"], found["paths"]["result"]) == ("skipped", "problem")


@pytest.mark.parametrize("answer", [[], ServerError("it failed", status=500)])
def test_conditions_with_in(against: Command, home: Path, monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    against("register", invoice_file(home))
    before = Amili.cases

    def cases(self: Amili, where: Any = None, **options: Any) -> Any:
        if where is not None and isinstance(answer, Exception):
            raise answer
        return before(self, where, **options) if where is None else answer

    monkeypatch.setattr(Amili, "cases", cases)
    assert findings(against, 0)["in"]["result"] == "warning"


def test_the_quota(against: Command, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("AMILI_QUOTA", "quota.sqlite")
    assert "requests of this minute are left" in findings(against, 0)["quota"]["found"]
    (home / "q").mkdir()
    monkeypatch.setenv("AMILI_QUOTA", "q")
    found = findings(against, 3)
    assert list(found) == ["settings"]


def test_no_quota(against: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMILI_QUOTA", "off")
    assert findings(against, 0)["quota"]["found"] == "off: requests are sent as fast as they can be"


def test_a_quota_that_fails_later(against: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    from amili import NoResponseError, Quota

    def failing(_: Quota) -> int:
        raise NoResponseError("the quota can't be read")

    monkeypatch.setenv("AMILI_QUOTA", "quota.sqlite")
    monkeypatch.setattr(Quota, "left", failing)
    assert findings(against, 75)["quota"]["found"] == "the quota can't be read"


def test_the_journal(against: Command, home: Path, sandbox: SandboxProcess, quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMILI_JOURNAL", "j.sqlite")
    sandbox.faults.add("drop_after", method="POST", times=1)
    sandbox.faults.add("error_500", method="GET", after=1)
    assert against("register", invoice_file(home)).code == 5
    sandbox.faults.clear()
    found = findings(against, 5)
    assert found["journal"]["found"] == "1 writes of unknown outcome"
    assert found["journal"]["advice"].startswith("`amili pending resolve` looks up")
    (home / "j.sqlite").write_text("something")
    assert findings(against, 3)["journal"]["result"] == "problem"


def test_a_folder_for_the_journal_that_can_not_be_written(against: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    assert "can't be written" in findings(against, 3)["journal"]["found"]


def test_a_token_and_its_expiry(against: Command, monkeypatch: pytest.MonkeyPatch, sandbox: SandboxProcess) -> None:
    fixed = against("token")
    assert (fixed.code, fixed.out) == (0, "renewable  no\n")
    assert "does not say when it expires" in fixed.err
    assert sandbox.token not in fixed.out + fixed.err
    expiry = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    signed = jwt.encode({"exp": expiry}, "a key that is long enough for this", algorithm="HS256")
    monkeypatch.setenv("AMILI_TOKEN", signed)
    [document] = against("token", "--json").documents
    assert document == {"renewable": False, "expires": expiry.isoformat(), "valid_for": "2.0 h"}
    assert "valid for 2.0 h" not in against("doctor").out  # it is not accepted
    assert against("token", "--show").out == f"{signed}\n"


@pytest.mark.parametrize(("seconds", "text"), [(-1, "expired"), (30.5, "30 s"), (600.5, "10 min"), (7200.5, "2.0 h")])
def test_how_long_a_token_is_valid(seconds: float, text: str) -> None:
    assert lifetime(datetime.now(UTC) + timedelta(seconds=seconds)) in (text, text.replace("30", "29"))


def test_a_token_of_which_the_expiry_is_known(against: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    from amili import AuthTokenProvider

    monkeypatch.setattr(AuthTokenProvider, "token_expiry", lambda _: datetime.now(UTC) + timedelta(minutes=30, seconds=20))
    assert findings(against, 0)["token"]["found"] == "accepted; valid for 30 min; it can not be renewed"


def test_the_stand_in_is_a_program_of_its_own(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["sandbox", "--port", "none"]) == 2
    assert "amili-sandbox: " in capfd.readouterr().err


def test_ctrl_c_ends_the_stand_in_first(amili: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    class Started:
        waits: Iterator[Any] = iter([KeyboardInterrupt, 0])

        def __init__(self, command: tuple[str, ...]) -> None:
            assert command == (sys.executable, "-m", "amili_sandbox", "--port", "0")

        def __enter__(self) -> "Started":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def wait(self) -> int:
            ended = next(self.waits)
            if ended == 0:
                return 0
            raise ended

    monkeypatch.setattr("subprocess.Popen", Started)
    assert amili("sandbox", "--port", "0").code == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(amili: Command, shell: str) -> None:
    ended = amili("completion", shell)
    assert ended.code == 0
    assert "_AMILI_COMPLETE" in ended.out
    assert ended.err == ""


def test_what_a_shell_completes(amili: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_AMILI_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "amili ca")
    monkeypatch.setenv("COMP_CWORD", "1")
    with pytest.raises(SystemExit):
        amili()
    assert [line.partition(",")[2] for line in amili.capsys.readouterr().out.split()] == ["case", "cases", "cancel"]
    monkeypatch.setenv("COMP_WORDS", "amili cse IN")
    monkeypatch.setenv("COMP_CWORD", "2")
    with pytest.raises(SystemExit) as ended:
        amili()
    assert ended.value.code == 0
