"""Prints documents on standard output: as a table, as JSON lines or as CSV, with what identifies persons masked."""

from amili.cli.output.cells import Row, cell_text
from amili.cli.output.csv_text import write_csv
from amili.cli.output.printing import Printer, json_line, printer_of
from amili.cli.output.workbook import write_workbook

__all__ = ["Printer", "Row", "cell_text", "json_line", "printer_of", "write_csv", "write_workbook"]
