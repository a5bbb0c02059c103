"""The SQL of a ledger: the tables of a file with two views for people, and the statements, which PostgreSQL takes as well."""

from collections.abc import Collection

from amili.bulk.ledger.records import OPEN, REGISTERED, Selection

VERSION = 2  # of the tables; a ledger of a newer one is refused, one of an older one is led on when it is opened


def _listed(states: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{state}'" for state in states) + ")"


_OPEN, _REGISTERED = _listed(OPEN), _listed(REGISTERED)
_TAKES_NUMBER = f"operation = 'register' AND key <> '' AND state IN {_REGISTERED}"

INDEXES = (
    f"CREATE INDEX IF NOT EXISTS rows_open ON rows (run, lot, n) WHERE state IN {_OPEN}",
    f"CREATE UNIQUE INDEX IF NOT EXISTS rows_registered ON rows (creditor, key) WHERE {_TAKES_NUMBER}",
    "CREATE INDEX IF NOT EXISTS rows_case ON rows (case_id) WHERE case_id IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS rows_ended ON rows (run, ended_at) WHERE ended_at IS NOT NULL",
)
INDEXES_OF_2 = (  # what counts rows and shows those of a state; and a claim, which asks each time who holds rows
    "CREATE INDEX IF NOT EXISTS rows_state ON rows (run, state, n)",
    f"CREATE INDEX IF NOT EXISTS rows_held ON rows (run, owner) WHERE owner <> '' AND state IN {_OPEN}",
)
SETUP = (
    """CREATE TABLE IF NOT EXISTS runs (
        id INTEGER PRIMARY KEY, operation TEXT NOT NULL, source TEXT NOT NULL, checksum TEXT NOT NULL, details TEXT NOT NULL,
        state TEXT NOT NULL, created_at REAL NOT NULL, ended_at REAL)""",
    """CREATE TABLE IF NOT EXISTS rows (
        run INTEGER NOT NULL REFERENCES runs (id), n INTEGER NOT NULL, operation TEXT NOT NULL, place TEXT NOT NULL,
        key TEXT NOT NULL, creditor TEXT NOT NULL, digest TEXT NOT NULL, lot INTEGER NOT NULL, state TEXT NOT NULL,
        case_id TEXT, ocr_number TEXT, outcome TEXT, problem TEXT, evidence TEXT, sent_at REAL, lost_at REAL, ended_at REAL,
        owner TEXT NOT NULL DEFAULT '', held_until REAL NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0,
        looks INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (run, n)) WITHOUT ROWID""",
    *INDEXES,
    *INDEXES_OF_2,
    """CREATE VIEW IF NOT EXISTS v_rows AS SELECT run, n, place, operation, creditor, key, state, case_id, ocr_number, outcome,
        problem, attempts, datetime(sent_at, 'unixepoch') AS sent_utc, datetime(ended_at, 'unixepoch') AS ended_utc FROM rows""",
    f"""CREATE VIEW IF NOT EXISTS v_runs AS SELECT id, runs.operation, source, runs.state,
        datetime(created_at, 'unixepoch') AS created_utc, datetime(runs.ended_at, 'unixepoch') AS ended_utc,
        count(n) AS all_rows, sum(rows.state IN {_OPEN}) AS open_rows,
        sum(rows.state IN ('done', 'reconciled')) AS written_rows, sum(rows.state = 'exists') AS existing_rows,
        sum(rows.state = 'refused') AS refused_rows, sum(rows.state = 'unknown') AS unknown_rows
        FROM runs LEFT JOIN rows ON rows.run = runs.id GROUP BY runs.id""",
)

_RUN = "SELECT details, id, operation, source, checksum, state, created_at, ended_at FROM runs"
RUNS, ONE_RUN, LAST_RUN = f"{_RUN} ORDER BY id", f"{_RUN} WHERE id = ?", f"{_RUN} ORDER BY id DESC LIMIT 1"
COUNTS = "SELECT run, state, count(*) FROM rows GROUP BY run, state"
COUNTS_OF = "SELECT run, state, count(*) FROM rows WHERE run = ? GROUP BY run, state"
ADD_RUN = (
    "INSERT INTO runs (operation, source, checksum, details, state, created_at) VALUES (?, ?, ?, ?, 'running', ?) RETURNING id"
)
ADD_ROW = "INSERT INTO rows (run, operation, n, place, key, creditor, digest, lot, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
# The rows that a new run would credit again: of an earlier run, written or perhaps written, or about to be from the same input.
CREDITED = (
    "SELECT mine.n, mine.place, old.run FROM rows AS mine JOIN rows AS old ON old.digest = mine.digest "
    "JOIN runs ON runs.id = old.run WHERE mine.run = :run AND mine.operation = 'credit' AND mine.state = 'new' "
    "AND old.operation = 'credit' AND old.run < :run "
    f"AND (old.state IN {_REGISTERED} OR (old.state = 'new' AND runs.checksum = :checksum)) ORDER BY mine.n, old.run"
)
ROW = (
    "n, place, key, creditor, digest, lot, state, case_id, ocr_number, outcome, problem, "
    "evidence, sent_at, lost_at, ended_at, attempts, looks"
)
ROWS_AFTER = f"SELECT {ROW} FROM rows WHERE run = ? AND n > ? ORDER BY n LIMIT 1000"
RUN_STATE = "SELECT state FROM runs WHERE id = ?"

OWNERS = f"SELECT DISTINCT owner FROM rows WHERE run = :run AND owner <> '' AND held_until > :now AND state IN {_OPEN}"


def _free(gone: Collection[str]) -> str:
    """Return the condition of rows that a worker may take; `gone` are owners that have ended, named gone0, gone1, ..."""
    ended = "".join(f" OR owner = :gone{position}" for position in range(len(gone)))
    return f"run = :run AND state IN {_OPEN} AND (owner = '' OR held_until <= :now{ended})"


def free_lot(gone: Collection[str]) -> str:
    """Return the statement that finds the first lot with rows that a worker may take, or whether it is the one that is wanted."""
    return f"SELECT lot FROM rows WHERE {_free(gone)} AND lot = coalesce(:lot, lot) ORDER BY lot, n LIMIT 1"


FREE_ROWS = f"SELECT held_until, {ROW} FROM rows WHERE {_free(())} AND lot = :lot ORDER BY n"
HOLD = "UPDATE rows SET owner = ?, held_until = ?, lost_at = ? WHERE run = ? AND n = ?"
HOLDERS = (
    f"SELECT owner, min(held_until) FROM rows WHERE run = :run AND lot = :lot AND state IN {_OPEN} "
    "AND owner NOT IN ('', :unheld) GROUP BY owner"
)
# A worker that has not ended may send what it has begun until its lease ends; a row with `lost_at` was begun by an earlier one.
TAKE_AWAY = (
    "UPDATE rows SET owner = '', held_until = :now, lost_at = CASE WHEN state = 'sending' "
    "THEN coalesce(lost_at, CASE WHEN held_until > :ended THEN :ended ELSE held_until END) END "
    f"WHERE run = :run AND lot = :lot AND state IN {_OPEN} AND owner = :owner"
)
RUN_ENDED = (
    "UPDATE runs SET state = 'ended', ended_at = :now WHERE id = :run AND state = 'running' "
    f"AND NOT EXISTS (SELECT 1 FROM rows WHERE run = :run AND state IN {_OPEN})"
)
EARLIER = (
    f"SELECT run, n, state, case_id, digest FROM rows WHERE creditor = ? AND key = ? AND {_TAKES_NUMBER} "
    "AND NOT (run = ? AND n = ?) AND EXISTS (SELECT 1 FROM runs WHERE id = ? AND operation = 'register')"
)

HELD = "run = :run AND owner = :owner AND held_until > :now"
ON_CASE = (
    "SELECT run, n, state, case_id, digest FROM rows WHERE case_id = :case AND operation IN ('credit', 'cancel') "
    "AND NOT (run = :run AND n = :n) AND (state IN ('sending', 'unknown') "
    "OR (state IN ('done', 'reconciled') AND ended_at >= :read_at)) "
    "ORDER BY state IN ('done', 'reconciled') LIMIT 1"
)
REMEMBER_CASE = "UPDATE rows SET case_id = :case WHERE run = :run AND n = :n AND owner = :owner AND state = 'new'"
BEGIN = (
    "UPDATE rows SET state = 'sending', evidence = :evidence, case_id = coalesce(:case, case_id), sent_at = :now, "
    f"lost_at = NULL, looks = 0, attempts = attempts + 1 WHERE n = :n AND {HELD} AND state = 'new'"
)
HOLD_LOT = (
    "UPDATE rows SET held_until = CASE WHEN held_until < :until THEN :until ELSE held_until END "
    f"WHERE lot = (SELECT lot FROM rows WHERE run = :run AND n = :n) AND {HELD} AND state IN {_OPEN} "
    "AND (n = :n OR held_until < :until - (:until - :now) / 4)"  # not all 99 rows with each of them
)
KEY_OF = "SELECT creditor, key FROM rows WHERE run = :run AND n = :n"

_NOT_LATER = "CASE WHEN held_until < :now THEN held_until ELSE :now END"
_MINE = f"WHERE run = :run AND n = :n AND owner = :owner AND state IN {_OPEN}"
END = (
    "UPDATE rows SET state = :state, case_id = coalesce(:case_id, case_id), ocr_number = :ocr_number, outcome = :outcome, "
    f"problem = :problem, ended_at = :now, owner = '', held_until = {_NOT_LATER} {_MINE}"
)
RESET = f"UPDATE rows SET state = 'new', evidence = NULL, lost_at = NULL, looks = 0 {_MINE}"
PUT_OFF = (
    "UPDATE rows SET owner = :unheld, held_until = :until, "
    f"looks = looks + CASE WHEN state = 'sending' THEN :looked ELSE 0 END {_MINE}"
)
RELEASE = f"UPDATE rows SET owner = '', held_until = {_NOT_LATER} WHERE run = :run AND owner = :owner AND state IN {_OPEN}"

ENDED_SINCE = "SELECT count(*), min(ended_at) FROM rows WHERE run = ? AND ended_at >= ?"
STOP = "UPDATE runs SET state = 'stopped' WHERE id = ? AND state = 'running'"
RUN_AGAIN = "UPDATE runs SET state = 'running', ended_at = NULL WHERE id = ?"
UNKNOWN_AGAIN = (
    "UPDATE rows SET state = 'sending', problem = NULL, ended_at = NULL, looks = 0, "
    "lost_at = CASE WHEN lost_at > held_until THEN lost_at ELSE held_until END WHERE run = ? AND state = 'unknown'"
)
REFUSED_AGAIN = (
    "UPDATE rows SET state = 'new', problem = NULL, outcome = NULL, ended_at = NULL, evidence = NULL, lost_at = NULL, looks = 0, "
    "attempts = 0 WHERE run = ? AND state = 'refused'"
)

# Done, but not as asked: an amount that was settled in part, a warning of the API, a write that is there twice.
_NOTED = "(state IN ('done', 'reconciled') AND problem IS NOT NULL)"
_TWICE = f"({_NOTED} AND outcome = 'written twice')"
NOTED_COUNTS = (
    f"SELECT run, count(*), count(CASE WHEN outcome = 'written twice' THEN 1 END) FROM rows WHERE {_NOTED} GROUP BY run"
)
_NEED = (
    f"CASE WHEN state = 'unknown' THEN 0 WHEN {_TWICE} THEN 1 WHEN {_NOTED} THEN 2 WHEN state = 'refused' THEN 3 "
    "WHEN state = 'sending' THEN 4 ELSE 5 END"
)

_HAS_TEXT = "(substr(key, 1, length(:text)) = :text OR case_id = :text OR ocr_number = replace(:text, ' ', ''))"
FIND = f"SELECT run, operation, {ROW} FROM rows WHERE {_HAS_TEXT} ORDER BY run DESC, n LIMIT :most"


def _selection(wanted: Selection) -> str:
    """Return the condition of the rows that a person looks for."""
    of_the_result = {"": "", "noted": f" AND {_NOTED}", "written twice": f" AND {_TWICE}"}.get(
        wanted.result, " AND state = :result"
    )
    return f"run = :run{of_the_result}{f' AND {_HAS_TEXT}' if wanted.text else ''}"


def selected_rows(wanted: Selection) -> str:
    """Return the statement that finds rows, those that need a person first; the inner one reads little of each row."""
    numbers = f"SELECT n FROM rows WHERE {_selection(wanted)} ORDER BY {_NEED}, n LIMIT :limit OFFSET :skip"
    return f"SELECT {ROW} FROM rows WHERE run = :run AND n IN ({numbers}) ORDER BY {_NEED}, n"


def selected_count(wanted: Selection) -> str:
    """Return the statement that counts rows."""
    return f"SELECT count(*) FROM rows WHERE {_selection(wanted)}"


STORY = f"SELECT owner, held_until, {ROW} FROM rows WHERE run = ? AND n = ?"
RELATED = (
    f"SELECT run, operation, {ROW} FROM rows WHERE ((creditor = :creditor AND key = :key AND key <> '') "
    "OR case_id = :case) AND NOT (run = :run AND n = :n) ORDER BY run DESC, n LIMIT :most"
)
