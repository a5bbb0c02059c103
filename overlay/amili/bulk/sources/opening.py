"""Opens an input with its map as a source."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from amili._errors import InvalidInputError
from amili.bulk.files import Layout, Table, open_table, table_of
from amili.bulk.mapping import Map, load_map
from amili.bulk.sources.document_source import DocumentSource
from amili.bulk.sources.examined import ExaminedSource
from amili.bulk.sources.table_source import TableSource


def open_source(
    input_: str | Path | Iterable[Mapping[str, Any]], map_: str | Path | Map | None = None, *, name: str = "rows"
) -> ExaminedSource:
    """Open a file, or mappings in memory, as rows for `register`, `credit`, `cancel` or `lookup`, whichever the map is for.

    `map_` is a map or its TOML file. Without one, each row is an invoice as `Amili.register()` takes it, in JSON lines or in
    memory. `name` is what mappings are called in messages. Raises ConfigurationError for a wrong map or a missing extra,
    InvalidInputError for a file that can't be read.
    """
    chosen = load_map(map_) if isinstance(map_, str | Path) else map_
    is_file = isinstance(input_, str | Path)
    table: Table = open_table(input_, chosen.reading if chosen else None) if is_file else table_of(input_, name)  # type: ignore[arg-type]
    if chosen is not None:
        return TableSource(table, chosen)
    if table.layout.kind not in _WITH_DOCUMENTS:
        raise InvalidInputError(f"{table.name}: a map says which column is which property: propose one, look at it and pass it")
    return DocumentSource(table)


_WITH_DOCUMENTS = (Layout("jsonl").kind, Layout("memory").kind)
