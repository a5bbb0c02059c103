"""`amili register`, `credit` and `cancel`: asked before, written once, and what to do where that is not known."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from amili import Amili, CreditorCreditingReceipt, OutcomeUnknownError, WrittenTwiceError
from amili_sandbox.testing import SandboxProcess

from tests.overlay.cli.running import Command, Terminal, invoice_file

ELSEWHERE = "https://api.example.invalid"


def posts(sandbox: SandboxProcess) -> list[str]:
    return [each["path"] for each in sandbox.requests() if each["method"] == "POST"]


@pytest.fixture
def case(against: Command, tmp_path: Path) -> str:
    """The identifier of the case of an invoice that is registered."""
    return str(against("register", invoice_file(tmp_path), "--json").documents[0]["_case"])


def test_an_invoice_is_registered_once(against: Command, home: Path, sandbox: SandboxProcess) -> None:
    first = against("register", invoice_file(home))
    assert (first.code, first.err) == (0, "")
    assert "outcome     created\n" in first.out
    again = against("register", invoice_file(home), "--json")
    assert again.code == 1
    assert again.documents[0]["outcome"] == "existing"
    assert "registered before; nothing was sent" in again.err
    assert len(posts(sandbox)) == 1


def test_an_invoice_from_standard_input(against: Command, home: Path) -> None:
    content = Path(invoice_file(home)).read_bytes()
    assert against("register", "-", stdin=b"\xef\xbb\xbf" + content).code == 0
    assert against("case", "INV-1").code == 0


def test_a_number_of_another_invoice(against: Command, home: Path, case: str) -> None:
    other = json.loads(Path(invoice_file(home)).read_bytes())
    other["matrix"][0] |= {"unit_price": 1, "total_price_excluding_vat": 1}
    ended = against("register", "-", stdin=json.dumps(other))
    assert ended.code == 1
    assert f"The cases are {case}; `amili case ID` shows one." in ended.err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "standard input is not JSON: Expecting property name enclosed in double quotes at line 1, column 2"),
        (b'{"a": "\xe5"}', "standard input is not UTF-8"),
        (b"[]", "standard input is a list; this command registers one invoice"),
        (b"1", "standard input is not an invoice"),
        (b"[" * 100_000, "standard input is nested too deeply"),
        (b"{}", "customer: it is missing"),
    ],
)
def test_what_is_no_invoice(against: Command, content: bytes, message: str, sandbox: SandboxProcess) -> None:
    ended = against("register", "-", stdin=content)
    assert ended.code == 2
    assert message in ended.err
    assert sandbox.requests() == []


def test_a_file_that_is_not_there(against: Command) -> None:
    assert against("register", "none.json").err == "amili: none.json: No such file or directory.\n"


def test_what_looks_wrong_is_said_and_sent(against: Command, home: Path) -> None:
    ended = against("register", invoice_file(home, invoice_due_date="2025-01-01"))
    assert ended.code == 0
    assert ended.err == "amili: warning: invoice_due_date: it is before invoice_date\n"


def test_dry_runs_write_nothing(against: Command, home: Path, case: str, sandbox: SandboxProcess) -> None:
    before = posts(sandbox)
    registration = against("register", invoice_file(home, "INV-2"), "--dry-run", "--json").documents[0]
    assert registration["body"]["account"] == sandbox.account
    crediting = against("credit", "INV-1", "99.50", "--reference", "RMA", "--dry-run")
    shown = json.loads(crediting.out, parse_float=Decimal)
    assert (shown["method"], shown["path"]) == ("POST", "/creditor-crediting")
    assert (shown["body"]["case"], shown["body"]["amount"]) == (case, Decimal("99.5"))
    cancelling = json.loads(against("cancel", case, "--dry-run").out)
    assert cancelling["body"]["case"] == case
    assert posts(sandbox) == before
    [journal] = (home / "config" / "amili" / "journals").glob("*.sqlite")  # that of the registration; without one there is none
    assert journal.name == f"{sandbox.base_url.removeprefix('http://').replace(':', '-')}.sqlite"


def test_a_dry_run_sends_what_it_shows(against: Command, case: str, sandbox: SandboxProcess) -> None:
    for arguments in (("credit", "INV-1", "99.50", "--reference", "RMA"), ("cancel", "INV-1")):
        shown = json.loads(against(*arguments, "--dry-run").out)
        assert against(*arguments).code == 0
        sent = [each for each in sandbox.requests(bodies=True) if each["method"] == "POST"][-1]
        hidden = {name for name, value in sent["request_body"].items() if value == "(hidden)"}
        assert sent["request_body"] == shown["body"] | dict.fromkeys(hidden, "(hidden)")
        assert sent["path"] == shown["path"]


def test_crediting_and_cancelling(against: Command, case: str) -> None:
    credited = against("credit", "INV-1", "100.50", "--json")
    assert (credited.code, credited.documents[0]["settled_amount"]) == (0, 100.5)
    assert against("case", case, "--json").documents[0]["total_remaining_capital_amount"] == 399.5
    cancelled = against("cancel", case)
    assert cancelled.code == 0
    assert f"case     {case}\n" in cancelled.out
    again = against("cancel", case)
    assert again.code == 1
    assert "is closed already; nothing was sent" in again.err


def test_a_crediting_that_is_settled_in_part(against: Command, case: str, sandbox: SandboxProcess) -> None:
    sandbox.assume(overcrediting="warning")
    ended = against("credit", case, "600")
    assert ended.code == 1
    assert "done with a warning of the API: only 500 SEK were settled; look at the case" in ended.err
    assert "settled_amount  500.00\n" in ended.out


def test_a_receipt_of_which_a_part_can_not_be_read(against: Command, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = CreditorCreditingReceipt.from_dict({"_id": 1, "settled_amount": 10, "_crediting_status": "completed"})
    monkeypatch.setattr(Amili, "credit", lambda *_, **__: wrong)
    ended = against("credit", case, "10")
    assert ended.code == 0
    assert ended.out.startswith("outcome         created\nsettled_amount  10.00\n")


def test_a_refusal_quotes_the_api_on_a_terminal_only(against: Command, case: str, sandbox: SandboxProcess) -> None:
    refused = against("credit", case, "600")
    assert refused.code == 1
    assert "422" in refused.err
    assert refused.err.endswith("on a terminal the API's own words follow). The API refused this, and nothing was changed.\n")
    assert "The API says" not in refused.err
    against.terminal = Terminal()
    against("credit", case, "600")
    assert "The API says: amount: " in against.terminal.getvalue()


@pytest.mark.parametrize("amount", ["1,50", "1.505", "-1", "1e2", "NaN", "\u0661", ""])
def test_amounts_are_plain_digits(against: Command, amount: str, sandbox: SandboxProcess) -> None:
    ended = against("credit", "--", "INV-1", amount)
    assert ended.code == 2
    assert "AMOUNT must be plain digits in SEK" in ended.err
    assert sandbox.requests() == []


def test_an_amount_of_nothing_is_refused(against: Command, case: str) -> None:
    ended = against("credit", case, "0")
    assert (ended.code, "amount" in ended.err) == (2, True)


@pytest.mark.parametrize("arguments", [("register", "INV-2.json"), ("credit", "INV-1", "1"), ("cancel", "INV-1")])
def test_without_a_terminal_nothing_is_written_elsewhere(
    against: Command, home: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice_file(home, "INV-2")
    monkeypatch.setenv("AMILI_BASE_URL", ELSEWHERE)
    ended = against(*arguments)
    assert ended.code == 2
    assert f"this writes at {ELSEWHERE}, and there is no terminal to ask on; add --yes" in ended.err


@pytest.fixture
def elsewhere(against: Command, case: str, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The stand-in, as if it were on another machine, and a terminal."""
    monkeypatch.setattr("amili.cli.frame.settings.is_loopback", lambda _: False)
    against.terminal = Terminal()
    return against


@pytest.mark.parametrize(("typed", "code", "credited"), [("y\n", 0, 1), ("n\n", 130, 0), ("\n", 130, 0), ("", 130, 0)])
def test_a_question_before_a_write_elsewhere(  # noqa: PLR0917
    elsewhere: Command, case: str, typed: str, code: int, credited: int, sandbox: SandboxProcess
) -> None:
    elsewhere.typed = typed
    assert elsewhere("credit", "INV-1", "10").code == code
    assert elsewhere.terminal is not None
    question = f"Credit 10.00 SEK on case {case} (invoice INV-1, initializing, 500.00 SEK remaining) at {sandbox.base_url}? [y/N]"
    assert question in elsewhere.terminal.getvalue()
    assert ("othing was sent." in elsewhere.terminal.getvalue()) == (not credited)
    assert len([path for path in posts(sandbox) if "credit" in path and "registration" not in path]) == credited


def test_yes_asks_nothing(elsewhere: Command, case: str) -> None:
    assert elsewhere("cancel", "INV-1", "--yes").code == 0
    assert elsewhere.terminal is not None
    assert "?" not in elsewhere.terminal.getvalue()


def unknown(*_: Any, **__: Any) -> Any:
    raise OutcomeUnknownError("it is not known whether the crediting happened")


def test_an_outcome_that_is_not_known_names_the_next_command(
    against: Command, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Amili, "credit", unknown)
    ended = against("credit", case, "10")
    assert (ended.code, ended.out) == (5, "")
    assert ended.err == (
        "amili: it is not known whether the crediting happened. Do not repeat the command. "
        "`amili pending resolve` looks up whether it happened.\n"
    )


def test_a_write_that_is_there_twice_needs_a_person(against: Command, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def twice(*_: Any, **__: Any) -> Any:
        raise WrittenTwiceError("the invoice is there twice", cases=("a", "b"))

    monkeypatch.setattr(Amili, "credit", twice)
    ended = against("credit", case, "10")
    assert (ended.code, ended.err) == (
        5,
        "amili: the invoice is there twice. Undo one of the two by hand; the cases are a, b.\n",
    )


def test_an_interrupted_write_names_the_next_command(against: Command, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(Amili, "cancel", interrupted)
    ended = against("cancel", case)
    assert ended.code == 130
    assert "It may have been sent: `amili pending resolve` looks that up; if it lists nothing, nothing was sent." in ended.err
