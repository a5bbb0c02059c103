"""The oracle: what a case must look like, what a query must return, and what an error must name."""

from contract_tests.model.case import Difference, ModelCase
from contract_tests.model.case_checks import case_truths, receipt_truths
from contract_tests.model.error_checks import issues, refusal_differences, refuses_us
from contract_tests.model.invoices import INVOICE_DATE, invoice, line
from contract_tests.model.page_checks import NUMBER, Question, known_truths, page_truths

__all__ = [
    "INVOICE_DATE", "NUMBER", "Difference", "ModelCase", "Question", "case_truths", "invoice", "issues", "known_truths", "line",
    "page_truths", "receipt_truths", "refusal_differences", "refuses_us",
]  # fmt: skip
