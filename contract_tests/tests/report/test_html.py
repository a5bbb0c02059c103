"""The page of a report, read as a person would: on a phone, at night, without a network."""

import json
import re
import subprocess
from dataclasses import replace
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest

from contract_tests.findings import Finding, fact, to_accept
from contract_tests.report.html import page
from contract_tests.report.reproduce import on_a_stand_in
from contract_tests.report.run_result import Check, RunResult

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--dump-dom")  # fmt: skip
WHY = fact("credited")
PLACE = "/_items/0/local_remaining_transaction_amount"
BROKEN_NAMES = [f"matrix.{number}.total_price_excluding_vat" for number in range(30)]
LONG = "https://api.example.se/cases?where=" + "%7B%22debt.invoice_number%22%3A+%22CT-1%22%7D" * 12
MEASURE = """<script>
for (const folded of document.querySelectorAll("details")) folded.open = true;
const box = element => element.getBoundingClientRect();
const beyond = e => box(e).right > innerWidth + 1 || (e.clientWidth && e.scrollWidth > e.clientWidth + 1);
parent.measured[NAME] = {
  window: innerWidth,
  document: document.documentElement.scrollWidth,
  beyond: [...document.querySelectorAll("body *")].filter(beyond).map(e => e.outerHTML.slice(0, 80)),
  verdict: box(document.querySelector("h1")).bottom,
  finding: document.querySelector("article") ? box(document.querySelector("article")).top : 0,
};
parent.document.documentElement.dataset.measured = JSON.stringify(parent.measured);
</script>"""


def drifting() -> RunResult:
    findings = [
        Finding("list_cases", "wrong type in 200", PLACE, "number", '"500"', f"curl -g '{LONG}'", rests_on=WHY),
        Finding("register_invoice", "a refusal", "/_issues/a", "its names", json.dumps(BROKEN_NAMES), "curl", rests_on=WHY),
        Finding("list_cases", "x" * 200, "", "y" * 300, "z" * 300, rests_on=WHY),
    ]
    run_result = RunResult(
        checks=[Check("the tour", "a step", "drift", 0.1, findings), Check("cassettes", "another", "passed", 12.5)]
    )
    run_result.to_repeat = on_a_stand_in(["token_prefix"])
    run_result.seen["list_cases", "/200"] = 1
    run_result.unused = [
        "list_cases: undocumented value in 200 at /_items/*/status_history/*/status, accepted on 2026-11-23: because"
    ]
    run_result.path_variants = {"register_invoice": ["/invoice--registrations"]}
    run_result.registered_invoices = [{"invoice_number": "CT-1124000000-123-001", "case": "a" * 24, "cancelled": False}]
    return run_result


def conforming() -> RunResult:
    return RunResult(checks=[Check("the contract itself", "a step", "passed", 0.1)])


def inconclusive() -> RunResult:
    unsure = Check("the tour", "a step", "inconclusive", 0.1, why=f"{LONG} gave no answer")
    return RunResult(server="https://api.example.se", checks=[unsure])


SIZES = [(390, 844), (1280, 900)]
RECORDS = [drifting, conforming, inconclusive]


@pytest.mark.parametrize("run_result", RECORDS)
def test_it_needs_no_script_and_nothing_from_elsewhere(run_result: Any) -> None:
    text = page(run_result())
    assert not re.search(r"<(script|link|iframe|img|object|form|base)\b|@import|url\(|\bsrc=|\bon\w+=", text)
    assert all(target.startswith("#") for target in re.findall(r'href="([^"]*)"', text))
    assert '<meta name="viewport" content="width=device-width' in text


def test_the_verdict_comes_first_then_what_is_to_be_done_then_the_findings_then_what_was_checked() -> None:
    text = page(drifting()).replace("<wbr>", "")
    wanted = ["Contract and server do not agree.", "3 disagreements, found 3 times", "What to do", "Look at 3 findings."]
    wanted += [
        "See whether 1 accepted deviation can go",
        "Registered and not cancelled",
        "CT-1124000000-123-001",
        "Disagreements",
    ]
    wanted += ["wrong type in 200", "How to repeat a request", "What was checked", "cassettes", "Of the contract", "operations"]
    wanted += ["Statuses never met", "Accepted deviations that were not found"]
    places = [text.index(words) for words in wanted]
    assert places == sorted(places)
    assert "Could not be checked" in page(inconclusive())
    assert "Of the contract" not in page(inconclusive()), "of a server that never answered nothing is known"


@pytest.mark.parametrize(("run_result", "says"), [
    (conforming(), ["Nothing."]),
    (inconclusive(), ["Run again: 1 check could not be made; the reasons are below."]),
    (RunResult(checks=[Check("tour", "a", "missing", 0.1), Check("tour", "b", "error", 0.1)]), [
        "Mend the suite: 1 check failed in it, which says nothing about the server.",
        "Run again, whole: 1 check left out, named below.",
    ]),
    (RunResult(expiring=["a", "b"]), ["Renew 2 cassettes with scripts/record."]),
    (replace(drifting(), server="https://api.example.se", checks=[], unused=[]), [
        "Cancel 1 invoice: scripts/contract cleanup --base-url https://api.example.se"
    ]),
])  # fmt: skip
def test_a_person_reads_first_what_to_do(run_result: RunResult, says: list[str]) -> None:
    assert run_result.to_do() == says
    text = unescape(page(run_result).replace("<wbr>", ""))
    assert all(text.index("What to do") < text.index(each) < text.index("What was checked") for each in says)


def test_a_finding_can_be_accepted_from_the_page() -> None:
    text = unescape(page(drifting()).replace("<wbr>", ""))
    (article,) = [part for part in re.findall(r"<article>.*?</article>", text, re.DOTALL) if "wrong type" in part]
    found = drifting().checks[0].findings[0]
    assert found.fingerprint in article
    assert to_accept(found, "the stand-in") in article
    assert "host: stand-in" in article


def test_a_finding_says_where_what_and_how_to_see_it_again() -> None:
    text = unescape(page(drifting()).replace("<wbr>", ""))
    (article,) = [part for part in re.findall(r"<article>.*?</article>", text, re.DOTALL) if "wrong type" in part]
    for part in (PLACE, "number", '"500"', f"curl -g '{LONG}'"):
        assert part in article
    assert re.search(r'<a href="#(o\d)">list_cases</a>: 2', text)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG counts it."""

    def light(colour: str) -> float:
        digits = colour.lstrip("#")
        parts = [digits[i : i + 2] for i in (0, 2, 4)] if len(digits) == 6 else [digit * 2 for digit in digits]
        values = [int(part, 16) / 255 for part in parts]
        linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05

    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return brighter / darker


def test_every_colour_can_be_read_by_day_and_by_night() -> None:
    themes = [
        dict(re.findall(r"--(\w+): (#\w+)", block)) for block in re.findall(r":root \{(.*?)\}", page(conforming()), re.DOTALL)
    ]
    assert len(themes) == 2
    for theme in themes:
        for name in ("ink", "quiet", "bad", "good", "unsure"):
            assert contrast(theme[name], theme["ground"]) >= 4.5, (name, theme)


def framed(name: str, text: str, width: int, height: int) -> str:
    """Return a page in a frame of a phone's or a screen's size, with a script of the test's that measures it."""
    measured = text.replace("</body>", MEASURE.replace("NAME", json.dumps(name)) + "</body>")
    return f'<iframe srcdoc="{escape(measured)}" width="{width}" height="{height}" style="border: 0"></iframe>'


@pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium to look at the page with")
def test_a_browser_shows_it_without_scrolling_sideways(tmp_path: Path) -> None:
    sizes = {
        f"{run_result.__name__} {width}": (page(run_result()), width, height) for run_result in RECORDS for width, height in SIZES
    }
    file = tmp_path / "frames.html"
    file.write_text(
        "<script>var measured = {};</script>" + "".join(framed(name, *size) for name, size in sizes.items()), encoding="utf-8"
    )
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", file.as_uri()]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120, encoding="utf-8")  # noqa: S603 - a browser, on our page
    found = re.search(r'data-measured="([^"]*)"', done.stdout)
    assert found, done.stderr[-2000:]
    measured = json.loads(unescape(found[1]))
    assert measured.keys() == sizes.keys()
    for name, (_, width, height) in sizes.items():
        seen = measured[name]
        assert (seen["window"], seen["document"], seen["beyond"]) == (width, width, []), name
        assert seen["verdict"] < height / 3, f"{name}: the verdict is the first thing to be seen"
        assert seen["finding"] < height, f"{name}: the first disagreement is on the first screen"
