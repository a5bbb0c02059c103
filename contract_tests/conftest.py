from collections.abc import Iterator

import pytest
from amili import AmiliError, AuthenticationError
from amili_sandbox.testing import SandboxProcess

from contract_tests.contract import Contract
from contract_tests.findings import AcceptedDeviation, AcceptedDeviations
from contract_tests.options import NotConfigured, add_options
from contract_tests.report import RUN_RESULT, Collector, RunResult, check_faults, make_folder
from contract_tests.server import Inconclusive, Target, check_settings, from_environment, stand_in
from contract_tests.traffic import Traffic, read_traffic

__all__ = ["SandboxProcess"]  # imported from the stand-in here only
TARGET: pytest.StashKey[Target] = pytest.StashKey()
TRAFFIC: pytest.StashKey[list[Traffic]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("contract", "the contract suite")
    add_options(group.addoption)
    group.addoption("--verdict", action="store_true", help="print the verdict; end with 0 conforms, 1 drift, 2 all else")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse settings with which nothing can be checked, before anything is asked."""
    options = ("--base-url", "--report", "--contract-fault", "--traffic")
    base_url, report, faults, files = map(config.getoption, options)
    try:
        if report is not None:
            make_folder(report)  # first of all: no earlier report stays
        if files:
            if faults:
                raise NotConfigured("--contract-fault is for the stand-in, and not possible with --traffic")
            config.stash[TRAFFIC] = [read_traffic(file, Contract.load(), base_url) for file in files]
        if base_url and faults:
            raise NotConfigured("--contract-fault is for the stand-in, and not possible with --base-url")
        check_faults(faults)
        if not files:
            check_settings(base_url)
    except (NotConfigured, OSError) as problem:
        raise pytest.UsageError(f"nothing was asked: {problem}") from None
    config.pluginmanager.register(Collector(config), "contract-report")


@pytest.fixture(scope="session")
def run_result(pytestconfig: pytest.Config) -> RunResult:
    return pytestconfig.stash[RUN_RESULT]


@pytest.fixture(scope="session")
def collector(pytestconfig: pytest.Config) -> Collector:
    chosen = pytestconfig.pluginmanager.get_plugin("contract-report")
    assert isinstance(chosen, Collector)
    return chosen


@pytest.fixture(scope="session")
def contract() -> Contract:
    return Contract.load()


@pytest.fixture(scope="module")
def stand_in_process(request: pytest.FixtureRequest, pytestconfig: pytest.Config) -> SandboxProcess:
    """A stand-in in its initial state, with the faults of --contract-fault."""
    if pytestconfig.getoption("--base-url"):
        pytest.skip("asked of the stand-in only")
    process: SandboxProcess = request.getfixturevalue("sandbox_process")
    process.reset()
    if faults := pytestconfig.getoption("--contract-fault"):
        process.control("PUT", "contract-faults", faults)
    return process


@pytest.fixture(scope="module")
def target(request: pytest.FixtureRequest, pytestconfig: pytest.Config, run_result: RunResult) -> Target:
    """The server under test; refused credentials are inconclusive."""
    base_url: str | None = pytestconfig.getoption("--base-url")
    if base_url is None:
        chosen = stand_in(request.getfixturevalue("stand_in_process"))
    elif (known := pytestconfig.stash.get(TARGET, None)) is not None:  # all layers share its token and its budget
        chosen = known
    else:
        try:
            chosen = pytestconfig.stash[TARGET] = from_environment(base_url, pytestconfig.getoption("--rate"))
        except AuthenticationError as problem:
            raise Inconclusive(f"the credentials are refused: {problem}") from None
        except AmiliError as problem:
            raise Inconclusive(f"no token: {problem}") from None
    return chosen


@pytest.fixture(scope="session")
def accepted_deviations(run_result: RunResult, pytestconfig: pytest.Config) -> Iterator[AcceptedDeviations]:
    chosen = AcceptedDeviations.of(pytestconfig.getoption("--base-url") or "http://127.0.0.1")
    yield chosen
    if any(pointer.startswith("/2") for _, pointer in run_result.seen):  # a server that never answered has not changed
        run_result.accepted, run_result.unused = list(map(_in_words, chosen.matched)), list(map(_in_words, chosen.unused))


def _in_words(entry: AcceptedDeviation) -> str:
    return f"{entry}, accepted on {entry.date}: {entry.reason}"
