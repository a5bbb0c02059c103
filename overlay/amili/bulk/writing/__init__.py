"""Writes CSV files and spreadsheets whose cells no spreadsheet takes for formulas, whole or not at all, for the owner only."""

from amili.bulk.writing.csv_writer import write_csv
from amili.bulk.writing.excel_writer import write_excel
from amili.bulk.writing.formulas import harmless
from amili.bulk.writing.replacing import whole_file

__all__ = ["harmless", "whole_file", "write_csv", "write_excel"]
