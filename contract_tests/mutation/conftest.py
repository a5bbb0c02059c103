import atexit
from collections import Counter
from functools import cache

import pytest

from contract_tests.conftest import SandboxProcess
from contract_tests.findings import rules
from contract_tests.mutation.layers import LAYERS, SEEDS
from contract_tests.mutation.recorded_score import RecordedScore


class StandIn:
    """The stand-in of one worker: put back to its start for each test, and started anew if it has stopped answering."""

    process: SandboxProcess | None = None

    def fresh(self, *faults: str) -> SandboxProcess:
        if self.process is None:
            self.process = SandboxProcess()
        try:
            self.process.reset()
        except OSError:
            self.stop()
            return self.fresh(*faults)
        self.process.control("PUT", "contract-faults", list(faults))
        return self.process

    def stop(self) -> None:
        if self.process is not None:
            self.process.stop()
            self.process = None


@cache
def worker_stand_in() -> StandIn:
    stand_in = StandIn()
    atexit.register(stand_in.stop)
    return stand_in


@pytest.fixture
def own_stand_in() -> StandIn:
    return worker_stand_in()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mutation", "the mutation score")
    group.addoption("--every", type=int, default=1, metavar="N", help="try every Nth fault only")
    group.addoption("--start", type=int, default=0, metavar="N", help="begin with the Nth fault")
    group.addoption("--seeds", type=int, default=20, metavar="N", help="runs of each layer on the correct stand-in (default: 20)")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    option = metafunc.config.getoption
    if "fault" in metafunc.fixturenames:
        known = worker_stand_in().fresh().control("GET", "contract-faults")
        recorded, chosen = RecordedScore.load(), known[option("--start") :: option("--every")]
        rows = [(layer, fault["name"]) for layer in LAYERS for fault in chosen if fault["name"] not in recorded.equivalents]
        metafunc.parametrize(
            ("layer", "fault"), [pytest.param(*row, marks=recorded.marks(*row), id="-".join(row)) for row in rows]
        )
    elif "seed" in metafunc.fixturenames:
        metafunc.parametrize(
            ("layer", "seed"), [(layer, SEEDS[layer] + number) for layer in LAYERS for number in range(option("--seeds"))]
        )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    detected: Counter[str] = Counter()
    survived: dict[str, list[str]] = {layer: [] for layer in LAYERS}
    seconds: Counter[str] = Counter()
    requests: Counter[str] = Counter()
    broken: set[str] = set()
    for outcome in ("passed", "failed", "xfailed", "xpassed"):
        for report in terminalreporter.stats.get(outcome, []):
            properties = dict(getattr(report, "user_properties", []))
            if report.when != "call" or "layer" not in properties:
                continue
            seconds[properties["layer"]] += report.duration
            requests[properties["layer"]] += properties.get("requests", 0)
            broken.update(properties.get("rules", ()))
            if "fault" in properties and "detected" in properties:
                detected[properties["layer"]] += properties["detected"]
                survived[properties["layer"]] += [] if properties["detected"] else [properties["fault"]]
    for layer, left in survived.items():
        total = detected[layer] + len(left)
        if total:
            terminalreporter.write_line(
                f"{layer}: {detected[layer]} of {total} detected; {requests[layer]} requests, {seconds[layer]:.0f} s"
            )
            terminalreporter.write_line(f"  survived: [{', '.join(sorted(left))}]")
    if broken:
        terminalreporter.write_line(f"broken_rules: [{', '.join(name for name in rules() if name in broken)}]")
