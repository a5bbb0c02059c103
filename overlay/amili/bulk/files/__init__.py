"""Opens files and lists of mappings as tables: columns with names, records with numbers, and what was found about the file."""

from amili.bulk.files.cells import is_blank
from amili.bulk.files.opening import open_table
from amili.bulk.files.rows_in_memory import table_of
from amili.bulk.files.table import Layout, Reading, Record, Table

__all__ = ["Layout", "Reading", "Record", "Table", "is_blank", "open_table", "table_of"]
