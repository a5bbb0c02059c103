"""Writes files that people open in a spreadsheet: the results beside the rows of the input, safe against formulas."""

from amili.bulk.results.results_file import RESULT_COLUMNS, write_results

__all__ = ["RESULT_COLUMNS", "write_results"]
