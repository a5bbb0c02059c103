"""How often a ledger is asked for changes, however many pages wait for them.

Inside: the pages ask once a second, and a test that waits for that would be slow.
"""

from amili.cli.bulk.ledger_changes import LedgerChanges


def test_a_change_is_looked_for_at_most_once_in_an_interval() -> None:
    asked = list[str]()

    def signature() -> str:
        asked.append("")
        return "same"

    changes = LedgerChanges(signature, interval=3600.0)
    assert changes.number() == changes.number() == changes.wait(-1, 60.0) == changes.wait(changes.number(), 0.0)
    assert len(asked) == 1
    anew = LedgerChanges(signature, interval=0.0)
    before = anew.number()
    assert anew.wait(before, 0.3) == before
    assert len(asked) > 2
