"""The outcome of a run: verdict, JSON, JUnit, HTML, the GitHub issue, and how to reproduce a request."""

from contract_tests.report.files import make_folder
from contract_tests.report.github_issue import update_issue
from contract_tests.report.nightly import run_nightly
from contract_tests.report.plugin import Collector
from contract_tests.report.reproduce import check_faults, start_stand_in
from contract_tests.report.run_result import RUN_RESULT, RunResult

__all__ = [
    "RUN_RESULT", "Collector", "RunResult", "check_faults", "make_folder", "run_nightly", "start_stand_in", "update_issue",
]  # fmt: skip
