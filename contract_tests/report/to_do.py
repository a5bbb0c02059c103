"""What a person must do after a run, in words."""

from collections.abc import Mapping


def to_do(
    outcomes: Mapping[str, int], *, findings: int, noted: int, left_open: int, expiring: int, unused: int, server: str
) -> list[str]:
    """Return what is to be done, the most urgent first, of the checks by outcome and of how many there are of the rest."""
    errors, unasked, missing = (outcomes.get(name, 0) for name in ("error", "inconclusive", "missing"))
    every = {
        f"Look at {_several(findings, 'finding')}. Of each: has the server changed, or does the contract say it wrongly? Correct"
        " openapi/amili.yaml or contract_tests/findings/undocumented.yaml, or accept it in accepted.yaml beside it.": findings,
        f"Cancel {_several(left_open, 'invoice')}: scripts/contract cleanup --base-url {server}": left_open,
        f"Mend the suite: {_several(errors, 'check')} failed in it, which says nothing about the server.": errors,
        f"Run again: {_several(unasked, 'check')} could not be made; the reasons are below.": unasked,
        f"Run again, whole: {_several(missing, 'check')} left out, named below.": missing,
        f"Write down what the server showed: it differs in {_several(noted, 'way')} from what no document says.": noted,
        f"Renew {_several(expiring, 'cassette')} with scripts/record.": expiring,
        f"See whether {_several(unused, 'accepted deviation')} can go: not found in this run.": unused,
    }
    return [what for what, number in every.items() if number] or ["Nothing."]


def _several(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
