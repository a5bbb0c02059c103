"""Reads a table through a map as rows: each an invoice, a crediting or a case, or the problems that it has."""

from amili.bulk.sources.document_source import DocumentSource
from amili.bulk.sources.examined import Examined, ExaminedSource
from amili.bulk.sources.opening import open_source
from amili.bulk.sources.table_source import TableSource

__all__ = ["DocumentSource", "Examined", "ExaminedSource", "TableSource", "open_source"]
