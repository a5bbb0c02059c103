"""One page of HTML that says everything: readable on a phone, without scripts, from a file, with nothing from elsewhere."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from html import escape

from contract_tests.findings import Finding
from contract_tests.report.reproduce import IN_WORDS, OF_A_STAND_IN
from contract_tests.report.run_record import Check, Record

_WORDS = {
    "conforms": "Contract and server agree.",
    "drift": "Contract and server do not agree.",
    "inconclusive": "Nothing can be said: the server could not be asked.",
    "error": "Nothing can be said: the suite itself failed.",
}
_OUTCOMES = {
    "passed": "agree",
    "drift": "disagree",
    "inconclusive": "could not be made",
    "error": "failed in the suite",
    "skipped": "do not apply",
}
_STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --quiet: #555; --ground: #fff; --line: #ddd; --bad: #b3261e; --good: #1b7f3b;
  --unsure: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --quiet: #aaa; --ground: #141414; --line: #3a3a3a; --bad: #ff8a80;
  --good: #7ddc9a; --unsure: #f2c14e; } }
* { box-sizing: border-box; }
body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); margin: 0 auto; padding: 1rem;
  max-width: 60rem; overflow-wrap: anywhere; -webkit-text-size-adjust: 100%; }
h1 { font-size: 1.4rem; line-height: 1.3; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.3rem 0 .3rem; scroll-margin-top: .5rem; } h4 { font-size: 1rem; margin: 0 0 .3rem; }
.verdict { border-left: .4rem solid; padding: .5rem 1rem; margin-bottom: .7rem; }
.verdict p { color: var(--ink); margin: .4rem 0 0; }
.conforms, .passed { color: var(--good); } .drift { color: var(--bad); } .inconclusive, .error { color: var(--unsure); }
.skipped { color: var(--quiet); }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .2rem 1rem; margin: .5rem 0; }
dt { color: var(--quiet); } dd { margin: 0; } a { color: inherit; }
article { border: 1px solid var(--line); border-left: .3rem solid var(--bad); padding: .5rem .8rem; margin: .6rem 0; }
code, pre { font: .9rem/1.45 ui-monospace, monospace; }
pre { white-space: pre-wrap; border: 1px solid var(--line); padding: .6rem; margin: .3rem 0; -webkit-user-select: all;
  user-select: all; }
details { border-top: 1px solid var(--line); padding: .2rem 0; } summary { cursor: pointer; padding: .4rem 0; }
ul { padding-left: 1.2rem; margin: .5rem 0; } li { margin: .2rem 0; }
table { border-collapse: collapse; width: 100%; } th, td.number { white-space: nowrap; }
th, td { text-align: left; padding: .3rem .7rem .3rem 0; vertical-align: top; }
tr { border-bottom: 1px solid var(--line); } td.number, th.number { text-align: right; } .number:last-child { padding-right: 0; }
"""


def page(record: Record) -> str:
    """Return the page of a run: the verdict, then what somebody has to do something about, then the rest."""
    findings = [finding for check in record.checks for finding in check.findings]
    parts = [
        _head(record, findings),
        _unasked(record),
        _ledger(record),
        _findings(findings),
        _to_repeat(record, findings),
        _layers(record),
        _list("Changed since the last release of the contract", record.changed),
        _list("Cassettes to renew", record.to_renew),
    ]
    parts += [_drift(record), _spelling(record), _behaviours(record), _checks(record.checks)]
    body = "\n".join(part for part in parts if part)
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    head += f"<title>Contract: {record.verdict}</title><style>{_STYLE}</style>"
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>{body}</body></html>\n'


def _head(record: Record, findings: list[Finding]) -> str:
    counts = Counter(check.outcome for check in record.checks)
    told = ", ".join(f"{counts[outcome]} {words}" for outcome, words in _OUTCOMES.items() if counts[outcome])
    kinds = len({finding.key for finding in findings})
    how_many = f"<p>{kinds} {'disagreement' if kinds == 1 else 'disagreements'}, met {len(findings)} times.</p>" if kinds else ""
    facts = {
        "Server": record.server,
        "Asked": f"{record.started:%Y-%m-%d %H:%M} UTC, {sum(record.requests.values())} requests",
        "Checks": told or "none",
    }
    return f'<header class="verdict {record.verdict}"><h1>{escape(_WORDS[record.verdict])}</h1>{how_many}</header>' + _facts(
        facts
    )


def _facts(facts: Mapping[str, str]) -> str:
    return f"<dl>{''.join(f'<dt>{name}</dt><dd>{escape(value)}</dd>' for name, value in facts.items())}</dl>"


def _unasked(record: Record) -> str:
    reasons = Counter(check.why for check in record.checks if check.outcome == "inconclusive")
    errors = [f"{check.layer}, {check.title}: {check.why}" for check in record.checks if check.outcome == "error"]
    unasked = [f"{why} ({number} checks)" for why, number in reasons.items()]
    return _list("Errors in the suite", errors) + _list("Could not be asked", unasked)


def _ledger(record: Record) -> str:
    left = [
        f"{entry['invoice_number']}: case {entry['case']}" for entry in record.ledger + record.swept if not entry["cancelled"]
    ]
    return _list("Registered and not cancelled", left)


def _findings(findings: list[Finding]) -> str:
    if not findings:
        return ""
    kinds = {finding.key: finding for finding in reversed(findings)}
    counts = Counter(finding.key for finding in findings)
    operations: dict[str, list[Finding]] = {}
    for finding in reversed(kinds.values()):
        operations.setdefault(finding.operation, []).append(finding)
    index, groups = [], []
    for number, (operation, found) in enumerate(operations.items()):
        index.append(f'<li><a href="#o{number}">{escape(operation)}</a>: {len(found)}</li>')
        articles = "".join(_finding(finding, counts[finding.key]) for finding in found)
        groups.append(f'<h3 id="o{number}">{escape(operation)}</h3>{articles}')
    return f"<h2>Disagreements</h2><ul>{''.join(index)}</ul>{''.join(groups)}"


def _to_repeat(record: Record, findings: list[Finding]) -> str:
    if not record.to_repeat or not any(finding.repeat for finding in findings):
        return ""
    more = f"<p>{escape(OF_A_STAND_IN)}</p>" if record.server == Record.server else ""
    lines = escape("\n".join(record.to_repeat))
    return f"<h2>How to repeat a request</h2><p>{escape(IN_WORDS)}</p><pre>{lines}</pre>{more}"


def _finding(finding: Finding, times: int) -> str:
    repeat = (
        f"<details><summary>Repeat this request</summary><pre>{escape(finding.repeat)}</pre></details>" if finding.repeat else ""
    )
    often = f" ({times} times)" if times > 1 else ""
    place, expected, seen = (_breakable(text) for text in (finding.pointer or "/", finding.expected, finding.seen))
    return (
        f"<article><h4>{escape(finding.rule)}{often}</h4><dl><dt>at</dt><dd><code>{place}</code></dd>"
        f"<dt>expected</dt><dd>{expected}</dd><dt>seen</dt><dd>{seen}</dd></dl>{repeat}</article>"
    )


def _breakable(text: str) -> str:
    """Let a line break after the marks in names and pointers, rather than anywhere."""
    return "<wbr>".join(escape(part) for part in re.split(r"(?<=[,/_])(?=\w)", text))


def _layers(record: Record) -> str:
    rows = []
    for layer in dict.fromkeys(check.layer for check in record.checks):
        checks = [check for check in record.checks if check.layer == layer]
        counts = Counter(check.outcome for check in checks)
        worst = next(outcome for outcome in ("drift", "error", "inconclusive", "passed", "skipped") if counts[outcome])
        word = {"passed": "agrees", "skipped": "does not apply"}.get(worst, f"{counts[worst]} {_OUTCOMES[worst]}")
        rows.append(
            f'<tr><td>{escape(layer)}</td><td class="{worst}">{word}</td><td class="number">{len(checks)}</td>'
            f'<td class="number">{sum(check.seconds for check in checks):.1f} s</td></tr>'
        )
    head = '<tr><th>Layer</th><th></th><th class="number">Checks</th><th class="number">Time</th></tr>'
    return f"<h2>Layers</h2><table>{head}{''.join(rows)}</table>" if rows else ""


def _drift(record: Record) -> str:
    if not record.seen:  # of a server that never answered nothing is known
        return ""
    seen = [f"{what}: {number} times" for what, number in record.not_described.items()]
    parts = _folded("Seen and not described, accepted ones among it", seen)
    parts += _folded("Accepted deviations that were met", record.accepted)
    parts += _list("Accepted deviations that were not met", record.stale)
    return parts + _folded("Described and never seen", record.never_seen)


def _spelling(record: Record) -> str:
    return _list("Spelling of the paths", [f"{name}: {', '.join(paths)}" for name, paths in record.spellings.items()])


def _behaviours(record: Record) -> str:
    told = [f"{name.replace('_', ' ')}: {seen}" for name, seen in record.behaviours.items()]
    return _folded("Answers to what no page says", told)


def _checks(checks: Iterable[Check]) -> str:
    rows = [
        f'<li class="{check.outcome}">{escape(check.layer)}: {escape(check.title)} ({check.outcome})</li>' for check in checks
    ]
    return f"<h2>All checks</h2><details><summary>{len(rows)} checks</summary><ul>{''.join(rows)}</ul></details>"


def _list(title: str, items: list[str]) -> str:
    return f"<h2>{title}</h2><ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>" if items else ""


def _folded(title: str, items: list[str]) -> str:
    inner = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<h2>{title}</h2><details><summary>{len(items)} entries</summary><ul>{inner}</ul></details>" if items else ""
