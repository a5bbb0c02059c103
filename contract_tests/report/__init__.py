"""The outcome of a run: verdict, JSON, JUnit, HTML, the GitHub issue, and how to reproduce a request."""

from contract_tests.report.github_issue import update_issue
from contract_tests.report.nightly import run_nightly
from contract_tests.report.plugin import Collector
from contract_tests.report.reproduce import start_stand_in
from contract_tests.report.run_record import RECORD, Record

__all__ = [
    "RECORD", "Collector", "Record", "run_nightly", "start_stand_in", "update_issue",
]  # fmt: skip
