"""Writes the reports: JUnit, SARIF and JSON for machines, a page for people; none has a secret or personal data in it."""

import json
import tempfile
from pathlib import Path

from contract_tests.privacy import leaks
from contract_tests.report.html import page
from contract_tests.report.junit import junit
from contract_tests.report.run_result import RunResult
from contract_tests.report.sarif import sarif

_NAMES = ("contract.json", "contract.html", "contract.xml", "contract.sarif")
_PROFILE = "profile.json"


class Leaking(Exception):
    """A report would hold a secret or personal data; it was not written."""


def make_folder(folder: Path) -> None:
    """Make the folder of the reports, without those of an earlier run, which are not those of a run that is cut off.

    Raises OSError if it can't be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass
    for name in (*_NAMES, _PROFILE):
        (folder / name).unlink(missing_ok=True)


def write(run_result: RunResult, folder: Path) -> list[Path]:
    """Write the four reports and the profile into a folder; raises Leaking before anything is written."""
    as_json = json.dumps(run_result.as_json(), indent=2, ensure_ascii=False) + "\n"
    written = (as_json, page(run_result), junit(run_result), sarif(run_result))
    texts = {folder / name: text for name, text in zip(_NAMES, written, strict=True)}
    texts |= {folder / _PROFILE: run_result.fit.as_profile} if run_result.fit else {}
    found = [f"{file.name}, {leak}" for file, text in texts.items() for leak in leaks(text)]
    if found:
        raise Leaking("the report is not written, since it would hold " + "; ".join(found))
    make_folder(folder)
    for file, text in texts.items():
        file.write_text(text, encoding="utf-8", errors="backslashreplace")  # a server may send half of a pair
    return list(texts)
