"""One page of HTML that says everything: readable on a phone, without scripts, from a file, with nothing from elsewhere."""

from collections import Counter
from collections.abc import Iterable
from html import escape

from contract_tests.findings import Finding
from contract_tests.report.record import Check, Record

_WORDS = {
    "conforms": "Contract and server agree.",
    "drift": "Contract and server do not agree.",
    "inconclusive": "Nothing can be said: the server could not be asked.",
}
_STYLE = """
:root { color-scheme: light dark; --line: #8884; --bad: #b3261e; --good: #1b7f3b; --unsure: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --good: #7ddc9a; --unsure: #f2c14e; } }
* { box-sizing: border-box; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 60rem; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.verdict { border-left: .4rem solid; padding: .5rem 1rem; } .conforms, .passed { color: var(--good); }
.drift { color: var(--bad); } .inconclusive { color: var(--unsure); } .skipped { opacity: .6; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .5rem 0; }
dt { opacity: .7; } dd { margin: 0; }
article { border: 1px solid var(--line); border-left: .3rem solid var(--bad); padding: .5rem 1rem; margin: .7rem 0; }
article h3 { font-size: 1rem; margin: 0 0 .3rem; } code, pre { font: .85rem/1.4 ui-monospace, monospace; }
pre { white-space: pre-wrap; border: 1px solid var(--line); padding: .5rem; margin: .3rem 0; max-height: 12rem; overflow: auto; }
details { border-top: 1px solid var(--line); padding: .4rem 0; } summary { cursor: pointer; } ul { padding-left: 1.2rem; }
table { border-collapse: collapse; width: 100%; } th, td.number { white-space: nowrap; }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; vertical-align: top; }
tr { border-bottom: 1px solid var(--line); } td.number, th.number { text-align: right; }
"""


def page(record: Record) -> str:
    """Return the page of a run."""
    findings = [finding for check in record.checks for finding in check.findings]
    parts = [_head(record), _layers(record), _findings(findings), _unasked(record), _spelling(record), _drift(record)]
    parts += [_behaviours(record), _ledger(record), _checks(record.checks)]
    body = "\n".join(part for part in parts if part)
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    head += f"<title>Contract: {record.verdict}</title><style>{_STYLE}</style>"
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>{body}</body></html>\n'


def _head(record: Record) -> str:
    counts = Counter(check.outcome for check in record.checks)
    told = ", ".join(f"{number} {outcome}" for outcome, number in counts.most_common())
    return (
        f'<header class="verdict {record.verdict}"><h1>{escape(_WORDS[record.verdict])}</h1></header>'
        f"<dl><dt>Server</dt><dd>{escape(record.server)}</dd><dt>Checks</dt><dd>{told or 'none'}</dd>"
        f"<dt>Requests of the tour</dt><dd>{sum(record.requests.values())}</dd></dl>"
    )


def _layers(record: Record) -> str:
    rows = []
    for layer in dict.fromkeys(check.layer for check in record.checks):
        checks = [check for check in record.checks if check.layer == layer]
        bad = sum(check.outcome == "drift" for check in checks)
        unsure = sum(check.outcome == "inconclusive" for check in checks)
        css, word = (
            ("drift", f"{bad} disagree") if bad else ("inconclusive", f"{unsure} unsure") if unsure else ("passed", "agrees")
        )
        seconds = sum(check.seconds for check in checks)
        rows.append(
            f'<tr><td>{escape(layer)}</td><td class="{css}">{word}</td>'
            f'<td class="number">{len(checks)}</td><td class="number">{seconds:.1f} s</td></tr>'
        )
    head = '<tr><th>Layer</th><th></th><th class="number">Checks</th><th class="number">Time</th></tr>'
    return f"<h2>Layers</h2><table>{head}{''.join(rows)}</table>"


def _findings(findings: list[Finding]) -> str:
    if not findings:
        return ""
    shown = {finding.key: finding for finding in reversed(findings)}
    counts = Counter(finding.key for finding in findings)
    articles = [_finding(finding, counts[key]) for key, finding in reversed(shown.items())]
    return f"<h2>{len(shown)} disagreements, met {len(findings)} times</h2>{''.join(articles)}"


def _finding(finding: Finding, times: int) -> str:
    repeat = (
        f"<details><summary>Repeat this request</summary><pre>{escape(finding.repeat)}</pre></details>" if finding.repeat else ""
    )
    often = f" ({times} times)" if times > 1 else ""
    return (
        f"<article><h3>{escape(finding.operation)}: {escape(finding.rule)}{often}</h3><dl>"
        f"<dt>at</dt><dd><code>{escape(finding.pointer or '/')}</code></dd>"
        f"<dt>expected</dt><dd>{escape(finding.expected)}</dd><dt>seen</dt><dd>{escape(finding.seen)}</dd></dl>{repeat}</article>"
    )


def _unasked(record: Record) -> str:
    reasons = Counter(check.why for check in record.checks if check.outcome == "inconclusive")
    return _list("Could not be asked", [f"{why} ({number} checks)" for why, number in reasons.items()])


def _spelling(record: Record) -> str:
    return _list("Spelling of the paths", [f"{name}: {', '.join(paths)}" for name, paths in record.spellings.items()])


def _drift(record: Record) -> str:
    seen = [f"{what}: {number} times" for what, number in record.not_described.items()]
    parts = _list("Seen and not described", seen) + _folded("Described and never seen in this run", record.never_seen)
    return parts + _list("Accepted deviations that were not met", record.stale)


def _behaviours(record: Record) -> str:
    told = [f"{name.replace('_', ' ')}: {seen}" for name, seen in record.behaviours.items()]
    return _folded("Answers to what no page says", told)


def _ledger(record: Record) -> str:
    left = [f"{entry['invoice_number']}: case {entry['case']}" for entry in record.ledger if not entry["cancelled"]]
    return _list("Registered and not cancelled", left)


def _checks(checks: Iterable[Check]) -> str:
    rows = [
        f'<li class="{check.outcome}">{escape(check.layer)}: {escape(check.title)} ({check.outcome})</li>' for check in checks
    ]
    return f"<h2>All checks</h2><details><summary>{len(rows)} checks</summary><ul>{''.join(rows)}</ul></details>"


def _list(title: str, items: list[str]) -> str:
    return f"<h2>{title}</h2><ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>" if items else ""


def _folded(title: str, items: list[str]) -> str:
    inner = "".join(f"<li><code>{escape(item)}</code></li>" for item in items)
    return f"<h2>{title}</h2><details><summary>{len(items)} entries</summary><ul>{inner}</ul></details>" if items else ""
