"""What a run says of the assumptions with which the stand-in answers like a server."""

import json
from collections import Counter
from html import unescape
from pathlib import Path

from contract_tests.fit import Fit
from contract_tests.report.files import make_folder, write
from contract_tests.report.html import page
from contract_tests.report.run_result import RunResult

FIT = Fit(
    defaults={"case_etag": "32", "regex": "refused", "fees": "none", "invoice_number_length": 100},
    profile={"case_etag": "24", "regex": "refused", "invoice_number_length": 100},
    alike={"invoice_number_length": [60, 494], "initializing_seconds": [120], "regex": ["a", "b"]},
    not_distinguished=["fees"],
    not_reproduced=Counter(
        {("list_cases", "/_items/*/risk: sent by the server only"): 7, ("get_case", "/risk: another value"): 1}
    ),
)
LINES = [
    "3 assumptions of the stand-in were tested; otherwise than by default: case_etag=24",
    "  other values fit as well: invoice_number_length (some from 60 to 494), initializing_seconds (120), regex (a or b)",
    "  not distinguished by this run: fees",
    "  reproduced by no assumption: list_cases: /_items/*/risk: sent by the server only (7 times)",
    "  reproduced by no assumption: get_case: /risk: another value (once)",
]


def test_a_run_prints_what_fits_and_what_does_not() -> None:
    assert [line for line in RunResult(fit=FIT).summary_lines() if line in LINES] == LINES
    assert not {*RunResult().summary_lines()} & {*LINES}


def test_the_page_and_the_json_have_it_too() -> None:
    shown = unescape(page(RunResult(fit=FIT))).replace("<wbr>", "")
    assert [line for line in LINES if line.strip() not in shown] == []
    document = RunResult(fit=FIT).as_json()["fit"]
    assert document["other_than_by_default"] == {"case_etag": "24"}
    assert document["not_reproduced"][0] == {
        "operation": "list_cases",
        "place": "/_items/*/risk: sent by the server only",
        "responses": 7,
    }
    assert RunResult().as_json()["fit"] is None


def test_the_profile_is_written_beside_the_reports_and_removed_before_the_next_run(tmp_path: Path) -> None:
    assert tmp_path / "profile.json" in write(RunResult(fit=FIT), tmp_path)
    assert json.loads((tmp_path / "profile.json").read_text(encoding="utf-8")) == FIT.profile
    make_folder(tmp_path)
    assert [*tmp_path.iterdir()] == []
    assert tmp_path / "profile.json" not in write(RunResult(), tmp_path)


def test_a_long_list_of_places_is_cut() -> None:
    places = Counter({("list_cases", f"/{number}: another value"): 1 for number in range(30)})
    *_, last = Fit({}, {}, {}, [], places).lines()
    assert last == "  reproduced by no assumption: 20 more places"
