"""Write the parts of the guides that come from the code between their markers; `--check` compares and writes nothing."""

import argparse
import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path

import amili
from amili import Amili, AmiliError, ApiError, AuthTokenProvider, Quota, Retry, ServerError
from amili._core.engine import Request
from amili._core.engine.retry import RETRY_CLASSES
from amili._core.operations.requests import list_request, records_request
from amili._core.writing.evidence import CancellationEvidence, CreditingEvidence, Evidence, RegistrationEvidence
from amili._errors.tree import error_class
from amili._query import Condition
from amili.bulk import STATES
from amili_sandbox.network_faults import NETWORK_FAULTS
from amili_sandbox.state import ASSUMPTION_GROUPS, Assumption
from amili_sandbox.wrong_behaviour import CONTRACT_FAULTS
from property_tables import request_table, response_table
from settings_tables import arguments as argument_table
from settings_tables import command_variables, sandbox_options, variables

ROOT = Path(__file__).resolve().parents[1]
CASE, CREDITOR = "68e4c40d93ee14723d28fa95", "674dbeb208847b9501cc9138"  # the ids of the vendor's example
METHODS = {
    "list_cases": "cases(), case(), wait_for()",
    "register_invoice": "register()",
    "credit_case": "credit()",
    "cancel_case": "cancel()",
}
EVIDENCE: tuple[Evidence, ...] = (
    RegistrationEvidence("INV-2025-015", CREDITOR, Decimal(500), None),
    CreditingEvidence(CASE, Decimal(100), Decimal(500), (), reference="amili-0123456789abcdef01234567"),
    CancellationEvidence(CASE),
)


def main(arguments: list[str]) -> int:
    """Update the pages, or list those that are out of date."""
    parser = argparse.ArgumentParser(prog="scripts/update-docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 if a guide is out of date")
    options = parser.parse_args(arguments)
    stale = [page for page, names in PIECES.items() if read(page) != fill(page, names)]
    if options.check:
        for page in stale:
            print(f"update-docs: {page} is out of date; run scripts/update-docs", file=sys.stderr)
        return 1 if stale else 0
    for page in stale:
        (ROOT / page).write_text(fill(page, PIECES[page]), encoding="utf-8")
        print(f"update-docs: wrote {page}")
    return 0


def read(page: str) -> str:
    """Return the current text of a page."""
    return (ROOT / page).read_text(encoding="utf-8")


def fill(page: str, pieces: Mapping[str, Callable[[], str]]) -> str:
    """Return a page with its generated parts updated; raises ValueError if a marker is missing or occurs twice."""
    text = read(page)
    for name, make in pieces.items():
        begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
        if text.count(begin) != 1 or text.count(end) != 1:
            raise ValueError(f"{page} needs {begin.strip()} and {end} once each")
        before, _, rest = text.partition(begin)
        text = before + begin + make() + end + rest.partition(end)[2]
    return text


def operations() -> str:
    """Return the table of operations: the retry class of each, and the lookup after a lost response."""
    evidence = {each.operation: each for each in EVIDENCE}
    lines = ["| method | operation | after a lost response | lookup |", "|---|---|---|---|"]
    for operation, methods in METHODS.items():
        lookup = _describe_lookup(evidence[operation]) if operation in evidence else "none: it only reads"
        lines.append(f"| `{methods}` | `{operation}` | {RETRY_CLASSES[operation]} | {lookup} |")
    return "\n".join(lines) + "\n"


def _describe_lookup(evidence: Evidence) -> str:
    """Describe what a write changes, from the docstring of its evidence, and the requests that look it up."""
    case, record = evidence.lookup(), evidence.records()
    assert case is not None
    assert record is not None
    stored = records_request(record[0].operation, None, sort="_id", page=1, page_size=1)
    asked = f"{_asked(stored, record[0].condition([record[1]]))}, else {_asked(list_request(), case[0].condition([case[1]]))}"
    change = (inspect.getdoc(type(evidence)) or "").split("\n")[0].rstrip(".")
    return f"{change} ({asked})"


def _asked(request: Request, condition: Condition) -> str:
    document = condition.document
    fields = sorted(field for part in document.get("$and", [document]) for field in part)
    return f"`{request.method.upper()} {request.route}` by {' and '.join(f'`{field}`' for field in fields)}"


def tree() -> str:
    """Return the tree of errors with their HTTP statuses."""
    return "\n".join(["```text", "AmiliError", *_branches(AmiliError, ""), "```"]) + "\n"


def _branches(parent: type[AmiliError], indent: str) -> Iterator[str]:
    children = [child for child in parent.__subclasses__() if child.__name__ in amili.__all__]
    for child in children:
        last = child is children[-1]
        statuses = ", ".join(str(status) for status in range(400, 600) if error_class(status) is child)
        label = "" if child is ApiError else " 5xx" if child is ServerError else f" {statuses}".rstrip()
        yield f"{indent}{'└' if last else '├'}── {child.__name__}{label}"
        yield from _branches(child, indent + ("    " if last else "│   "))


def states() -> str:
    """Return the table of the states of a row of bulk."""
    rows = [f"| `{state}` | {meaning} |" for state, meaning in STATES.items()]
    return "\n".join(["| state | meaning |", "|---|---|", *rows]) + "\n"


def assumptions() -> str:
    """Return the table of the stand-in's assumptions, in groups."""
    lines = ["| name | what is assumed | choices |", "|---|---|---|"]
    for group, members in ASSUMPTION_GROUPS.items():
        lines.append(f"| **{group}** | | |")
        lines += [f"| `{item.name}` | {item.description} | {_choices(item)} |" for item in members]
    return "\n".join(lines) + "\n"


def _choices(assumption: Assumption) -> str:
    if not assumption.choices:
        return f"{assumption.default:g} (any number)"
    return " ".join(f"`{choice}`" for choice in assumption.choices)


def network_faults() -> str:
    """Return the table of the stand-in's network faults."""
    rows = [f"| `{name}` | {' '.join((inspect.getdoc(fault) or '').split())} |" for name, fault in NETWORK_FAULTS.items()]
    return "\n".join(["| fault | what happens |", "|---|---|", *rows]) + "\n"


def contract_faults() -> str:
    """Return the table of the stand-in's contract faults."""
    rows = [f"| `{fault.name}` | {fault.description} | {fault.caught_by} | {fault.group} |" for fault in CONTRACT_FAULTS]
    return "\n".join(["| name | breach | caught by | group |", "|---|---|---|---|", *rows]) + "\n"


def renames() -> str:
    """Return the tables of renamed and removed names from the changelog, each below the version that it came with."""
    parts = []
    for version, text in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", read("CHANGELOG.md"), re.MULTILINE | re.DOTALL):
        table = re.search(r"^\| before \| now \|\n(?:\|.*\n)+", text, re.MULTILINE)
        if table:
            parts.append(f"**{version}**\n\n{table[0]}")
    return "\n".join(parts)


PIECES: dict[str, dict[str, Callable[[], str]]] = {
    "docs/guides/writing-safely.md": {"table": operations},
    "docs/guides/bulk.md": {"states": states},
    "docs/guides/errors.md": {"tree": tree},
    "docs/guides/authentication.md": {"variables": variables},
    "docs/guides/upgrading.md": {"renames": renames},
    "docs/reference/invoice.md": {
        "request": partial(request_table, "InvoiceRegistration"),
        "receipt": partial(response_table, "InvoiceRegistrationReceipt"),
    },
    "docs/reference/credit-and-cancel.md": {
        "crediting": partial(request_table, "CreditorCrediting"),
        "crediting receipt": partial(response_table, "CreditorCreditingReceipt"),
        "cancellation": partial(request_table, "CreditorCancellation"),
        "cancellation receipt": partial(response_table, "CreditorCancellationReceipt"),
    },
    "docs/reference/case.md": {"case": partial(response_table, "Case")},
    "docs/reference/settings.md": {
        "command": command_variables,
        "variables": variables,
        "client": partial(argument_table, Amili),
        "retry": partial(argument_table, Retry),
        "quota": partial(argument_table, Quota),
        "credential": partial(argument_table, AuthTokenProvider),
        "sandbox": sandbox_options,
    },
    "docs/sandbox.md": {"assumptions": assumptions, "faults": network_faults, "contract faults": contract_faults},
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
