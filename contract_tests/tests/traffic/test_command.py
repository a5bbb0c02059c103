"""`scripts/contract --traffic`: exit codes and reports, which have nothing of what stands in the files."""

import html
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contract_tests.contract import ROOT
from contract_tests.privacy import leaks
from contract_tests.tests.traffic.samples import (
    CANCELLATION,
    CASSETTE,
    CREDITING,
    ELSEWHERE,
    HAR,
    PAGE,
    REGISTRATION,
    TOKEN,
    as_cassette,
    changed,
    replaced,
    written,
)

NOWHERE = "http://127.0.0.1:9"


def judge(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command where no server can be reached and no credentials are known."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AMILI_")}
    unreachable = {"HTTPS_PROXY": NOWHERE, "HTTP_PROXY": NOWHERE, "ALL_PROXY": "no proxy", "SSL_CERT_FILE": "/no/such/file"}
    command = [sys.executable, "-m", "contract_tests", "--traffic", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=clean | unreachable, capture_output=True, check=False, encoding="utf-8")  # noqa: S603


def test_traffic_that_agrees_conforms_without_asking_anybody(tmp_path: Path) -> None:
    run = judge(HAR, CASSETTE, "--report", tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.splitlines()[-1] == "conforms: 6 checks of recorded traffic in 2 files: 6 agree"
    skipped = "skipped: 1 to other hosts, 1 to other paths or by a browser's own methods"
    report = json.loads((tmp_path / "contract.json").read_text(encoding="utf-8"))
    assert report["traffic"] == [
        f"synthetic.har: 4 entries were compared; {skipped}",
        "guide-flow.yaml: 4 entries were compared",
    ]
    assert report["traffic"][0] in run.stdout
    assert report["traffic"][0].partition(";")[0] in (tmp_path / "contract.html").read_text(encoding="utf-8")
    assert report["requests"]["GET /cases"] == 2
    assert {check["layer"] for check in report["checks"]} == {"traffic"}


def test_a_wrong_file_is_2_in_one_line() -> None:
    run = judge(HAR, "README.md")
    assert (run.returncode, run.stdout) == (2, ""), run.stdout + run.stderr
    assert run.stderr.strip() == "ERROR: nothing was asked: README.md is neither JSON nor YAML in UTF-8"


# Made up, and of kinds that the scanner knows (a token, numbers, addresses) and does not know (plain words).
PRIVATE = [
    "Nils-Erik Påhittad", "Påhittade Gränden 4711", "9001011239", "nils.erik@example.se", "tandblekning i kök", "+46701234567",
    "eyJhbGciOiJIUzI1NiJ9.eyJ1X25hbWUiOiJuaWxzIn0.c2lnbmF0dXJl", "hemlig-nyckel-4711", "pahittad_ord", "Påhittad Tillstånd",
]  # fmt: skip
NAME, ADDRESS, NUMBER, MAIL, WORDS, PHONE, SIGNED, KEY, WORD, STATE = PRIVATE


def full_of_private_things(entries: list[Any]) -> None:
    """Put private things in every kind of place, most of which are findings."""
    for entry in entries:
        entry["request"]["headers"] += [{"name": "X-API-Key", "value": SIGNED}, {"name": "Cookie", "value": KEY}]
        entry["request"]["cookies"] = [{"name": "id", "value": KEY}]
        entry["response"]["headers"] += [{"name": "Set-Cookie", "value": KEY}, {"name": "X-Whose", "value": NAME}]
        entry["comment"] = WORDS
    for position in (TOKEN, ELSEWHERE, PAGE):
        entries[position]["request"]["url"] += f"{'&' if position == PAGE else '?'}api_code={KEY}&{NUMBER}={MAIL}"
    entries.append(json.loads(json.dumps(entries[PAGE])))
    entries[-1]["request"] |= {"method": "DELETE"}
    replaced(REGISTRATION, '"currency": "SEK"', f'"currency": "{NAME}", "{NUMBER}": "{PHONE}", "{NAME}": 1', sent=True)(entries)
    replaced(REGISTRATION, '"Consulting Services"', f'{{"{WORDS}": "{ADDRESS}"}}', sent=True)(entries)
    replaced(REGISTRATION, '"_status": "OK"', f'"_status": "{WORDS}", "{MAIL}": "{PHONE}", "more": "{SIGNED}"')(entries)
    replaced(PAGE, '"initializing"', f'"{WORD}"')(entries)
    replaced(PAGE, '"customer_name": "Jane Smith"', f'"customer_name": "{NAME}", "customer_note": "{STATE}"')(entries)
    replaced(PAGE, '"amount": 500\n', f'"amount": "{WORDS}", "{ADDRESS}": 1\n')(entries)
    replaced(CREDITING, '"_created": "', f'"_created": "{WORDS} ')(entries)
    error = {"code": 401, "message": f"{NAME} {SIGNED}"}
    issues = {NAME: WORDS, "customer": {"name": f"{NAME}!", NUMBER: MAIL, "a.b": " "}}
    refusal = json.dumps({"_status": "ERR", "_error": error, "_issues": issues})
    entries[CANCELLATION]["response"] |= {"status": 422, "headers": [{"name": "Content-Type", "value": f"text/{KEY}"}]}
    entries[CANCELLATION]["response"]["content"]["text"] = f"{NAME} {refusal}"
    entries.append(json.loads(json.dumps(entries[REGISTRATION])))
    entries[-1]["request"]["postData"]["text"] = json.dumps({"customer": {"name": NAME}})
    entries[-1]["response"] |= {"status": 422}
    entries[-1]["response"]["content"]["text"] = refusal


def outputs(run: subprocess.CompletedProcess[str], folder: Path) -> Iterator[tuple[str, str]]:
    yield "stdout", run.stdout
    yield "stderr", run.stderr
    for file in sorted(folder.iterdir()):
        yield file.name, file.read_text(encoding="utf-8")


def test_no_output_has_a_secret_a_person_or_any_value(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    tape = written(tmp_path, json.dumps(as_cassette(make_private)), "tape.json")
    run = judge(changed(tmp_path, full_of_private_things), tape, "--report", reports)
    assert run.returncode == 1, run.stdout + run.stderr
    texts = dict(outputs(run, reports))
    assert texts.keys() == {"stdout", "stderr", "contract.html", "contract.json", "contract.sarif", "contract.xml"}
    for name, text in texts.items():
        forms = {each: (each, json.dumps(each)[1:-1], html.escape(each)) for each in PRIVATE}
        assert [each for each, written in forms.items() if any(form in text for form in written)] == [], name
        assert [str(leak) for leak in leaks(text)] == [], name
    report = json.loads(texts["contract.json"])
    assert [(check["title"], bool(check["findings"])) for check in report["checks"]] == EACH_WITH_FINDINGS
    found = [finding for check in report["checks"] for finding in check["findings"]]
    assert {finding["repeat"] for finding in found} == {""}
    assert {finding["rule"].partition(" in ")[0] for finding in found} >= RULES


def make_private(item: Any) -> None:
    """Put private things in an interaction of a cassette."""
    item["request"]["headers"]["X-API-Key"] = [SIGNED]
    item["response"]["headers"]["X-Whose"] = [NAME]
    if item["request"]["body"]:
        item["request"]["body"] = item["request"]["body"].replace('"currency": "SEK"', f'"currency": "{NAME}", "{NUMBER}": 1')
    body = item["response"]["body"]
    body["string"] = body["string"].replace('"_status": "OK"', f'"_status": "{WORDS}"').replace("initializing", WORD)


EACH_WITH_FINDINGS = [
    (f"{title}[file {number}]", found)
    for number, title, found in (
        (1, "requests are what the contract says", True),
        (1, "responses are what the contract says", True),
        (1, "responses agree with themselves and their requests", True),
        (2, "requests are what the contract says", True),
        (2, "responses are what the contract says", True),
        (2, "responses agree with themselves and their requests", False),
    )
]
RULES = {"operation", "request-body", "request-parameter", "wrong content type", "wrong format", "wrong type", "wrong value"}
RULES |= {"undocumented header", "undocumented property", "undocumented value", "a refusal names what is wrong and nothing else"}
