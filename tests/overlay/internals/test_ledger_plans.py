"""The indexes of a ledger serve the statements that are asked again and again, also in a run of a million rows.

Inside: which index SQLite takes is seen in no result, and a wrong one is no error but half a second for each lot.
"""

import sqlite3

import pytest
from amili.bulk.ledger import statements as sql

PAGE = "SELECT n, key, problem FROM rows WHERE run = ? AND state = ? AND n > ? ORDER BY n LIMIT 50"


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (sql.COUNTS, "COVERING INDEX rows_state"),
        (sql.COUNTS_OF, "COVERING INDEX rows_state (run=?)"),
        (PAGE, "rows_state (run=? AND state=? AND n>?)"),
        (sql.OWNERS, "INDEX rows_held (run=?)"),
        (sql.free_lot(()), "INDEX rows_open (run=?)"),
        (sql.ENDED_SINCE, "INDEX rows_ended (run=? AND ended_at>?)"),
    ],
)
def test_a_statement_is_served_by_its_index(statement: str, index: str) -> None:
    with sqlite3.connect(":memory:") as connection:
        for each in sql.SETUP:
            connection.execute(each)
        named = dict.fromkeys(("run", "now", "lot"), 1)
        values = named if ":" in statement else (1,) * statement.count("?")
        plan = " ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values))
    connection.close()
    assert index in plan
    assert "TEMP B-TREE FOR GROUP BY" not in plan
    assert "TEMP B-TREE FOR ORDER BY" not in plan
