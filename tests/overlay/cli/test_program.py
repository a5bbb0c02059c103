"""The table of commands, how the program ends, and what it says of failures."""

import io
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from amili import (
    ActionFailedError,
    AlreadyRegisteredError,
    Amili,
    AmiliError,
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    DecodeError,
    InvalidInputError,
    MultipleCasesFound,
    NoCaseFound,
    NoResponseError,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitedError,
    ServerError,
    ValidationError,
    WaitTimeoutError,
    WrittenTwiceError,
    __version__,
    cli,
)
from amili.cli.frame import status_of
from amili_sandbox.testing import SandboxProcess

from tests.overlay.cli.running import Command

CODES: dict[BaseException, int] = {
    OutcomeUnknownError("x"): 5, WrittenTwiceError("x"): 5, DecodeError("x"): 5,
    AlreadyRegisteredError("x"): 1, ActionFailedError("x"): 1, ValidationError("x", status=422): 1,
    ConflictError("x", status=409): 1, BadRequestError("x", status=400): 1,
    AuthenticationError("x", status=401): 3, PermissionDeniedError("x", status=403): 3, ConfigurationError("x"): 3,
    NoResponseError("x", temporary=False): 3, InvalidInputError("x"): 2, MultipleCasesFound("x"): 2,
    NoCaseFound("x"): 4, NotFoundError("x", status=404): 4, WaitTimeoutError("x"): 75, NoResponseError("x"): 75,
    RateLimitedError("x", status=429): 75, ServerError("x", status=503): 75,
    FileNotFoundError(2, "none", "file"): 2, OSError(28, "full"): 75, TypeError("x"): 70,
}  # fmt: skip


@pytest.mark.parametrize("problem", CODES, ids=lambda problem: type(problem).__name__)
def test_the_exit_code_of_a_failure(problem: BaseException) -> None:
    assert status_of(problem) == CODES[problem]


def test_every_error_of_the_library_has_an_exit_code() -> None:
    def below(kind: type[AmiliError]) -> Iterator[type[AmiliError]]:
        yield kind
        for each in kind.__subclasses__():
            yield from below(each)

    named = {type(problem) for problem in CODES}
    assert {kind.__name__ for kind in below(AmiliError) if kind.__module__ == "amili"} - {each.__name__ for each in named} == {
        "AmiliError",
        "ApiError",
        "UnreadablePropertyError",  # a DecodeError, and no command reads a property without being ready for it
    }


def test_the_version(amili: Command) -> None:
    assert amili("--version").out == f"{__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("cse",), "there is no command 'cse'; did you mean case?"),
        (("xyzzy",), "there is no command 'xyzzy'; `amili --help` lists the commands."),
        (("--frob",), "No such option '--frob'; see `amili --help`."),
        (("case",), "Missing argument 'NUMBER|ID'; see `amili case --help`."),
        (("cases", "--limit", "x"), "Invalid value for '--limit': 'x' is not a valid integer range; see `amili cases --help`."),
    ],
)
def test_wrong_usage_is_one_line(amili: Command, arguments: tuple[str, ...], message: str) -> None:
    ended = amili(*arguments)
    assert (ended.code, ended.err) == (2, f"amili: {message}\n")


def test_without_arguments_it_shows_the_help(amili: Command) -> None:
    ended = amili()
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == amili("--help").out == amili("-h").out == amili("--help", "cases").out


def failing(problem: BaseException) -> Any:
    def fail(*_: Any, **__: Any) -> Any:
        raise problem

    return fail


def test_a_fault_of_the_command_has_no_traceback(against: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Amili, "cases", failing(ZeroDivisionError("s3cret")))
    ended = against("cases")
    assert ended.code == 70
    assert ended.err == (
        "amili: a fault of the command itself (ZeroDivisionError); run it again with --debug and show that to a developer\n"
    )


def test_debug_shows_requests_and_the_traceback(
    against: Command, monkeypatch: pytest.MonkeyPatch, sandbox: SandboxProcess, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert against("cases", "--debug").code == 0
    assert "list_cases GET /cases -> 200" in caplog.text
    monkeypatch.setattr(Amili, "cases", failing(ZeroDivisionError("x")))
    against("cases", "--debug")
    assert "ZeroDivisionError: x" in caplog.text
    assert sandbox.token not in caplog.text


def test_what_reads_the_output_may_end(against: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        assert cli.main(["config"]) == 141
        monkeypatch.undo()


def test_ctrl_c(against: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Amili, "cases", failing(KeyboardInterrupt()))
    ended = against("cases")
    assert (ended.code, ended.err) == (130, "\namili: interrupted. Nothing was changed.\n")


def test_ctrl_c_at_the_start(amili: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amili.cli.program.run", failing(KeyboardInterrupt()))
    assert amili("cases").code == 130


def test_an_abort_and_another_refusal_of_click(amili: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amili.cli.program.program.main", failing(click.Abort()))
    assert amili("cases").err == "\namili: interrupted. Nothing was sent.\n"
    monkeypatch.setattr("amili.cli.program.program.main", failing(click.ClickException("no")))
    ended = amili("cases")
    assert (ended.code, ended.err) == (1, "amili: no\n")


def test_without_the_extra_it_says_what_to_install(amili: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "amili.cli.program")
    monkeypatch.setitem(sys.modules, "click", None)
    assert amili("--help").code == 0
    ended = amili("cases")
    assert (ended.code, ended.err) == (
        3,
        "amili: click is not installed; install amili with it: pip install '/path/to/clone[cli]'\n",
    )


def test_another_missing_module_is_a_fault(amili: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "amili.cli.program")
    monkeypatch.setitem(sys.modules, "amili.cli.table", None)
    with pytest.raises(ModuleNotFoundError):
        amili("cases")


def test_output_is_utf_8_and_a_terminal_escapes_what_it_lacks(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    for is_terminal, expected in ((False, "profile å".encode()), (True, b"profile \\xe5")):
        written = io.BytesIO()
        output = io.TextIOWrapper(written, encoding="ascii")
        output.isatty = lambda is_terminal=is_terminal: is_terminal  # type: ignore[method-assign, misc]
        (home / "c.toml").write_text('[profiles."å"]\naccount = "a"\n', encoding="utf-8")
        monkeypatch.setenv("AMILI_CONFIG", "c.toml")
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", output)
            assert cli.main(["config", "--profile", "å"]) == 0
        output.flush()
        assert expected in written.getvalue()
