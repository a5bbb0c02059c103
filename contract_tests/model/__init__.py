"""The oracle: what a case must look like, what a query must return, and what an error must name."""

from contract_tests.model.case import Difference, ModelCase
from contract_tests.model.case_checks import case_invariants, receipt_invariants
from contract_tests.model.error_checks import issues, refusal_differences, refused_credentials
from contract_tests.model.invoices import INVOICE_DATE, invoice, line
from contract_tests.model.page_checks import NUMBER, Query, known_case_differences, page_invariants
from contract_tests.model.stored import stored_differences

__all__ = [
    "INVOICE_DATE", "NUMBER", "Difference", "ModelCase", "Query", "case_invariants", "invoice", "issues",
    "known_case_differences", "line", "page_invariants", "receipt_invariants", "refusal_differences", "refused_credentials",
    "stored_differences",
]  # fmt: skip
