"""Writes the reports: JUnit and JSON for machines, one page for people; none leaves with a secret or personal data in it."""

import json
from pathlib import Path

from contract_tests.privacy import leaks
from contract_tests.report.html import page
from contract_tests.report.junit import junit
from contract_tests.report.run_result import RunResult


class Leaking(Exception):
    """A report would hold a secret or personal data; it was not written."""


def write(run_result: RunResult, folder: Path) -> list[Path]:
    """Write contract.xml, contract.json and contract.html into a folder; raises Leaking before anything is written."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        folder / "contract.json": json.dumps(run_result.as_json(), indent=2, ensure_ascii=False) + "\n",
        folder / "contract.html": page(run_result),
        folder / "contract.xml": junit(run_result),
    }
    found = [f"{file.name}, {leak}" for file, text in texts.items() for leak in leaks(text)]
    if found:
        raise Leaking("the report is not written, since it would hold " + "; ".join(found))
    for file, text in texts.items():
        file.write_text(text, encoding="utf-8", errors="backslashreplace")  # a server may send half of a pair
    return list(texts)
