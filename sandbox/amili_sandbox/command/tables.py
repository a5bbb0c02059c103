"""Writes the tables of docs/sandbox.md, which are made from the code so that they agree with it."""

import re
import sys
from collections.abc import Callable, Iterable
from inspect import getdoc
from pathlib import Path

from amili_sandbox.network_faults.kinds import KINDS
from amili_sandbox.state.assumptions import GROUPS, Assumption
from amili_sandbox.wrong_behaviour.table import TABLE as CONTRACT_FAULTS


def _choices(assumption: Assumption) -> str:
    if not assumption.choices:
        return f"{assumption.default:g} (any number)"
    return " ".join(f"`{choice}`" for choice in assumption.choices)


def _assumptions() -> Iterable[str]:
    for group, assumptions in GROUPS.items():
        yield f"| **{group}** | | |"
        for item in assumptions:
            yield f"| `{item.name}` | {item.says} | {_choices(item)} |"


def _faults() -> Iterable[str]:
    for name, kind in KINDS.items():
        yield f"| `{name}` | {' '.join((getdoc(kind) or '').split())} |"


def _contract_faults() -> Iterable[str]:
    for number, fault in enumerate(CONTRACT_FAULTS, start=1):
        yield f"| {number} | `{fault.name}` | {fault.says} | {fault.caught_by} | {fault.hand} |"


TABLES: dict[str, tuple[str, Callable[[], Iterable[str]]]] = {
    "assumptions": ("| name | what is assumed | choices |\n|---|---|---|", _assumptions),
    "faults": ("| fault | what happens |\n|---|---|", _faults),
    "contract faults": ("| # | name | breach | caught by | hand |\n|---|---|---|---|---|", _contract_faults),
}


def with_tables(page: str) -> str:
    """Return the page with its tables as the code has them."""
    for name, (head, rows) in TABLES.items():
        table = "\n".join([head, *rows()])
        place = re.compile(rf"(<!-- {name}: [^\n]*-->\n).*?(<!-- end of {name} -->)", re.DOTALL)
        page = place.sub(lambda found, table=table: f"{found[1]}\n{table}\n\n{found[2]}", page)  # type: ignore[misc]
    return page


def main() -> int:
    """Rewrite the page, docs/sandbox.md unless another is named."""
    page = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/sandbox.md")
    page.write_text(with_tables(page.read_text()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
