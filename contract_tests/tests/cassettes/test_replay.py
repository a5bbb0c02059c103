import pytest
from amili import Amili, where
from vcr.errors import CannotOverwriteExistingCassetteException  # type: ignore[import-untyped]

from contract_tests.cassettes.replay import Requests, play_cassette


def test_a_request_that_is_not_on_file_does_not_reach_the_network() -> None:
    with (
        play_cassette("guide-flow.yaml", Requests()),
        Amili("https://api-sandbox.amili.se", "FILTERED") as amili,
        pytest.raises(CannotOverwriteExistingCassetteException),
    ):
        amili.case(where.debt.invoice_number == "INV-2025-016")
