"""A mistake of this library while it judges what a list shows must not hide that a write happened.

Inside: there is no such mistake to be met through a client.
"""

from typing import Any

import pytest
from amili._core.writing.evidence import CreditingEvidence

from tests.overlay.writing.test_direct_evidence import credited
from tests.overlay.writing.test_writes import Answering


@pytest.mark.parametrize("broken", ["judge_records", "weigh"])
def test_a_mistake_of_ours_with_a_list_leaves_the_verdict_of_the_case(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise TypeError("x")

    network = Answering("dropped after", lists=True)
    if broken == "weigh":
        network.vendor.listed_after = 1_000.0
    monkeypatch.setattr(CreditingEvidence, broken, fail)
    assert credited(network).outcome == "reconciled"
