"""The outcome of a run: verdict, JSON, JUnit, HTML, the GitHub issue, and how to reproduce a request."""

from contract_tests.report.files import Leaking, write
from contract_tests.report.plugin import Collector
from contract_tests.report.run_record import EXIT, RECORD, Record

__all__ = [
    "EXIT",
    "RECORD",
    "Collector",
    "Leaking",
    "Record",
    "write",
]
