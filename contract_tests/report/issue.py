"""The text of the rolling issue on drift: `python -m contract_tests.report.issue contract.json URL-of-the-run`."""

import json
import sys
from pathlib import Path
from typing import Any

_MOST = 40


def text(report: dict[str, Any], run: str) -> str:
    """Return the body of the issue: each disagreement once, without the requests, which stand in the artefact."""
    findings = {
        (finding["operation"], finding["rule"], finding["pointer"]): finding
        for check in report["checks"]
        for finding in check["findings"]
    }
    drift = report["drift"]
    left = [entry["invoice_number"] for entry in report["ledger"] if not entry["cancelled"]]
    lines = [f"**{report['verdict']}**: {report['server']}, {sum(report['requests'].values())} requests, [run]({run})", ""]
    lines += [
        f"- `{operation}` {rule} at `{pointer or '/'}`: expected {finding['expected']}, seen {finding['seen']}"
        for (operation, rule, pointer), finding in list(findings.items())[:_MOST]
    ]
    if len(findings) > _MOST:
        lines.append(f"- and {len(findings) - _MOST} more, in the report")
    lines += ["", f"Described and never seen: {len(drift['never_seen'])} places, listed in the report."]
    lines += [f"Accepted deviations not met: {', '.join(drift['stale_in_baseline']) or 'none'}."]
    lines += [f"{len(report['ledger'])} invoices registered; left open: {', '.join(left) or 'none'}."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(text(json.loads(Path(sys.argv[1]).read_text()), sys.argv[2]), end="")
