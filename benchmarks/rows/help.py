"""`amili --help` against a bare interpreter: CPU time of fresh processes from their start."""

from benchmarks.measure import Row, interleaved_processes

_HELP = """
import io, re, time
printed, sys.stdout = sys.stdout, io.StringIO()
from amili.cli import main
main(["--help"])
print(time.process_time(), file=printed)
"""


def rows() -> list[Row]:
    """Measure; `re` is imported by the script that pip makes for the command."""
    contestants = {"interpreter": "import time\nprint(time.process_time())", "help": _HELP}
    (times,) = interleaved_processes(contestants, rounds=25)
    return [
        Row(
            "amili --help, against a bare interpreter",
            times.ratios("interpreter")["help"],
            2.5,
            detail={"ms": times.micros(1_000)},
        )
    ]
