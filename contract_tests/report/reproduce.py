"""How to repeat what a run found: the lines of curl name their server and their tokens by variables, which are set here."""

import json
import shlex
from collections.abc import Sequence

PORT = 8080
_ACCOUNTS = "curl -s --retry 30 --retry-delay 1 --retry-connrefused $AMILI_BASE_URL/_sandbox/accounts"
_EXPORT = (
    "import json, sys; own, other = json.load(sys.stdin)[:2];"
    ' print("export AMILI_TOKEN=" + own["token"], "AMILI_STRANGER_TOKEN=" + other["token"],'
    ' "AMILI_ACCOUNT=" + own["account"], "AMILI_CREDITOR=" + own["creditor"])'
)
IN_WORDS = "To repeat a request, paste these lines into a shell, here, and then its line of curl:"
OF_A_STAND_IN = (
    "The new stand-in is empty. Before a request that names a case, say there: scripts/contract --base-url $AMILI_BASE_URL;"
    " then the cases of that run are there. AMILI_STRANGER_TOKEN is the token of another account."
)


def on_a_stand_in(faults: Sequence[str] = (), port: int = PORT) -> list[str]:
    """Return the lines for a shell that start a stand-in like that of a run, and say where it is and who may ask it."""
    told = f"curl -s -o /dev/null -X PUT $AMILI_BASE_URL/_sandbox/contract-faults --data {shlex.quote(json.dumps(list(faults)))}"
    return [
        f".venv/bin/amili-sandbox --port {port} &",
        f"export AMILI_BASE_URL=http://127.0.0.1:{port}",
        f"""eval "$({_ACCOUNTS} | .venv/bin/python -c {shlex.quote(_EXPORT)})\"""",
        *([told] if faults else []),
    ]


def at(base_url: str) -> list[str]:
    """Return the lines for a shell that say where the server of a run is, and complain if no token is set."""
    return [f"export AMILI_BASE_URL={shlex.quote(base_url)}", ': "${AMILI_TOKEN:?set it to a token of the account that asked}"']
