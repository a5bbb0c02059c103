"""The rolling issue on drift: opened or brought up to date by a run that drifts, closed by the next one that conforms.

`scripts/contract issue contract.json RUN` does so with `gh`, and adds the text to the summary of the run.
"""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from contract_tests.options import Parser

_MOST = 40
LABEL, TITLE = "contract-drift", "Contract and vendor do not agree"


def text(report: dict[str, Any], run: str) -> str:
    """Return the body of the issue: what to do, each disagreement once without its requests, and what was checked."""
    findings = {
        finding["fingerprint"]: finding for check in report["checks"] for finding in check["findings"] if finding["drift"]
    }
    drift = report["drift"]
    left = [
        entry["invoice_number"] for entry in report["registered_invoices"] + report["cancelled_earlier"] if not entry["cancelled"]
    ]
    lines = [f"**{report['verdict']}**: {report['server']}, {sum(report['requests'].values())} requests, [run]({run})", ""]
    lines += [*(f"{number}. {what}" for number, what in enumerate(report["to_do"], 1)), ""]
    lines += [
        f"- `{one['operation']}` {one['rule']} at `{one['pointer'] or '/'}`:"
        f" expected {_plain(one['expected'])}, seen {_plain(one['seen'])}"
        for one in list(findings.values())[:_MOST]
    ]
    if len(findings) > _MOST:
        lines.append(f"- and {len(findings) - _MOST} more, in the report")
    reasons = sorted({check["why"] for check in report["checks"] if check["outcome"] == "inconclusive"})
    lines += [f"- could not be asked: {_plain(why)}" for why in reasons]
    noted = sum(not finding["drift"] for check in report["checks"] for finding in check["findings"])
    lines += [f"- not against a document, and so no drift: {noted} findings, in the report"] if noted else []
    figures = (f"{name} {part['exercised']} of {part['places']}" for name, part in report["checked"].items())
    lines += ["", f"Exercised: {', '.join(figures)}."]
    lines += [f"Accepted deviations not met: {'; '.join(drift['unused_accepted']) or 'none'}."]
    lines += [f"{len(report['registered_invoices'])} invoices registered; left open: {', '.join(left) or 'none'}."]
    return "\n".join(lines) + "\n"


def _plain(words: str) -> str:
    """Return text from the server as code, so that it can't be markup, and mentions no account by an @."""
    return "`" + " ".join(words.replace("`", "'").split()) + "`"


def commands(verdict: str, number: str, run: str) -> list[list[str]]:
    """Return the arguments for `gh`; `number` is that of the open issue, or empty. The body is passed on standard input."""
    if verdict == "drift" and number:
        return [["issue", "edit", number, "--body-file", "-"]]
    if verdict == "drift":
        label = ["label", "create", LABEL, "--description", TITLE, "--force"]
        return [label, ["issue", "create", "--title", TITLE, "--label", LABEL, "--body-file", "-"]]
    if verdict == "conforms" and number:
        return [["issue", "close", number, "--comment", f"They agree again: {run}"]]
    return []


def update_issue(arguments: Sequence[str]) -> int:
    """Update the issue from a report; an inconclusive report leaves it alone."""
    parser = Parser("contract issue", "Open, update or close the GitHub issue on drift with gh.")
    parser.add_argument("report", type=Path, help="the contract.json of a run")
    parser.add_argument("run", help="the URL of the run")
    options = parser.parse_args(arguments)
    run: str = options.run
    report: dict[str, Any] = json.loads(options.report.read_text(encoding="utf-8"))
    body = text(report, run)
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as page:
            page.write(body)
    open_ones = ["issue", "list", "--label", LABEL, "--state", "open", "--json", "number", "--jq", ".[0].number // empty"]
    for command in commands(report["verdict"], _gh(open_ones, "").strip(), run):
        print(_gh(command, body), end="")
    return 0


def _gh(command: list[str], body: str) -> str:
    done = subprocess.run(["gh", *command], input=body, stdout=subprocess.PIPE, check=True, encoding="utf-8")  # noqa: S603, S607 - gh, wherever it is
    return done.stdout
