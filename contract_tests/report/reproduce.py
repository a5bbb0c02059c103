"""How to repeat what a run found: the curl lines take their server and their tokens from variables, which are set here.

`scripts/contract reproduce [FAULT ...]` starts a stand-in like that of a run and prints the variables for a shell.
"""

import json
import shlex
import subprocess
import sys
import warnings
from collections.abc import Sequence

from amili_sandbox.testing import send_control

from contract_tests.options import NotConfigured, Parser

INSTRUCTION = "To repeat a request, paste this into a shell in this folder, and then its curl line:"
ABOUT_STAND_IN = (
    "The new stand-in is empty. Before a request that names a case, run scripts/contract --base-url $AMILI_BASE_URL;"
    " then the cases of that run exist. AMILI_STRANGER_TOKEN is the token of another account. kill $AMILI_STAND_IN ends it."
)


def on_a_stand_in(faults: Sequence[str] = ()) -> list[str]:
    """Return the line for a shell that starts a stand-in like that of a run and sets its variables."""
    return [f'eval "$(scripts/contract reproduce{"".join(f" {fault}" for fault in faults)})"']


def at(base_url: str) -> list[str]:
    """Return the lines for a shell that set the server of a run, and complain if no token is set."""
    return [f"export AMILI_BASE_URL={shlex.quote(base_url)}", ': "${AMILI_TOKEN:?set it to a token of the account that asked}"']


def check_faults(names: Sequence[str]) -> None:
    """Raise NotConfigured for a name that is none of a contract fault."""
    if not names:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of python-eve, which is imported with them
        from amili_sandbox.wrong_behaviour import CONTRACT_FAULTS
    if unknown := sorted({*names} - {fault.name for fault in CONTRACT_FAULTS}):
        raise NotConfigured(f"there is no contract fault {', '.join(unknown)}; docs/sandbox.md lists them")


def start_stand_in(arguments: Sequence[str]) -> int:
    """Start a stand-in that outlives this command, and print the variables for a shell."""
    parser = Parser("contract reproduce", "Start a stand-in that outlives this command.")
    parser.add_argument("faults", nargs="*", metavar="FAULT", help="of the table in docs/sandbox.md")
    faults: list[str] = parser.parse_args(arguments).faults
    check_faults(faults)
    command = [sys.executable, "-m", "amili_sandbox", "--port", "0"]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=quiet, stdout=subprocess.PIPE, stderr=quiet, start_new_session=True)  # noqa: S603
    assert process.stdout is not None
    base_url = json.loads(process.stdout.readline())["base_url"]
    own, other_account = send_control(base_url, "GET", "accounts")[:2]
    if faults:
        send_control(base_url, "PUT", "contract-faults", faults)
    known = {"BASE_URL": base_url, "TOKEN": own["token"], "STRANGER_TOKEN": other_account["token"], "STAND_IN": str(process.pid)}
    known |= {"ACCOUNT": own["account"], "CREDITOR": own["creditor"]}
    print("export", *(f"AMILI_{name}={shlex.quote(value)}" for name, value in known.items()))
    process.returncode = 0  # it goes on
    return 0
